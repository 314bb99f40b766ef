#include "gateway/server/mqtt/sign_in.h"

#include "gateway/domain/session_label.h"
#include "gateway/server/nitrogen/nitrogen_token.h"
#include "gateway/server/password_checker.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace carport {

namespace {

SignInAnswer refuse(std::string why, SignInRefusal refusal = SignInRefusal::wrong) {
  return {std::nullopt, refusal, std::move(why), {}, {}};
}

constexpr std::string_view kOneTimePassword = "its one-time password must be changed first, in the portal";

constexpr std::string_view kNeedsToken =
    "its password alone is not enough: MQTT asks for no codes, so it needs a token";

/// Only what stems from the one-time password is refused: a token of its own was made by somebody who may make tokens.
bool isRestricted(const PrincipalRecord& record, const TokenRecord* token) {
  return record.mustChangePassword && (token == nullptr || token->info.label == kSessionLabel);
}

SignInAnswer accept(api::Principal principal, SignInProof proof, std::optional<TimePoint> validUntil = {}) {
  if (principal.blocked) return refuse("it is blocked", SignInRefusal::blocked);
  return {std::move(principal), SignInRefusal::none, {}, std::move(proof), validUntil};
}

}  // namespace

SignIn::SignIn(const Registry& registry, const SecretKey& key, PasswordChecker& passwords, const Clock& clock)
    : m_registry(registry), m_key(key), m_passwords(passwords), m_clock(clock) {}

void SignIn::check(const SignInClaim& claim, Done done) const {
  if (claim.certificate) return done(checkCertificate(*claim.certificate));
  if (claim.anonymous) return done(checkAnonymous(claim.id));
  const auto& password = claim.password;
  auto record = m_registry.record(claim.id);
  if (!record || record->principal.type == api::PrincipalType::group) {
    verifyDeviceSecret(password, m_nobody, m_key);
    return done(refuse("nobody has this id"));
  }
  if (claim.isNitrogen) return done(checkNitrogen(std::move(*record), password));
  if (record->principal.type != api::PrincipalType::device)
    return checkPerson(std::move(*record), password, std::move(done));
  done(checkDevice(std::move(*record), password));
}

SignInAnswer SignIn::checkDevice(PrincipalRecord record, const std::string& password) const {
  const bool right = verifyDeviceSecret(password, record.secret.value_or(m_nobody), m_key) && record.secret;
  if (right) return accept(std::move(record.principal), {{}, record.secret, {}, {}});
  const Rare<RetiringSecret> retiring = record.retiring;
  if (!retiring || retiring->until <= m_clock.now() || !verifyDeviceSecret(password, retiring->secret, m_key)) {
    return refuse("wrong secret");
  }
  return accept(std::move(record.principal), {{}, retiring->secret, {}, {}}, retiring->until);
}

SignInAnswer SignIn::checkNitrogen(PrincipalRecord record, const std::string& text) const {
  const auto token = nitrogenTokenOf(m_registry, NitrogenIds(m_key), JsonWebTokens(m_key), text, m_clock.now());
  if (!token || token->info.owner != record.principal.number) return refuse("wrong access token, or one that is over");
  SignInProof proof{token->info.number, {}, credentialMark(record), {}};
  return accept(std::move(record.principal), std::move(proof), token->info.expiresAt);
}

bool SignIn::isCheap(const std::string& id) const {
  const auto who = m_registry.find(id);
  return who && who->type == api::PrincipalType::device;
}

SignInAnswer SignIn::checkCertificate(const PeerCertificate& certificate) const {
  if (certificate.name.empty()) return refuse("its certificate names nobody, or more than one");
  if (certificate.validUntil <= m_clock.now()) return refuse("its certificate has expired");
  auto who = m_registry.find(certificate.name);
  if (!who || who->type == api::PrincipalType::group) return refuse("nobody is called as its certificate says");
  return accept(std::move(*who), {{}, {}, {}, certificate.name}, certificate.validUntil);
}

SignInAnswer SignIn::checkAnonymous(const std::string& id) const {
  auto who = m_registry.find(id);
  if (!who || who->type == api::PrincipalType::group) {
    return refuse(fmt::format("\"{}\", who stands for clients that say nothing, is no longer registered", id));
  }
  return accept(std::move(*who), {{}, {}, {}, {}, true});
}

void SignIn::checkPerson(PrincipalRecord record, const std::string& password, Done done) const {
  if (const auto token = m_registry.tokenByHash(hashToken(password))) {
    if (token->info.owner != record.principal.number) return done(refuse("the token belongs to somebody else"));
    if (token->info.expiresAt && *token->info.expiresAt <= m_clock.now()) return done(refuse("the token has expired"));
    if (isRestricted(record, &*token)) return done(refuse(std::string(kOneTimePassword), SignInRefusal::blocked));
    if (token->info.scope) record.principal.scope = std::make_shared<const api::TokenScope>(*token->info.scope);
    return done(accept(std::move(record.principal), {token->info.number, {}, {}, {}}, token->info.expiresAt));
  }
  if (record.passwordHash.empty() || password.size() > kMaxPasswordBytes)
    return done(refuse("wrong password or token"));
  const std::string hash = record.passwordHash.str();
  auto answer = [record = std::move(record), done](bool right) {
    if (!right) return done(refuse("wrong password or token"));
    if (isRestricted(record, nullptr)) return done(refuse(std::string(kOneTimePassword), SignInRefusal::blocked));
    if (record.hasSecondFactor) return done(refuse(std::string(kNeedsToken), SignInRefusal::blocked));
    done(accept(record.principal, {{}, {}, record.passwordHash.str(), {}}));
  };
  if (!m_passwords.check(password, hash, std::move(answer))) {
    done(refuse("too many passwords are being checked at once; try again in a moment", SignInRefusal::busy));
  }
}

std::string_view SignIn::withdrawn(PrincipalNumber who, const SignInProof& proof,
                                   std::optional<TimePoint>* until) const {
  const auto record = m_registry.record(who);
  if (!record) return "it is no longer registered";
  if (record->principal.blocked) return "it has been blocked";
  if (proof.anonymous) return "";
  if (!proof.certificateName.empty()) {
    return record->principal.id == proof.certificateName ? "" : "it is no longer called as its certificate says";
  }
  if (proof.token) {
    const auto token = m_registry.token(*proof.token);
    if (!token || token->info.owner != who) return "its token has been taken back";
    if (!proof.passwordHash.empty() && proof.passwordHash != credentialMark(*record)) {
      return "its password or secret has been changed";
    }
    return isRestricted(*record, &*token) ? kOneTimePassword : "";
  }
  if (proof.secret && record->secret != proof.secret) {
    const Rare<RetiringSecret>& retiring = record->retiring;
    if (!retiring || retiring->secret != *proof.secret) return "its secret has been changed";
    if (retiring->until <= m_clock.now()) return "its old secret is not good any more";
    if (until != nullptr) *until = retiring->until;
  }
  if (proof.secret) return "";
  if (record->passwordHash.str() != proof.passwordHash) return "its password has been changed";
  if (record->hasSecondFactor) return kNeedsToken;
  return isRestricted(*record, nullptr) ? kOneTimePassword : "";
}

}  // namespace carport
