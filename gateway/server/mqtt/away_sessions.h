#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace carport {

/// The sessions of one I/O thread whose clients are away, by organisation and since when. Says which has to go where
/// there are too many: nobody's of an organisation goes because another keeps more. Owner: SessionTable; its thread.
template <class Session>
class AwaySessions {
 public:
  void add(std::string_view organisation, SteadyPoint since, Session* session) {
    auto place = m_sessions.find(organisation);
    if (place == m_sessions.end()) place = m_sessions.try_emplace(std::string(organisation)).first;
    if (place->second.emplace(since, session).second) ++m_size;
  }
  /// False where it is not here.
  bool remove(std::string_view organisation, SteadyPoint since, Session* session) {
    const auto place = m_sessions.find(organisation);
    if (place == m_sessions.end() || place->second.erase({since, session}) == 0) return false;
    if (place->second.empty()) m_sessions.erase(place);
    --m_size;
    return true;
  }
  bool contains(std::string_view organisation, SteadyPoint since, Session* session) const {
    const auto place = m_sessions.find(organisation);
    return place != m_sessions.end() && place->second.contains({since, session});
  }
  std::size_t size() const { return m_size; }

  /// The one that goes next, once one of `organisation` has come: the oldest of that organisation where it has more
  /// than `mostOfOne` (which does not bound the house), the oldest of whoever has most where there are more than `most`
  /// altogether, else null.
  Session* surplus(std::string_view organisation, std::size_t most, std::size_t mostOfOne) const {
    const auto own = m_sessions.find(organisation);
    if (!organisation.empty() && own != m_sessions.end() && own->second.size() > mostOfOne)
      return oldestOf(own->second);
    if (m_size <= most || m_sessions.empty()) return nullptr;
    const Sessions* largest = &m_sessions.begin()->second;
    for (const auto& [id, sessions] : m_sessions) {
      if (sessions.size() > largest->size()) largest = &sessions;
    }
    return oldestOf(*largest);
  }

 private:
  using Sessions = std::set<std::pair<SteadyPoint, Session*>>;
  static Session* oldestOf(const Sessions& sessions) { return sessions.begin()->second; }

  std::map<std::string, Sessions, std::less<>> m_sessions;
  std::size_t m_size = 0;
};

}  // namespace carport
