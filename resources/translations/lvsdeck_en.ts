<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
    <context>
        <name>Drill</name>
        <message numerus="yes">
            <source>%n attempt(s) failed</source>
            <translation>
                <numerusform>%n attempt failed</numerusform>
                <numerusform>%n attempts failed</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::AdoptDialog</name>
        <message numerus="yes">
            <source>%n finding(s) below are errors: lvsdeck would go on without what they name. Look at them before you take over.</source>
            <translation>
                <numerusform>%n finding below is an error: lvsdeck would go on without what it names. Look at it before you take over.</numerusform>
                <numerusform>%n findings below are errors: lvsdeck would go on without what they name. Look at them before you take over.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::AdoptRow</name>
        <message numerus="yes">
            <source>%n thing(s) that will be otherwise</source>
            <translation>
                <numerusform>%n thing that will be otherwise</numerusform>
                <numerusform>%n things that will be otherwise</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n difference(s) to keepalived's table</source>
            <translation>
                <numerusform>%n difference to keepalived's table</numerusform>
                <numerusform>%n differences to keepalived's table</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::EventsView</name>
        <message numerus="yes">
            <source>%n event(s) of all directors, newest first</source>
            <translation>
                <numerusform>%n event of all directors, newest first</numerusform>
                <numerusform>%n events of all directors, newest first</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::HeaderBar</name>
        <message numerus="yes">
            <source>Apply %n change(s)…</source>
            <translation>
                <numerusform>Apply %n change…</numerusform>
                <numerusform>Apply %n changes…</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::OverviewView</name>
        <message numerus="yes">
            <source>%n virtual address(es) on no director</source>
            <translation>
                <numerusform>%n virtual address on no director</numerusform>
                <numerusform>%n virtual addresses on no director</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s) down</source>
            <translation>
                <numerusform>%n real server down</numerusform>
                <numerusform>%n real servers down</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n director(s) not heard from</source>
            <translation>
                <numerusform>%n director not heard from</numerusform>
                <numerusform>%n directors not heard from</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ReviewDialog</name>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ReviewPanel</name>
        <message numerus="yes">
            <source>Applying on %n director(s), one after the other…</source>
            <translation>
                <numerusform>Applying on %n director, one after the other…</numerusform>
                <numerusform>Applying on %n directors, one after the other…</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Apply to %n director(s)</source>
            <translation>
                <numerusform>Apply to %n director</numerusform>
                <numerusform>Apply to %n directors</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ServersPage</name>
        <message numerus="yes">
            <source>%n server(s), total weight %1</source>
            <translation>
                <numerusform>%n server, total weight %1</numerusform>
                <numerusform>%n servers, total weight %1</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::Sidebar</name>
        <message numerus="yes">
            <source>%n dir</source>
            <translation>
                <numerusform>%n dir</numerusform>
                <numerusform>%n dir</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::WatchView</name>
        <message numerus="yes">
            <source>%n service(s)</source>
            <translation>
                <numerusform>%n service</numerusform>
                <numerusform>%n services</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s)</source>
            <translation>
                <numerusform>%n real server</numerusform>
                <numerusform>%n real servers</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Import</name>
        <message numerus="yes">
            <source>%n real server(s)</source>
            <translation>
                <numerusform>%n real server</numerusform>
                <numerusform>%n real servers</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::FindingsPanel</name>
        <message numerus="yes">
            <source>%n error(s)</source>
            <translation>
                <numerusform>%n error</numerusform>
                <numerusform>%n errors</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n contradiction(s)</source>
            <translation>
                <numerusform>%n contradiction</numerusform>
                <numerusform>%n contradictions</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n to look at</source>
            <translation>
                <numerusform>%n to look at</numerusform>
                <numerusform>%n to look at</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n kept</source>
            <translation>
                <numerusform>%n kept</numerusform>
                <numerusform>%n kept</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n note(s)</source>
            <translation>
                <numerusform>%n note</numerusform>
                <numerusform>%n notes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) copied.</source>
            <translation>
                <numerusform>%n finding copied.</numerusform>
                <numerusform>%n findings copied.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ImportDialog</name>
        <message numerus="yes">
            <source>Reading %n text(s)…</source>
            <translation>
                <numerusform>Reading %n text…</numerusform>
                <numerusform>Reading %n texts…</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ReadingPanel</name>
        <message numerus="yes">
            <source>%n director(s)</source>
            <translation>
                <numerusform>%n director</numerusform>
                <numerusform>%n directors</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n service(s)</source>
            <translation>
                <numerusform>%n service</numerusform>
                <numerusform>%n services</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s)</source>
            <translation>
                <numerusform>%n real server</numerusform>
                <numerusform>%n real servers</numerusform>
            </translation>
        </message>
    </context>
</TS>
