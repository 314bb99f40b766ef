#pragma once

#include "gateway/api/audit.h"

#include <string>
#include <string_view>
#include <utility>

namespace carport {

/// Who does something, and from where: what the audit log says of every change. A value.
struct Act {
  std::string who;           ///< id; empty: the gateway itself, or nobody that it knows
  std::string organisation;  ///< of who does it; empty: the house
  api::Door door = api::Door::gateway;
  std::string address;  ///< the client's; of a command line the account that runs it
};

/// What an attempt to sign in is called in the audit log, by whatever door.
inline constexpr std::string_view kSignInAttempt = "signIn";

/// An entry of what `act` did, its further parts still to be filled in.
inline api::AuditEntry entryOf(const Act& act, std::string action, std::string about = {}) {
  api::AuditEntry entry;
  entry.organisation = act.organisation;
  entry.who = act.who;
  entry.door = act.door;
  entry.address = act.address;
  entry.action = std::move(action);
  entry.about = std::move(about);
  return entry;
}

/// The same of what it was not allowed to do.
inline api::AuditEntry refusalOf(const Act& act, std::string action, std::string about, std::string reason) {
  auto entry = entryOf(act, std::move(action), std::move(about));
  entry.outcome = api::ActOutcome::refused;
  entry.reason = std::move(reason);
  return entry;
}

}  // namespace carport
