#include "gateway/server/http/reply.h"

#include "gateway/api/json_codec.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

struct KindRow {
  ErrorKind kind;
  std::string_view name;
  http::status status;
};

constexpr std::array kKinds{
    KindRow{ErrorKind::invalid, "invalid", http::status::bad_request},
    KindRow{ErrorKind::unauthenticated, "unauthenticated", http::status::unauthorized},
    KindRow{ErrorKind::denied, "denied", http::status::forbidden},
    KindRow{ErrorKind::notFound, "notFound", http::status::not_found},
    KindRow{ErrorKind::conflict, "conflict", http::status::conflict},
    KindRow{ErrorKind::tooLarge, "tooLarge", http::status::payload_too_large},
    KindRow{ErrorKind::limit, "limit", http::status::too_many_requests},
    KindRow{ErrorKind::expired, "expired", http::status::conflict},
    KindRow{ErrorKind::unavailable, "unavailable", http::status::service_unavailable},
    KindRow{ErrorKind::full, "full", http::status::service_unavailable},
    KindRow{ErrorKind::corrupted, "corrupted", http::status::internal_server_error},
    KindRow{ErrorKind::newerVersion, "newerVersion", http::status::internal_server_error},
    KindRow{ErrorKind::io, "io", http::status::internal_server_error},
    KindRow{ErrorKind::cancelled, "cancelled", http::status::service_unavailable},
    KindRow{ErrorKind::internal, "internal", http::status::internal_server_error},
};

const KindRow& rowOf(ErrorKind kind) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const KindRow& row) { return row.kind == kind; });
  return found != kKinds.end() ? *found : kKinds.back();
}

Reply withJson(http::status status, const nlohmann::json& json) {
  Reply reply;
  reply.status = status;
  reply.body = api::toText(json);
  return reply;
}

nlohmann::json errorBody(std::string_view kind, std::string_view sentence) {
  return {{"error", {{"kind", kind}, {"message", sentence}}}};
}

}  // namespace

Reply replyOk(const nlohmann::json& json) {
  return withJson(http::status::ok, json);
}

Reply replyCreated(const nlohmann::json& json) {
  return withJson(http::status::created, json);
}

Reply replyNoContent() {
  Reply reply;
  reply.status = http::status::no_content;
  return reply;
}

Reply replyFailure(const Error& error) {
  return replyFailure(error.kind(), error.message());
}

Reply replyFailure(ErrorKind kind, std::string_view sentence) {
  const KindRow& row = rowOf(kind);
  Reply reply = withJson(row.status, errorBody(row.name, sentence));
  if (row.status == http::status::service_unavailable) reply.retryAfter = std::chrono::seconds(1);
  return reply;
}

Reply replyDenied(std::string_view sentence, std::optional<std::int64_t> rule) {
  nlohmann::json json = errorBody("denied", sentence);
  json["error"]["rule"] = rule ? nlohmann::json(*rule) : nlohmann::json();
  return withJson(http::status::forbidden, json);
}

Reply replyStatus(http::status status, std::string_view sentence) {
  const auto found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const KindRow& row) { return row.status == status; });
  return withJson(status, errorBody(found != kKinds.end() ? found->name : "invalid", sentence));
}

HttpResponse toHttp(Reply reply) {
  HttpResponse response{reply.status, 11};
  response.set(http::field::server, "Carport");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.set("Referrer-Policy", "no-referrer");
  if (!reply.body.empty()) response.set(http::field::content_type, reply.contentType);
  if (!reply.allow.empty()) response.set(http::field::allow, reply.allow);
  if (reply.status == http::status::unauthorized) response.set(http::field::www_authenticate, "Bearer");
  if (reply.retryAfter.count() > 0) response.set(http::field::retry_after, std::to_string(reply.retryAfter.count()));
  response.body() = std::move(reply.body);
  return response;
}

}  // namespace carport
