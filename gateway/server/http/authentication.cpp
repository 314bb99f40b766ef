#include "gateway/server/http/authentication.h"

#include "gateway/domain/credentials.h"
#include "gateway/server/control/control_context.h"
#include "gateway/server/http/see_as.h"
#include "gateway/server/nitrogen/nitrogen_token.h"

#include <boost/beast/core/string.hpp>

#include <memory>

namespace carport {

namespace {

constexpr std::size_t kMaxTokenBytes = 256;
constexpr std::string_view kBearer = "Bearer ";

tl::unexpected<Reply> notSignedIn(std::string_view sentence) {
  return refuse(replyFailure(ErrorKind::unauthenticated, sentence));
}

bool isAlive(const TokenRecord& token, TimePoint now) {
  return !token.info.expiresAt || now < *token.info.expiresAt;
}

}  // namespace

Asked<Caller> authenticate(const HttpHeader& header, const Registry& registry, TimePoint now) {
  const auto field = header[http::field::authorization];
  const std::string_view text(field.data(), field.size());
  if (text.empty()) return notSignedIn("Sign in first, and send the token as 'Authorization: Bearer TOKEN'");
  const auto scheme = text.substr(0, kBearer.size());
  if (!boost::beast::iequals({scheme.data(), scheme.size()}, {kBearer.data(), kBearer.size()}) ||
      text.size() > kBearer.size() + kMaxTokenBytes) {
    return notSignedIn("Only 'Authorization: Bearer TOKEN' is understood");
  }
  const auto token = registry.tokenByHash(hashToken(text.substr(kBearer.size())));
  if (!token) return notSignedIn("This token is not known, or it was revoked; sign in again");
  if (!isAlive(*token, now)) return notSignedIn("This token has expired; sign in again");
  auto owner = registry.find(token->info.owner);
  if (!owner || owner->blocked) return notSignedIn("The owner of this token is blocked or gone; ask an administrator");
  const auto record = registry.record(owner->id);
  // Only a session stems from the one-time password; a token was made by somebody who may make tokens.
  if (token->info.scope) owner->scope = std::make_shared<const api::TokenScope>(*token->info.scope);
  const bool mustChange = record && record->mustChangePassword && token->info.label == kSessionLabel;
  return Caller{std::move(*owner), *token, mustChange};
}

namespace {

/// The token of a caller who has been found by it.
std::string_view tokenIn(const HttpHeader& header) {
  const auto field = header[http::field::authorization];
  return std::string_view(field.data(), field.size()).substr(kBearer.size());
}

bool isNitrogenToken(const HttpHeader& header) {
  return tokenIn(header).find('.') != std::string_view::npos;
}

/// Tokens of Nitrogen's API are good here too, as long as they are there: not once the password or secret has changed.
bool isOutdated(const HttpHeader& header, const ControlContext& control) {
  const SecretKey& key = control.parts.secretKey;
  return !nitrogenTokenOf(control.parts.registry, NitrogenIds(key), JsonWebTokens(key), tokenIn(header),
                          control.parts.clock.now());
}

/// Whether the password or secret is still the one that a token of Nitrogen's API was got with. What is made up by an
/// administrator, and has to be changed first, is not.
bool isStillProved(const Caller& caller, const Registry& registry) {
  if (caller.credential.empty()) return true;
  const auto owner = registry.record(caller.token.info.owner);
  return owner && !owner->mustChangePassword && credentialMark(*owner) == caller.credential;
}

}  // namespace

Asked<Caller> authenticate(const HttpHeader& header, ControlContext& control) {
  const auto& registry = control.parts.registry;
  const auto version = registry.version();
  auto caller = authenticate(header, registry, control.parts.clock.now());
  const bool mayBeNew = !caller && header.find(http::field::authorization) != header.end();
  if (mayBeNew && control.follower.pollNow(control.parts.clock.steadyNow()) && registry.version() != version) {
    caller = authenticate(header, registry, control.parts.clock.now());
  }
  if (!caller || !isNitrogenToken(header)) return caller;
  if (isOutdated(header, control)) return notSignedIn("This token is outdated; sign in again");
  if (const auto owner = registry.record(caller->token.info.owner)) caller->credential = credentialMark(*owner);
  return caller;
}

bool isStillSignedIn(const Caller& caller, const Registry& registry, TimePoint now) {
  const auto token = registry.tokenByHash(caller.token.hash);
  if (!token || !isAlive(*token, now)) return false;
  const auto owner = registry.find(token->info.owner);
  return owner && !owner->blocked && isStillProved(caller, registry) && mayStillSeeAs(caller, registry, now);
}

}  // namespace carport
