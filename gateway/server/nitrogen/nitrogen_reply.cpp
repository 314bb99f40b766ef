#include "gateway/server/nitrogen/nitrogen_reply.h"

#include "gateway/api/json_codec.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

constexpr std::string_view kTokenField = "x-n2-set-access-token";

http::status statusOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return http::status::bad_request;
    case ErrorKind::unauthenticated:
      return http::status::unauthorized;
    case ErrorKind::denied:
      return http::status::forbidden;
    case ErrorKind::notFound:
      return http::status::not_found;
    case ErrorKind::conflict:
    case ErrorKind::expired:
      return http::status::conflict;
    case ErrorKind::tooLarge:
      return http::status::payload_too_large;
    case ErrorKind::limit:
      return http::status::too_many_requests;
    case ErrorKind::unavailable:
    case ErrorKind::full:
      return http::status::service_unavailable;
    default:
      return http::status::internal_server_error;
  }
}

}  // namespace

NitrogenReply nitrogenOk(const nlohmann::json& json) {
  NitrogenReply reply;
  reply.body = api::toText(json);
  return reply;
}

NitrogenReply nitrogenFailure(http::status status, std::string_view sentence) {
  const auto code = static_cast<unsigned>(status);
  NitrogenReply reply = nitrogenOk({{"error", {{"statusCode", code}, {"message", sentence}}}});
  reply.status = status;
  if (status == http::status::service_unavailable) reply.retryAfter = std::chrono::seconds(2);
  return reply;
}

NitrogenReply nitrogenFailure(const Error& error) {
  return nitrogenFailure(statusOf(error.kind()), error.message());
}

HttpResponse toHttp(NitrogenReply reply, const std::string& freshToken) {
  HttpResponse response;
  response.result(reply.status);
  response.set(http::field::content_type, reply.contentType);
  response.set(http::field::cache_control, "no-store");
  // What a principal has stored here must not run as a page of the gateway's.
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Content-Security-Policy", "default-src 'none'; sandbox");
  if (!reply.allow.empty()) response.set(http::field::allow, reply.allow);
  if (reply.retryAfter.count() > 0) response.set(http::field::retry_after, std::to_string(reply.retryAfter.count()));
  if (!freshToken.empty()) response.set({kTokenField.data(), kTokenField.size()}, freshToken);
  response.body() = std::move(reply.body);
  return response;
}

}  // namespace carport
