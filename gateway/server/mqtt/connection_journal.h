#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/connection_news.h"
#include "gateway/server/mqtt/closing.h"
#include "gateway/server/mqtt/waiting_connections.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace carport {

class MqttConnection;
class ShardCore;

/// What a connection has carried so far, and as what it is recorded. Owner: the connection.
struct ConnectionFigures {
  std::int64_t number = 0;  ///< 0: it is not recorded, because nobody has signed in
  TimePoint openedAt{};
  std::uint64_t messagesIn = 0;
  std::uint64_t messagesOut = 0;
  std::uint64_t bytesIn = 0;
  std::uint64_t bytesOut = 0;
};

/// How everybody was connected, of one I/O thread, on its way to the disk: batches of a bounded size with a pause
/// between them, so that a whole fleet that comes back delays nobody's messages. Nobody waits for it; what cannot wait
/// any longer (WaitingConnections::kMost) is forgotten and counted. Owner: ShardCore; its thread.
class ConnectionJournal {
 public:
  /// In one commit: some milliseconds of the storage writer's time.
  static constexpr std::size_t kMaxPerCommit = 1'000;
  static constexpr Milliseconds kPause{250};
  /// How long a single one waits for company.
  static constexpr Milliseconds kLongestWait{1'000};
  /// How often what is counted is written, and that the gateway is alive.
  static constexpr Milliseconds kCountsEvery{60'000};
  /// Different counts, of a principal and a kind each, that may wait.
  static constexpr std::size_t kMaxCounts = 100'000;

  explicit ConnectionJournal(ShardCore& core) : m_core(core) {}

  /// The gateway begins to serve: what an earlier run left open has ended; `newest` is its highest number. Told to one
  /// journal alone, before its thread runs.
  void begin(std::int64_t newest) { m_leftOpenUpTo = newest; }
  /// Somebody has signed in.
  void opened(MqttConnection& connection);
  /// The connection ends; while it still has its session. Does nothing where opened() was not told.
  void closed(MqttConnection& connection, const Closing& closing);
  /// An attempt that is counted. `address`: without port; empty: not known.
  void count(PrincipalNumber principal, api::AttemptKind kind, std::string address);

  /// Gives the storage what is due; a few times a second.
  void onTime(SteadyPoint now);
  /// Gives the storage everything; `written` is called here once it is on disk, or cannot be had there.
  void writeAll(std::function<void()> written);

 private:
  api::Connection recordOf(const MqttConnection& connection) const;
  void add(const MqttConnection& connection, api::Connection record);
  std::shared_ptr<ConnectionNews> take(std::size_t most, bool withCounts);
  void send(std::shared_ptr<ConnectionNews> news, std::function<void()> then);
  void finished(std::size_t connections, bool isStored);

  ShardCore& m_core;
  WaitingConnections m_waiting;
  std::shared_ptr<ConnectionNews> m_refused;  // the storage had no room for it: goes first
  std::map<std::pair<PrincipalNumber, api::AttemptKind>, api::AttemptCount> m_counts;
  std::size_t m_inFlight = 0;  // batches with the storage
  std::int64_t m_leftOpenUpTo = 0;
  SteadyPoint m_sentAt{};
  SteadyPoint m_countedAt{};
};

}  // namespace carport
