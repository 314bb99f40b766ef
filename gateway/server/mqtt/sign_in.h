#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/registry.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

class PasswordChecker;

/// Why nobody signed in.
enum class SignInRefusal : std::uint8_t {
  none,
  wrong,    ///< unknown id, wrong secret, password or token
  blocked,  ///< proven, but not to be let in: blocked, or with a one-time password that must be changed first
  busy,     ///< too many passwords are being checked just now
};

/// What somebody signed in with: one of them. Changed or taken back, it ends the connection.
struct SignInProof {
  std::optional<std::int64_t> token;  ///< number of the token
  std::optional<DeviceSecret> secret;
  std::string passwordHash;
};

/// Who signed in, or why nobody did. The sentence is for the log, never for the client.
struct SignInAnswer {
  std::optional<api::Principal> principal;
  SignInRefusal refusal = SignInRefusal::none;
  std::string why;
  SignInProof proof;
  std::optional<TimePoint> validUntil;  ///< when its token expires
};

/// Proves who an MQTT client is: cars by their secret, users and services by a token or a password. Any thread.
class SignIn {
 public:
  using Done = std::function<void(SignInAnswer)>;

  SignIn(const Registry& registry, const SecretKey& key, PasswordChecker& passwords, const Clock& clock);

  /// Calls `done` before it returns, except for passwords of people, which are checked on a thread of their own: then
  /// `done` is called there. A wrong secret and an unknown id cost the same; the caller answers both after the same
  /// time.
  void check(const std::string& id, const std::string& password, Done done) const;
  /// Why somebody who signed in with `proof` may stay no longer; empty where nothing has changed.
  std::string_view withdrawn(PrincipalNumber who, const SignInProof& proof) const;

 private:
  void checkPerson(PrincipalRecord record, const std::string& password, Done done) const;

  const Registry& m_registry;
  const SecretKey& m_key;
  PasswordChecker& m_passwords;
  const Clock& m_clock;
  DeviceSecret m_nobody;  // what an unknown id is checked against
};

}  // namespace carport
