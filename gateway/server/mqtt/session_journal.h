#pragma once

#include "gateway/base/log.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/session_record.h"
#include "gateway/transport/io_thread.h"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace carport {

/// What happens to the durable sessions of one I/O thread, on its way to the disk. Collects changes and gives them to
/// the storage once a turn, one batch at a time: meanwhile the next one grows, and a message that was put and has been
/// acknowledged within it costs nothing. What cannot be written is tried again until it is: memory and disk never part,
/// and whoever waits is told when it is there. Owner: MqttShard; its thread.
class SessionJournal {
 public:
  /// Changes that may wait before senders of QoS 1 and 2 are held back.
  static constexpr std::size_t kMaxWaitingChanges = 16'000;
  /// The same in bytes.
  static constexpr std::size_t kMaxWaitingBytes = 16 * 1024 * 1024;
  /// Where so many times that waits all the same (clients come and go while the disk is full), the changes are
  /// forgotten, and every session is written whole once writing works again.
  static constexpr std::size_t kForgetFactor = 4;
  /// Sessions that have ended meanwhile are remembered; further ones may come back after a restart.
  static constexpr std::size_t kMaxEnded = 1'000'000;
  /// After the storage's queue was full.
  static constexpr std::chrono::milliseconds kRetryAfter{5};
  /// After a commit failed.
  static constexpr std::chrono::milliseconds kRetryAfterFailure{200};

  struct Parts {
    DurableLog& durableLog;
    std::shared_ptr<IoThread> io;
    Log log;
    std::atomic<std::size_t>& full;       ///< how many journals have no room; shared by all I/O threads
    std::function<void()> scheduleFlush;  ///< makes sure that flush() is called at the end of the turn
  };

  explicit SessionJournal(Parts parts);

  /// Adds any change but those below.
  void record(SessionChange change);
  /// The message waits in the session.
  void put(SessionNumber session, StoredOutgoing outgoing, std::optional<MessageOrigin> origin = {});
  void move(const OutgoingMoved& moved);
  /// The message has left the session.
  void remove(SessionNumber session, std::int64_t sequence);

  /// Runs `then` here once everything recorded so far is on disk; at once where it is.
  void whenCommitted(std::function<void()> then);
  /// Everything recorded is on disk.
  bool isIdle() const { return !m_flight && m_live == 0 && !m_forgotten && m_waiters.empty(); }
  /// False where publishers to durable sessions should be held back.
  bool hasRoom() const { return !m_isFull; }

  /// The number of the batch that collects changes now; those that were recorded in it or earlier are on disk when what
  /// was given to whenCommitted() meanwhile is run.
  std::uint64_t batch() const { return m_batch; }
  /// How many messages have been put so far: tells whether something put any.
  std::uint64_t puts() const { return m_puts; }

  /// Gives the storage what there is, where it may have more. At the end of a turn.
  void flush();

  /// There is room again.
  std::function<void()> onRoom;
  /// What is on disk is void: records every durable session of this thread whole, beginning with SessionEnded.
  std::function<void()> onRewrite;

 private:
  struct Key {
    std::int64_t session;
    std::int64_t sequence;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return static_cast<std::size_t>(key.session) * 0x9E3779B97F4A7C15ULL + static_cast<std::size_t>(key.sequence);
    }
  };
  using Waiters = std::vector<std::function<void()>>;

  /// False where changes are forgotten for the time being.
  bool remembers();
  std::size_t append(SessionChange change, std::size_t bytes);
  void noteRoom();
  void forget();
  void keepEnded();
  void submit();
  void submitLater(std::chrono::milliseconds delay);
  void finished(const Result<std::uint64_t>& life);
  void rewrite();

  Parts m_parts;
  boost::asio::steady_timer m_retry;

  SessionChanges m_waiting;
  std::unordered_map<Key, std::size_t, KeyHash> m_places;  // of the change about a message in m_waiting
  std::size_t m_live = 0;                                  // of m_waiting, those that are not void
  std::size_t m_bytes = 0;
  const SessionMessage* m_counted = nullptr;  // whose bytes were counted last
  Waiters m_waiters;

  std::shared_ptr<const SessionChanges> m_flight;  // with the storage, or refused by its full queue
  Waiters m_flightWaiters;
  bool m_retrying = false;

  std::vector<SessionNumber> m_ended;  // while forgotten; told again when everything is rewritten
  bool m_forgotten = false;
  bool m_isFull = false;
  bool m_failing = false;
  std::uint64_t m_life = 1;
  std::uint64_t m_batch = 1;
  std::uint64_t m_puts = 0;
};

}  // namespace carport
