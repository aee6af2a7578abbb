// SPDX-License-Identifier: GPL-3.0-or-later
// A shared library that is loaded when it is first needed. Mail and packet filters need libraries that bring thirty others along;
// most directors never use them, and a restart of the agent must be shorter than a takeover. Owned by who uses it; one thread.
#pragma once

#include "common/base/error.hpp"

#include <dlfcn.h>

#include <memory>
#include <string>

namespace lvsdeck::host {

class LateLibrary {
public:
    /// Unsupported, with the package to install, when it is not there.
    [[nodiscard]] static Result<LateLibrary> load(const char* name, const char* package) {
        LateLibrary out;
        out.m_handle.reset(::dlopen(name, RTLD_NOW | RTLD_LOCAL));
        if (!out.m_handle) {
            const char* why = ::dlerror();
            return failure(ErrorCode::Unsupported,
                           std::string("cannot load ") + (why != nullptr ? why : name) + "; install the package " + package);
        }
        return out;
    }
    /// Sets a pointer to one of its functions; false when the library has none of that name.
    template <class F> [[nodiscard]] bool find(F*& function, const char* name) const {
        function = reinterpret_cast<F*>(::dlsym(m_handle.get(), name));
        return function != nullptr;
    }

private:
    struct Closer {
        // Such libraries keep threads and exit handlers: they stay until the process ends.
        void operator()(void*) const {}
    };
    std::unique_ptr<void, Closer> m_handle;
};

} // namespace lvsdeck::host
