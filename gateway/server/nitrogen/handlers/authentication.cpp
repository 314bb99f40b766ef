#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/device_door.h"
#include "gateway/server/http/limit_call.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_sign_in.h"
#include "gateway/server/nitrogen/nitrogen_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport::nitrogen {

namespace {

constexpr std::string_view kWrong = "Id and password or secret do not belong together, or you are blocked";
/// The shortest and longest life that somebody may ask of a token.
constexpr Milliseconds kLeastLife = std::chrono::seconds(1);

NitrogenReply tooManyTries(Milliseconds wait) {
  NitrogenReply reply = nitrogenFailure(http::status::too_many_requests, "Too many wrong tries; wait a while");
  reply.retryAfter = std::chrono::ceil<std::chrono::seconds>(wait);
  return reply;
}

/// What limits make of a try to sign in: of the address while `who` is null, afterwards of whom it proved to be.
std::optional<NitrogenReply> overLimit(const NitrogenCall& call, const api::Principal* who) {
  LimitBook& book = call.registry().limitBook();
  const LimitSubject subject{who, who == nullptr ? std::string_view(call.address) : std::string_view()};
  const auto verdict =
      book.charge(api::LimitMeasure::signInsPerMinute, subject, 1, call.context.control.parts.clock.steadyNow());
  if (verdict.kind != LimitVerdict::Kind::refused) return std::nullopt;
  NitrogenReply reply = nitrogenFailure(http::status::too_many_requests, limitSentence(verdict));
  reply.retryAfter = retryAfter(verdict);
  return reply;
}

std::string textAt(const nlohmann::json& json, const char* name) {
  if (!json.is_object()) return {};
  const auto field = json.find(name);
  return field != json.end() && field->is_string() ? field->get<std::string>() : std::string();
}

boost::asio::awaitable<NitrogenReply> signedIn(NitrogenCall& call, api::Principal who) {
  if (auto over = overLimit(call, &who)) co_return std::move(*over);
  auto making = makeNitrogenToken(call, who, call.actOf(who), kNitrogenTokenLife);
  const Result<nlohmann::json> token = co_await std::move(making);
  if (!token) co_return nitrogenFailure(token.error());
  if (const nlohmann::json* known = call.context.book.profile(who.number)) {
    nlohmann::json profile = *known;
    profile["last_ip"] = call.address;
    profile["last_connection"] = isoTime(call.now());
    auto saving = call.saveProfile(who.number, std::move(profile));
    // That it is not noted keeps nobody out.
    static_cast<void>(co_await std::move(saving));
  }
  co_return nitrogenOk({{"principal", principalJson(call.context, who, true)}, {"accessToken", *token}});
}

/// With a password, or a secret that is kept like one.
boost::asio::awaitable<NitrogenReply> checkAndSignIn(NitrogenCall& call, std::string id, std::string password) {
  const auto wait = call.context.signIns.admit(id, call.address, call.context.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(wait);
  const auto record = call.registry().record(id);
  auto checking = call.checkPassword(std::move(password), record ? record->passwordHash.str() : std::string());
  const Result<bool> right = co_await std::move(checking);
  if (!right) co_return nitrogenFailure(right.error());
  // Checking takes its time: another password, or a block, that came meanwhile counts.
  const auto now = call.registry().record(id);
  const bool isStill = now && record && now->passwordHash == record->passwordHash && !now->principal.blocked;
  if (!*right || !isStill) co_return nitrogenFailure(http::status::unauthorized, kWrong);
  call.context.signIns.succeeded(id, call.address);
  if (now->mustChangePassword) {
    co_return nitrogenFailure(http::status::forbidden, "Change your one-time password first, in the portal");
  }
  if (now->hasSecondFactor) {
    co_return nitrogenFailure(http::status::forbidden,
                              "You sign in with a second factor, for which this API has no words; use an access token");
  }
  auto signing = signedIn(call, now->principal);
  NitrogenReply reply = co_await std::move(signing);
  co_return reply;
}

/// The principal that the body names, by an id of this API or of Carport's.
std::string registryIdOf(const NitrogenCall& call, const std::string& id) {
  const auto number = call.context.ids.principalOf(id);
  const auto found = number ? call.registry().find(*number) : std::nullopt;
  return found ? found->id : id;
}

}  // namespace

Answer authenticateUser(NitrogenCall& call) {
  if (auto over = overLimit(call, nullptr)) co_return std::move(*over);
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string email = textAt(*json, "email");
  std::string password = textAt(*json, "password");
  if (email.size() > api::kMaxPrincipalIdBytes || password.size() > kMaxPasswordBytes) {
    co_return nitrogenFailure(http::status::unauthorized, kWrong);
  }
  auto signing = checkAndSignIn(call, std::move(email), std::move(password));
  NitrogenReply reply = co_await std::move(signing);
  co_return reply;
}

Answer authenticateBySecret(NitrogenCall& call) {
  if (auto over = overLimit(call, nullptr)) co_return std::move(*over);
  const auto json = call.json();
  if (!json) co_return json.error();
  const std::string id = registryIdOf(call, textAt(*json, "id"));
  std::string secret = textAt(*json, "secret");
  if (id.size() > api::kMaxPrincipalIdBytes || secret.size() > kMaxDeviceSecretBytes) {
    co_return nitrogenFailure(http::status::unauthorized, kWrong);
  }
  const auto known = call.registry().find(id);
  if (known && known->type != api::PrincipalType::device) {
    auto checking = checkAndSignIn(call, id, std::move(secret));
    NitrogenReply reply = co_await std::move(checking);
    co_return reply;
  }
  DeviceDoor* const door = call.context.control.door;
  if (door == nullptr) co_return nitrogenFailure(http::status::service_unavailable, "The gateway is stopping");
  const DoorSignIn in = door->signIn(id, secret, call.address, true);
  if (in.refusal == DoorRefusal::throttled) co_return tooManyTries(std::chrono::seconds(1));
  if (!in.device || in.refusal != DoorRefusal::none) co_return nitrogenFailure(http::status::unauthorized, kWrong);
  auto signing = signedIn(call, *in.device);
  NitrogenReply reply = co_await std::move(signing);
  co_return reply;
}

Answer makeAccessToken(NitrogenCall& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  const auto about = call.administered(textAt(*json, "principal_id"));
  if (!about) co_return about.error();
  if (about->type == api::PrincipalType::group) {
    co_return nitrogenFailure(http::status::bad_request, "A group cannot sign in, so it has no tokens");
  }
  // Who may administer somebody could give him a new password; a token says the same with less.
  Milliseconds life = kNitrogenTokenLife;
  if (const auto expires = json->find("expires"); expires != json->end() && !expires->is_null()) {
    const auto until = expires->is_string() ? parseIsoTime(expires->get_ref<const std::string&>()) : std::nullopt;
    if (!until || *until - call.now() < kLeastLife) {
      co_return nitrogenFailure(http::status::bad_request, "'expires' must be a time that is still to come");
    }
    life = std::min(life, *until - call.now());
  }
  auto making = makeNitrogenToken(call, *about, call.act(), life);
  const Result<nlohmann::json> token = co_await std::move(making);
  co_return token ? nitrogenOk({{"accessToken", *token}}) : nitrogenFailure(token.error());
}

Answer impersonate(NitrogenCall& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  const auto about = call.principal(textAt(*json, "id"));
  if (!about) co_return about.error();
  if (about->type == api::PrincipalType::group) {
    co_return nitrogenFailure(http::status::bad_request, "A group cannot be impersonated");
  }
  if (about->number != call.who().number && !call.rights().may(call.who(), api::Action::impersonate, *about)) {
    co_return nitrogenFailure(http::status::forbidden, "You may not impersonate this principal");
  }
  auto making = makeNitrogenToken(call, *about, call.act(), kNitrogenTokenLife);
  const Result<nlohmann::json> token = co_await std::move(making);
  if (!token) co_return nitrogenFailure(token.error());
  co_return nitrogenOk({{"principal", principalJson(call.context, *about, false)}, {"accessToken", *token}});
}

}  // namespace carport::nitrogen
