// SPDX-License-Identifier: GPL-3.0-or-later
// The regular expression of an HTTP check (PCRE2, keepalived's options). Belongs to one answer; any thread.
#pragma once

#include "common/model/check.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace lvsdeck::health {

class BodyRegex {
public:
    /// Only the url's words on its expression count.
    explicit BodyRegex(const model::HttpUrl& url);
    ~BodyRegex();
    BodyRegex(const BodyRegex&) = delete;
    BodyRegex& operator=(const BodyRegex&) = delete;

    /// Why the expression cannot be used; empty: it can.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

    enum class Answer { Found, NotFound, TooHard };
    /// A match begins at minOffset or later and not after maxOffset, in bytes. At most a million steps and 20 MiB.
    [[nodiscard]] Answer search(std::string_view body) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> m_compiled;
    std::size_t m_from = 0;
    std::string m_problem;
};

} // namespace lvsdeck::health
