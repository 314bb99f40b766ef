#include "gateway/server/mqtt/waiting_connections.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace carport {

bool WaitingConnections::add(std::string_view organisation, api::Connection record) {
  auto queue = m_queues.find(organisation);
  if (queue == m_queues.end()) queue = m_queues.try_emplace(std::string(organisation)).first;
  queue->second.push_back(std::move(record));
  if (++m_size <= m_most) return true;
  // Looked for only where the storage does not keep up at all.
  forgetNewestOf(std::max_element(m_queues.begin(), m_queues.end(),
                                  [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); }));
  return false;
}

void WaitingConnections::take(std::size_t most, std::vector<api::Connection>& taken) {
  auto turn = m_queues.lower_bound(m_nextTurn);
  for (; taken.size() < most && m_size > 0; --m_size) {
    if (turn == m_queues.end()) turn = m_queues.begin();
    auto& records = turn->second;
    taken.push_back(std::move(records.front()));
    records.pop_front();
    turn = records.empty() ? m_queues.erase(turn) : std::next(turn);
  }
  m_nextTurn = turn == m_queues.end() ? std::string() : turn->first;
}

void WaitingConnections::forgetNewestOf(Queues::iterator queue) {
  queue->second.pop_back();
  --m_size;
  if (queue->second.empty()) m_queues.erase(queue);
}

}  // namespace carport
