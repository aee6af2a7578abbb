<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
    <context>
        <name>Adopt</name>
        <message>
            <source>there is no configuration of keepalived</source>
            <translation>没有 keepalived 的配置</translation>
        </message>
        <message>
            <source>%1 cannot be read: %2</source>
            <translation>无法读取 %1：%2</translation>
        </message>
        <message>
            <source>%1, %2</source>
            <translation>%1、%2</translation>
        </message>
        <message>
            <source>%1 and %2</source>
            <translation>%1 和 %2</translation>
        </message>
        <message>
            <source>%1 goes back to keepalived now; wait until it is there.</source>
            <translation>%1 正在交还给 keepalived，请等待完成。</translation>
        </message>
        <message>
            <source>keepalived manages %1, and lvsdeck only looks on. Take over first (menu Cluster).</source>
            <translation>%1 由 keepalived 管理，lvsdeck 只是旁观。请先接管（“集群”菜单）。</translation>
        </message>
        <message>
            <source>keepalived comes back on %1; until it is ready, lvsdeck goes on with everything as it is.</source>
            <translation>keepalived 正在 %1 上恢复；在它就绪之前，lvsdeck 保持一切照常运行。</translation>
        </message>
        <message>
            <source>Show…</source>
            <translation>查看…</translation>
        </message>
        <message>
            <source>lvsdeck takes the place of keepalived on %1. Unless that is confirmed in time, keepalived comes back.</source>
            <translation>lvsdeck 正在 %1 上接替 keepalived。若未按时确认，keepalived 会自动恢复。</translation>
        </message>
        <message>
            <source>keepalived manages %1, lvsdeck manages %2.</source>
            <translation>%1 由 keepalived 管理，%2 由 lvsdeck 管理。</translation>
        </message>
        <message>
            <source>Go on or go back…</source>
            <translation>继续或退回…</translation>
        </message>
        <message>
            <source>keepalived manages %1; lvsdeck looks on and changes nothing.</source>
            <translation>%1 由 keepalived 管理；lvsdeck 只旁观，不做任何更改。</translation>
        </message>
        <message>
            <source>Take over…</source>
            <translation>接管…</translation>
        </message>
    </context>
    <context>
        <name>Drill</name>
        <message>
            <source>limit %1</source>
            <translation>限值 %1</translation>
        </message>
        <message>
            <source>no limit set</source>
            <translation>未设限值</translation>
        </message>
        <message>
            <source>Clients felt</source>
            <translation>客户端中断</translation>
        </message>
        <message>
            <source>expected %1</source>
            <translation>预期 %1</translation>
        </message>
        <message>
            <source>Detected in</source>
            <translation>检测用时</translation>
        </message>
        <message>
            <source>Taken over in</source>
            <translation>接管用时</translation>
        </message>
        <message>
            <source>Failed attempts</source>
            <translation>失败的探测</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1/%2</translation>
        </message>
        <message>
            <source>Connections kept</source>
            <translation>保持的连接</translation>
        </message>
        <message>
            <source>none were held open</source>
            <translation>未保持连接</translation>
        </message>
        <message>
            <source>limit %1 %</source>
            <translation>限值 %1 %</translation>
        </message>
        <message>
            <source>held open through the switch</source>
            <translation>切换期间保持打开</translation>
        </message>
        <message>
            <source>Way back</source>
            <translation>切回</translation>
        </message>
        <message>
            <source>there was no way back</source>
            <translation>没有切回</translation>
        </message>
        <message numerus="yes">
            <source>%n attempt(s) failed</source>
            <translation>
                <numerusform>%n 次探测失败</numerusform>
            </translation>
        </message>
        <message>
            <source>Fault under a lease: %1 resigned (priority 0) and gave its addresses up</source>
            <translation>租约内的故障：%1 主动退出（优先级 0）并放弃地址</translation>
        </message>
        <message>
            <source>Fault under a lease: %1 fell silent without a goodbye, its addresses vanished</source>
            <translation>租约内的故障：%1 不告而静默，其地址消失</translation>
        </message>
        <message>
            <source>%1 µs</source>
            <translation>%1 微秒</translation>
        </message>
        <message>
            <source>%1 ms</source>
            <translation>%1 毫秒</translation>
        </message>
        <message>
            <source>%1 s</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>%1 ± %2</source>
            <translation>%1 ± %2</translation>
        </message>
        <message>
            <source>graceful switch</source>
            <translation>平滑切换</translation>
        </message>
        <message>
            <source>crash</source>
            <translation>宕机</translation>
        </message>
        <message>
            <source>Pre-flight</source>
            <translation>预检</translation>
        </message>
        <message>
            <source>Baseline</source>
            <translation>基线</translation>
        </message>
        <message>
            <source>Fault</source>
            <translation>故障</translation>
        </message>
        <message>
            <source>On the backup</source>
            <translation>备用承载</translation>
        </message>
        <message>
            <source>Fail back</source>
            <translation>切回</translation>
        </message>
        <message>
            <source>Steady</source>
            <translation>稳定</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>结束</translation>
        </message>
        <message>
            <source>passed</source>
            <translation>通过</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>aborted</source>
            <translation>已中止</translation>
        </message>
        <message>
            <source>crash of %1</source>
            <translation>%1 宕机</translation>
        </message>
        <message>
            <source>graceful switch away from %1</source>
            <translation>从 %1 平滑切走</translation>
        </message>
        <message>
            <source>by %1</source>
            <translation>操作人 %1</translation>
        </message>
        <message>
            <source>simulation</source>
            <translation>模拟</translation>
        </message>
        <message>
            <source>Client outage (longest time from a success that began before to the next success)</source>
            <translation>客户端中断（从故障前开始的成功到下一次成功的最长时间）</translation>
        </message>
        <message>
            <source>Detection (last advertisement of the old master to the new master)</source>
            <translation>检测（旧主最后一次通告到新主产生）</translation>
        </message>
        <message>
            <source>Detection by the protocol's timers</source>
            <translation>按协议计时的检测时间</translation>
        </message>
        <message>
            <source>Takeover (fault to addresses and gratuitous ARP)</source>
            <translation>接管（故障到地址和免费 ARP 就位）</translation>
        </message>
        <message>
            <source>New master to addresses up</source>
            <translation>新主产生到地址就位</translation>
        </message>
        <message>
            <source>New master to first gratuitous ARP</source>
            <translation>新主产生到首个免费 ARP</translation>
        </message>
        <message>
            <source>Two masters at once</source>
            <translation>双主并存</translation>
        </message>
        <message>
            <source>Attempts</source>
            <translation>探测次数</translation>
        </message>
        <message>
            <source>Attempts that failed</source>
            <translation>失败次数</translation>
        </message>
        <message>
            <source>… of them refused</source>
            <translation>……其中被拒绝</translation>
        </message>
        <message>
            <source>Normal latency, median and 99th percentile</source>
            <translation>正常延迟，中位数与第 99 百分位</translation>
        </message>
        <message>
            <source>Connections on the old master before, on the new one after</source>
            <translation>切换前旧主的连接数、切换后新主的连接数</translation>
        </message>
        <message>
            <source>Longest stall of a held connection</source>
            <translation>保持连接的最长停顿</translation>
        </message>
        <message>
            <source>Differences between the two tables</source>
            <translation>两张转发表的差异</translation>
        </message>
        <message>
            <source>Role changes beyond the expected ones</source>
            <translation>预期之外的角色变化</translation>
        </message>
    </context>
    <context>
        <name>Report</name>
        <message>
            <source>Figure</source>
            <translation>指标</translation>
        </message>
        <message>
            <source>There</source>
            <translation>去程</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>上一步</translation>
        </message>
        <message>
            <source>agent %1 · revision %2 · %3 · clock %4 ± %5</source>
            <translation>代理 %1 · 修订 %2 · %3 · 时钟 %4 ± %5</translation>
        </message>
        <message>
            <source>Probe</source>
            <translation>探测</translation>
        </message>
        <message>
            <source>%1 every %2 ms, time-out %3 ms, from %4</source>
            <translation>%1，每 %2 毫秒，超时 %3 毫秒，来自 %4</translation>
        </message>
        <message>
            <source>the console's computer</source>
            <translation>控制台所在机器</translation>
        </message>
        <message>
            <source>Console</source>
            <translation>控制台</translation>
        </message>
        <message>
            <source>Record (SHA-256)</source>
            <translation>记录（SHA-256）</translation>
        </message>
        <message>
            <source>What happened</source>
            <translation>经过</translation>
        </message>
        <message>
            <source>Failover drill on %1</source>
            <translation>%1 的故障切换演练</translation>
        </message>
        <message>
            <source>Figures</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Step by step</source>
            <translation>逐步经过</translation>
        </message>
        <message>
            <source>Conditions</source>
            <translation>条件</translation>
        </message>
        <message>
            <source>Failover drill</source>
            <translation>故障切换演练</translation>
        </message>
        <message>
            <source>Failover drill on %1: %2</source>
            <translation>%1 的故障切换演练：%2</translation>
        </message>
        <message>
            <source>Record (SHA-256): %1</source>
            <translation>记录（SHA-256）：%1</translation>
        </message>
        <message>
            <source>%1 could not be written: %2</source>
            <translation>%1 无法写入：%2</translation>
        </message>
        <message>
            <source>The folder %1 could not be made</source>
            <translation>无法创建文件夹 %1</translation>
        </message>
    </context>
    <context>
        <name>Review</name>
        <message>
            <source>not checked yet</source>
            <translation>尚未检查</translation>
        </message>
        <message>
            <source>checked</source>
            <translation>已检查</translation>
        </message>
        <message>
            <source>applying</source>
            <translation>正在应用</translation>
        </message>
        <message>
            <source>applied, waits</source>
            <translation>已应用，待确认</translation>
        </message>
        <message>
            <source>in force</source>
            <translation>已生效</translation>
        </message>
        <message>
            <source>taken back</source>
            <translation>已撤回</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>not heard from</source>
            <translation>无响应</translation>
        </message>
        <message>
            <source>IPVS table</source>
            <translation>IPVS 表</translation>
        </message>
        <message>
            <source>Virtual addresses (VRRP)</source>
            <translation>虚拟地址（VRRP）</translation>
        </message>
        <message>
            <source>Static addresses, routes and rules</source>
            <translation>静态地址、路由和规则</translation>
        </message>
        <message>
            <source>Connection sync, timeouts and kernel settings</source>
            <translation>连接同步、超时和内核设置</translation>
        </message>
        <message>
            <source>Health checks</source>
            <translation>健康检查</translation>
        </message>
        <message>
            <source>asking…</source>
            <translation>正在查询…</translation>
        </message>
        <message>
            <source>Nothing changes here.</source>
            <translation>此处无更改。</translation>
        </message>
    </context>
    <context>
        <name>States</name>
        <message>
            <source>%1 s</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>%1 m</source>
            <translation>%1 分</translation>
        </message>
        <message>
            <source>%1 h</source>
            <translation>%1 小时</translation>
        </message>
        <message>
            <source>%1 d</source>
            <translation>%1 天</translation>
        </message>
        <message>
            <source>up</source>
            <translation>正常</translation>
        </message>
        <message>
            <source>down</source>
            <translation>故障</translation>
        </message>
        <message>
            <source>draining</source>
            <translation>排空中</translation>
        </message>
        <message>
            <source>disabled</source>
            <translation>已停用</translation>
        </message>
        <message>
            <source>not checked</source>
            <translation>未检查</translation>
        </message>
        <message>
            <source>not ours</source>
            <translation>外来</translation>
        </message>
        <message>
            <source>standby</source>
            <translation>待命</translation>
        </message>
        <message>
            <source>not heard from</source>
            <translation>无响应</translation>
        </message>
        <message>
            <source>not heard for %1</source>
            <translation>%1 无响应</translation>
        </message>
        <message>
            <source>info</source>
            <translation>信息</translation>
        </message>
        <message>
            <source>notice</source>
            <translation>通知</translation>
        </message>
        <message>
            <source>warning</source>
            <translation>警告</translation>
        </message>
        <message>
            <source>error</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>maintenance</source>
            <translation>维护中</translation>
        </message>
    </context>
    <context>
        <name>Text</name>
        <message>
            <source>%1 could not be %2: %3</source>
            <translation>%1 无法%2：%3</translation>
        </message>
    </context>
    <context>
        <name>Timeline</name>
        <message>
            <source>starting</source>
            <translation>正在开始</translation>
        </message>
        <message>
            <source>silent</source>
            <translation>静默</translation>
        </message>
        <message>
            <source>resigned</source>
            <translation>已让出</translation>
        </message>
        <message>
            <source>%1 VRRP</source>
            <translation>%1 VRRP</translation>
        </message>
        <message>
            <source>VIP %1</source>
            <translation>VIP %1</translation>
        </message>
        <message>
            <source>VIP at</source>
            <translation>VIP 位于</translation>
        </message>
        <message>
            <source>Latency</source>
            <translation>延迟</translation>
        </message>
        <message>
            <source>%1 s</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>%1 %2 from %3 to %4</source>
            <translation>%1 %2，从 %3 到 %4</translation>
        </message>
    </context>
    <context>
        <name>Views</name>
        <message>
            <source>Overview</source>
            <translation>总览</translation>
        </message>
        <message>
            <source>Watch</source>
            <translation>监视</translation>
        </message>
        <message>
            <source>Events</source>
            <translation>事件</translation>
        </message>
        <message>
            <source>Drill</source>
            <translation>演练</translation>
        </message>
        <message>
            <source>Configuration</source>
            <translation>配置</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::cluster::Text</name>
        <message>
            <source>the cluster has no directors; add at least one</source>
            <translation>集群没有调度器，请至少添加一台</translation>
        </message>
        <message>
            <source>the document names the director “%1”, which is not among the connected ones; add it first</source>
            <translation>文档中的调度器“%1”不在已连接之列，请先添加</translation>
        </message>
        <message>
            <source>%1 is not connected%2; an apply needs all directors</source>
            <translation>%1 未连接%2；应用需要所有调度器在线</translation>
        </message>
        <message>
            <source>the host at %1 says that it is “%2”, not “%3”; check the addresses</source>
            <translation>%1 处的主机自称“%2”，而不是“%3”；请检查地址</translation>
        </message>
        <message>
            <source>%1 has revision %2 by now; this change was made from revision %3. Load the newer one and make the change again</source>
            <translation>%1 现为修订 %2，而此更改基于修订 %3。请载入新修订后重新更改</translation>
        </message>
        <message>
            <source>cancelled</source>
            <translation>已取消</translation>
        </message>
        <message>
            <source>nobody confirmed within %1 s</source>
            <translation>%1 秒内无人确认</translation>
        </message>
        <message>
            <source>reverted as asked</source>
            <translation>已按要求回退</translation>
        </message>
        <message>
            <source>. %1 may still have revision %2: compare the directors and apply again</source>
            <translation>。%1 可能仍为修订 %2：请比较各调度器后重新应用</translation>
        </message>
        <message>
            <source>. %1 does not answer and goes back to its old revision by itself, %2 s after it was applied</source>
            <translation>。%1 无响应，应用 %2 秒后会自行回到旧修订</translation>
        </message>
        <message>
            <source>this cluster has no director “%1”</source>
            <translation>此集群没有调度器“%1”</translation>
        </message>
        <message>
            <source>no director is connected</source>
            <translation>没有已连接的调度器</translation>
        </message>
        <message>
            <source>the answer is not the agent's protocol (%1): “%2”; check the remote command and the shell's start-up files</source>
            <translation>收到的不是代理协议（%1）：“%2”；请检查远程命令和 shell 启动文件</translation>
        </message>
        <message>
            <source>no answer for %1 s</source>
            <translation>%1 秒无响应</translation>
        </message>
        <message>
            <source>the connection ended before the answer came</source>
            <translation>连接在收到应答前结束</translation>
        </message>
        <message>
            <source>no answer to %1 within %2 s</source>
            <translation>%2 秒内没有对 %1 的应答</translation>
        </message>
        <message>
            <source>not connected</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>the agent did not greet: %1</source>
            <translation>代理没有应答握手：%1</translation>
        </message>
        <message>
            <source>the agent speaks protocol %1 and this console %2; update the older one (agent %3)</source>
            <translation>代理使用协议 %1，本控制台使用 %2；请升级较旧的一方（代理 %3）</translation>
        </message>
        <message>
            <source>%1 ms</source>
            <translation>%1 毫秒</translation>
        </message>
        <message>
            <source>%1 s</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>%1: %2 could not be measured; the limit is %3</source>
            <translation>%1：%2 无法测量；限值为 %3</translation>
        </message>
        <message>
            <source>%1: %2 was %3 ± %4; the limit is %5</source>
            <translation>%1：%2 为 %3 ± %4；限值为 %5</translation>
        </message>
        <message>
            <source>the client outage</source>
            <translation>客户端中断</translation>
        </message>
        <message>
            <source>the detection</source>
            <translation>检测</translation>
        </message>
        <message>
            <source>the takeover</source>
            <translation>接管</translation>
        </message>
        <message>
            <source>the time with two masters</source>
            <translation>双主时间</translation>
        </message>
        <message>
            <source>%1: %2 of %3 attempts failed; the limit is %4</source>
            <translation>%1：%3 次探测中 %2 次失败；限值为 %4</translation>
        </message>
        <message>
            <source>Takeover</source>
            <translation>接管</translation>
        </message>
        <message>
            <source>Fail back</source>
            <translation>切回</translation>
        </message>
        <message>
            <source>%1 of %2 held connections broke; at least %3 % must survive</source>
            <translation>%2 个保持的连接中 %1 个断开；至少应保留 %3 %</translation>
        </message>
        <message>
            <source>%1: only on the master</source>
            <translation>%1：只在主上</translation>
        </message>
        <message>
            <source>%1: master %2, backup %3</source>
            <translation>%1：主 %2，备 %3</translation>
        </message>
        <message>
            <source>%1: only on the backup</source>
            <translation>%1：只在备上</translation>
        </message>
        <message>
            <source>the probe ended: %1</source>
            <translation>探测结束：%1</translation>
        </message>
        <message>
            <source>%1 did not begin the fault: %2</source>
            <translation>%1 未能开始故障：%2</translation>
        </message>
        <message>
            <source>%1 ended the fault early: %2</source>
            <translation>%1 提前结束了故障：%2</translation>
        </message>
        <message>
            <source>no attempt of the probe succeeded before the fault; check its address, port and path</source>
            <translation>故障之前没有一次探测成功；请检查地址、端口和路径</translation>
        </message>
        <message>
            <source>%1 of %2 attempts failed before the fault; a drill needs a service that works</source>
            <translation>故障之前 %2 次探测中 %1 次失败；演练需要正常的服务</translation>
        </message>
        <message>
            <source>%1 is not the only master any more</source>
            <translation>%1 不再是唯一的主</translation>
        </message>
        <message>
            <source>%1 did not say that the fault is over; its lease ends it by itself</source>
            <translation>%1 没有报告故障结束；租约到期后会自行结束</translation>
        </message>
        <message>
            <source>%1 did not answer for %2 s</source>
            <translation>%1 已 %2 秒无响应</translation>
        </message>
        <message>
            <source>the probe did not start</source>
            <translation>探测未能开始</translation>
        </message>
        <message>
            <source>%1 did not take over within %2 s</source>
            <translation>%1 未在 %2 秒内接管</translation>
        </message>
        <message>
            <source>%1 did not become master again within %2 s</source>
            <translation>%1 未在 %2 秒内重新成为主</translation>
        </message>
        <message>
            <source>clients had no %1 s without a failure within %2 s after the change</source>
            <translation>切换后 %2 秒内，客户端没有连续 %1 秒无失败</translation>
        </message>
        <message>
            <source>there is no host “%1” to probe from</source>
            <translation>没有可用于探测的主机“%1”</translation>
        </message>
        <message>
            <source>Fault</source>
            <translation>故障</translation>
        </message>
        <message>
            <source>Fault ended</source>
            <translation>故障结束</translation>
        </message>
        <message>
            <source>Directors answer</source>
            <translation>调度器有响应</translation>
        </message>
        <message>
            <source>a drill needs two directors at least</source>
            <translation>演练至少需要两台调度器</translation>
        </message>
        <message>
            <source>no fresh state from: %1; reconnect them</source>
            <translation>没有来自 %1 的最新状态；请重新连接</translation>
        </message>
        <message>
            <source>all %1</source>
            <translation>全部 %1</translation>
        </message>
        <message>
            <source>Permission</source>
            <translation>权限</translation>
        </message>
        <message>
            <source>you may only look on: %1; a drill needs the group lvsdeck-operator there</source>
            <translation>您在 %1 上只能查看；演练需要加入 lvsdeck-operator 组</translation>
        </message>
        <message>
            <source>Clocks compared</source>
            <translation>时钟已比对</translation>
        </message>
        <message>
            <source>the clock of %1 is not known well enough; the connection is too slow</source>
            <translation>对 %1 的时钟了解不够精确；连接太慢</translation>
        </message>
        <message>
            <source>known within ± %1 ms (%2)</source>
            <translation>误差 ± %1 毫秒以内（%2）</translation>
        </message>
        <message>
            <source>Nothing else is going on</source>
            <translation>没有其他操作</translation>
        </message>
        <message>
            <source>a drill of %1 is running</source>
            <translation>%1 的演练正在进行</translation>
        </message>
        <message>
            <source>revision %1 waits for its confirmation</source>
            <translation>修订 %1 等待确认</translation>
        </message>
        <message>
            <source>no drill, no pending apply</source>
            <translation>没有演练，也没有待确认的应用</translation>
        </message>
        <message>
            <source>Same configuration</source>
            <translation>配置一致</translation>
        </message>
        <message>
            <source>revision %1 everywhere</source>
            <translation>各处均为修订 %1</translation>
        </message>
        <message>
            <source>not the same, or not held: %1; apply first</source>
            <translation>不一致或未生效：%1；请先应用</translation>
        </message>
        <message>
            <source>Exactly one master</source>
            <translation>恰有一个主</translation>
        </message>
        <message>
            <source>there is no VRRP instance</source>
            <translation>没有 VRRP 实例</translation>
        </message>
        <message>
            <source>there is no VRRP instance “%1”</source>
            <translation>没有 VRRP 实例“%1”</translation>
        </message>
        <message>
            <source>%1 has %2 masters: %3</source>
            <translation>%1 有 %2 个主：%3</translation>
        </message>
        <message>
            <source>%1 on %2</source>
            <translation>%1 在 %2</translation>
        </message>
        <message>
            <source>Backup would win</source>
            <translation>备用能够接管</translation>
        </message>
        <message>
            <source>no director is backup of %1</source>
            <translation>没有 %1 的备用调度器</translation>
        </message>
        <message>
            <source>%1 is not ready to take %2</source>
            <translation>%1 尚不能接管 %2</translation>
        </message>
        <message>
            <source>%1, priority %2</source>
            <translation>%1，优先级 %2</translation>
        </message>
        <message>
            <source>Same IPVS table</source>
            <translation>IPVS 表一致</translation>
        </message>
        <message>
            <source>%1 services</source>
            <translation>%1 个服务</translation>
        </message>
        <message>
            <source>Servers answer</source>
            <translation>真实服务器有响应</translation>
        </message>
        <message>
            <source>%1 sees too few servers of %2</source>
            <translation>%1 看到的 %2 可用服务器过少</translation>
        </message>
        <message>
            <source>Afterwards</source>
            <translation>之后</translation>
        </message>
        <message>
            <source>%1 becomes master again when the drill ends</source>
            <translation>演练结束后 %1 重新成为主</translation>
        </message>
        <message>
            <source>%1 stays master: %2 does not preempt</source>
            <translation>%1 保持为主：%2 不抢占</translation>
        </message>
        <message>
            <source>Expected</source>
            <translation>预期</translation>
        </message>
        <message>
            <source>the backup takes over after about %1 s</source>
            <translation>备用约 %1 秒后接管</translation>
        </message>
        <message>
            <source>Probe</source>
            <translation>探测</translation>
        </message>
        <message>
            <source>no TCP service on an address that moves; say what to probe</source>
            <translation>漂移地址上没有 TCP 服务；请指定探测目标</translation>
        </message>
        <message>
            <source>%1 from this computer, every %2 ms</source>
            <translation>%1，来自本机，每 %2 毫秒</translation>
        </message>
        <message>
            <source>%1, which should probe, is not connected</source>
            <translation>负责探测的 %1 未连接</translation>
        </message>
        <message>
            <source>%1 from %2, every %3 ms</source>
            <translation>%1，来自 %2，每 %3 毫秒</translation>
        </message>
        <message>
            <source>the clock of %1 is not known well enough</source>
            <translation>对 %1 的时钟了解不够精确</translation>
        </message>
        <message>
            <source>%1 is larger than 64 MiB</source>
            <translation>%1 超过 64 MiB</translation>
        </message>
        <message>
            <source>there is no saved cluster “%1”; none is saved in %2. Name the directors with --director</source>
            <translation>没有已保存的集群“%1”；%2 中没有任何集群。请用 --director 指定调度器</translation>
        </message>
        <message>
            <source>there is no saved cluster “%1”; there are: %2</source>
            <translation>没有已保存的集群“%1”；现有：%2</translation>
        </message>
        <message>
            <source>the saved cluster “%1” could not be removed: %2</source>
            <translation>无法删除已保存的集群“%1”：%2</translation>
        </message>
        <message>
            <source>there is none</source>
            <translation>没有</translation>
        </message>
        <message>
            <source>this record was written by a newer lvsdeck; update this one</source>
            <translation>此记录由更新版本的 lvsdeck 写入；请升级本程序</translation>
        </message>
        <message>
            <source>a director's id has 1 to 63 letters, digits, . _ and -, not “%1”</source>
            <translation>调度器名称由 1 至 63 个字母、数字、. _ 和 - 组成，不能是“%1”</translation>
        </message>
        <message>
            <source>the port must be 1 to 65535</source>
            <translation>端口须为 1 至 65535</translation>
        </message>
        <message>
            <source>this file was written by a newer lvsdeck; update this one</source>
            <translation>此文件由更新版本的 lvsdeck 写入；请升级本程序</translation>
        </message>
        <message>
            <source>a cluster's name has 1 to 100 characters</source>
            <translation>集群名称为 1 至 100 个字符</translation>
        </message>
        <message>
            <source>two directors are called “%1”</source>
            <translation>有两台调度器都叫“%1”</translation>
        </message>
        <message>
            <source>“%1” is a director; a drill is measured from a host outside the pair</source>
            <translation>“%1”是调度器；演练须从集群之外的主机测量</translation>
        </message>
        <message>
            <source>%1 is in maintenance</source>
            <translation>%1 正在维护</translation>
        </message>
        <message>
            <source>lvsdeck manages %1 already, so there is no keepalived to look on at</source>
            <translation>%1 已由 lvsdeck 管理，没有可旁观的 keepalived</translation>
        </message>
        <message>
            <source>lvsdeck does not look on at a keepalived on %1 yet; let it do that first</source>
            <translation>lvsdeck 尚未旁观 %1 上的 keepalived，请先开始旁观</translation>
        </message>
        <message>
            <source>%1 was not taken over from a keepalived, so there is none to go back to</source>
            <translation>%1 不是从 keepalived 接管的，没有可交还的 keepalived</translation>
        </message>
        <message>
            <source>%1 is not connected%2; this needs all directors</source>
            <translation>%1 未连接%2；此操作需要所有调度器在线</translation>
        </message>
        <message>
            <source>keepalived does not run there; import its file instead, and apply it</source>
            <translation>该调度器上没有运行 keepalived；请改为导入其文件并应用</translation>
        </message>
        <message>
            <source>cancelled; nothing was changed</source>
            <translation>已取消，未做任何更改</translation>
        </message>
        <message>
            <source>cancelled before %1; the directors before it stay as they are now</source>
            <translation>已在 %1 之前停止；之前的调度器保持现状</translation>
        </message>
        <message>
            <source>it does not answer</source>
            <translation>没有响应</translation>
        </message>
        <message>
            <source>it has said nothing yet</source>
            <translation>尚未报告状态</translation>
        </message>
        <message>
            <source>it does not say how far it is</source>
            <translation>未报告进度</translation>
        </message>
        <message>
            <source>keepalived is not back yet</source>
            <translation>keepalived 尚未恢复</translation>
        </message>
        <message>
            <source>%1 was changed</source>
            <translation>%1 已被修改</translation>
        </message>
        <message>
            <source>%1 is not read by keepalived any more</source>
            <translation>keepalived 不再读取 %1</translation>
        </message>
        <message>
            <source>%1 is read by keepalived now, and was not</source>
            <translation>keepalived 现在会读取 %1，而之前没有读取</translation>
        </message>
        <message>
            <source>keepalived runs with another -i (%1)</source>
            <translation>keepalived 以另一个 -i（%1）运行</translation>
        </message>
        <message>
            <source>It is not known whether keepalived's files are still those of the take-over. Look at them first.</source>
            <translation>无法得知 keepalived 的文件是否仍与接管时相同。请先查看这些文件。</translation>
        </message>
        <message>
            <source>It is not known which files of keepalived were read. Look on again, so that they are read anew.</source>
            <translation>无法得知读取过 keepalived 的哪些文件。请重新旁观，以便重新读取。</translation>
        </message>
        <message>
            <source>The configuration was changed under lvsdeck since it was read from keepalived's files, and keepalived knows nothing of that. To keep the changes, export them to its files first.</source>
            <translation>自从读取 keepalived 的文件以来，配置已在 lvsdeck 中修改，而 keepalived 并不知道。如需保留这些修改，请先将其导出到 keepalived 的文件。</translation>
        </message>
        <message>
            <source>lvsdeck's configuration is not what was read from keepalived's files. Look on again, so that they are read anew.</source>
            <translation>lvsdeck 的配置与从 keepalived 文件读取的不同。请重新旁观，以便重新读取。</translation>
        </message>
        <message>
            <source>%1: with lvs_flush keepalived empties the table when it starts, and every connection through this director breaks. Remove that line first.</source>
            <translation>%1：设置了 lvs_flush，keepalived 启动时会清空转发表，经过此调度器的所有连接都会中断。请先删除该行。</translation>
        </message>
        <message>
            <source>%1: with lvs_flush keepalived empties the table when it starts, also when it comes back because the take-over was not confirmed, and connections break. Remove that line first.</source>
            <translation>%1：设置了 lvs_flush，keepalived 启动时会清空转发表；接管未经确认而恢复 keepalived 时也是如此，连接会中断。请先删除该行。</translation>
        </message>
        <message>
            <source>keepalived runs in a container, and could not be started again from here. lvsdeck can look on; to take over, run keepalived on the host itself first.</source>
            <translation>keepalived 运行在容器中，无法从这里重新启动。lvsdeck 可以旁观；如需接管，请先让 keepalived 直接在主机上运行。</translation>
        </message>
        <message>
            <source>keepalived runs as %1, and only keepalived.service can be kept from starting, and be brought back.</source>
            <translation>keepalived 以 %1 运行，而只有 keepalived.service 才能阻止其启动并恢复。</translation>
        </message>
        <message>
            <source>%1: its addresses are on this director, and another router advertises them. Take over when only one of the two has them.</source>
            <translation>%1：其地址在此调度器上，而另一台路由器也在通告这些地址。请在只有一方持有地址时再接管。</translation>
        </message>
        <message>
            <source>%1 since lvsdeck took over. keepalived comes back with what stands there now; test it first (keepalived -t).</source>
            <translation>自 lvsdeck 接管以来，%1。恢复后的 keepalived 将使用现在的内容；请先测试（keepalived -t）。</translation>
        </message>
        <message>
            <source>%1 since lvsdeck began to look on. Look on again, so that it is read anew.</source>
            <translation>自 lvsdeck 开始旁观以来，%1。请重新旁观，以便重新读取。</translation>
        </message>
        <message>
            <source>it does not answer, and so it is not known whether the take-over was confirmed; unless it was, keepalived has come back there by itself: %1</source>
            <translation>没有响应，因此无法得知接管是否已确认；如果没有确认，该处的 keepalived 已自行恢复：%1</translation>
        </message>
        <message>
            <source>keepalived still runs</source>
            <translation>keepalived 仍在运行</translation>
        </message>
        <message>
            <source>%1 is not there any more</source>
            <translation>%1 已不存在</translation>
        </message>
        <message>
            <source>%1 is %2 and was %3</source>
            <translation>%1 现为 %2，原为 %3</translation>
        </message>
        <message>
            <source>it does not stand as before: %1</source>
            <translation>未恢复到原来的状态：%1</translation>
        </message>
        <message>
            <source>; keepalived comes back there</source>
            <translation>；该台重新由 keepalived 管理</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::AdoptDialog</name>
        <message>
            <source>From keepalived to lvsdeck</source>
            <translation>从 keepalived 到 lvsdeck</translation>
        </message>
        <message>
            <source>Look on at keepalived</source>
            <translation>旁观 keepalived</translation>
        </message>
        <message>
            <source>Give back to keepalived</source>
            <translation>交还给 keepalived</translation>
        </message>
        <message>
            <source>The agents read what keepalived reads: its files, its table, its addresses. Nothing is changed on the directors.</source>
            <translation>代理读取 keepalived 的配置文件、转发表和地址，不更改调度器上的任何内容。</translation>
        </message>
        <message>
            <source>This is what keepalived does. lvsdeck shows it live from then on, with all its views. Nothing is changed on the directors.</source>
            <translation>这就是 keepalived 当前的工作。此后 lvsdeck 会在各个视图中实时显示，不更改调度器上的任何内容。</translation>
        </message>
        <message>
            <source>A director is on its way</source>
            <translation>有调度器正在切换</translation>
        </message>
        <message>
            <source>Take over from keepalived</source>
            <translation>从 keepalived 接管</translation>
        </message>
        <message>
            <source>One after another, backups first, each when the one before stands as before. If one does not within 30 seconds, keepalived comes back there and the others stay as they are.</source>
            <translation>逐台进行，备用在先，前一台恢复到原来的状态后才轮到下一台。若某台 30 秒内未能恢复，则该台重新由 keepalived 管理，其余调度器保持现状。</translation>
        </message>
        <message>
            <source>One after another, backups first, each when the one before stands as before. As long as keepalived does not start, lvsdeck goes on there.</source>
            <translation>逐台进行，备用在先，前一台恢复到原来的状态后才轮到下一台。只要 keepalived 没有启动，lvsdeck 就在该台继续工作。</translation>
        </message>
        <message>
            <source>keepalived is back on %1, as before; the other directors stay as they are.</source>
            <translation>keepalived 已在 %1 上恢复，一切如前；其余调度器保持现状。</translation>
        </message>
        <message>
            <source>lvsdeck manages %1</source>
            <translation>%1 由 lvsdeck 管理</translation>
        </message>
        <message>
            <source>keepalived stays installed and its files stay as they are. You can give the directors back at any time, one after another, in the same way.</source>
            <translation>keepalived 仍保留安装，其文件保持不变。您可以随时以同样的方式逐台交还。</translation>
        </message>
        <message>
            <source>keepalived manages %1 again</source>
            <translation>%1 重新由 keepalived 管理</translation>
        </message>
        <message>
            <source>lvsdeck looks on and changes nothing. You can take over again at any time.</source>
            <translation>lvsdeck 只旁观，不做任何更改。您可以随时再次接管。</translation>
        </message>
        <message>
            <source>1  Look on</source>
            <translation>1  旁观</translation>
        </message>
        <message>
            <source>2  Take over</source>
            <translation>2  接管</translation>
        </message>
        <message>
            <source>3  lvsdeck manages</source>
            <translation>3  由 lvsdeck 管理</translation>
        </message>
        <message>
            <source>%1, now</source>
            <translation>%1（当前）</translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) below are errors: lvsdeck would go on without what they name. Look at them before you take over.</source>
            <translation>
                <numerusform>下方有 %n 条错误：lvsdeck 接管后将缺少其中所指的内容，请在接管之前查看。</numerusform>
            </translation>
        </message>
        <message>
            <source>Stops after %1, which is finished or taken back first.</source>
            <translation>%1 完成或退回之后停止。</translation>
        </message>
        <message>
            <source>Stop after %1</source>
            <translation>完成 %1 后停止</translation>
        </message>
        <message>
            <source>Look on</source>
            <translation>开始旁观</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Take over…</source>
            <translation>接管…</translation>
        </message>
        <message>
            <source>Give back</source>
            <translation>交还</translation>
        </message>
        <message>
            <source>Give back anyway</source>
            <translation>仍然交还</translation>
        </message>
        <message>
            <source>Take over</source>
            <translation>接管</translation>
        </message>
        <message>
            <source>Waiting for the directors</source>
            <translation>正在等待调度器</translation>
        </message>
        <message>
            <source>Waiting for the directors…</source>
            <translation>正在等待调度器…</translation>
        </message>
        <message>
            <source>Give back to keepalived…</source>
            <translation>交还给 keepalived…</translation>
        </message>
        <message>
            <source>Read the files again</source>
            <translation>重新读取文件</translation>
        </message>
        <message>
            <source>Stay with lvsdeck</source>
            <translation>继续由 lvsdeck 管理</translation>
        </message>
        <message>
            <source>The director that is on its way is finished, or keepalived comes back there; the others stay as they are.</source>
            <translation>正在切换的调度器会完成切换，或退回 keepalived；其余调度器保持现状。</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::AdoptRow</name>
        <message>
            <source>waiting</source>
            <translation>等待</translation>
        </message>
        <message>
            <source>starting keepalived</source>
            <translation>启动 keepalived</translation>
        </message>
        <message>
            <source>standing as before (4 s)</source>
            <translation>状态如前（4 秒）</translation>
        </message>
        <message>
            <source>keepalived manages</source>
            <translation>由 keepalived 管理</translation>
        </message>
        <message>
            <source>ending keepalived</source>
            <translation>结束 keepalived</translation>
        </message>
        <message>
            <source>confirmed</source>
            <translation>已确认</translation>
        </message>
        <message>
            <source>keepalived comes back</source>
            <translation>keepalived 正在恢复</translation>
        </message>
        <message>
            <source>keepalived is back, all as before</source>
            <translation>keepalived 已恢复，一切如前</translation>
        </message>
        <message>
            <source>did not go</source>
            <translation>未成功</translation>
        </message>
        <message>
            <source>keepalived manages this director; lvsdeck looks on and changes nothing.</source>
            <translation>此调度器由 keepalived 管理；lvsdeck 只旁观，不做任何更改。</translation>
        </message>
        <message>
            <source>keepalived is started while lvsdeck goes on with everything; when it is ready, lvsdeck falls silent and only looks on.</source>
            <translation>启动 keepalived 期间 lvsdeck 照常运行；keepalived 就绪后，lvsdeck 停止通告，只旁观。</translation>
        </message>
        <message>
            <source>lvsdeck manages this director. keepalived stays installed and does not start by itself.</source>
            <translation>此调度器由 lvsdeck 管理。keepalived 仍保留安装，但不会自行启动。</translation>
        </message>
        <message>
            <source>keepalived manages this director again; lvsdeck looks on.</source>
            <translation>此调度器重新由 keepalived 管理；lvsdeck 旁观。</translation>
        </message>
        <message>
            <source>Master, so it goes last: lvsdeck goes on with its addresses, its table and its connections, and ends keepalived without a goodbye, so that nothing moves.</source>
            <translation>主调度器，最后进行：lvsdeck 接续其地址、转发表和连接，并让 keepalived 不发退出通告地结束，因此没有任何漂移。</translation>
        </message>
        <message>
            <source>Backup: lvsdeck goes on with its table and its priority, and ends keepalived; no address moves.</source>
            <translation>备用调度器：lvsdeck 接续其转发表和优先级，并结束 keepalived；地址不漂移。</translation>
        </message>
        <message>
            <source>Not yet: %1</source>
            <translation>尚未：%1</translation>
        </message>
        <message>
            <source>What differed between keepalived's table and lvsdeck's on %1</source>
            <translation>%1 上 keepalived 与 lvsdeck 转发表的差异</translation>
        </message>
        <message numerus="yes">
            <source>%n thing(s) that will be otherwise</source>
            <translation>
                <numerusform>将有 %n 处不同</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n difference(s) to keepalived's table</source>
            <translation>
                <numerusform>与 keepalived 转发表有 %n 处差异</numerusform>
            </translation>
        </message>
        <message>
            <source>%1: %2</source>
            <translation>%1：%2</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ChecksPage</name>
        <message>
            <source>How do we know that a server works?</source>
            <translation>如何判断真实服务器是否正常？</translation>
        </message>
        <message>
            <source>Every director checks every server by itself; one that fails gets no new connections until it answers again.</source>
            <translation>每台调度器各自检查每台真实服务器；检查失败的服务器不再接收新连接，恢复响应后自动加回。</translation>
        </message>
        <message>
            <source> s</source>
            <translation> 秒</translation>
        </message>
        <message>
            <source>Keep a failed server in the table with weight 0</source>
            <translation>故障服务器保留在表中，权重置 0</translation>
        </message>
        <message>
            <source>TCP: a connection opens</source>
            <translation>TCP：能建立连接</translation>
        </message>
        <message>
            <source>HTTP: a page answers with 200 to 299</source>
            <translation>HTTP：页面返回 200 至 299</translation>
        </message>
        <message>
            <source>HTTPS: a page answers with 200 to 299</source>
            <translation>HTTPS：页面返回 200 至 299</translation>
        </message>
        <message>
            <source>None: always in</source>
            <translation>不检查：始终在线</translation>
        </message>
        <message>
            <source>the server's port</source>
            <translation>与服务器端口相同</translation>
        </message>
        <message>
            <source>Check</source>
            <translation>检查方式</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>路径</translation>
        </message>
        <message>
            <source>Host name to ask for</source>
            <translation>请求的主机名</translation>
        </message>
        <message>
            <source>Port to check</source>
            <translation>检查端口</translation>
        </message>
        <message>
            <source>Every</source>
            <translation>检查间隔</translation>
        </message>
        <message>
            <source>Give up after</source>
            <translation>连接超时</translation>
        </message>
        <message>
            <source>Tries before it counts as down</source>
            <translation>判定故障前的重试次数</translation>
        </message>
        <message>
            <source>Pause between tries</source>
            <translation>重试间隔</translation>
        </message>
        <message>
            <source>Its old connections live on; without it the server is removed and they end at once.</source>
            <translation>已有连接得以保留；不勾选则服务器被移出，连接立即中断。</translation>
        </message>
        <message>
            <source>Nobody looks: a dead server keeps getting connections.</source>
            <translation>没有检查：宕机的服务器仍会收到连接。</translation>
        </message>
        <message>
            <source>A dead server is out after at most %1 s.</source>
            <translation>宕机的服务器最迟 %1 秒后被移出。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ClusterDialog</name>
        <message>
            <source>Add a cluster</source>
            <translation>添加集群</translation>
        </message>
        <message>
            <source>Edit %1</source>
            <translation>编辑 %1</translation>
        </message>
        <message>
            <source>lvsdeck reaches each director by SSH and starts lvsdeck-agent attach there. No other port is used.</source>
            <translation>lvsdeck 通过 SSH 连接每台调度器，并在其上运行 lvsdeck-agent attach，不使用其他端口。</translation>
        </message>
        <message>
            <source>Name of the cluster</source>
            <translation>集群名称</translation>
        </message>
        <message>
            <source>Directors</source>
            <translation>调度器</translation>
        </message>
        <message>
            <source>Another director</source>
            <translation>再加一台调度器</translation>
        </message>
        <message>
            <source>Private key file</source>
            <translation>私钥文件</translation>
        </message>
        <message>
            <source>empty: your SSH agent, ssh_config and default keys</source>
            <translation>留空：使用 SSH 代理、ssh_config 和默认密钥</translation>
        </message>
        <message>
            <source>Drills probe from</source>
            <translation>演练探测起点</translation>
        </message>
        <message>
            <source>user@host of a client machine; empty: this computer</source>
            <translation>客户端机器的 user@host；留空：本机</translation>
        </message>
        <message>
            <source>Test the connections</source>
            <translation>测试连接</translation>
        </message>
        <message>
            <source>Stop the test</source>
            <translation>停止测试</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Name of director %1</source>
            <translation>调度器 %1 的名称</translation>
        </message>
        <message>
            <source>SSH target of director %1</source>
            <translation>调度器 %1 的 SSH 目标</translation>
        </message>
        <message>
            <source>Type where SSH reaches the directors, e.g. admin@lb1.example.com.</source>
            <translation>请填写调度器的 SSH 地址，例如 admin@lb1.example.com。</translation>
        </message>
        <message>
            <source>There is a cluster of this name already. Choose another one.</source>
            <translation>已有同名集群，请换一个名称。</translation>
        </message>
        <message>
            <source>connecting…</source>
            <translation>正在连接…</translation>
        </message>
        <message>
            <source>waits for your answer</source>
            <translation>等待您的回答</translation>
        </message>
        <message>
            <source>logging in…</source>
            <translation>正在登录…</translation>
        </message>
        <message>
            <source>agent %1, you are %2</source>
            <translation>代理 %1，角色 %2</translation>
        </message>
        <message>
            <source>%1: its kernel has no IPVS. Load the module ip_vs there, then it can forward.</source>
            <translation>%1：内核没有 IPVS。请在该机上加载 ip_vs 模块，之后才能转发。</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ClusterDraft</name>
        <message>
            <source>Discard all changes</source>
            <translation>放弃全部更改</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ConfigView</name>
        <message>
            <source>Configuration</source>
            <translation>配置</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Save for all directors…</source>
            <translation>保存全部调度器…</translation>
        </message>
        <message>
            <source>Director</source>
            <translation>调度器</translation>
        </message>
        <message>
            <source>Revision</source>
            <translation>修订</translation>
        </message>
        <message>
            <source>Hash</source>
            <translation>摘要</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Applied</source>
            <translation>应用时间</translation>
        </message>
        <message>
            <source>By</source>
            <translation>操作人</translation>
        </message>
        <message>
            <source>Comment</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>In force on each director</source>
            <translation>各调度器上生效的配置</translation>
        </message>
        <message>
            <source>Revisions</source>
            <translation>修订历史</translation>
        </message>
        <message>
            <source>keepalived.conf of</source>
            <translation>keepalived.conf：</translation>
        </message>
        <message>
            <source>Which configuration</source>
            <translation>哪份配置</translation>
        </message>
        <message>
            <source>in force</source>
            <translation>已生效</translation>
        </message>
        <message>
            <source>with the changes of the draft</source>
            <translation>包含草稿中的更改</translation>
        </message>
        <message>
            <source>Mask passwords</source>
            <translation>隐藏密码</translation>
        </message>
        <message>
            <source>keepalived.conf</source>
            <translation>keepalived.conf</translation>
        </message>
        <message>
            <source>Copied, with masked passwords: keepalived takes it, but the routers would not understand each other.</source>
            <translation>已复制，密码已隐藏：keepalived 能读取，但路由器之间将互不认可。</translation>
        </message>
        <message>
            <source>Copied.</source>
            <translation>已复制。</translation>
        </message>
        <message>
            <source>Folder for the keepalived.conf of each director</source>
            <translation>选择存放各调度器 keepalived.conf 的文件夹</translation>
        </message>
        <message>
            <source>nothing was applied yet</source>
            <translation>尚未应用任何配置</translation>
        </message>
        <message>
            <source>r%1, the same on all directors</source>
            <translation>r%1，所有调度器一致</translation>
        </message>
        <message>
            <source>r%1; the directors differ or do not all answer</source>
            <translation>r%1；调度器不一致或有调度器无响应</translation>
        </message>
        <message>
            <source>not heard from</source>
            <translation>无响应</translation>
        </message>
        <message>
            <source>asking…</source>
            <translation>正在查询…</translation>
        </message>
        <message>
            <source>waits for confirmation</source>
            <translation>等待确认</translation>
        </message>
        <message>
            <source>nothing applied</source>
            <translation>未应用</translation>
        </message>
        <message>
            <source># Here will be the keepalived.conf of each director, as soon as there is a service.</source>
            <translation># 有了服务之后，这里显示每台调度器的 keepalived.conf。</translation>
        </message>
        <message>
            <source>%1 was not written: %2</source>
            <translation>%1 未能写入：%2</translation>
        </message>
        <message>
            <source>Written to %1: %2. They hold the VRRP password in clear.</source>
            <translation>已写入 %1：%2。文件中含明文 VRRP 密码。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::DrillPage</name>
        <message>
            <source>What happened</source>
            <translation>经过</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::DrillSetup</name>
        <message>
            <source>What shall happen to the master?</source>
            <translation>让主调度器发生什么？</translation>
        </message>
        <message>
            <source>It resigns (graceful)</source>
            <translation>主动让出（平滑）</translation>
        </message>
        <message>
            <source>As for maintenance: the master says goodbye and hands its addresses over.</source>
            <translation>如同维护：主调度器宣告退出并交出地址。</translation>
        </message>
        <message>
            <source>Clients should hardly notice. Safe at any time.</source>
            <translation>客户端几乎无感，随时可做。</translation>
        </message>
        <message>
            <source>It crashes</source>
            <translation>突然宕机</translation>
        </message>
        <message>
            <source>As by a power cut: the master falls silent without a goodbye and its addresses vanish.</source>
            <translation>如同断电：主调度器不告而别，地址随之消失。</translation>
        </message>
        <message>
            <source>Clients feel the time until the backup notices. Connections of clients may break.</source>
            <translation>备用调度器察觉之前客户端会中断，连接可能断开。</translation>
        </message>
        <message>
            <source>How it is measured</source>
            <translation>如何测量</translation>
        </message>
        <message>
            <source>Clients' view from</source>
            <translation>客户端视角来自</translation>
        </message>
        <message>
            <source>only connect</source>
            <translation>仅建立连接</translation>
        </message>
        <message>
            <source>A path makes the probe ask for it by HTTP and want a status of 200 to 399.</source>
            <translation>填写路径后，探测以 HTTP 请求该路径并要求状态码 200 至 399。</translation>
        </message>
        <message>
            <source>HTTP path</source>
            <translation>HTTP 路径</translation>
        </message>
        <message>
            <source> ms</source>
            <translation> 毫秒</translation>
        </message>
        <message>
            <source>One attempt every</source>
            <translation>探测间隔</translation>
        </message>
        <message>
            <source>Connections that stay open through the switch; needs an HTTP path.</source>
            <translation>切换期间保持打开的连接数；需要 HTTP 路径。</translation>
        </message>
        <message>
            <source>Connections held open</source>
            <translation>保持的连接数</translation>
        </message>
        <message>
            <source>Passed when clients feel at most</source>
            <translation>通过标准：客户端中断不超过</translation>
        </message>
        <message>
            <source>Pre-flight</source>
            <translation>预检</translation>
        </message>
        <message>
            <source>The fault is on loan: if this computer, its connection or this program dies, the director restores itself when the lease runs out.</source>
            <translation>故障只是“借用”：若本机、连接或程序中断，租约到期后调度器自行恢复。</translation>
        </message>
        <message>
            <source>Check again</source>
            <translation>重新检查</translation>
        </message>
        <message>
            <source>Start drill</source>
            <translation>开始演练</translation>
        </message>
        <message>
            <source>this computer</source>
            <translation>本机</translation>
        </message>
        <message>
            <source>Looking at both directors…</source>
            <translation>正在检查两台调度器…</translation>
        </message>
        <message>
            <source>The drill cannot start before this is mended.</source>
            <translation>修复这些问题之后才能开始演练。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::DrillView</name>
        <message>
            <source>Earlier drills</source>
            <translation>历次演练</translation>
        </message>
        <message>
            <source>Earlier drills of this cluster</source>
            <translation>本集群的历次演练</translation>
        </message>
        <message>
            <source>Failover drill</source>
            <translation>故障切换演练</translation>
        </message>
        <message>
            <source>Save report…</source>
            <translation>保存报告…</translation>
        </message>
        <message>
            <source>Run again…</source>
            <translation>再次演练…</translation>
        </message>
        <message>
            <source>Abort and restore</source>
            <translation>中止并恢复</translation>
        </message>
        <message>
            <source>Takes the fault back at once (Esc)</source>
            <translation>立即撤销故障（Esc）</translation>
        </message>
        <message>
            <source>aborted by hand</source>
            <translation>人工中止</translation>
        </message>
        <message>
            <source>tries the failover now, measures what clients feel, restores everything</source>
            <translation>现在试做一次故障切换，测量客户端的感受，并恢复一切</translation>
        </message>
        <message>
            <source>starting</source>
            <translation>正在开始</translation>
        </message>
        <message>
            <source>The drill could not be kept: %1</source>
            <translation>演练记录无法保存：%1</translation>
        </message>
        <message>
            <source>%1 · %2 · clients felt %3</source>
            <translation>%1 · %2 · 客户端中断 %3</translation>
        </message>
        <message>
            <source>None yet. Every drill is kept here, to compare.</source>
            <translation>暂无。每次演练都会保留在此，便于比较。</translation>
        </message>
        <message>
            <source>Folder for the report</source>
            <translation>选择报告文件夹</translation>
        </message>
        <message>
            <source>Saved %1, with a PDF and the record as JSON beside it</source>
            <translation>已保存 %1，同处还有 PDF 和 JSON 记录</translation>
        </message>
        <message>
            <source>By this cluster's timers the backup takes over after at most %1 of silence.</source>
            <translation>按本集群的计时设置，备用调度器最迟在静默 %1 后接管。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::EventModel</name>
        <message>
            <source>%1 (by %2)</source>
            <translation>%1（操作人 %2）</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Level</source>
            <translation>级别</translation>
        </message>
        <message>
            <source>Director</source>
            <translation>调度器</translation>
        </message>
        <message>
            <source>Area</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>What happened</source>
            <translation>经过</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::EventsView</name>
        <message>
            <source>Events</source>
            <translation>事件</translation>
        </message>
        <message>
            <source>Filter: words, director, server…</source>
            <translation>筛选：文字、调度器、服务器…</translation>
        </message>
        <message>
            <source>Least level</source>
            <translation>最低级别</translation>
        </message>
        <message>
            <source>All levels</source>
            <translation>全部级别</translation>
        </message>
        <message>
            <source>Notices and above</source>
            <translation>通知及以上</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <translation>警告和错误</translation>
        </message>
        <message>
            <source>Errors only</source>
            <translation>仅错误</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Nothing has happened yet</source>
            <translation>尚无事件</translation>
        </message>
        <message>
            <source>Changes of role, servers that go down or come back, and everything that somebody does will be listed here.</source>
            <translation>角色变化、服务器故障与恢复，以及每个人的操作都会列在这里。</translation>
        </message>
        <message numerus="yes">
            <source>%n event(s) of all directors, newest first</source>
            <translation>
                <numerusform>全部调度器的 %n 条事件，最新在前</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ForwardingPage</name>
        <message>
            <source>Round robin (rr)</source>
            <translation>轮询（rr）</translation>
        </message>
        <message>
            <source>Weighted round robin (wrr)</source>
            <translation>加权轮询（wrr）</translation>
        </message>
        <message>
            <source>Least connections (lc)</source>
            <translation>最少连接（lc）</translation>
        </message>
        <message>
            <source>Weighted least connections (wlc)</source>
            <translation>加权最少连接（wlc）</translation>
        </message>
        <message>
            <source>Locality based, least connections (lblc)</source>
            <translation>基于局部性的最少连接（lblc）</translation>
        </message>
        <message>
            <source>Locality based with replication (lblcr)</source>
            <translation>带复制的基于局部性最少连接（lblcr）</translation>
        </message>
        <message>
            <source>Destination hashing (dh)</source>
            <translation>目标地址散列（dh）</translation>
        </message>
        <message>
            <source>Source hashing (sh)</source>
            <translation>源地址散列（sh）</translation>
        </message>
        <message>
            <source>Shortest expected delay (sed)</source>
            <translation>最短期望延迟（sed）</translation>
        </message>
        <message>
            <source>Never queue (nq)</source>
            <translation>永不排队（nq）</translation>
        </message>
        <message>
            <source>Fail over to the next weight (fo)</source>
            <translation>按权重故障转移（fo）</translation>
        </message>
        <message>
            <source>Overflow to the next weight (ovf)</source>
            <translation>按权重溢出（ovf）</translation>
        </message>
        <message>
            <source>Maglev hashing (mh)</source>
            <translation>Maglev 一致性散列（mh）</translation>
        </message>
        <message>
            <source>Power of two choices (twos)</source>
            <translation>二选一（twos）</translation>
        </message>
        <message>
            <source>Each server in turn. For equal servers and short requests; it does not look at the load.</source>
            <translation>依次分配。适合性能相同的服务器和短请求；不考虑负载。</translation>
        </message>
        <message>
            <source>Each in turn, by weight. For servers of different size; it does not look at the load.</source>
            <translation>按权重依次分配。适合性能不同的服务器；不考虑负载。</translation>
        </message>
        <message>
            <source>The server with the fewest connections. For long or uneven connections; a server that comes back empty is flooded at first.</source>
            <translation>分给连接最少的服务器。适合长连接或时长不一的连接；刚恢复的空闲服务器会先被大量涌入。</translation>
        </message>
        <message>
            <source>Good for long-lived connections and servers of different size; the usual choice.</source>
            <translation>适合长连接和性能不同的服务器，是通常的选择。</translation>
        </message>
        <message>
            <source>Keeps a destination address on one server until that is overloaded. For farms of caches.</source>
            <translation>同一目标地址固定在一台服务器上，直到其过载。适合缓存集群。</translation>
        </message>
        <message>
            <source>As lblc, with several servers for a busy destination. For caches with hot objects.</source>
            <translation>同 lblc，但繁忙的目标可由多台服务器承担。适合有热点的缓存。</translation>
        </message>
        <message>
            <source>A fixed server for each destination address. For caches and firewalls.</source>
            <translation>每个目标地址固定一台服务器。适合缓存和防火墙。</translation>
        </message>
        <message>
            <source>A fixed server for each client address. Few clients, or many behind one address, make it uneven.</source>
            <translation>每个客户端地址固定一台服务器。客户端少，或很多客户端共用一个地址时会不均。</translation>
        </message>
        <message>
            <source>The server that would answer soonest by connections and weight. For unequal servers with few connections.</source>
            <translation>按连接数和权重选择预期最快的服务器。适合性能不同、连接不多的服务器。</translation>
        </message>
        <message>
            <source>An idle server first, else as sed: nobody waits behind a big server that is busy.</source>
            <translation>优先空闲服务器，否则同 sed：不会排在繁忙的大服务器之后。</translation>
        </message>
        <message>
            <source>All to the highest weight that is up; the others are spare. This does not balance.</source>
            <translation>全部交给可用的最高权重服务器，其余备用。不做均衡。</translation>
        </message>
        <message>
            <source>Fills the highest weight with that many connections, then the next. Not for UDP.</source>
            <translation>先把最高权重服务器填满（连接数等于权重），再用下一台。不适用于 UDP。</translation>
        </message>
        <message>
            <source>Directors agree without shared state, and little moves when servers change. For several active directors.</source>
            <translation>多台调度器无需共享状态即可一致，服务器变动时迁移很少。适合多台同时工作的调度器。</translation>
        </message>
        <message>
            <source>The better of two random servers. For many servers; needs kernel 6.0 or newer on the directors.</source>
            <translation>随机取两台中较好的一台。适合大量服务器；调度器需要 6.0 或更新的内核。</translation>
        </message>
        <message>
            <source>How do packets reach the real servers?</source>
            <translation>数据包如何到达真实服务器？</translation>
        </message>
        <message>
            <source>It decides what your network and the servers must be like. It can be changed later, one service at a time.</source>
            <translation>这决定了对网络和服务器的要求。以后可以逐个服务修改。</translation>
        </message>
        <message>
            <source>Direct routing (DR)</source>
            <translation>直接路由（DR）</translation>
        </message>
        <message>
            <source>Servers answer clients directly: the fastest. Same segment as the directors, same port; the virtual IP sits on each server's loopback.</source>
            <translation>服务器直接应答客户端，速度最快。须与调度器同一网段、同一端口；虚拟 IP 配置在每台服务器的环回接口上。</translation>
        </message>
        <message>
            <source>Needs arp_ignore=1 and arp_announce=2 on each server. Forgotten, clients stick to one server or lose it at random.</source>
            <translation>每台服务器须设置 arp_ignore=1 和 arp_announce=2。若遗漏，客户端会固定到某一台或随机中断。</translation>
        </message>
        <message>
            <source>NAT</source>
            <translation>NAT</translation>
        </message>
        <message>
            <source>Both directions pass the director. Any operating system, any port.</source>
            <translation>双向流量都经过调度器。操作系统、端口不限。</translation>
        </message>
        <message>
            <source>The director must be the servers' gateway, by an address that moves with the virtual IP, and carries all replies.</source>
            <translation>调度器须是服务器的网关，网关地址随虚拟 IP 一起漂移，并承担全部应答流量。</translation>
        </message>
        <message>
            <source>Tunnel (TUN)</source>
            <translation>隧道（TUN）</translation>
        </message>
        <message>
            <source>Like DR across routers: packets arrive in IPIP, GRE or GUE, replies go straight to the client.</source>
            <translation>类似可跨路由器的 DR：数据包以 IPIP、GRE 或 GUE 封装到达，应答直接返回客户端。</translation>
        </message>
        <message>
            <source>Needs a tunnel interface with the virtual IP on each server, and a smaller MTU or clamped MSS.</source>
            <translation>每台服务器需要带虚拟 IP 的隧道接口，以及更小的 MTU 或限制 MSS。</translation>
        </message>
        <message>
            <source>IPIP</source>
            <translation>IPIP</translation>
        </message>
        <message>
            <source>GRE</source>
            <translation>GRE</translation>
        </message>
        <message>
            <source>GUE (UDP port 6080)</source>
            <translation>GUE（UDP 端口 6080）</translation>
        </message>
        <message>
            <source>Tunnel</source>
            <translation>隧道类型</translation>
        </message>
        <message>
            <source>Scheduler</source>
            <translation>调度算法</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::HeaderBar</name>
        <message>
            <source>not heard from</source>
            <translation>无响应</translation>
        </message>
        <message>
            <source>nothing applied yet</source>
            <translation>尚未应用</translation>
        </message>
        <message>
            <source>in sync · %1</source>
            <translation>一致 · %1</translation>
        </message>
        <message>
            <source>%1 of %2 answer · %3</source>
            <translation>%1/%2 有响应 · %3</translation>
        </message>
        <message>
            <source>differs: %1</source>
            <translation>不一致：%1</translation>
        </message>
        <message>
            <source>two masters</source>
            <translation>出现两个主</translation>
        </message>
        <message>
            <source>VIPs without master</source>
            <translation>VIP 无主</translation>
        </message>
        <message>
            <source>VIPs on %1</source>
            <translation>VIP 在 %1</translation>
        </message>
        <message>
            <source>Add service…</source>
            <translation>添加服务…</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Drill…</source>
            <translation>演练…</translation>
        </message>
        <message>
            <source>Apply changes…</source>
            <translation>应用更改…</translation>
        </message>
        <message numerus="yes">
            <source>Apply %n change(s)…</source>
            <translation>
                <numerusform>应用 %n 项更改…</numerusform>
            </translation>
        </message>
        <message>
            <source>SIMULATION</source>
            <translation>模拟</translation>
        </message>
        <message>
            <source>Two agents in this program over a simulated kernel. Nothing here is a real server.</source>
            <translation>程序内的两个代理运行在模拟内核之上，这里没有真实的服务器。</translation>
        </message>
        <message>
            <source>read only</source>
            <translation>只读</translation>
        </message>
        <message>
            <source>r%1 waits for confirmation</source>
            <translation>r%1 等待确认</translation>
        </message>
        <message>
            <source>a drill is running</source>
            <translation>正在演练</translation>
        </message>
        <message>
            <source>looks on</source>
            <translation>旁观</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::LineChart</name>
        <message>
            <source>now</source>
            <translation>现在</translation>
        </message>
        <message>
            <source>-%1 min</source>
            <translation>-%1 分</translation>
        </message>
        <message>
            <source>-%1 s</source>
            <translation>-%1 秒</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::MainWindow</name>
        <message>
            <source>No cluster yet</source>
            <translation>还没有集群</translation>
        </message>
        <message>
            <source>Add the directors of an LVS cluster. lvsdeck talks to them by SSH only and changes nothing until you apply something.</source>
            <translation>请添加 LVS 集群的调度器。lvsdeck 只通过 SSH 与其通信，在您应用之前不做任何更改。</translation>
        </message>
        <message>
            <source>Add a cluster…</source>
            <translation>添加集群…</translation>
        </message>
        <message>
            <source>%1 cannot be read: %2</source>
            <translation>无法读取 %1：%2</translation>
        </message>
        <message>
            <source>There is no saved cluster named %1.</source>
            <translation>没有名为 %1 的已保存集群。</translation>
        </message>
        <message>
            <source>no drill yet</source>
            <translation>尚未演练</translation>
        </message>
        <message>
            <source>last drill: %1 ago, clients felt %2 ms</source>
            <translation>上次演练：%1前，客户端中断 %2 毫秒</translation>
        </message>
        <message>
            <source>last drill: %1 ago</source>
            <translation>上次演练：%1前</translation>
        </message>
        <message>
            <source>Forget %1?</source>
            <translation>忘记 %1？</translation>
        </message>
        <message>
            <source>lvsdeck forgets how to reach the directors of %1. Nothing changes on the directors; drill records are kept.</source>
            <translation>lvsdeck 将忘记如何连接 %1 的调度器。调度器上不做任何更改，演练记录保留。</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>忘记</translation>
        </message>
        <message>
            <source>%1 was not saved: %2</source>
            <translation>%1 未能保存：%2</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>Edit this cluster…</source>
            <translation>编辑此集群…</translation>
        </message>
        <message>
            <source>Forget this cluster…</source>
            <translation>忘记此集群…</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>重做</translation>
        </message>
        <message>
            <source>Discard all changes</source>
            <translation>放弃全部更改</translation>
        </message>
        <message>
            <source>&amp;Cluster</source>
            <translation>集群(&amp;C)</translation>
        </message>
        <message>
            <source>Add service…</source>
            <translation>添加服务…</translation>
        </message>
        <message>
            <source>Apply changes…</source>
            <translation>应用更改…</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Connect again</source>
            <translation>重新连接</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
        <message>
            <source>About lvsdeck</source>
            <translation>关于 lvsdeck</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Full screen</source>
            <translation>全屏</translation>
        </message>
        <message>
            <source>Undo: %1</source>
            <translation>撤销：%1</translation>
        </message>
        <message>
            <source>Redo: %1</source>
            <translation>重做：%1</translation>
        </message>
        <message>
            <source>lvsdeck %1 — a console for Linux Virtual Server.
Free software under the GNU General Public License, version 3 or later.
Icons: Breeze of KDE (LGPL).</source>
            <translation>lvsdeck %1 — Linux Virtual Server 控制台。
自由软件，遵循 GNU 通用公共许可证第 3 版或更新版本。
图标：KDE 的 Breeze（LGPL）。</translation>
        </message>
        <message>
            <source>%1: %2</source>
            <translation>%1：%2</translation>
        </message>
        <message>
            <source>The language changes at the next start, because there are changes that were not applied yet.</source>
            <translation>因为还有未应用的更改，语言将在下次启动时切换。</translation>
        </message>
        <message>
            <source>Import a configuration…</source>
            <translation>导入配置…</translation>
        </message>
        <message>
            <source>The text knows of no director and no VIP: only the virtual services are replaced.</source>
            <translation>文本中没有调度器和 VIP：只替换虚拟服务。</translation>
        </message>
        <message>
            <source>Not directors of this cluster, and left out: %1.</source>
            <translation>不是此集群的调度器，已略去：%1。</translation>
        </message>
        <message>
            <source>No text is for %1: it would take part in no VRRP instance.</source>
            <translation>没有 %1 的文本：它将不参与任何 VRRP 实例。</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>导入</translation>
        </message>
        <message>
            <source>What was imported is what is in force: there is nothing to change.</source>
            <translation>导入的内容与已生效的配置相同，无需更改。</translation>
        </message>
        <message>
            <source>Imported as changes that are not applied yet. Review them with “Apply changes…”.</source>
            <translation>已导入为尚未应用的更改。请用“应用更改…”审阅。</translation>
        </message>
        <message>
            <source>Take over from keepalived…</source>
            <translation>从 keepalived 接管…</translation>
        </message>
        <message>
            <source>Give back to keepalived…</source>
            <translation>交还给 keepalived…</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::OverviewView</name>
        <message>
            <source>Overview</source>
            <translation>总览</translation>
        </message>
        <message>
            <source>Fit</source>
            <translation>适应窗口</translation>
        </message>
        <message>
            <source>Scale everything into the window</source>
            <translation>缩放以适应窗口</translation>
        </message>
        <message>
            <source>Save picture…</source>
            <translation>保存图片…</translation>
        </message>
        <message>
            <source>Active connections by service</source>
            <translation>各服务的活动连接</translation>
        </message>
        <message>
            <source>New connections per second</source>
            <translation>每秒新建连接</translation>
        </message>
        <message>
            <source>Add service…</source>
            <translation>添加服务…</translation>
        </message>
        <message>
            <source>no director answers</source>
            <translation>没有调度器响应</translation>
        </message>
        <message numerus="yes">
            <source>%n virtual address(es) on no director</source>
            <translation>
                <numerusform>%n 个虚拟地址不在任何调度器上</numerusform>
            </translation>
        </message>
        <message>
            <source>everything is served</source>
            <translation>全部服务正常</translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s) down</source>
            <translation>
                <numerusform>%n 台真实服务器故障</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n director(s) not heard from</source>
            <translation>
                <numerusform>%n 台调度器无响应</numerusform>
            </translation>
        </message>
        <message>
            <source>; </source>
            <translation>；</translation>
        </message>
        <message>
            <source>Waiting for the directors</source>
            <translation>正在等待调度器</translation>
        </message>
        <message>
            <source>The picture appears as soon as a director has answered.</source>
            <translation>调度器响应后即显示拓扑图。</translation>
        </message>
        <message>
            <source>Nothing is served yet</source>
            <translation>尚无服务</translation>
        </message>
        <message>
            <source>Define the first virtual IP with its real servers; you will see exactly what changes on each director before anything happens.</source>
            <translation>请定义第一个虚拟 IP 及其真实服务器；在生效之前，您会看到每台调度器上的确切更改。</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>保存图片</translation>
        </message>
        <message>
            <source>SVG pictures (*.svg);;PNG pictures (*.png)</source>
            <translation>SVG 图片 (*.svg);;PNG 图片 (*.png)</translation>
        </message>
        <message>
            <source>Saved %1.</source>
            <translation>已保存 %1。</translation>
        </message>
        <message>
            <source>%1 could not be written. Choose a folder that you may write to.</source>
            <translation>无法写入 %1，请选择有写权限的文件夹。</translation>
        </message>
        <message>
            <source>Look on at keepalived…</source>
            <translation>旁观 keepalived…</translation>
        </message>
        <message>
            <source>Where keepalived runs on the directors already: lvsdeck reads what it does and shows it live. Nothing is changed.</source>
            <translation>如果调度器上已在运行 keepalived：lvsdeck 读取其工作并实时显示，不做任何更改。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::QuestionDialogs</name>
        <message>
            <source>Is this %1?</source>
            <translation>这是 %1 吗？</translation>
        </message>
        <message>
            <source>This host was never seen before. Compare the fingerprint with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then trust it or not.</source>
            <translation>首次连接该主机。请与主机上的指纹核对（在其上运行 ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub），再决定是否信任。</translation>
        </message>
        <message>
            <source>%1, port %2, key of type %3</source>
            <translation>%1，端口 %2，密钥类型 %3</translation>
        </message>
        <message>
            <source>A trusted key is written to %1.</source>
            <translation>信任的密钥将写入 %1。</translation>
        </message>
        <message>
            <source>Do not connect</source>
            <translation>不连接</translation>
        </message>
        <message>
            <source>Trust this key</source>
            <translation>信任此密钥</translation>
        </message>
        <message>
            <source>Passphrase for the key</source>
            <translation>密钥口令</translation>
        </message>
        <message>
            <source>Log in to %1</source>
            <translation>登录 %1</translation>
        </message>
        <message>
            <source>Passphrase of %1</source>
            <translation>%1 的口令</translation>
        </message>
        <message>
            <source>Password of %1</source>
            <translation>%1 的密码</translation>
        </message>
        <message>
            <source>Remember in the keychain</source>
            <translation>保存到钥匙串</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Log in</source>
            <translation>登录</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ReviewDialog</name>
        <message>
            <source>+ %1</source>
            <translation>+ %1</translation>
        </message>
        <message>
            <source>− %1</source>
            <translation>− %1</translation>
        </message>
        <message>
            <source>~ %1: %2 %3 → %4</source>
            <translation>~ %1：%2 %3 → %4</translation>
        </message>
        <message>
            <source>Apply changes to %1</source>
            <translation>将更改应用到 %1</translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>另有 %n 项</numerusform>
            </translation>
        </message>
        <message>
            <source>Discard the changes</source>
            <translation>放弃更改</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ReviewPanel</name>
        <message>
            <source>What changes on each director</source>
            <translation>每台调度器上的更改</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Revert now</source>
            <translation>立即回退</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>应用</translation>
        </message>
        <message>
            <source>Asking every director what it would do. Nothing is changed yet.</source>
            <translation>正在询问每台调度器将做什么。尚未做任何更改。</translation>
        </message>
        <message>
            <source>Nothing is changed yet. The backup gets it first, then the master; without your confirmation within %1 s everything goes back by itself.</source>
            <translation>尚未做任何更改。先应用到备用调度器，再到主调度器；若 %1 秒内未确认，将自动回退。</translation>
        </message>
        <message numerus="yes">
            <source>Applying on %n director(s), one after the other…</source>
            <translation>
                <numerusform>正在依次应用到 %n 台调度器…</numerusform>
            </translation>
        </message>
        <message>
            <source>Revision r%1 is running on all directors. Look at your services, then keep it.</source>
            <translation>修订 r%1 已在所有调度器上运行。请查看服务是否正常，然后保留。</translation>
        </message>
        <message>
            <source>Confirming on every director…</source>
            <translation>正在每台调度器上确认…</translation>
        </message>
        <message>
            <source>Going back to the revision before, on every director…</source>
            <translation>正在每台调度器上回退到之前的修订…</translation>
        </message>
        <message>
            <source>Finished.</source>
            <translation>完成。</translation>
        </message>
        <message>
            <source>Revision r%1 is in force on all directors.</source>
            <translation>修订 r%1 已在所有调度器上生效。</translation>
        </message>
        <message>
            <source>Nothing was changed. %1</source>
            <translation>未做任何更改。%1</translation>
        </message>
        <message>
            <source>Stopped; nothing was changed.</source>
            <translation>已停止，未做任何更改。</translation>
        </message>
        <message>
            <source>Rolled back: all directors are on the revision they had before. %1</source>
            <translation>已回退：所有调度器恢复到之前的修订。%1</translation>
        </message>
        <message>
            <source>The directors may hold different revisions now. %1</source>
            <translation>各调度器上的修订现在可能不同。%1</translation>
        </message>
        <message numerus="yes">
            <source>Apply to %n director(s)</source>
            <translation>
                <numerusform>应用到 %n 台调度器</numerusform>
            </translation>
        </message>
        <message>
            <source>Goes back by itself in %1 s</source>
            <translation>%1 秒后自动回退</translation>
        </message>
        <message>
            <source>Changes on %1</source>
            <translation>%1 上的更改</translation>
        </message>
        <message>
            <source>master now, applied last</source>
            <translation>当前为主，最后应用</translation>
        </message>
        <message>
            <source>backup now, applied first</source>
            <translation>当前为备，最先应用</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ServerList</name>
        <message>
            <source>the bracket of %1 is not closed</source>
            <translation>%1 的方括号未闭合</translation>
        </message>
        <message>
            <source>a port is missing after the colon of %1</source>
            <translation>%1 的冒号后缺少端口</translation>
        </message>
        <message>
            <source>%1 is not a port; it is a number from 1 to 65535</source>
            <translation>%1 不是端口；应为 1 至 65535 的数字</translation>
        </message>
        <message>
            <source>%1 is not an IP address; host names are not used here, because the kernel has none</source>
            <translation>%1 不是 IP 地址；这里不能用主机名，因为内核只认地址</translation>
        </message>
        <message>
            <source>%1 is not a run of addresses; write 192.0.2.5-8</source>
            <translation>%1 不是连续地址；请写成 192.0.2.5-8</translation>
        </message>
        <message>
            <source>Line %1: %2.</source>
            <translation>第 %1 行：%2。</translation>
        </message>
        <message>
            <source>%1 is not a weight; it is a number from 0 to 2147483647</source>
            <translation>%1 不是权重；应为 0 至 2147483647 的数字</translation>
        </message>
        <message>
            <source>%1 is already in the list</source>
            <translation>%1 已在列表中</translation>
        </message>
        <message>
            <source>only the first %1 servers are taken</source>
            <translation>只采用前 %1 台服务器</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ServersPage</name>
        <message>
            <source>Which servers do the work?</source>
            <translation>由哪些真实服务器处理？</translation>
        </message>
        <message>
            <source>One a line: address, and if you like port, weight and name. A run of addresses is written 192.0.2.5-8.</source>
            <translation>每行一台：地址，可加端口、权重和名称。连续地址写作 192.0.2.5-8。</translation>
        </message>
        <message>
            <source>Real servers</source>
            <translation>真实服务器</translation>
        </message>
        <message>
            <source>Weight of lines without one</source>
            <translation>未写权重时的默认值</translation>
        </message>
        <message>
            <source>A server of weight 3 gets three times as much as one of weight 1; 0 gets nothing new.</source>
            <translation>权重 3 的服务器分到的连接是权重 1 的三倍；0 不接收新连接。</translation>
        </message>
        <message>
            <source>Each server needs %1 on its loopback, with arp_ignore=1 and arp_announce=2 set before. Its port is the port of the service.</source>
            <translation>每台服务器须先设置 arp_ignore=1 和 arp_announce=2，再把 %1 配置在环回接口上。其端口与服务端口相同。</translation>
        </message>
        <message>
            <source>Each server's default gateway must be an address that moves with the virtual IP, and clients must not be in the servers' own network.</source>
            <translation>每台服务器的默认网关须是随虚拟 IP 漂移的地址，且客户端不能与服务器在同一网段。</translation>
        </message>
        <message>
            <source>Each server needs a tunnel interface with %1 on it, rp_filter loosened, and room for the tunnel's header in the MTU.</source>
            <translation>每台服务器需要配置了 %1 的隧道接口，放宽 rp_filter，并在 MTU 中为隧道头留出空间。</translation>
        </message>
        <message numerus="yes">
            <source>%n server(s), total weight %1</source>
            <translation>
                <numerusform>%n 台服务器，总权重 %1</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ServiceForm</name>
        <message>
            <source>The prefix length after the slash is a number from 1 to %1.</source>
            <translation>斜杠后的前缀长度须为 1 至 %1。</translation>
        </message>
        <message>
            <source>Type the address that clients connect to, e.g. 192.0.2.10.</source>
            <translation>请填写客户端连接的地址，例如 192.0.2.10。</translation>
        </message>
        <message>
            <source>%1 is not an IP address; write it like 192.0.2.10, 192.0.2.10/24 or 2001:db8::10.</source>
            <translation>%1 不是 IP 地址；请写成 192.0.2.10、192.0.2.10/24 或 2001:db8::10。</translation>
        </message>
        <message>
            <source>Choose the interface of %1 that is in the network of the virtual IP.</source>
            <translation>请选择 %1 上位于虚拟 IP 所在网络的接口。</translation>
        </message>
        <message>
            <source>Paste at least one real server, one a line.</source>
            <translation>请至少填写一台真实服务器，每行一台。</translation>
        </message>
        <message>
            <source>The path begins with a slash.</source>
            <translation>路径须以斜杠开头。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ServicePage</name>
        <message>
            <source>What is offered there?</source>
            <translation>提供什么服务？</translation>
        </message>
        <message>
            <source>Protocol and port are what clients use; the name is for people, in lists and alarms.</source>
            <translation>协议和端口供客户端使用；名称供人识别，出现在列表和告警中。</translation>
        </message>
        <message>
            <source> s</source>
            <translation> 秒</translation>
        </message>
        <message>
            <source>web</source>
            <translation>web</translation>
        </message>
        <message>
            <source>off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Protocol</source>
            <translation>协议</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>端口</translation>
        </message>
        <message>
            <source>0 means all ports; that needs persistence.</source>
            <translation>0 表示所有端口，此时必须启用持久连接。</translation>
        </message>
        <message>
            <source>Persistence</source>
            <translation>持久连接</translation>
        </message>
        <message>
            <source>Seconds for which a client stays with its server. It also delays draining; leave it off unless the application needs it.</source>
            <translation>客户端固定在同一服务器上的秒数。它也会延长排空时间；应用不需要时请关闭。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ServiceWizard</name>
        <message>
            <source>New service on %1</source>
            <translation>在 %1 上新建服务</translation>
        </message>
        <message>
            <source>Virtual IP</source>
            <translation>虚拟 IP</translation>
        </message>
        <message>
            <source>Service</source>
            <translation>服务</translation>
        </message>
        <message>
            <source>Forwarding</source>
            <translation>转发方式</translation>
        </message>
        <message>
            <source>Real servers</source>
            <translation>真实服务器</translation>
        </message>
        <message>
            <source>Health checks</source>
            <translation>健康检查</translation>
        </message>
        <message>
            <source>Review and apply</source>
            <translation>核对并应用</translation>
        </message>
        <message>
            <source>What this becomes</source>
            <translation>生成的配置</translation>
        </message>
        <message>
            <source>The keepalived configuration of this service</source>
            <translation>此服务的 keepalived 配置</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Keep as a change</source>
            <translation>存为更改</translation>
        </message>
        <message>
            <source>Put the service into the draft and apply it later, together with other changes</source>
            <translation>放入草稿，稍后与其他更改一起应用</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>上一步</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>下一步</translation>
        </message>
        <message>
            <source>Add service %1</source>
            <translation>添加服务 %1</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>As soon as there is a virtual IP, the keepalived configuration of this service appears here.</source>
            <translation>填写虚拟 IP 后，这里显示此服务的 keepalived 配置。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::Sidebar</name>
        <message>
            <source>closed</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>connecting…</source>
            <translation>正在连接…</translation>
        </message>
        <message>
            <source>asks</source>
            <translation>等待回答</translation>
        </message>
        <message>
            <source>lost</source>
            <translation>失去连接</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>connected</source>
            <translation>已连接</translation>
        </message>
        <message>
            <source>no VRRP</source>
            <translation>无 VRRP</translation>
        </message>
        <message numerus="yes">
            <source>%n dir</source>
            <translation>
                <numerusform>%n 台</numerusform>
            </translation>
        </message>
        <message>
            <source>not heard</source>
            <translation>无响应</translation>
        </message>
        <message>
            <source>not served</source>
            <translation>服务中断</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1/%2</translation>
        </message>
        <message>
            <source>differs</source>
            <translation>不一致</translation>
        </message>
        <message>
            <source>Clusters and directors</source>
            <translation>集群与调度器</translation>
        </message>
        <message>
            <source>Views</source>
            <translation>视图</translation>
        </message>
        <message>
            <source>CLUSTERS</source>
            <translation>集群</translation>
        </message>
        <message>
            <source>Add a cluster…</source>
            <translation>添加集群…</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::StatusStrip</name>
        <message>
            <source>%1 · %2</source>
            <translation>%1 · %2</translation>
        </message>
        <message>
            <source>%1 · %2 ms</source>
            <translation>%1 · %2 毫秒</translation>
        </message>
        <message>
            <source>updated %1 s ago · every %2 s</source>
            <translation>%1 秒前更新 · 每 %2 秒</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::StepList</name>
        <message>
            <source>Steps</source>
            <translation>步骤</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::TimelineWidget</name>
        <message>
            <source>Timeline of the drill</source>
            <translation>演练时间线</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::TopologyWidget</name>
        <message>
            <source>Picture of the cluster</source>
            <translation>集群拓扑图</translation>
        </message>
        <message>
            <source>connecting…</source>
            <translation>正在连接…</translation>
        </message>
        <message>
            <source>prio %1 · %2</source>
            <translation>优先级 %1 · %2</translation>
        </message>
        <message>
            <source>%1 conn/s · %2bit/s</source>
            <translation>%1 连接/秒 · %2bit/s</translation>
        </message>
        <message>
            <source>ready · table identical</source>
            <translation>就绪 · 转发表一致</translation>
        </message>
        <message>
            <source>differs from the others</source>
            <translation>与其他调度器不一致</translation>
        </message>
        <message>
            <source>Clients</source>
            <translation>客户端</translation>
        </message>
        <message>
            <source>%1 conn</source>
            <translation>%1 个连接</translation>
        </message>
        <message>
            <source>on %1</source>
            <translation>在 %1</translation>
        </message>
        <message>
            <source>on two directors</source>
            <translation>同时在两台上</translation>
        </message>
        <message>
            <source>nowhere</source>
            <translation>不在任何调度器</translation>
        </message>
        <message>
            <source>%1 %2 on %3</source>
            <translation>%1 %2 在 %3</translation>
        </message>
        <message>
            <source>no director</source>
            <translation>无调度器</translation>
        </message>
        <message>
            <source>out of service by decision</source>
            <translation>已人工停用</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::VipPage</name>
        <message>
            <source>Which address do clients connect to?</source>
            <translation>客户端连接哪个地址？</translation>
        </message>
        <message>
            <source>The virtual IP moves between the directors by VRRP: the master holds it, a backup takes over when the master falls silent.</source>
            <translation>虚拟 IP 通过 VRRP 在调度器之间漂移：由主调度器持有，主调度器静默时由备用接管。</translation>
        </message>
        <message>
            <source>Virtual IP</source>
            <translation>虚拟 IP</translation>
        </message>
        <message>
            <source>%1 (VRID %2)</source>
            <translation>%1（VRID %2）</translation>
        </message>
        <message>
            <source>A new VRRP instance</source>
            <translation>新建 VRRP 实例</translation>
        </message>
        <message>
            <source>Moves with</source>
            <translation>所属 VRRP 实例</translation>
        </message>
        <message>
            <source>VRRP version 3</source>
            <translation>VRRP 版本 3</translation>
        </message>
        <message>
            <source>VRRP version 2 (with password)</source>
            <translation>VRRP 版本 2（带密码）</translation>
        </message>
        <message>
            <source> ms</source>
            <translation> 毫秒</translation>
        </message>
        <message>
            <source>The higher priority takes the addresses back when it returns</source>
            <translation>高优先级恢复后抢回地址</translation>
        </message>
        <message>
            <source>Director</source>
            <translation>调度器</translation>
        </message>
        <message>
            <source>Interface</source>
            <translation>接口</translation>
        </message>
        <message>
            <source>Priority</source>
            <translation>优先级</translation>
        </message>
        <message>
            <source>Interface of %1</source>
            <translation>%1 的接口</translation>
        </message>
        <message>
            <source>Priority of %1</source>
            <translation>%1 的优先级</translation>
        </message>
        <message>
            <source>Directors; the highest priority is the master</source>
            <translation>调度器；优先级最高者为主</translation>
        </message>
        <message>
            <source>Virtual router id (VRID)</source>
            <translation>虚拟路由器 ID（VRID）</translation>
        </message>
        <message>
            <source>1 to 255; no other pair in the same network may use it.</source>
            <translation>1 至 255；同一网络中的其他集群不能使用同一个值。</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>At most 8 characters, sent in clear: it guards against mix-ups, not against attackers.</source>
            <translation>最多 8 个字符，明文发送：只防混淆，不防攻击。</translation>
        </message>
        <message>
            <source>Advertisement every</source>
            <translation>通告间隔</translation>
        </message>
        <message>
            <source>A backup takes over after about three missing ones. Version 2 counts whole seconds.</source>
            <translation>约丢失三次通告后备用接管。版本 2 以整秒计。</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::WatchModel</name>
        <message>
            <source>%1 of %2 up</source>
            <translation>%1/%2 正常</translation>
        </message>
        <message>
            <source>Prot</source>
            <translation>协议</translation>
        </message>
        <message>
            <source>Address : port</source>
            <translation>地址 : 端口</translation>
        </message>
        <message>
            <source>Scheduler / Forward</source>
            <translation>调度 / 转发</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>ActiveConn</source>
            <translation>活动连接</translation>
        </message>
        <message>
            <source>InActConn</source>
            <translation>非活动连接</translation>
        </message>
        <message>
            <source>CPS</source>
            <translation>每秒连接</translation>
        </message>
        <message>
            <source>In bit/s</source>
            <translation>入 bit/s</translation>
        </message>
        <message>
            <source>Out bit/s</source>
            <translation>出 bit/s</translation>
        </message>
        <message>
            <source>last 60 s</source>
            <translation>近 60 秒</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::WatchView</name>
        <message>
            <source>Watch</source>
            <translation>监视</translation>
        </message>
        <message>
            <source>Filter: address, port, state…   /</source>
            <translation>筛选：地址、端口、状态…   /</translation>
        </message>
        <message>
            <source>Filter</source>
            <translation>筛选</translation>
        </message>
        <message>
            <source>Freeze</source>
            <translation>冻结</translation>
        </message>
        <message>
            <source>Stop the display, not the directors (Space)</source>
            <translation>只停止显示，调度器照常工作（空格）</translation>
        </message>
        <message>
            <source>Virtual services and real servers</source>
            <translation>虚拟服务与真实服务器</translation>
        </message>
        <message>
            <source>Add service…</source>
            <translation>添加服务…</translation>
        </message>
        <message>
            <source>Space freezes · / filters · D drains · U takes back in · Ctrl+C copies as ipvsadm text</source>
            <translation>空格冻结 · / 筛选 · D 排空 · U 恢复 · Ctrl+C 复制为 ipvsadm 文本</translation>
        </message>
        <message>
            <source>Copy as ipvsadm text</source>
            <translation>复制为 ipvsadm 文本</translation>
        </message>
        <message>
            <source>Drain</source>
            <translation>排空</translation>
        </message>
        <message>
            <source>Take back in</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>The master</source>
            <translation>主调度器</translation>
        </message>
        <message>
            <source>%1 · %2 · %3%4</source>
            <translation>%1 · %2 · %3%4</translation>
        </message>
        <message numerus="yes">
            <source>%n service(s)</source>
            <translation>
                <numerusform>%n 个服务</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s)</source>
            <translation>
                <numerusform>%n 台真实服务器</numerusform>
            </translation>
        </message>
        <message>
            <source>Director: %1 ▾</source>
            <translation>调度器：%1 ▾</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>No virtual services yet</source>
            <translation>尚无虚拟服务</translation>
        </message>
        <message>
            <source>Here you will see connections and rates of every virtual service, as ipvsadm counts them.</source>
            <translation>这里显示每个虚拟服务的连接数和速率，与 ipvsadm 的统计一致。</translation>
        </message>
        <message>
            <source>Waiting for the directors</source>
            <translation>正在等待调度器</translation>
        </message>
        <message>
            <source>The table appears as soon as a director has answered.</source>
            <translation>调度器响应后即显示表格。</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>The display is frozen. The directors go on; Space resumes.</source>
            <translation>显示已冻结，调度器照常工作；按空格继续。</translation>
        </message>
        <message>
            <source>Choose a real server first.</source>
            <translation>请先选择一台真实服务器。</translation>
        </message>
        <message>
            <source>%1 was not changed everywhere: %2</source>
            <translation>%1 未能在所有调度器上更改：%2</translation>
        </message>
        <message>
            <source>%1 is draining on all directors: old connections go on, new ones do not come. U takes it back in.</source>
            <translation>%1 正在所有调度器上排空：已有连接继续，不再接收新连接。按 U 恢复。</translation>
        </message>
        <message>
            <source>%1 is as configured again on all directors.</source>
            <translation>%1 已在所有调度器上恢复为配置的状态。</translation>
        </message>
        <message>
            <source>Look on at keepalived…</source>
            <translation>旁观 keepalived…</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::ssh::Text</name>
        <message>
            <source>the host key could not be written to %1: %2; check the folder's permissions</source>
            <translation>主机密钥无法写入 %1：%2；请检查文件夹权限</translation>
        </message>
        <message>
            <source>the keychain did not answer as it should: %1; unlock it, or go on without it</source>
            <translation>钥匙串未正常响应：%1；请解锁，或不使用它继续</translation>
        </message>
        <message>
            <source>The key %1 needs its passphrase.</source>
            <translation>密钥 %1 需要口令。</translation>
        </message>
        <message>
            <source>That was not the passphrase of %1. Try again.</source>
            <translation>这不是 %1 的口令，请重试。</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>口令</translation>
        </message>
        <message>
            <source>%1 ended the login: %2. Too many keys may have been offered, or it took too long; name the right key file for this director</source>
            <translation>%1 终止了登录：%2。可能提供的密钥太多或耗时过长；请为该调度器指定正确的密钥文件</translation>
        </message>
        <message>
            <source>the key %1, which cannot be read</source>
            <translation>密钥 %1（无法读取）</translation>
        </message>
        <message>
            <source>the key %1</source>
            <translation>密钥 %1</translation>
        </message>
        <message>
            <source>the key %1, without its passphrase</source>
            <translation>密钥 %1（没有口令）</translation>
        </message>
        <message>
            <source>the key %1, which is not a private key that can be read</source>
            <translation>密钥 %1（不是可读的私钥）</translation>
        </message>
        <message>
            <source>the certificate of %1</source>
            <translation>%1 的证书</translation>
        </message>
        <message>
            <source>the keys of the SSH agent</source>
            <translation>SSH 代理中的密钥</translation>
        </message>
        <message>
            <source>Password of %1 on %2</source>
            <translation>%1 在 %2 上的密码</translation>
        </message>
        <message>
            <source>%2 refused the password of %1. Try again.</source>
            <translation>%2 拒绝了 %1 的密码，请重试。</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>no password was given</source>
            <translation>未提供密码</translation>
        </message>
        <message>
            <source>the password (it is wrong)</source>
            <translation>密码（错误）</translation>
        </message>
        <message>
            <source>the answers that were given (they are wrong)</source>
            <translation>所给的回答（错误）</translation>
        </message>
        <message>
            <source>%2 asks %1:</source>
            <translation>%2 询问 %1：</translation>
        </message>
        <message>
            <source>%2 refused the last answer of %1. Try again:</source>
            <translation>%2 拒绝了 %1 的上一个回答，请重试：</translation>
        </message>
        <message>
            <source>no answer was given</source>
            <translation>未作回答</translation>
        </message>
        <message>
            <source>nothing: there is no key to offer and no agent</source>
            <translation>无：没有可用的密钥，也没有 SSH 代理</translation>
        </message>
        <message>
            <source>%1 does not let %2 in. Tried: %3. The server accepts: %4. Give a key file that the server has in authorized_keys, or the right user and password</source>
            <translation>%1 不允许 %2 登录。已尝试：%3。服务器接受：%4。请提供服务器 authorized_keys 中已有的密钥，或正确的用户和密码</translation>
        </message>
        <message>
            <source>nothing that we know</source>
            <translation>没有我们支持的方式</translation>
        </message>
        <message>
            <source>%1: %2: %3</source>
            <translation>%1：%2：%3</translation>
        </message>
        <message>
            <source>the SSH configuration %1 could not be read: %2; mend it, or try it with “ssh -G %3”</source>
            <translation>无法读取 SSH 配置 %1：%2；请修正，或用“ssh -G %3”检查</translation>
        </message>
        <message>
            <source>the SSH handshake failed</source>
            <translation>SSH 握手失败</translation>
        </message>
        <message>
            <source>the server showed no host key</source>
            <translation>服务器未出示主机密钥</translation>
        </message>
        <message>
            <source>the host key could not be read</source>
            <translation>无法读取主机密钥</translation>
        </message>
        <message>
            <source>%1 showed a host key that is revoked in %2 line %3 (%4 %5). Do not connect: give the server a new host key</source>
            <translation>%1 出示的主机密钥已在 %2 第 %3 行被吊销（%4 %5）。请勿连接：应为服务器更换主机密钥</translation>
        </message>
        <message>
            <source>the host key of %1 has changed: %2 line %3 knows another %4 key. Now it shows %5 %6. Somebody may be between you and the server. Compare with “ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub” on the server's own console; if the new key is right, remove that line and connect again</source>
            <translation>%1 的主机密钥已改变：%2 第 %3 行记录的是另一个 %4 密钥，现在出示的是 %5 %6。可能有人介于您与服务器之间。请在服务器本机用“ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub”核对；若新密钥正确，删除该行后重新连接</translation>
        </message>
        <message>
            <source>%1 (port %2) is not known yet. Its %3 key has the fingerprint %4. Trust it?</source>
            <translation>尚不认识 %1（端口 %2）。其 %3 密钥指纹为 %4。是否信任？</translation>
        </message>
        <message>
            <source>the host key of %1 is not known (%2 %3) and was not accepted. Check the fingerprint on the server with “ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub”, then accept it, or add it to %4</source>
            <translation>%1 的主机密钥未知（%2 %3）且未被接受。请在服务器上用“ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub”核对指纹，然后接受，或加入 %4</translation>
        </message>
        <message>
            <source>the server opens no session</source>
            <translation>服务器不打开会话</translation>
        </message>
        <message>
            <source>the server does not run “%1”</source>
            <translation>服务器不运行“%1”</translation>
        </message>
        <message>
            <source>%1 has no “%2” (%3); install lvsdeck-agent there</source>
            <translation>%1 上没有“%2”（%3）；请在其上安装 lvsdeck-agent</translation>
        </message>
        <message>
            <source>“%1” on %2 ended with status %3%4</source>
            <translation>%2 上的“%1”以状态 %3 结束%4</translation>
        </message>
        <message>
            <source>the connection to %1 was lost%2</source>
            <translation>与 %1 的连接中断%2</translation>
        </message>
        <message>
            <source>“%1” is not a port; use 1 to 65535</source>
            <translation>“%1”不是端口；请用 1 至 65535</translation>
        </message>
        <message>
            <source>the host is missing</source>
            <translation>缺少主机</translation>
        </message>
        <message>
            <source>the host name is longer than 255 characters</source>
            <translation>主机名超过 255 个字符</translation>
        </message>
        <message>
            <source>“%1” is not a host: use a name, an IP address, or a Host of your ssh_config (letters, digits, . _ : % and -, not starting with -)</source>
            <translation>“%1”不是主机：请用名称、IP 地址或 ssh_config 中的 Host（字母、数字、. _ : % 和 -，不以 - 开头）</translation>
        </message>
        <message>
            <source>“%1” is not a user name: at most 64 letters, digits, . _ @ + \ and -, not starting with -</source>
            <translation>“%1”不是用户名：最多 64 个字母、数字、. _ @ + \ 和 -，不以 - 开头</translation>
        </message>
        <message>
            <source>“%1” is not a director's id: 1 to 63 letters, digits, . _ and -</source>
            <translation>“%1”不是调度器名称：1 至 63 个字母、数字、. _ 和 -</translation>
        </message>
        <message>
            <source>“%1”: the user before @ is missing</source>
            <translation>“%1”：@ 前缺少用户</translation>
        </message>
        <message>
            <source>“%1”: the closing ] is missing</source>
            <translation>“%1”：缺少右方括号 ]</translation>
        </message>
        <message>
            <source>“%1”: after ] comes : and the port</source>
            <translation>“%1”：] 之后应为 : 和端口</translation>
        </message>
        <message>
            <source>the name “%1” was not found (%2); check its spelling, or give an IP address or a Host of your ssh_config</source>
            <translation>找不到名称“%1”（%2）；请检查拼写，或使用 IP 地址或 ssh_config 中的 Host</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>%1 does not answer on port %2 within %3 s; check the address, the network and the firewall</source>
            <translation>%1 的端口 %2 在 %3 秒内无响应；请检查地址、网络和防火墙</translation>
        </message>
        <message>
            <source>no connection to %1 port %2: %3; check that sshd runs there and the port is right</source>
            <translation>无法连接 %1 端口 %2：%3；请确认其上运行着 sshd 且端口正确</translation>
        </message>
    </context>
    <context>
        <name>Export</name>
        <message>
            <source>The cluster has no director, and this format is written for one.</source>
            <translation>集群没有调度器，而此格式是为某台调度器编写的。</translation>
        </message>
        <message>
            <source>The whole document, for a backup or for another lvsdeck.</source>
            <translation>完整的文档，用于备份或供另一个 lvsdeck 使用。</translation>
        </message>
        <message>
            <source>A director that runs keepalived with it behaves the same.</source>
            <translation>调度器用它运行 keepalived，行为相同。</translation>
        </message>
        <message>
            <source>Services and checks for ldirectord, and the virtual addresses for heartbeat.</source>
            <translation>供 ldirectord 使用的服务与检查，以及供 heartbeat 使用的虚拟地址。</translation>
        </message>
        <message>
            <source>For Red Hat's Piranha (pulse, nanny).</source>
            <translation>供 Red Hat 的 Piranha（pulse、nanny）使用。</translation>
        </message>
        <message>
            <source>The table of a healthy director, for ipvsadm -R.</source>
            <translation>正常调度器的转发表，供 ipvsadm -R 使用。</translation>
        </message>
    </context>
    <context>
        <name>Import</name>
        <message>
            <source>this text is no file of this computer, so what it includes cannot be looked for; add the included text to it</source>
            <translation>此文本不是本机上的文件，无法查找它包含的文件；请把被包含的内容加入其中</translation>
        </message>
        <message>
            <source>It is not clear what %1 is. Choose its format above, or check that it is a configuration of a load balancer.</source>
            <translation>无法判断 %1 是什么。请在上方选择格式，或确认它是负载均衡器的配置。</translation>
        </message>
        <message>
            <source>%1 looks like %2 and %3 like %4. Import one kind at a time: remove the others, or choose the format above.</source>
            <translation>%1 像是 %2，而 %3 像是 %4。一次只能导入一种：请移除其他文本，或在上方选择格式。</translation>
        </message>
        <message>
            <source>There is nothing to read.</source>
            <translation>没有可读取的内容。</translation>
        </message>
        <message>
            <source>persistent %1 s</source>
            <translation>持久 %1 秒</translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s)</source>
            <translation>
                <numerusform>%n 台真实服务器</numerusform>
            </translation>
        </message>
        <message>
            <source>weight %1</source>
            <translation>权重 %1</translation>
        </message>
        <message>
            <source>drained</source>
            <translation>已排空</translation>
        </message>
        <message>
            <source>disabled</source>
            <translation>已停用</translation>
        </message>
        <message>
            <source>no check</source>
            <translation>无检查</translation>
        </message>
        <message>
            <source>port %1</source>
            <translation>端口 %1</translation>
        </message>
        <message>
            <source>time-out %1 s</source>
            <translation>超时 %1 秒</translation>
        </message>
        <message>
            <source>priority %1</source>
            <translation>优先级 %1</translation>
        </message>
        <message>
            <source>unicast</source>
            <translation>单播</translation>
        </message>
        <message>
            <source>every %1 s</source>
            <translation>每 %1 秒</translation>
        </message>
        <message>
            <source>Directors</source>
            <translation>调度器</translation>
        </message>
        <message>
            <source>VRRP instances</source>
            <translation>VRRP 实例</translation>
        </message>
        <message>
            <source>Sync groups</source>
            <translation>同步组</translation>
        </message>
        <message>
            <source>Virtual services</source>
            <translation>虚拟服务</translation>
        </message>
        <message>
            <source>Tracked scripts, files and processes</source>
            <translation>跟踪的脚本、文件与进程</translation>
        </message>
        <message>
            <source>Static addresses, routes and rules</source>
            <translation>静态地址、路由与规则</translation>
        </message>
        <message>
            <source>Notification</source>
            <translation>通知</translation>
        </message>
        <message>
            <source>Kept, not managed</source>
            <translation>保留，不管理</translation>
        </message>
        <message>
            <source>not advertised</source>
            <translation>不通告</translation>
        </message>
        <message>
            <source>sorry server</source>
            <translation>备用（sorry）服务器</translation>
        </message>
        <message>
            <source>top level</source>
            <translation>顶层</translation>
        </message>
        <message>
            <source>lvsdeck cluster (JSON)</source>
            <translation>lvsdeck 集群（JSON）</translation>
        </message>
        <message>
            <source>ipvsadm rules</source>
            <translation>ipvsadm 规则</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ExportDialog</name>
        <message>
            <source>Export %1</source>
            <translation>导出 %1</translation>
        </message>
        <message>
            <source>As</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Of</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>what is in force</source>
            <translation>已生效的配置</translation>
        </message>
        <message>
            <source>the draft, with its changes</source>
            <translation>包含更改的草稿</translation>
        </message>
        <message>
            <source>For</source>
            <translation>用于</translation>
        </message>
        <message>
            <source>keepalived</source>
            <translation>keepalived</translation>
        </message>
        <message>
            <source>The oldest keepalived that has to read the text</source>
            <translation>需要读取此文本的最旧 keepalived 版本</translation>
        </message>
        <message>
            <source>Include passwords</source>
            <translation>包含密码</translation>
        </message>
        <message>
            <source>In clear, in the preview, the clipboard and the file. Without them keepalived takes the text, but the routers would not understand each other.</source>
            <translation>在预览、剪贴板和文件中以明文显示。不含密码时 keepalived 能读取，但路由器之间将互不认可。</translation>
        </message>
        <message>
            <source>Files</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Text that is exported</source>
            <translation>导出的文本</translation>
        </message>
        <message>
            <source>What the text cannot say</source>
            <translation>文本无法表达的内容</translation>
        </message>
        <message>
            <source>The text says everything that the cluster holds.</source>
            <translation>文本完整表达了集群的内容。</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Save all…</source>
            <translation>全部保存…</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>保存…</translation>
        </message>
        <message>
            <source>all directors</source>
            <translation>所有调度器</translation>
        </message>
        <message>
            <source>This cannot be written</source>
            <translation>无法写出</translation>
        </message>
        <message>
            <source>Holds the VRRP password in clear: a saved file has mode 0600, only you can read it.</source>
            <translation>含明文 VRRP 密码：保存的文件权限为 0600，只有您能读取。</translation>
        </message>
        <message>
            <source>Passwords are masked: put them in before a director uses it. A saved file has mode 0644.</source>
            <translation>密码已隐藏：调度器使用前请填入。保存的文件权限为 0644。</translation>
        </message>
        <message>
            <source>Holds no password. A saved file has mode 0644, everybody on this computer can read it.</source>
            <translation>不含密码。保存的文件权限为 0644，本机所有用户都能读取。</translation>
        </message>
        <message>
            <source>%1 copied, with the VRRP password in clear.</source>
            <translation>已复制 %1，含明文 VRRP 密码。</translation>
        </message>
        <message>
            <source>%1 copied.</source>
            <translation>已复制 %1。</translation>
        </message>
        <message>
            <source>Save %1</source>
            <translation>保存 %1</translation>
        </message>
        <message>
            <source>%1 was not written: %2</source>
            <translation>%1 未写入：%2</translation>
        </message>
        <message>
            <source>Saved as %1, readable by you only.</source>
            <translation>已保存为 %1，只有您能读取。</translation>
        </message>
        <message>
            <source>Saved as %1.</source>
            <translation>已保存为 %1。</translation>
        </message>
        <message>
            <source>Folder for the files</source>
            <translation>存放这些文件的文件夹</translation>
        </message>
        <message>
            <source>Written to %1: %2</source>
            <translation>已写入 %1：%2</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::FindingModel</name>
        <message>
            <source>error</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>contradiction</source>
            <translation>矛盾</translation>
        </message>
        <message>
            <source>attention</source>
            <translation>注意</translation>
        </message>
        <message>
            <source>kept</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>note</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Finding</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>What it means and what was done</source>
            <translation>含义与处理</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::FindingsPanel</name>
        <message numerus="yes">
            <source>%n error(s)</source>
            <translation>
                <numerusform>%n 个错误</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n contradiction(s)</source>
            <translation>
                <numerusform>%n 处矛盾</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n to look at</source>
            <translation>
                <numerusform>%n 处需注意</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n kept</source>
            <translation>
                <numerusform>%n 处保留</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n note(s)</source>
            <translation>
                <numerusform>%n 条说明</numerusform>
            </translation>
        </message>
        <message>
            <source>Go to the other place</source>
            <translation>转到另一处</translation>
        </message>
        <message>
            <source>The same thing in the other director's file. The value of the first file is taken; change the text or the import if the other one is right.</source>
            <translation>另一台调度器文件中的同一项。采用第一个文件的值；若另一个才正确，请修改文本或导入结果。</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Copy the list</source>
            <translation>复制列表</translation>
        </message>
        <message>
            <source>Save the list…</source>
            <translation>保存列表…</translation>
        </message>
        <message>
            <source>Findings</source>
            <translation>检查结果</translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) copied.</source>
            <translation>
                <numerusform>已复制 %n 条结果。</numerusform>
            </translation>
        </message>
        <message>
            <source>Save the findings</source>
            <translation>保存检查结果</translation>
        </message>
        <message>
            <source>Table (*.csv)</source>
            <translation>表格 (*.csv)</translation>
        </message>
        <message>
            <source>Text (*.txt)</source>
            <translation>文本 (*.txt)</translation>
        </message>
        <message>
            <source>Saved as %1.</source>
            <translation>已保存为 %1。</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ImportDialog</name>
        <message>
            <source>Import a configuration</source>
            <translation>导入配置</translation>
        </message>
        <message>
            <source>%1 is a pipe or a device. Choose a plain file.</source>
            <translation>%1 是管道或设备，请选择普通文件。</translation>
        </message>
        <message>
            <source>%1 is a folder. Choose the files in it.</source>
            <translation>%1 是文件夹，请选择其中的文件。</translation>
        </message>
        <message>
            <source>%1 is larger than %2 MiB, and no configuration is.</source>
            <translation>%1 大于 %2 MiB，配置文件不会这么大。</translation>
        </message>
        <message>
            <source>Configuration files to import</source>
            <translation>要导入的配置文件</translation>
        </message>
        <message>
            <source>Asking the directors for their files…</source>
            <translation>正在向调度器索取文件…</translation>
        </message>
        <message>
            <source>Stopped. Choose a format, or add or remove a text, to read again.</source>
            <translation>已停止。选择格式，或添加、移除文本，即可重新读取。</translation>
        </message>
        <message numerus="yes">
            <source>Reading %n text(s)…</source>
            <translation>
                <numerusform>正在读取 %n 个文本…</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing is changed yet.</source>
            <translation>尚未做任何更改。</translation>
        </message>
        <message>
            <source>Director of this file</source>
            <translation>此文件所属的调度器</translation>
        </message>
        <message>
            <source>pasted text</source>
            <translation>粘贴的文本</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Found out by the text</source>
            <translation>根据内容判断</translation>
        </message>
        <message>
            <source>Add files…</source>
            <translation>添加文件…</translation>
        </message>
        <message>
            <source>Paste a text…</source>
            <translation>粘贴文本…</translation>
        </message>
        <message>
            <source>Read it from the directors</source>
            <translation>从调度器读取</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Texts to import</source>
            <translation>要导入的文本</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Open as a new cluster…</source>
            <translation>作为新集群打开…</translation>
        </message>
        <message>
            <source>Replace the configuration of %1…</source>
            <translation>替换 %1 的配置…</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ImportStart</name>
        <message>
            <source>Drop configuration files here</source>
            <translation>将配置文件拖放到此处</translation>
        </message>
        <message>
            <source>keepalived.conf, ldirectord.cf, Piranha lvs.cf, ipvsadm rules or a saved cluster: the files of all directors together. Nothing changes on a director before you have reviewed it.</source>
            <translation>keepalived.conf、ldirectord.cf、Piranha lvs.cf、ipvsadm 规则或已保存的集群：请将所有调度器的文件一起放入。经您审阅之前，调度器上不做任何更改。</translation>
        </message>
        <message>
            <source>Choose files…</source>
            <translation>选择文件…</translation>
        </message>
        <message>
            <source>Paste a text…</source>
            <translation>粘贴文本…</translation>
        </message>
        <message>
            <source>Read it from the directors</source>
            <translation>从调度器读取</translation>
        </message>
        <message>
            <source>The text of one director</source>
            <translation>一台调度器的文本</translation>
        </message>
        <message>
            <source>Configuration text</source>
            <translation>配置文本</translation>
        </message>
        <message>
            <source>Paste a configuration here, of any of the formats. Further texts can be added afterwards.</source>
            <translation>在此粘贴任一格式的配置，之后可再添加其他文本。</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Read this text</source>
            <translation>读取此文本</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::ReadingPanel</name>
        <message>
            <source>Findings</source>
            <translation>检查结果</translation>
        </message>
        <message>
            <source>Everything in these texts was understood.</source>
            <translation>这些文本全部理解。</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Text that is shown</source>
            <translation>显示的文本</translation>
        </message>
        <message>
            <source>Text to import</source>
            <translation>要导入的文本</translation>
        </message>
        <message>
            <source>understood</source>
            <translation>已理解</translation>
        </message>
        <message>
            <source>kept, not managed</source>
            <translation>保留，不管理</translation>
        </message>
        <message>
            <source>look at it</source>
            <translation>需注意</translation>
        </message>
        <message>
            <source>error</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>What was understood</source>
            <translation>理解的内容</translation>
        </message>
        <message>
            <source>Nothing was understood yet.</source>
            <translation>尚未理解任何内容。</translation>
        </message>
        <message>
            <source>%1 (included)</source>
            <translation>%1（被包含）</translation>
        </message>
        <message numerus="yes">
            <source>%n director(s)</source>
            <translation>
                <numerusform>%n 台调度器</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n service(s)</source>
            <translation>
                <numerusform>%n 个服务</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n real server(s)</source>
            <translation>
                <numerusform>%n 台真实服务器</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::SourceModel</name>
        <message>
            <source>Whose file this is. Press F2 to change it.</source>
            <translation>此文件属于哪台调度器。按 F2 修改。</translation>
        </message>
        <message>
            <source>not clear</source>
            <translation>无法判断</translation>
        </message>
        <message>
            <source>Director</source>
            <translation>调度器</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Looks like</source>
            <translation>判断为</translation>
        </message>
        <message>
            <source>Lines</source>
            <translation>行数</translation>
        </message>
    </context>
    <context>
        <name>lvsdeck::console::UnderstoodModel</name>
        <message>
            <source>Understood</source>
            <translation>理解为</translation>
        </message>
        <message>
            <source>As</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Line</source>
            <translation>行</translation>
        </message>
    </context>
</TS>
