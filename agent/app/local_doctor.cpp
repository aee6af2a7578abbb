// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/local_doctor.hpp"

#include "agent/host/doctor.hpp"
#include "agent/host/netlink_host.hpp"
#include "agent/ipvs/netlink_ipvs.hpp"

#include <boost/asio/io_context.hpp>

namespace lvsdeck::app {

std::vector<rpc::DoctorItem> examineHost() {
    boost::asio::io_context context{1};
    ipvs::NetlinkIpvs ipvs;
    host::NetlinkHost host(context);
    return host::diagnose(host::gatherFacts(ipvs, host), nullptr);
}

} // namespace lvsdeck::app
