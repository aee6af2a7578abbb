// SPDX-License-Identifier: GPL-3.0-or-later
// Values <-> JSON, field by field from Boost.Describe, so that the C++ structs are the schema of the document on disk and of
// the protocol. Names on the wire are snake_case of the member, enumerators are kebab-case words. A missing member keeps its
// default, an unknown member is ignored (a newer peer), a wrong type or a number out of range is an error with its path.
// Pure; any thread.
#pragma once

#include "common/base/error.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/shared.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lvsdeck::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;
/// Where the values of a document lie; default: one by one on the heap.
using Memory = boost::json::storage_ptr;
/// A document that is handed on as it was given; copies share it, and its values have memory of their own.
using Document = Shared<Value>;

/// "delayLoop" -> "delay_loop", "FooBar" -> "foo-bar" with '-'.
[[nodiscard]] std::string fromCamel(std::string_view name, char separator);

/// Parses one document of at most `maxBytes`, nesting at most 64. The error's path is the byte offset.
[[nodiscard]] Result<Value> parse(std::string_view text, std::size_t maxBytes = 16U << 20U);
/// Memory that goes as one when the last value in it has gone: millions of small values among what stays would leave holes all
/// over the heap. For documents that are made, read and dropped; what is changed or removed in between takes room until the end.
[[nodiscard]] Memory ownMemory(std::size_t expectedBytes = 4096);
/// One line, no raw newline.
[[nodiscard]] std::string toLine(const Value& value);
/// Indented by two blanks, members in declaration order, newline at the end: for files that people read and diff.
[[nodiscard]] std::string toPretty(const Value& value);

namespace detail {

template <class T>
concept Struct = boost::describe::has_describe_members<T>::value && std::is_class_v<T>;
template <class T>
concept Enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T> struct IsVector : std::false_type {};
template <class T> struct IsVector<std::vector<T>> : std::true_type {};
template <class T> struct IsVector<SharedList<T>> : std::true_type {};
template <class T> struct IsShared : std::false_type {};
template <class T> struct IsShared<Shared<T>> : std::true_type {};
template <class T> struct IsOptional : std::false_type {};
template <class T> struct IsOptional<std::optional<T>> : std::true_type {};
template <class T> struct IsMap : std::false_type {};
template <class T> struct IsMap<std::map<std::string, T>> : std::true_type {};
template <class T> struct IsVariant : std::false_type {};
template <class... T> struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T> struct IsDuration : std::false_type {};
template <class R, class P> struct IsDuration<std::chrono::duration<R, P>> : std::true_type {};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

/// The wire names of a struct's members, computed once per type.
template <Struct T> const std::vector<std::string>& memberNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        boost::mp11::mp_for_each<Members<T>>([&](auto d) { out.push_back(fromCamel(d.name, '_')); });
        return out;
    }();
    return names;
}

template <Enum E> const std::vector<std::pair<E, std::string>>& enumWords() {
    static const std::vector<std::pair<E, std::string>> words = [] {
        std::vector<std::pair<E, std::string>> out;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
            [&](auto d) { out.emplace_back(d.value, fromCamel(d.name, '-')); });
        return out;
    }();
    return words;
}

[[nodiscard]] std::unexpected<Error> wrongType(std::string_view wanted, const Value& got, const std::string& path);
[[nodiscard]] std::unexpected<Error> outOfRange(std::string_view low, std::string_view high, const std::string& path);
[[nodiscard]] std::unexpected<Error> unknownWord(std::string_view word, const std::string& known, const std::string& path);
[[nodiscard]] std::string memberPath(const std::string& path, std::string_view name);
[[nodiscard]] std::string indexPath(const std::string& path, std::size_t index);

} // namespace detail

/// The wire word of a described enumerator.
template <detail::Enum E> [[nodiscard]] const std::string& toWord(E value) {
    for (const auto& [known, word] : detail::enumWords<E>())
        if (known == value)
            return word;
    static const std::string none = "?";
    return none;
}

template <detail::Enum E> [[nodiscard]] std::optional<E> fromWord(std::string_view word) {
    for (const auto& [value, known] : detail::enumWords<E>())
        if (known == word)
            return value;
    return std::nullopt;
}

template <class T> [[nodiscard]] Value toJson(const T& value, const Memory& memory = {}) {
    using namespace detail;
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> || std::is_same_v<T, Value>) {
        return Value(value, memory);
    } else if constexpr (std::is_integral_v<T>) {
        if constexpr (std::is_signed_v<T>)
            return Value(static_cast<std::int64_t>(value), memory);
        else
            return Value(static_cast<std::uint64_t>(value), memory);
    } else if constexpr (std::is_floating_point_v<T>) {
        return Value(static_cast<double>(value), memory);
    } else if constexpr (std::is_same_v<T, IpAddress>) {
        return Value(value.toString(), memory);
    } else if constexpr (IsDuration<T>::value) {
        return Value(static_cast<std::int64_t>(value.count()), memory);
    } else if constexpr (IsOptional<T>::value) {
        return value ? toJson(*value, memory) : Value(nullptr, memory);
    } else if constexpr (IsShared<T>::value) {
        return toJson(*value, memory);
    } else if constexpr (IsVector<T>::value) {
        Array array(memory);
        array.reserve(value.size());
        for (const auto& element : value)
            array.push_back(toJson(element, memory));
        return array;
    } else if constexpr (IsMap<T>::value) {
        Object object(memory);
        for (const auto& [key, element] : value)
            object.emplace(key, toJson(element, memory));
        return object;
    } else if constexpr (IsVariant<T>::value) {
        return std::visit(
            [&memory](const auto& alternative) {
                Value inner = toJson(alternative, memory);
                Object object(memory);
                object.emplace("kind", std::decay_t<decltype(alternative)>::kind);
                for (auto& member : inner.get_object())
                    object.insert(member);
                return Value(std::move(object));
            },
            value);
    } else if constexpr (Enum<T>) {
        return Value(toWord(value), memory);
    } else {
        static_assert(Struct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        Object object(memory);
        std::size_t i = 0;
        const auto& names = memberNames<T>();
        boost::mp11::mp_for_each<Members<T>>([&](auto d) { object.emplace(names[i++], toJson(value.*d.pointer, memory)); });
        return object;
    }
}

/// toJson() and toLine() in one step, for what may be big.
template <class T> [[nodiscard]] std::string lineOf(const T& value) { return toLine(toJson(value, ownMemory())); }

template <class T> [[nodiscard]] Result<T> fromJson(const Value& value, const std::string& path = {});

namespace detail {

template <class T> Result<T> integerFrom(const Value& value, const std::string& path) {
    using Limits = std::numeric_limits<T>;
    const auto range = [&] { return outOfRange(std::to_string(Limits::min()), std::to_string(Limits::max()), path); };
    if (value.is_int64()) {
        if (!std::in_range<T>(value.get_int64()))
            return range();
        return static_cast<T>(value.get_int64());
    }
    if (value.is_uint64()) {
        if (!std::in_range<T>(value.get_uint64()))
            return range();
        return static_cast<T>(value.get_uint64());
    }
    return wrongType("a whole number", value, path);
}

template <class... A>
Result<std::variant<A...>> variantFrom(const Value& value, const std::string& path, std::variant<A...>*) {
    if (!value.is_object())
        return wrongType("an object", value, path);
    const Value* kind = value.get_object().if_contains("kind");
    if (kind == nullptr || !kind->is_string())
        return wrongType("a text", kind ? *kind : Value(nullptr), memberPath(path, "kind"));
    std::optional<Result<std::variant<A...>>> out;
    std::string known;
    const auto tryOne = [&]<class T>(std::type_identity<T>) {
        known += (known.empty() ? "" : ", ") + std::string(T::kind);
        if (out || kind->get_string() != T::kind)
            return;
        auto inner = fromJson<T>(value, path);
        if (inner)
            out = std::variant<A...>(std::move(*inner));
        else
            out = std::unexpected(inner.error());
    };
    (tryOne(std::type_identity<A>{}), ...);
    if (!out)
        return unknownWord(std::string_view(kind->get_string()), known, memberPath(path, "kind"));
    return std::move(*out);
}

template <Struct T> Result<T> structFrom(const Value& value, const std::string& path) {
    if (!value.is_object())
        return wrongType("an object", value, path);
    const Object& object = value.get_object();
    const auto& names = memberNames<T>();
    T out{};
    std::optional<Error> problem;
    std::size_t i = 0;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
        const std::string& name = names[i++];
        const Value* member = problem ? nullptr : object.if_contains(name);
        if (member == nullptr)
            return;
        using M = std::decay_t<decltype(out.*d.pointer)>;
        auto converted = fromJson<M>(*member, memberPath(path, name));
        if (converted)
            out.*d.pointer = std::move(*converted);
        else
            problem = std::move(converted.error());
    });
    if (problem)
        return std::unexpected(std::move(*problem));
    return out;
}

} // namespace detail

template <class T> Result<T> fromJson(const Value& value, const std::string& path) {
    using namespace detail;
    if constexpr (std::is_same_v<T, bool>) {
        if (!value.is_bool())
            return wrongType("true or false", value, path);
        return value.get_bool();
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (!value.is_string())
            return wrongType("a text", value, path);
        return std::string(value.get_string());
    } else if constexpr (std::is_same_v<T, Value>) {
        return value;
    } else if constexpr (std::is_integral_v<T>) {
        return integerFrom<T>(value, path);
    } else if constexpr (std::is_floating_point_v<T>) {
        if (!value.is_number())
            return wrongType("a number", value, path);
        return value.to_number<T>();
    } else if constexpr (std::is_same_v<T, IpAddress>) {
        if (!value.is_string())
            return wrongType("an IP address", value, path);
        auto address = IpAddress::parse(std::string_view(value.get_string()));
        if (!address)
            address.error().path = path;
        return address;
    } else if constexpr (IsDuration<T>::value) {
        auto count = integerFrom<std::int64_t>(value, path);
        if (!count)
            return std::unexpected(std::move(count.error()));
        return T(*count);
    } else if constexpr (IsOptional<T>::value) {
        if (value.is_null())
            return T{};
        auto inner = fromJson<typename T::value_type>(value, path);
        if (!inner)
            return std::unexpected(std::move(inner.error()));
        return T(std::move(*inner));
    } else if constexpr (std::is_same_v<T, Document>) {
        return T(Value(value, value.is_structured() ? ownMemory() : Memory()));
    } else if constexpr (IsShared<T>::value) {
        auto inner = fromJson<std::decay_t<decltype(*std::declval<T>())>>(value, path);
        if (!inner)
            return std::unexpected(std::move(inner.error()));
        return T(std::move(*inner));
    } else if constexpr (IsVector<T>::value) {
        if (!value.is_array())
            return wrongType("a list", value, path);
        std::vector<typename T::value_type> out;
        out.reserve(value.get_array().size());
        for (const Value& element : value.get_array()) {
            auto converted = fromJson<typename T::value_type>(element, indexPath(path, out.size()));
            if (!converted)
                return std::unexpected(std::move(converted.error()));
            out.push_back(std::move(*converted));
        }
        return out;
    } else if constexpr (IsMap<T>::value) {
        if (!value.is_object())
            return wrongType("an object", value, path);
        T out;
        for (const auto& member : value.get_object()) {
            auto converted = fromJson<typename T::mapped_type>(member.value(), memberPath(path, member.key()));
            if (!converted)
                return std::unexpected(std::move(converted.error()));
            out.emplace(std::string(member.key()), std::move(*converted));
        }
        return out;
    } else if constexpr (IsVariant<T>::value) {
        return variantFrom(value, path, static_cast<T*>(nullptr));
    } else if constexpr (Enum<T>) {
        if (!value.is_string())
            return wrongType("a word", value, path);
        if (const auto found = fromWord<T>(std::string_view(value.get_string())))
            return *found;
        std::string known;
        for (const auto& [v, word] : enumWords<T>())
            known += (known.empty() ? "" : ", ") + word;
        return unknownWord(std::string_view(value.get_string()), known, path);
    } else {
        static_assert(Struct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        return structFrom<T>(value, path);
    }
}

/// parse() and fromJson() in one step.
template <class T> [[nodiscard]] Result<T> parseAs(std::string_view text) {
    auto value = parse(text);
    if (!value)
        return std::unexpected(std::move(value.error()));
    return fromJson<T>(*value);
}

} // namespace lvsdeck::json
