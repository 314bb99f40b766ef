#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/registry.h"
#include "gateway/transport/byte_channel.h"

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
  wrong,      ///< unknown id, wrong secret, password or token
  blocked,    ///< proven, but not to be let in: blocked, or with a one-time password that must be changed first
  busy,       ///< too many passwords are being checked just now
  throttled,  ///< too many wrong tries before this one: not even looked at
};

/// What somebody signed in with: one of them. Changed or taken back, it ends the connection.
struct SignInProof {
  std::optional<std::int64_t> token;  ///< number of the token
  std::optional<DeviceSecret> secret;
  std::string passwordHash;     ///< of a person; beside a token of Nitrogen's API, what marks its time (credentialMark)
  std::string certificateName;  ///< whom the certificate names
  bool anonymous = false;       ///< nothing at all, and that was enough
};

/// What a client says to prove who it is.
struct SignInClaim {
  std::string id;
  std::string password;
  std::optional<PeerCertificate> certificate;  ///< then it alone counts
  bool anonymous = false;                      ///< nothing was said; `id` is the principal for such clients
  bool isNitrogen = false;                     ///< the user name was an id of Nitrogen's API; the password is a token
};

/// Who signed in, or why nobody did. The sentence is for the log, never for the client.
struct SignInAnswer {
  std::optional<api::Principal> principal;
  SignInRefusal refusal = SignInRefusal::none;
  std::string why;
  SignInProof proof;
  std::optional<TimePoint> validUntil;  ///< when its token expires, or its secret that has been replaced
};

/// Proves who an MQTT client is: cars by their secret, users and services by a token or a password, any of them by a
/// certificate that names them. Any thread.
class SignIn {
 public:
  using Done = std::function<void(SignInAnswer)>;

  SignIn(const Registry& registry, const SecretKey& key, PasswordChecker& passwords, const Clock& clock);

  /// Calls `done` before it returns, except for passwords of people, which are checked on a thread of their own: then
  /// `done` is called there. A wrong secret and an unknown id cost the same; the caller answers both after the same
  /// time.
  void check(const SignInClaim& claim, Done done) const;
  /// True where checking this id's secret costs next to nothing: it is a car's.
  bool isCheap(const std::string& id) const;
  /// Why somebody who signed in with `proof` may stay no longer; empty where nothing has changed. Where the proof is a
  /// secret that has been replaced and is still good for a while, `until` is told how long.
  std::string_view withdrawn(PrincipalNumber who, const SignInProof& proof,
                             std::optional<TimePoint>* until = nullptr) const;

 private:
  SignInAnswer checkCertificate(const PeerCertificate& certificate) const;
  SignInAnswer checkDevice(PrincipalRecord record, const std::string& password) const;
  SignInAnswer checkNitrogen(PrincipalRecord record, const std::string& token) const;
  SignInAnswer checkAnonymous(const std::string& id) const;
  void checkPerson(PrincipalRecord record, const std::string& password, Done done) const;

  const Registry& m_registry;
  const SecretKey& m_key;
  PasswordChecker& m_passwords;
  const Clock& m_clock;
  DeviceSecret m_nobody;  // what an unknown id is checked against
};

}  // namespace carport
