#pragma once

#include "gateway/api/permission.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carport::api {

/// A decision in a simulation; `depends`: on the message or the command.
enum class Outcome : std::uint8_t { denied, allowed, depends };

/// One decision that a change of the rules would turn.
struct TurnedDecision {
  std::string who;  ///< ids
  Action action = Action::view;
  std::string about;
  Outcome before = Outcome::denied;
  Outcome after = Outcome::denied;

  bool operator==(const TurnedDecision&) const = default;
};

/// How many decisions would turn for one principal.
struct TurnedFor {
  std::string who;
  std::uint64_t gained = 0;  ///< denied before
  std::uint64_t lost = 0;    ///< denied afterwards

  bool operator==(const TurnedFor&) const = default;
};

/// What would change for whom, were a change of the rules saved.
struct RuleSimulation {
  static constexpr std::size_t kMaxDecisions = 1'000;  ///< listed one by one
  static constexpr std::size_t kMaxPrincipals = 1'000;

  std::uint64_t examined = 0;             ///< decisions that were looked at
  std::uint64_t turned = 0;               ///< of them, those that would turn
  bool complete = true;                   ///< all that the change can turn were looked at
  std::vector<TurnedFor> principals;      ///< the first ones for whom anything would turn
  std::vector<TurnedDecision> decisions;  ///< the first ones
  std::vector<std::string> topics;  ///< topic filters about which the change speaks: topics are not tried one by one

  bool operator==(const RuleSimulation&) const = default;
};

}  // namespace carport::api
