#pragma once

#include "gateway/base/error.h"
#include "gateway/transport/http_message.h"

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace carport {

/// What a handler of Nitrogen's API answers with. Its clients take 200 alone for success.
struct NitrogenReply {
  http::status status = http::status::ok;
  std::string body;
  std::string contentType = "application/json";
  std::chrono::seconds retryAfter{0};  ///< with 429 and 503
  std::string allow;                   ///< with 405
};

/// A value, or the reply that says why there is none.
template <class T>
using NitrogenAsked = tl::expected<T, NitrogenReply>;

NitrogenReply nitrogenOk(const nlohmann::json& json);
/// `{"error":{"statusCode","message"}}`.
NitrogenReply nitrogenFailure(http::status status, std::string_view sentence);
/// The same with the status that fits the error's kind.
NitrogenReply nitrogenFailure(const Error& error);

inline tl::unexpected<NitrogenReply> nitrogenRefuse(NitrogenReply reply) {
  return tl::unexpected<NitrogenReply>(std::move(reply));
}
inline tl::unexpected<NitrogenReply> nitrogenRefuse(http::status status, std::string_view sentence) {
  return nitrogenRefuse(nitrogenFailure(status, sentence));
}

/// `freshToken` is the JSON of an access token that takes the place of the caller's; empty: none.
HttpResponse toHttp(NitrogenReply reply, const std::string& freshToken);

}  // namespace carport
