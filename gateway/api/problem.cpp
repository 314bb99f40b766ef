#include "gateway/api/problem.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace carport::api {

namespace {

// The first of a status is what a failure is that says no more than its status.
constexpr std::array kProblemTypes{
    ProblemType{"invalid", 400, "The request is wrong", "Change the request; repeating it does not help."},
    ProblemType{"unauthenticated", 401, "Sign in first", "Get a token with POST /api/v2/session and send it along."},
    ProblemType{"codeNeeded", 401, "A code is needed",
                "Sign in again with the code of the authenticator app, or a recovery code, as “code”."},
    ProblemType{"denied", 403, "Not allowed",
                "The permissions do not allow it; “rule” is the number of the rule that decided, null where none did."},
    ProblemType{"notFound", 404, "Not found", "It is not there, or not for this caller to see."},
    ProblemType{"methodNotAllowed", 405, "No such method", "The header Allow names the methods that the path has."},
    ProblemType{"conflict", 409, "In conflict with what is there", "Fetch what is there, then decide again."},
    ProblemType{"expired", 409, "Its time has run out", "It cannot be used any more; make a new one."},
    ProblemType{
        "preconditionFailed", 412, "Changed meanwhile",
        "It is no longer as the If-Match says: fetch it again, look at what changed, and send your change anew."},
    ProblemType{"tooLarge", 413, "Too large", "Send less at once; the sentence names the limit."},
    ProblemType{"unsupportedMediaType", 415, "Not a kind of content that this call reads",
                "Send what the sentence names in Content-Type."},
    ProblemType{"keyReused", 422, "The idempotency key belongs to another request",
                "Take a new Idempotency-Key for each new request; the same key goes with the same request only."},
    ProblemType{"upgradeRequired", 426, "This path speaks WebSocket", "Connect with a WebSocket client."},
    ProblemType{"limit", 429, "A limit is reached", "Wait as long as Retry-After says, or ask for less."},
    ProblemType{"headerTooLarge", 431, "The header is too large", "Send shorter header fields."},
    ProblemType{"internal", 500, "The gateway made a mistake", "Its log says more; tell whoever runs it."},
    ProblemType{"corrupted", 500, "Stored data is damaged", "Run carportd verify; the log says more."},
    ProblemType{"newerVersion", 500, "Written by a newer Carport", "Run the newer version."},
    ProblemType{"io", 500, "Reading or writing failed", "Look at the gateway's disk; the log says more."},
    ProblemType{"unavailable", 503, "Not available just now", "Try again after Retry-After."},
    ProblemType{"full", 503, "No room left", "Try again after Retry-After; the disk may be full."},
    ProblemType{"cancelled", 503, "Taken back", "The gateway is stopping, or whoever asked closed the connection; try again later."},
};

constexpr std::array<std::pair<ErrorKind, std::string_view>, 15> kKinds{{
    {ErrorKind::invalid, "invalid"},
    {ErrorKind::unauthenticated, "unauthenticated"},
    {ErrorKind::denied, "denied"},
    {ErrorKind::notFound, "notFound"},
    {ErrorKind::conflict, "conflict"},
    {ErrorKind::tooLarge, "tooLarge"},
    {ErrorKind::limit, "limit"},
    {ErrorKind::expired, "expired"},
    {ErrorKind::unavailable, "unavailable"},
    {ErrorKind::full, "full"},
    {ErrorKind::corrupted, "corrupted"},
    {ErrorKind::newerVersion, "newerVersion"},
    {ErrorKind::io, "io"},
    {ErrorKind::cancelled, "cancelled"},
    {ErrorKind::internal, "internal"},
}};

std::string_view memberOf(WrongPart::Place place) {
  if (place == WrongPart::Place::query) return "parameter";
  return place == WrongPart::Place::header ? "header" : "pointer";
}

}  // namespace

std::span<const ProblemType> problemTypes() {
  return kProblemTypes;
}

const ProblemType* problemTypeNamed(std::string_view kind) {
  const auto* const found = std::find_if(kProblemTypes.begin(), kProblemTypes.end(),
                                         [&](const ProblemType& type) { return type.kind == kind; });
  return found == kProblemTypes.end() ? nullptr : found;
}

const ProblemType& problemType(ErrorKind kind) {
  const auto* const named =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& entry) { return entry.first == kind; });
  return *problemTypeNamed(named == kKinds.end() ? "internal" : named->second);
}

const ProblemType& problemTypeOfStatus(int status) {
  const auto* const found = std::find_if(kProblemTypes.begin(), kProblemTypes.end(),
                                         [&](const ProblemType& type) { return type.status == status; });
  if (found != kProblemTypes.end()) return *found;
  return *problemTypeNamed(status >= 500 ? "internal" : "invalid");
}

nlohmann::json toJson(const Problem& value) {
  nlohmann::json json{{"type", fmt::format("{}/{}", kProblemTypePath, value.type->kind)},
                      {"title", value.type->title},
                      {"status", value.status},
                      {"detail", value.detail},
                      {"kind", value.type->kind}};
  if (!value.instance.empty()) json["instance"] = value.instance;
  if (value.rule) json["rule"] = *value.rule ? nlohmann::json(**value.rule) : nlohmann::json();
  for (const WrongPart& part : value.errors) {
    json["errors"].push_back({{memberOf(part.place), part.name}, {"detail", part.detail}});
  }
  return json;
}

}  // namespace carport::api
