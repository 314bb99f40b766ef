#pragma once

#include "gateway/api/connection.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Openings and ends of connections that wait for the disk. Organisations take turns, so that one whose fleet comes
/// back again and again delays its own records and nobody else's; the house counts as one. Owner: ConnectionJournal;
/// its thread.
class WaitingConnections {
 public:
  /// Of all organisations together; 0.3 KB each.
  static constexpr std::size_t kMost = 100'000;

  /// `most`: how many may wait.
  explicit WaitingConnections(std::size_t most = kMost) : m_most(most) {}

  /// Adds a record to those of `organisation` (empty: the house). Where too many wait, the newest of whoever has most
  /// is forgotten, which may be this one: false then.
  bool add(std::string_view organisation, api::Connection record);
  /// Appends to `taken` what has waited longest, one of each organisation in turn, until `most` are there or none are
  /// left. Those of one organisation keep their order.
  void take(std::size_t most, std::vector<api::Connection>& taken);

  std::size_t size() const { return m_size; }
  bool empty() const { return m_size == 0; }

 private:
  using Queues = std::map<std::string, std::deque<api::Connection>, std::less<>>;  // none is empty
  void forgetNewestOf(Queues::iterator queue);

  std::size_t m_most;
  Queues m_queues;
  std::string m_nextTurn;  // the organisation that is next, or the one after it
  std::size_t m_size = 0;
};

}  // namespace carport
