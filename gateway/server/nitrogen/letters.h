#pragma once

#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/nitrogen_call.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace carport::nitrogen {

/// Most messages in one call, and most that become of them where they go to groups.
inline constexpr std::size_t kMaxMessagesPerCall = 100;
inline constexpr std::size_t kMaxLettersPerCall = 1000;

/// One message to one receiver, and what was found out about it.
struct Letter {
  NitrogenDraft draft;
  api::Principal from;
  std::optional<api::Principal> to;
  bool isToService = false;
  bool isCopy = false;                      ///< to a further member of a group: what is done is done for the first
  std::optional<api::Principal> commanded;  ///< the device that it commands
  std::string command;                      ///< id of the command that it became
};

/// The messages in the call's body, each once the rules have let its sender send it. One to a group becomes one to each
/// of its members; one to a group of nobody stays what it is.
NitrogenAsked<std::vector<Letter>> readLetters(const NitrogenCall& call);

}  // namespace carport::nitrogen
