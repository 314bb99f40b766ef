#pragma once

#include "gateway/api/command.h"
#include "gateway/base/clock.h"
#include "gateway/domain/act.h"
#include "gateway/domain/audit_changes.h"
#include "gateway/storage/audit_table.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace carport {

/// Enters in the audit log what a registry's store changes, each call inside the transaction of the change. Owner:
/// SqliteRegistryStore; its thread. Throws as Database.
class RegistryAudit {
 public:
  RegistryAudit(Database& database, const Clock& clock) : m_table(database), m_clock(clock) {}

  void principalAdded(const Act& act, const PrincipalRecord& record);
  /// Nothing is entered where nothing differs.
  void principalChanged(const Act& act, const PrincipalRecord& before, const PrincipalRecord& after);
  void principalRemoved(const Act& act, const PrincipalRecord& record);
  /// One of the two null where the rule is added or removed.
  void ruleChanged(const Act& act, const api::Rule* before, const api::Rule* after);
  /// `owner`: the id.
  void tokenAdded(const Act& act, const api::TokenInfo& token, const api::Principal* owner);
  void tokenRemoved(const Act& act, const api::TokenInfo& token, const api::Principal* owner);
  void retentionChanged(const Act& act, const api::Retention& before, const api::Retention& after);
  /// A command that was given or cancelled; its arguments may hold secrets and are left out.
  void commandGiven(const Act& act, const api::Command& command, const api::Principal* car);

  /// Anything else. `before` and `after`: objects of which the fields that differ are kept; null for nothing. Never a
  /// secret or a hash.
  void changed(const Act& act, std::string action, std::string about, std::string_view organisation,
               const nlohmann::json& before, const nlohmann::json& after);
  /// As it is, with the time where there is none; texts from outside are cut to their limits.
  void enter(api::AuditEntry entry);

  /// See AuditTable; enters that it was done. Returns how many went.
  std::size_t forgetBefore(const Act& act, TimePoint time);

  /// How often something was told here, also that nothing differs: whether a change has told of itself.
  std::uint64_t told() const { return m_told; }

 private:
  bool isNothing(const AuditChange& change);
  void put(api::AuditEntry entry, AuditChange change, std::string_view organisation);

  AuditTable m_table;
  const Clock& m_clock;
  std::uint64_t m_told = 0;
};

}  // namespace carport
