// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/base/json.hpp"

#include "common/base/text.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace lvsdeck::json {

std::string fromCamel(std::string_view name, char separator) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
        if (upper && i != 0)
            out += separator;
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    return out;
}

namespace {
constexpr std::size_t bigDocument = 64U << 10U;

/// No deeper than the parser went.
bool isFinite(const Value& value) { // NOLINT(misc-no-recursion)
    switch (value.kind()) {
    case boost::json::kind::double_: return std::isfinite(value.get_double());
    case boost::json::kind::array: return std::ranges::all_of(value.get_array(), isFinite);
    case boost::json::kind::object:
        return std::ranges::all_of(value.get_object(), [](const auto& member) { return isFinite(member.value()); });
    default: return true;
    }
}
} // namespace

Result<Value> parse(std::string_view text, std::size_t maxBytes) {
    if (text.size() > maxBytes)
        return failure(ErrorCode::TooLarge, "the document has " + std::to_string(text.size()) + " bytes; at most " +
                                                std::to_string(maxBytes) + " are accepted");
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::error_code error;
    boost::json::stream_parser parser({}, options);
    if (text.size() >= bigDocument)
        parser.reset(ownMemory(text.size()));
    const std::size_t used = parser.write_some(text.data(), text.size(), error);
    if (!error && used < text.size() && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
        error = boost::json::error::extra_data;
    if (!error)
        parser.finish(error);
    if (error)
        return failure(ErrorCode::InvalidInput, "this is not JSON: " + error.message() + " at byte " + std::to_string(used),
                       "byte " + std::to_string(used));
    Value out = parser.release();
    // The parser makes infinity of a number that is too big, and that could be written, but not read again.
    if (!isFinite(out))
        return failure(ErrorCode::InvalidInput, "a number in it is too big; use one that has a meaning");
    return out;
}

Memory ownMemory(std::size_t expectedBytes) {
    return boost::json::make_shared_resource<boost::json::monotonic_resource>(expectedBytes);
}

std::string toLine(const Value& value) { return boost::json::serialize(value); }

namespace {

void pretty(const Value& value, std::string& out, std::string& indent) {
    if (value.is_object() && !value.get_object().empty()) {
        out += "{\n";
        indent += "  ";
        bool first = true;
        for (const auto& member : value.get_object()) {
            out += first ? "" : ",\n";
            first = false;
            out += indent + boost::json::serialize(Value(member.key())) + ": ";
            pretty(member.value(), out, indent);
        }
        indent.resize(indent.size() - 2);
        out += "\n" + indent + "}";
    } else if (value.is_array() && !value.get_array().empty()) {
        out += "[\n";
        indent += "  ";
        bool first = true;
        for (const Value& element : value.get_array()) {
            out += first ? "" : ",\n";
            first = false;
            out += indent;
            pretty(element, out, indent);
        }
        indent.resize(indent.size() - 2);
        out += "\n" + indent + "]";
    } else {
        out += boost::json::serialize(value);
    }
}

std::string_view kindOf(const Value& value) {
    switch (value.kind()) {
    case boost::json::kind::null: return "nothing";
    case boost::json::kind::bool_: return "true or false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return "a number";
    case boost::json::kind::string: return "a text";
    case boost::json::kind::array: return "a list";
    case boost::json::kind::object: return "an object";
    }
    return "something else";
}

} // namespace

std::string toPretty(const Value& value) {
    std::string out;
    std::string indent;
    pretty(value, out, indent);
    return out + "\n";
}

namespace detail {

std::unexpected<Error> wrongType(std::string_view wanted, const Value& got, const std::string& path) {
    return failure(ErrorCode::InvalidInput,
                   (path.empty() ? "the document" : path) + " must be " + std::string(wanted) + ", not " +
                       std::string(kindOf(got)),
                   path);
}

std::unexpected<Error> outOfRange(std::string_view low, std::string_view high, const std::string& path) {
    return failure(ErrorCode::InvalidInput, path + " must be between " + std::string(low) + " and " + std::string(high),
                   path);
}

std::unexpected<Error> unknownWord(std::string_view word, const std::string& known, const std::string& path) {
    return failure(ErrorCode::InvalidInput, path + ": “" + shortened(word, 60) + "” is unknown here; known are: " + known,
                   path);
}

std::string memberPath(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string indexPath(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

} // namespace detail

} // namespace lvsdeck::json
