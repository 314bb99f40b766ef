#include "gateway/server/http/reply.h"

#include "gateway/api/json_codec.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

using Place = api::WrongPart::Place;

/// Longest path that a problem repeats.
constexpr std::size_t kMaxInstanceBytes = 512;

Reply withJson(http::status status, const nlohmann::json& json) {
  Reply reply;
  reply.status = status;
  reply.body = api::toText(json);
  return reply;
}

Reply withProblem(const api::ProblemType& type, int status, std::string_view sentence) {
  Reply reply;
  reply.status = http::int_to_status(static_cast<unsigned>(status));
  reply.problem = std::make_shared<api::Problem>();
  reply.problem->type = &type;
  reply.problem->status = status;
  reply.problem->detail = sentence;
  if (reply.status == http::status::service_unavailable) reply.retryAfter = std::chrono::seconds(1);
  return reply;
}

Reply withProblem(const api::ProblemType& type, std::string_view sentence) {
  return withProblem(type, type.status, sentence);
}

Reply withWrongPart(Place place, std::string_view name, std::string_view sentence) {
  Reply reply = withProblem(api::problemType(ErrorKind::invalid), sentence);
  reply.problem->errors.push_back({place, std::string(name), std::string(sentence)});
  return reply;
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
  Reply reply = replyFailure(error.kind(), error.message());
  for (const WrongField& field : error.fields()) {
    reply.problem->errors.push_back({Place::body, field.pointer, field.text});
  }
  return reply;
}

Reply replyFailure(ErrorKind kind, std::string_view sentence) {
  return withProblem(api::problemType(kind), sentence);
}

Reply replyProblem(std::string_view type, std::string_view sentence) {
  const api::ProblemType* named = api::problemTypeNamed(type);
  return withProblem(named != nullptr ? *named : api::problemType(ErrorKind::internal), sentence);
}

Reply replyWrongParameter(std::string_view name, std::string_view sentence) {
  return withWrongPart(Place::query, name, sentence);
}

Reply replyWrongHeader(std::string_view name, std::string_view sentence) {
  return withWrongPart(Place::header, name, sentence);
}

Reply replyWrongField(std::string_view pointer, std::string_view sentence) {
  return withWrongPart(Place::body, pointer, sentence);
}

Reply replyInside(std::string_view pointer, Reply reply) {
  if (!reply.problem) return reply;
  for (api::WrongPart& part : reply.problem->errors) {
    if (part.place == Place::body) part.name.insert(0, pointer);
  }
  return reply;
}

Reply replyDenied(std::string_view sentence, std::optional<std::int64_t> rule) {
  Reply reply = replyFailure(ErrorKind::denied, sentence);
  reply.problem->rule = rule;
  return reply;
}

Reply replyStatus(http::status status, std::string_view sentence) {
  const int number = static_cast<int>(status);
  return withProblem(api::problemTypeOfStatus(number), number, sentence);
}

HttpResponse toHttp(Reply reply, std::string_view path) {
  HttpResponse response{reply.status, 11};
  response.set(http::field::server, "Carport");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.set("Referrer-Policy", "no-referrer");
  for (const auto& [name, value] : reply.fields) response.set(name, value);
  if (reply.problem) {
    reply.problem->instance = path.substr(0, kMaxInstanceBytes);
    reply.body = api::toText(toJson(*reply.problem));
    reply.contentType = api::kProblemMediaType;
  }
  if (!reply.body.empty()) response.set(http::field::content_type, reply.contentType);
  if (!reply.allow.empty()) response.set(http::field::allow, reply.allow);
  if (reply.status == http::status::unauthorized && response.find(http::field::www_authenticate) == response.end())
    response.set(http::field::www_authenticate, "Bearer");
  if (reply.retryAfter.count() > 0) response.set(http::field::retry_after, std::to_string(reply.retryAfter.count()));
  response.body() = std::move(reply.body);
  return response;
}

}  // namespace carport
