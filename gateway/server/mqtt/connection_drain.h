#pragma once

#include "gateway/base/clock.h"
#include "gateway/server/links.h"
#include "gateway/server/mqtt/closing.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace carport {

class MqttConnection;

/// Lets the connections of one I/O thread go one after the other, so that a fleet does not come down all at once on
/// whoever takes it over: first who has not signed in, then cars, last those who listen to them. Owner: MqttShard; its
/// thread.
class ConnectionDrain {
 public:
  /// Begins `now`. A connection whose messages are not all on disk `patience` after its turn goes all the same: its
  /// client sends them again elsewhere.
  ConnectionDrain(const DrainOrder& order, const std::vector<std::shared_ptr<MqttConnection>>& connections,
                  SteadyPoint now, Milliseconds patience);

  /// Lets those go whose turn has come; call a few times a second.
  void step(SteadyPoint now);
  /// What a client is told, also one that comes now.
  const Closing& closing() const { return m_closing; }

 private:
  std::size_t dueAt(SteadyPoint now) const;

  const Closing m_closing;
  const SteadyPoint m_begin;
  const Milliseconds m_period;
  const Milliseconds m_patience;
  std::vector<std::weak_ptr<MqttConnection>> m_connections;
  std::size_t m_next = 0;  // of them
};

}  // namespace carport
