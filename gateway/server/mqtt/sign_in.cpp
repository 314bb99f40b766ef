#include "gateway/server/mqtt/sign_in.h"

#include "gateway/server/password_checker.h"

#include <utility>

namespace carport {

namespace {

SignInAnswer refuse(std::string why, SignInRefusal refusal = SignInRefusal::wrong) {
  return {std::nullopt, refusal, std::move(why), {}, {}};
}

SignInAnswer accept(api::Principal principal, SignInProof proof, std::optional<TimePoint> validUntil = {}) {
  if (principal.blocked) return refuse("it is blocked", SignInRefusal::blocked);
  return {std::move(principal), SignInRefusal::none, {}, std::move(proof), validUntil};
}

}  // namespace

SignIn::SignIn(const Registry& registry, const SecretKey& key, PasswordChecker& passwords, const Clock& clock)
    : m_registry(registry), m_key(key), m_passwords(passwords), m_clock(clock) {}

void SignIn::check(const std::string& id, const std::string& password, Done done) const {
  auto record = m_registry.record(id);
  if (!record || record->principal.type == api::PrincipalType::group) {
    verifyDeviceSecret(password, m_nobody, m_key);
    return done(refuse("nobody has this id"));
  }
  if (record->principal.type != api::PrincipalType::device)
    return checkPerson(std::move(*record), password, std::move(done));
  const bool right = verifyDeviceSecret(password, record->secret.value_or(m_nobody), m_key) && record->secret;
  if (!right) return done(refuse("wrong secret"));
  done(accept(std::move(record->principal), {{}, record->secret, {}}));
}

void SignIn::checkPerson(PrincipalRecord record, const std::string& password, Done done) const {
  if (const auto token = m_registry.tokenByHash(hashToken(password))) {
    if (token->info.owner != record.principal.number) return done(refuse("the token belongs to somebody else"));
    if (token->info.expiresAt && *token->info.expiresAt <= m_clock.now()) return done(refuse("the token has expired"));
    return done(accept(std::move(record.principal), {token->info.number, {}, {}}, token->info.expiresAt));
  }
  if (record.passwordHash.empty() || password.size() > kMaxPasswordBytes)
    return done(refuse("wrong password or token"));
  auto answer = [principal = std::move(record.principal), hash = record.passwordHash, done](bool right) {
    done(right ? accept(principal, {{}, {}, hash}) : refuse("wrong password or token"));
  };
  if (!m_passwords.check(password, record.passwordHash, std::move(answer))) {
    done(refuse("too many passwords are being checked at once; try again in a moment", SignInRefusal::busy));
  }
}

std::string_view SignIn::withdrawn(PrincipalNumber who, const SignInProof& proof) const {
  const auto record = m_registry.record(who);
  if (!record) return "it is no longer registered";
  if (record->principal.blocked) return "it has been blocked";
  if (proof.token) {
    const auto token = m_registry.token(*proof.token);
    return token && token->info.owner == who ? "" : "its token has been taken back";
  }
  if (proof.secret) return record->secret == proof.secret ? "" : "its secret has been changed";
  return record->passwordHash == proof.passwordHash ? "" : "its password has been changed";
}

}  // namespace carport
