#pragma once

#include "gateway/api/audit.h"
#include "gateway/api/car.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/api/provisioning.h"
#include "gateway/domain/credentials.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace carport {

/// What a number is of that an organisation may be told.
enum class NumberKind : std::uint8_t { principal = 1, token, provisioningKey, event, audit };

/// Numbers as one caller is told them. The gateway counts principals, tokens, keys, events and entries of the audit log
/// for everybody together, so that whoever saw those numbers could tell from the gaps how much others add. The house is
/// told them as they are. An organisation is told each enciphered with a key of the gateway's own and its own: 2^30 to
/// 2^31 - 1 for what the registry has, 2^40 to 2^41 - 1 for events and the audit log; they say neither order nor
/// number, and those of one organisation mean nothing to another. A balanced Feistel network of eight rounds of
/// SipHash-2-4. Rules count within each organisation (api::numberInOrganisation()). Immutable; any thread.
class OutwardNumbers {
 public:
  /// `organisation`: the caller's; empty: the house.
  OutwardNumbers(const SecretKey& secret, std::string_view organisation);

  /// Whether they are others than the gateway's own.
  bool areEnciphered() const { return m_isEnciphered; }

  std::int64_t told(NumberKind kind, std::int64_t number) const;
  PrincipalNumber told(PrincipalNumber number) const;
  /// The other way round; none where nobody can have been told this.
  std::optional<std::int64_t> meant(NumberKind kind, std::int64_t told) const;
  std::optional<PrincipalNumber> meant(PrincipalNumber told) const;

  api::Principal told(api::Principal value) const;
  api::CarPosition told(api::CarPosition value) const;
  api::CarState told(api::CarState value) const;
  api::Car told(api::Car value) const;
  api::Event told(api::Event value) const;
  api::Command told(api::Command value) const;
  api::Rule told(api::Rule value) const;
  api::Decision told(api::Decision value) const;
  api::TokenInfo told(api::TokenInfo value) const;
  api::ProvisioningKey told(api::ProvisioningKey value) const;
  /// Without the chain's hash, by which guesses about entries of others could be tried out.
  api::AuditEntry told(api::AuditEntry value) const;
  /// What an entry of the audit log is about, as the log has it: the other way round of told().
  std::string auditedAbout(std::string about) const;

 private:
  std::uint32_t roundOf(NumberKind kind, unsigned round, std::uint32_t half) const;

  bool m_isEnciphered;
  std::array<std::uint8_t, 16> m_key{};
};

}  // namespace carport
