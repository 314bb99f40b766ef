#include "ui/models/palette_source.h"

#include <algorithm>

namespace carport::ui {

void PaletteList::prepare() {
  m_items = m_fill();
  if (m_items.size() > kMaxItems) m_items.resize(kMaxItems);
  m_index.clear();
  for (const PaletteItem& item : m_items) {
    if (!m_index.add(item.title, item.further)) break;
  }
}

void PaletteList::release() {
  m_items = {};
  m_index.clear();
}

std::vector<PaletteItem> PaletteList::find(const PaletteQuery& query, std::size_t limit) {
  std::vector<PaletteItem> found;
  if (query.isEmpty()) {
    const std::size_t count = std::min({limit, m_usual, m_items.size()});
    return {m_items.begin(), m_items.begin() + std::ptrdiff_t(count)};
  }
  for (const PaletteIndex::Hit& hit : m_index.find(query, limit)) {
    found.push_back(m_items[hit.number]);
    found.back().score = hit.score;
  }
  return found;
}

std::optional<PaletteItem> PaletteList::recall(const QString& key) {
  const auto item = std::find_if(m_items.begin(), m_items.end(), [&](const PaletteItem& i) { return i.key == key; });
  return item == m_items.end() ? std::nullopt : std::optional(*item);
}

}  // namespace carport::ui
