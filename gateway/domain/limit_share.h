#pragma once

#include "gateway/api/limit.h"
#include "gateway/base/clock.h"
#include "gateway/domain/limit_budget.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace carport {

/// What became of something that limits had a say in.
struct LimitVerdict {
  enum class Kind : std::uint8_t { pass, wait, refused };
  Kind kind = Kind::pass;
  LimitBudget::Wait wait{0};       ///< wait: before it is done, it has been paid for; refused: before it is tried again
  std::int64_t limit = 0;          ///< refused or wait: number of the limit
  bool mayBeTold = false;          ///< the limit is the caller's own or its organisation's: figures of it may be told
  std::int64_t quota = 0;          ///< refused: so many …
  std::chrono::seconds window{0};  ///< … in this time; 0: the limit is not one of time
};

/// A limit's say in what one does: its budget, and what happens beyond it.
struct LimitEntry {
  std::shared_ptr<LimitBudget> budget;
  api::LimitReaction reaction = api::LimitReaction::reject;
  std::int64_t number = 0;
  bool mayBeTold = false;  ///< see LimitVerdict
};

/// The budgets of one measure that somebody is held to, those that refuse first.
using LimitEntries = std::vector<LimitEntry>;

/// How long somebody can be made to wait by a limit that slows, and by one that refuses.
struct LimitPatience {
  LimitBudget::Wait slow{0};
  LimitBudget::Wait reject{0};
};

/// Takes `amount` from all of them, or from none where one refuses. Any thread.
LimitVerdict takeFromAll(const LimitEntries& entries, std::int64_t amount, SteadyPoint now, LimitPatience patience,
                         std::size_t cell = LimitBudget::kNoCell);

/// What one connection is held to, with what it takes of the limits on connections, which it gives back in the end.
/// Made by LimitBook. Owner: the connection; its thread.
class LimitShare {
 public:
  LimitShare(LimitEntries messages, LimitEntries bytes, LimitEntries connections)
      : m_messages(std::move(messages)), m_bytes(std::move(bytes)), m_connections(std::move(connections)) {}
  ~LimitShare();
  LimitShare(const LimitShare&) = delete;
  LimitShare& operator=(const LimitShare&) = delete;

  /// One message of so many bytes; what would have to wait for more than `longest` is refused. Where its sender cannot
  /// be told of a refusal, limits that refuse slow instead.
  LimitVerdict message(std::size_t bytes, SteadyPoint now, std::size_t cell, bool canBeTold, LimitBudget::Wait longest);
  /// The same of several, by a door where nobody can be made to wait: what would have to is refused.
  LimitVerdict messagesAtOnce(std::int64_t count, std::size_t bytes, SteadyPoint now) {
    return take(count, bytes, now, {}, LimitBudget::kNoCell);
  }
  /// A place under each limit on connections; refused where one has none left.
  LimitVerdict hold();
  /// The same for a connection that is open already.
  void holdAnyway();

 private:
  LimitVerdict take(std::int64_t count, std::size_t bytes, SteadyPoint now, LimitPatience patience, std::size_t cell);

  LimitEntries m_messages;
  LimitEntries m_bytes;
  LimitEntries m_connections;
  bool m_holds = false;
};

}  // namespace carport
