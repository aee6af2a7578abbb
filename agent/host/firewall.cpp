// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/host/firewall.hpp"

#include "agent/host/late_library.hpp"

#include <nftables/libnftables.h>

#include <string_view>

namespace lvsdeck::host {

namespace {

/// What is used of libnftables; loaded with the first rule.
struct Nftables {
    decltype(&nft_ctx_new) make = nullptr;
    decltype(&nft_ctx_free) release = nullptr;
    decltype(&nft_ctx_buffer_error) keepErrors = nullptr;
    decltype(&nft_ctx_buffer_output) keepOutput = nullptr;
    decltype(&nft_ctx_get_error_buffer) errors = nullptr;
    decltype(&nft_run_cmd_from_buffer) run = nullptr;

    static Result<Nftables> load() {
        const auto library = LateLibrary::load("libnftables.so.1", "libnftables1");
        if (!library)
            return std::unexpected(library.error());
        Nftables out;
        if (library->find(out.make, "nft_ctx_new") && library->find(out.release, "nft_ctx_free") &&
            library->find(out.keepErrors, "nft_ctx_buffer_error") &&
            library->find(out.keepOutput, "nft_ctx_buffer_output") &&
            library->find(out.errors, "nft_ctx_get_error_buffer") && library->find(out.run, "nft_run_cmd_from_buffer"))
            return out;
        return failure(ErrorCode::Unsupported,
                       "the installed libnftables lacks a function; install libnftables1 of this release");
    }
};

/// Interface names come from the configuration: nothing that ends the quotes may come through.
bool quotable(const std::string& name) { return !name.empty() && name.find_first_of("\"\\\n*") == std::string::npos; }

std::string set(const std::vector<IpAddress>& addresses, Family family) {
    std::string out;
    for (const IpAddress& address : addresses)
        if (address.family() == family)
            out += (out.empty() ? "" : ", ") + address.toString();
    return out;
}

/// Reports of the macvlan `name`, matched by `what`, leave by `base`.
std::string report(const std::string& name, const std::string& base, const std::string& what, const std::string& address,
                   Duplicate duplicate) {
    return "    oifname \"" + name + "\" " + what +
           (duplicate == Duplicate::Yes ? " dup to " + address + " device \"" + base + "\"" : "") + " drop\n";
}

} // namespace

std::string firewallScript(const FirewallWants& wants, Duplicate duplicate) {
    std::string script;
    for (const Family family : {Family::V4, Family::V6}) {
        const bool v4 = family == Family::V4;
        const std::string table = std::string("table ") + (v4 ? "ip" : "ip6") + " lvsdeck";
        script.append("add ").append(table).append("\ndelete ").append(table).append("\n");
        const std::string dropped = set(wants.dropped, family);
        std::string output;
        for (const auto& [name, base] : wants.macvlans) {
            if (!quotable(name) || !quotable(base))
                continue;
            if (v4) {
                output += report(name, base, "ip protocol igmp", "ip daddr", duplicate);
            } else {
                output += report(name, base, "icmpv6 type mld2-listener-report", "ip6 daddr", duplicate);
                output += "    oifname \"" + name + "\" icmpv6 type nd-router-solicit drop\n";
            }
        }
        if (dropped.empty() && output.empty())
            continue;
        script += table + " {\n";
        if (!dropped.empty())
            script += std::string("  chain input {\n    type filter hook input priority -1;\n") +
                      (v4 ? "" : "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n") +
                      (v4 ? "    ip daddr { " : "    ip6 daddr { ") + dropped + " } drop\n  }\n";
        if (!output.empty())
            script += "  chain output {\n    type filter hook output priority -1;\n" + output + "  }\n";
        script += "}\n";
    }
    return script;
}

Firewall::Firewall() : m_context(nullptr, nullptr) {}
Firewall::~Firewall() = default;

Result<void> Firewall::set(const FirewallWants& wants) {
    auto done = run(firewallScript(wants, Duplicate::Yes));
    if (!done && !wants.macvlans.empty())
        done = run(firewallScript(wants, Duplicate::No));
    return done;
}

Result<void> Firewall::run(const std::string& script) {
    const auto library = Nftables::load();
    if (!library)
        return std::unexpected(library.error());
    if (!m_context) {
        m_context = {library->make(NFT_CTX_DEFAULT), library->release};
        if (!m_context)
            return failure(ErrorCode::Io, "cannot speak to nftables: no memory");
        library->keepErrors(m_context.get());
        library->keepOutput(m_context.get());
    }
    if (library->run(m_context.get(), script.c_str()) == 0)
        return {};
    const std::string_view errors(library->errors(m_context.get()));
    const std::string first(errors.substr(0, errors.find('\n')));
    const bool denied = errors.find("Operation not permitted") != std::string_view::npos;
    return failure(denied ? ErrorCode::Denied : ErrorCode::Unsupported,
                   "cannot set the packet filter (nftables): " + first +
                       (denied ? "; run the agent as root or through its systemd unit"
                               : "; the kernel needs nf_tables: modprobe nf_tables"));
}

} // namespace lvsdeck::host
