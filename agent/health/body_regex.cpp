// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/body_regex.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lvsdeck::health {

namespace {

constexpr std::uint32_t matchLimit = 1'000'000;
constexpr std::uint32_t heapLimitKiB = 20 * 1024;

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 24> options{{
    {"allow_empty_class", PCRE2_ALLOW_EMPTY_CLASS},
    {"alt_bsux", PCRE2_ALT_BSUX},
    {"auto_callout", PCRE2_AUTO_CALLOUT},
    {"caseless", PCRE2_CASELESS},
    {"dollar_endonly", PCRE2_DOLLAR_ENDONLY},
    {"dotall", PCRE2_DOTALL},
    {"dupnames", PCRE2_DUPNAMES},
    {"extended", PCRE2_EXTENDED},
    {"firstline", PCRE2_FIRSTLINE},
    {"match_unset_backref", PCRE2_MATCH_UNSET_BACKREF},
    {"multiline", PCRE2_MULTILINE},
    {"never_ucp", PCRE2_NEVER_UCP},
    {"never_utf", PCRE2_NEVER_UTF},
    {"no_auto_capture", PCRE2_NO_AUTO_CAPTURE},
    {"no_auto_possess", PCRE2_NO_AUTO_POSSESS},
    {"no_dotstar_anchor", PCRE2_NO_DOTSTAR_ANCHOR},
    {"no_start_optimize", PCRE2_NO_START_OPTIMIZE},
    {"ucp", PCRE2_UCP},
    {"ungreedy", PCRE2_UNGREEDY},
    {"utf", PCRE2_UTF},
    {"never_backslash_c", PCRE2_NEVER_BACKSLASH_C},
    {"alt_circumflex", PCRE2_ALT_CIRCUMFLEX},
    {"alt_verbnames", PCRE2_ALT_VERBNAMES},
    {"use_offset_limit", PCRE2_USE_OFFSET_LIMIT},
}};

struct Free {
    void operator()(pcre2_code* p) const { pcre2_code_free(p); }
    void operator()(pcre2_match_data* p) const { pcre2_match_data_free(p); }
    void operator()(pcre2_match_context* p) const { pcre2_match_context_free(p); }
};

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

} // namespace

struct BodyRegex::Compiled {
    std::unique_ptr<pcre2_code, Free> code;
    std::unique_ptr<pcre2_match_data, Free> match;
    std::unique_ptr<pcre2_match_context, Free> context;
};

BodyRegex::BodyRegex(const model::HttpUrl& url)
    : m_compiled(std::make_unique<Compiled>()), m_from(url.regexMinOffset.value_or(0)) {
    std::uint32_t flags = 0;
    for (const std::string& word : url.regexOptions) {
        const auto* const known =
            std::ranges::find(options, std::string_view(word), &std::pair<std::string_view, std::uint32_t>::first);
        if (known == options.end()) {
            m_problem = "there is no regex option " + word.substr(0, 40);
            return;
        }
        flags |= known->second;
    }
    if (url.regexMaxOffset)
        flags |= PCRE2_USE_OFFSET_LIMIT;
    int error = 0;
    PCRE2_SIZE at = 0;
    m_compiled->code.reset(pcre2_compile(bytesOf(url.regex), url.regex.size(), flags, &error, &at, nullptr));
    if (m_compiled->code == nullptr) {
        std::array<unsigned char, 128> text{};
        pcre2_get_error_message(error, text.data(), text.size());
        m_problem = "the regular expression cannot be used: " + std::string(text.begin(), std::ranges::find(text, 0)) +
                    " at its character " + std::to_string(at + 1);
        return;
    }
    m_compiled->match.reset(pcre2_match_data_create_from_pattern(m_compiled->code.get(), nullptr));
    m_compiled->context.reset(pcre2_match_context_create(nullptr));
    if (m_compiled->match == nullptr || m_compiled->context == nullptr) {
        m_problem = "out of memory";
        return;
    }
    pcre2_set_match_limit(m_compiled->context.get(), matchLimit);
    pcre2_set_heap_limit(m_compiled->context.get(), heapLimitKiB);
    if (url.regexMaxOffset)
        pcre2_set_offset_limit(m_compiled->context.get(), *url.regexMaxOffset);
}

BodyRegex::~BodyRegex() = default;

BodyRegex::Answer BodyRegex::search(std::string_view body) const {
    if (m_from > body.size())
        return Answer::NotFound;
    const int found = pcre2_match(m_compiled->code.get(), bytesOf(body), body.size(), m_from, 0, m_compiled->match.get(),
                                  m_compiled->context.get());
    if (found >= 0)
        return Answer::Found;
    switch (found) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_NOMEMORY: return Answer::TooHard;
    default: return Answer::NotFound; // no match, or not UTF-8 where the expression wants it
    }
}

} // namespace lvsdeck::health
