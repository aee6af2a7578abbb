// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/rpc/jsonrpc.hpp"

namespace lvsdeck::rpc {

namespace {

/// JSON-RPC wants numbers; ours ride in data.code as words, these are for generic clients.
int numberOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidInput: return -32602;
    case ErrorCode::Internal: return -32603;
    case ErrorCode::NotFound: return -32004;
    case ErrorCode::Conflict: return -32009;
    case ErrorCode::Denied: return -32003;
    case ErrorCode::Unsupported: return -32005;
    case ErrorCode::Unavailable: return -32010;
    case ErrorCode::Timeout: return -32008;
    case ErrorCode::Busy: return -32016;
    case ErrorCode::TooLarge: return -32013;
    case ErrorCode::Io: return -32011;
    }
    return -32603;
}

Error errorFrom(const json::Value& value) {
    Error error{ErrorCode::Internal, "the peer sent an error without a message", {}};
    if (!value.is_object())
        return error;
    const json::Object& object = value.get_object();
    if (const auto* message = object.if_contains("message"); message && message->is_string())
        error.text = std::string(message->get_string());
    error.code = ErrorCode::Internal;
    if (const auto* data = object.if_contains("data"); data && data->is_object()) {
        if (const auto* code = data->get_object().if_contains("code"); code && code->is_string())
            error.code = errorCodeFromWord(std::string_view(code->get_string()));
        if (const auto* path = data->get_object().if_contains("path"); path && path->is_string())
            error.path = std::string(path->get_string());
    }
    return error;
}

json::Object envelope() {
    json::Object object;
    object.emplace("jsonrpc", "2.0");
    return object;
}

std::string line(json::Object object) { return json::toLine(json::Value(std::move(object))) + "\n"; }

/// With one member more, at the end, which may be big: it is not copied.
std::string line(json::Object object, const char* name, const json::Value& value) {
    std::string text = json::toLine(json::Value(std::move(object)));
    text.pop_back();
    text.append(",\"").append(name).append("\":").append(json::toLine(value)).append("}\n");
    return text;
}

} // namespace

Result<Message> decode(std::string_view text) {
    auto value = json::parse(text);
    if (!value)
        return std::unexpected(std::move(value.error()));
    if (!value->is_object())
        return failure(ErrorCode::InvalidInput, "a message must be a JSON object on one line");
    json::Object& object = value->get_object();
    const json::Value* id = object.if_contains("id");
    if (const json::Value* method = object.if_contains("method")) {
        if (!method->is_string())
            return failure(ErrorCode::InvalidInput, "“method” must be a text", "method");
        // Not object["params"]: operator[] may grow the object first, and id and method point into it.
        json::Value* given = object.if_contains("params");
        json::Value params = given != nullptr ? std::move(*given) : json::Value(nullptr);
        if (!params.is_object() && !params.is_null())
            return failure(ErrorCode::InvalidInput, "“params” must be an object", "params");
        std::string name(method->get_string());
        if (id == nullptr)
            return Notification{std::move(name), std::move(params)};
        auto number = json::fromJson<std::int64_t>(*id, "id");
        if (!number)
            return std::unexpected(std::move(number.error()));
        return Request{*number, std::move(name), std::move(params)};
    }
    Response response{std::nullopt, json::Value(nullptr)};
    if (id != nullptr && id->is_number())
        response.id = id->is_int64() ? std::optional(id->get_int64()) : std::nullopt;
    if (const json::Value* error = object.if_contains("error"))
        response.result = std::unexpected(errorFrom(*error));
    else if (json::Value* result = object.if_contains("result"))
        response.result = std::move(*result);
    else
        return failure(ErrorCode::InvalidInput, "a message needs “method”, “result” or “error”");
    return response;
}

std::string encode(const Request& request) {
    json::Object object = envelope();
    object.emplace("id", request.id);
    object.emplace("method", request.method);
    if (request.params.is_null())
        return line(std::move(object));
    return line(std::move(object), "params", request.params);
}

std::string encode(const Notification& notification) {
    json::Object object = envelope();
    object.emplace("method", notification.method);
    return line(std::move(object), "params", notification.params);
}

std::string encode(const Response& response) {
    json::Object object = envelope();
    object.emplace("id", response.id ? json::Value(*response.id) : json::Value(nullptr));
    if (response.result)
        return line(std::move(object), "result", *response.result);
    const Error& error = response.result.error();
    json::Object data;
    data.emplace("code", toWord(error.code));
    if (!error.path.empty())
        data.emplace("path", error.path);
    json::Object body;
    body.emplace("code", numberOf(error.code));
    body.emplace("message", error.text);
    body.emplace("data", std::move(data));
    object.emplace("error", std::move(body));
    return line(std::move(object));
}

LineSplitter::LineSplitter(std::size_t maxLine) : m_maxLine(maxLine) {}

void LineSplitter::append(std::string_view bytes) {
    if (m_start > 0 && m_start * 2 >= m_buffer.size()) {
        m_buffer.erase(0, m_start);
        m_scanned -= m_start;
        m_start = 0;
    }
    m_buffer += bytes;
}

std::optional<Result<std::string>> LineSplitter::next() {
    const std::size_t newline = m_buffer.find('\n', m_scanned);
    if (newline == std::string::npos) {
        m_scanned = m_buffer.size();
        if (m_skipping || buffered() > m_maxLine) {
            m_skipping = true;
            m_buffer.clear();
            m_start = m_scanned = 0;
        }
        return std::nullopt;
    }
    const std::size_t begin = m_start;
    m_start = m_scanned = newline + 1;
    if (m_skipping || newline - begin > m_maxLine) {
        m_skipping = false;
        return Result<std::string>(failure(ErrorCode::TooLarge, "the line was longer than " + std::to_string(m_maxLine) +
                                                                    " bytes and was dropped; send less at once"));
    }
    std::string text = m_buffer.substr(begin, newline - begin);
    if (!text.empty() && text.back() == '\r')
        text.pop_back();
    return Result<std::string>(std::move(text));
}

} // namespace lvsdeck::rpc
