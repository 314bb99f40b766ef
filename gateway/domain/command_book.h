#pragma once

#include "gateway/api/command.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// The commands that are not yet final, and the only place that changes a command's state. Pure logic: it returns what
/// changed; the caller stores it and delivers. One thread: the control thread.
class CommandBook {
 public:
  /// Most open commands of one car; one more is refused with a sentence.
  static constexpr std::size_t kMaxOpenPerCar = 100;

  /// Takes back the open commands of an earlier run.
  void restore(std::vector<api::Command> open);

  /// Checks name, arguments and expiry, gives it an id; it is queued. Refuses what has expired already.
  Result<api::Command> create(PrincipalNumber car, PrincipalNumber by, std::string name, std::string arguments,
                              std::optional<TimePoint> expiresAt, TimePoint now);
  /// Open commands of a car that is ready for them, oldest first: queued ones, and sent ones that it never acknowledged.
  std::vector<api::Command> toDeliver(PrincipalNumber car, TimePoint now) const;

  /// Each returns the changed command, or none where the step does not follow from its state (a late or double report).
  std::optional<api::Command> markSent(std::string_view id, TimePoint now);
  std::optional<api::Command> markReceived(std::string_view id, PrincipalNumber car, TimePoint now);
  /// The car's reply, JSON {"status": "done" | "failed" | "received", …}.
  Result<api::Command> applyReply(std::string_view id, PrincipalNumber car, std::string_view payload, TimePoint now);
  Result<api::Command> cancel(std::string_view id, TimePoint now);
  /// Those whose time has run out; call at nextExpiry() or about once a second.
  std::vector<api::Command> expire(TimePoint now);

  const api::Command* find(std::string_view id) const;

 private:
  std::unordered_map<std::string, api::Command> m_open;
};

/// The message a car gets on `cars/{id}/command`: JSON {"id","name","arguments","issuedAt","expiresAt"}, times in ms.
std::string commandPayload(const api::Command& command);

}  // namespace carport
