#pragma once

#include "gateway/api/problem.h"
#include "gateway/base/error.h"
#include "gateway/base/result.h"
#include "gateway/transport/http_message.h"

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

/// What a handler answers with.
struct Reply {
  http::status status = http::status::ok;
  std::string body;
  std::string_view contentType = "application/json";
  std::string allow;                   ///< with 405
  std::chrono::seconds retryAfter{0};  ///< with 429 and 503
  /// Further header fields: ETag, Link, RateLimit and the like.
  std::vector<std::pair<std::string, std::string>> fields{};
  /// A refusal that is told as "there is none": the caller must not learn that there is. The audit log does.
  bool concealed = false;
  /// A failure, which is written in the place of `body`.
  std::shared_ptr<api::Problem> problem{};
};

/// A value, or the reply that says why there is none: `if (!car) co_return car.error();`.
template <class T>
using Asked = tl::expected<T, Reply>;

Reply replyOk(const nlohmann::json& json);
Reply replyCreated(const nlohmann::json& json);
Reply replyNoContent();
/// A problem (RFC 9457) with the status that fits the kind; what of the body was wrong comes along where the error
/// says.
Reply replyFailure(const Error& error);
Reply replyFailure(ErrorKind kind, std::string_view sentence);
/// A failure of a type that no ErrorKind has, by its name in the table of api::problemTypes().
Reply replyProblem(std::string_view type, std::string_view sentence);
/// 400 that names the parameter of the query or the header field which is wrong.
Reply replyWrongParameter(std::string_view name, std::string_view sentence);
Reply replyWrongHeader(std::string_view name, std::string_view sentence);
/// 400 that names the field of the body, by a JSON pointer.
Reply replyWrongField(std::string_view pointer, std::string_view sentence);
/// A refusal of what stands at `pointer` in the body, told of the whole body: the pointers of its errors begin with
/// that.
Reply replyInside(std::string_view pointer, Reply reply);
/// 403 with the number of the rule that decided; none: no rule matched.
Reply replyDenied(std::string_view sentence, std::optional<std::int64_t> rule);
/// A failure that no ErrorKind tells: by its status.
Reply replyStatus(http::status status, std::string_view sentence);

/// The failing side of an Asked.
inline tl::unexpected<Reply> refuse(Reply reply) {
  return tl::unexpected<Reply>(std::move(reply));
}

/// `path` is what was asked for; empty where the request never became a call.
HttpResponse toHttp(Reply reply, std::string_view path = {});

}  // namespace carport
