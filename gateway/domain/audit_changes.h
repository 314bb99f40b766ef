#pragma once

#include "gateway/domain/registry_store.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace carport {

/// What an act changed, for the audit log: JSON objects with the fields that differ, as they were and as they are.
/// Empty texts where there was, or is, nothing.
struct AuditChange {
  std::string before;
  std::string after;
  bool none() const { return before.empty() && after.empty(); }
};

/// `null` stands for nothing. A text of more than api::kMaxAuditDetailBytes is replaced by a remark of its length.
AuditChange changeBetween(const nlohmann::json& before, const nlohmann::json& after);

/// A principal with its credentials, of which only is said whether they are there and whether there are others now;
/// one of the two null where it is added or removed.
AuditChange changeBetween(const PrincipalRecord* before, const PrincipalRecord* after);
AuditChange changeBetween(const api::Rule* before, const api::Rule* after);
AuditChange changeBetween(const api::Retention& before, const api::Retention& after);

}  // namespace carport
