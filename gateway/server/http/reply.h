#pragma once

#include "gateway/base/error.h"
#include "gateway/base/result.h"
#include "gateway/transport/http_message.h"

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What a handler answers with.
struct Reply {
  http::status status = http::status::ok;
  std::string body;
  std::string_view contentType = "application/json";
  std::string allow;                   ///< with 405
  std::chrono::seconds retryAfter{0};  ///< with 429 and 503
};

/// A value, or the reply that says why there is none: `if (!car) co_return car.error();`.
template <class T>
using Asked = tl::expected<T, Reply>;

Reply replyOk(const nlohmann::json& json);
Reply replyCreated(const nlohmann::json& json);
Reply replyNoContent();
/// `{"error":{"kind","message"}}` with the status that fits the kind.
Reply replyFailure(const Error& error);
Reply replyFailure(ErrorKind kind, std::string_view sentence);
/// 403 with the number of the rule that decided; none: no rule matched.
Reply replyDenied(std::string_view sentence, std::optional<std::int64_t> rule);
/// A failure that never became a call: by status alone.
Reply replyStatus(http::status status, std::string_view sentence);

/// The failing side of an Asked.
inline tl::unexpected<Reply> refuse(Reply reply) {
  return tl::unexpected<Reply>(std::move(reply));
}

HttpResponse toHttp(Reply reply);

}  // namespace carport
