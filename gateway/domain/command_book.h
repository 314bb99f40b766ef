#pragma once

#include "gateway/api/command.h"
#include "gateway/base/result.h"
#include "gateway/domain/ulid.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carport {

/// The commands that are not yet final, and the only place that changes a command's state. Pure logic: it returns what
/// changed; the caller stores it and delivers. One thread: the control thread.
class CommandBook {
 public:
  /// Most open commands of one car; one more is refused with a sentence.
  static constexpr std::size_t kMaxOpenPerCar = 100;
  /// Longest reply of a car.
  static constexpr std::size_t kMaxReplyBytes = 16 * 1024;

  /// Ids take their random part from `random`; by default from libsodium (initCryptography() first).
  explicit CommandBook(RandomBytes random = sodiumRandom()) : m_random(std::move(random)) {}

  /// Takes back the open commands of an earlier run; final ones are left out.
  void restore(std::vector<api::Command> open);

  /// Checks name, arguments and expiry, gives it an id; it is queued. Refuses what has expired already. `organisation`:
  /// the car's; ids made in the same moment follow upon each other in one alone, so that none tells of another's.
  Result<api::Command> create(PrincipalNumber car, PrincipalNumber by, std::string name, std::string arguments,
                              std::optional<TimePoint> expiresAt, TimePoint now, std::string_view organisation = {});
  /// Takes a command out without a trace, where it could not be stored.
  void discard(std::string_view id);
  /// Takes every open command of a removed car out; returns them as cancelled.
  std::vector<api::Command> forget(PrincipalNumber car, TimePoint now);
  /// Open commands of a car that is ready for them, oldest first: queued ones, and sent ones that it never
  /// acknowledged.
  std::vector<api::Command> toDeliver(PrincipalNumber car, TimePoint now) const;

  /// Each returns the changed command, or none where the step does not follow from its state (a late or double report).
  std::optional<api::Command> markSent(std::string_view id, TimePoint now);
  std::optional<api::Command> markReceived(std::string_view id, PrincipalNumber car, TimePoint now);
  /// The car's reply, JSON {"status": "done" | "failed" | "received", …}.
  Result<api::Command> applyReply(std::string_view id, PrincipalNumber car, std::string_view payload, TimePoint now);
  Result<api::Command> cancel(std::string_view id, TimePoint now);
  /// Those whose time has run out; call at nextExpiry() or about once a second.
  std::vector<api::Command> expire(TimePoint now);
  std::optional<TimePoint> nextExpiry() const;

  /// Null where there is no such open command.
  const api::Command* find(std::string_view id) const;
  std::size_t openCount() const { return m_open.size(); }

 private:
  api::Command* findMutable(std::string_view id);
  void insert(api::Command command);
  /// Takes a command that has become final out.
  api::Command finish(api::Command& command, api::CommandState state, TimePoint now);

  UlidMaker& idsOf(std::string_view organisation);

  /// Organisations whose last ids are remembered; with more, all are forgotten: nothing but the order within a
  /// millisecond rests on them.
  static constexpr std::size_t kMaxIdMakers = 4096;

  RandomBytes m_random;
  std::map<std::string, UlidMaker, std::less<>> m_ids;
  std::unordered_map<std::string, api::Command> m_open;
  std::unordered_map<PrincipalNumber, std::set<std::string>> m_ofCar;  // ids sort by creation
  std::set<std::pair<TimePoint, std::string>> m_expiries;
};

/// The message a car gets on `cars/{id}/command`: JSON {"id","name","arguments","issuedAt","expiresAt"}, times in ms.
std::string commandPayload(const api::Command& command);

}  // namespace carport
