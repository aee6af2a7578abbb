// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/classify.hpp"

#include <cerrno>

namespace lvsdeck::probe {

rpc::ProbeResult classify(int errnoValue) {
    using rpc::ProbeResult;
    switch (errnoValue) {
    case 0: return ProbeResult::Ok;
    case ECONNREFUSED: return ProbeResult::Refused;
    case ETIMEDOUT: return ProbeResult::Timeout;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETDOWN: return ProbeResult::Unreachable;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EADDRINUSE:
    case EAGAIN:
    case EACCES:
    case EPERM:
    case EINVAL:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT: return ProbeResult::Local;
    default: return ProbeResult::Reset; // ECONNRESET, EPIPE, ECONNABORTED, an end of file, a network reset …
    }
}

} // namespace lvsdeck::probe
