#include "gateway/protocol/mqtt/received_ids.h"

#include <algorithm>

namespace carport::mqtt {

auto ReceivedIds::place(PacketId id) -> std::vector<Entry>::iterator {
  return std::lower_bound(m_entries.begin(), m_entries.end(), id,
                          [](const Entry& entry, PacketId wanted) { return entry.id < wanted; });
}

auto ReceivedIds::find(PacketId id) -> std::vector<Entry>::iterator {
  const auto entry = place(id);
  return entry != m_entries.end() && entry->id == id ? entry : m_entries.end();
}

ReceivedIds::Stage ReceivedIds::arrived(PacketId id) {
  const auto entry = place(id);
  if (entry == m_entries.end() || entry->id != id) {
    m_entries.insert(entry, {id, Stage::taken, true});
    ++m_counted;
    return Stage::unknown;
  }
  if (!entry->counts) {
    entry->counts = true;
    ++m_counted;
  }
  return entry->stage;
}

void ReceivedIds::restore(PacketId id, Stage stage) {
  const auto entry = place(id);
  if (entry == m_entries.end() || entry->id != id) m_entries.insert(entry, {id, stage, false});
}

ReceivedIds::Stage ReceivedIds::stageOf(PacketId id) {
  const auto entry = find(id);
  return entry == m_entries.end() ? Stage::unknown : entry->stage;
}

void ReceivedIds::move(PacketId id, Stage stage) {
  if (const auto entry = find(id); entry != m_entries.end()) entry->stage = stage;
}

bool ReceivedIds::forget(PacketId id) {
  const auto entry = find(id);
  if (entry == m_entries.end()) return false;
  if (entry->counts) --m_counted;
  m_entries.erase(entry);
  return true;
}

}  // namespace carport::mqtt
