#pragma once

#include "gateway/server/mqtt/access_gate.h"
#include "gateway/server/mqtt/closing.h"
#include "gateway/server/mqtt/connection_journal.h"
#include "gateway/server/mqtt/log_throttle.h"
#include "gateway/server/mqtt/mqtt_context.h"
#include "gateway/server/mqtt/raw_ring.h"
#include "gateway/server/mqtt/session_journal.h"
#include "gateway/server/mqtt/stored_form.h"
#include "gateway/transport/io_thread.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

class MqttConnection;
class MqttSession;

/// What the parts of one I/O thread share: the thread itself, the permission gate, the list of what is to do at the end
/// of a turn. Owner: MqttShard; its thread.
class ShardCore {
 public:
  /// Most that is read from a socket in one go; all connections of the thread share the buffer.
  static constexpr std::size_t kReadBufferBytes = 64 * 1024;

  ShardCore(MqttContext& theContext, std::size_t theIndex);

  MqttContext& context;
  const std::size_t index;
  /// Shared with callbacks of the storage: a late one finds a thread that has stopped, not one that is gone.
  const std::shared_ptr<IoThread> io;
  AccessGate gate;
  /// What happens to the durable sessions of this thread, on its way to the disk.
  SessionJournal journal;
  ConnectionJournal connections{*this};
  RawRing raw;
  StoredForms storedForms;
  std::array<char, kReadBufferBytes> readBuffer;
  bool draining = false;
  /// Clients are being let go: nobody new is taken.
  bool lettingGo = false;
  ShardTraffic traffic;
  /// Answers of the storage and of the control thread that are still to come, beside the batches'.
  std::size_t unanswered = 0;

  TimePoint now() const { return context.parts.clock.now(); }
  SteadyPoint steadyNow() const { return context.parts.clock.steadyNow(); }

  /// Logs a warning about `key` (a peer or a principal, with the kind of reason: another reason is another line), at
  /// most one in `quietTime`.
  void warn(const std::string& key, std::string_view message, Milliseconds quietTime = LogThrottle::kQuietTime);

  /// The same of somebody who was not allowed what they tried; as often as it is logged, it is entered in the audit
  /// log, too.
  void warnRefused(const std::string& key, const std::string& sentence, const MqttSession& session, std::string action,
                   std::string_view about);

  /// `connection` has something to write: at the end of this turn.
  void writeLater(std::shared_ptr<MqttConnection> connection);
  /// `connection` is to be closed at the end of this turn: now, somebody still walks over it.
  void closeLater(std::shared_ptr<MqttConnection> connection, Closing closing);
  /// Makes sure that the end of the turn comes.
  void scheduleTurnEnd();
  /// Run at the end of a turn, before what is to write is written. Set by MqttShard.
  std::function<void()> onTurnEnd;

  /// Wraps a callback for other threads: called anywhere, it runs here.
  template <class Function>
  auto answerHere(Function function) {
    return [thread = io, function = std::move(function)](const auto&... values) {
      thread->postAnswer([function, values...]() mutable { function(values...); });
    };
  }

 private:
  void writeWarning(std::string_view message, std::size_t suppressed);
  void endTurn();

  LogThrottle m_throttle;
  std::vector<std::shared_ptr<MqttConnection>> m_toWrite;
  std::vector<std::pair<std::shared_ptr<MqttConnection>, Closing>> m_toClose;
  bool m_turnEndScheduled = false;
};

}  // namespace carport
