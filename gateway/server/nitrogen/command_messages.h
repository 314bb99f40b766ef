#pragma once

#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/nitrogen_call.h"

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_set>

namespace carport {

/// Commands of Carport and messages of Nitrogen's API that are tagged `command:<id>`: the same thing, told twice. A
/// message becomes a command; a command to a device that came in by this API becomes a message; the device's answer
/// ends the command. Owner: NitrogenService; the control thread.
class CommandMessages {
 public:
  explicit CommandMessages(NitrogenContext& context) : m_context(context) {}

  /// Gives the command that the caller's message says; `done` is called on the control thread once it is on disk.
  void give(const api::Principal& device, PrincipalNumber by, Act act, const NitrogenDraft& draft,
            std::function<void(Result<api::Command>)> done);
  /// Ends the commands that a device's message answers.
  boost::asio::awaitable<Result<void>> answer(NitrogenCall& call, const api::Principal& device,
                                              const NitrogenDraft& draft);
  /// To be told of every change of a command that is on disk.
  void changed(const api::Command& command);

 private:
  void tellDevice(const api::Command& command);

  NitrogenContext& m_context;
  std::unordered_set<std::string> m_ours;  // ids of commands that are messages already; as many as are being given
};

}  // namespace carport
