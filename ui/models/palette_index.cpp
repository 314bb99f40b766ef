#include "ui/models/palette_index.h"

#include <algorithm>
#include <limits>

namespace carport::ui {

namespace {
/// Longer texts are compared as far as this.
constexpr qsizetype kPaletteMaxText = std::numeric_limits<std::uint16_t>::max();
}  // namespace

void PaletteIndex::reserve(std::size_t entries, qsizetype characters) {
  m_entries.reserve(std::min(entries, kMaxEntries));
  m_text.reserve(std::min(characters, kMaxCharacters));
}

bool PaletteIndex::add(QStringView title, QStringView further) {
  title = title.left(kPaletteMaxText);
  further = further.left(kPaletteMaxText);
  if (m_entries.size() >= kMaxEntries || m_text.size() + title.size() + further.size() > kMaxCharacters) return false;
  const QString foldedTitle = paletteFold(title);
  const QString foldedFurther = paletteFold(further);
  m_entries.push_back({std::uint32_t(m_text.size()), std::uint16_t(title.size()), std::uint16_t(further.size()),
                       paletteMask(foldedTitle) | paletteMask(foldedFurther)});
  m_text += foldedTitle;
  m_text += foldedFurther;
  return true;
}

void PaletteIndex::clear() {
  m_entries = {};
  m_text = {};
}

std::vector<PaletteIndex::Hit> PaletteIndex::find(const PaletteQuery& query, std::size_t limit) const {
  std::vector<Hit> hits;
  const QStringView text(m_text);
  const quint64 wanted = query.mask();
  for (std::uint32_t number = 0; number < m_entries.size(); ++number) {
    const Entry& entry = m_entries[number];
    if ((entry.mask & wanted) != wanted) continue;
    const auto score =
        query.score(text.mid(entry.at, entry.titleLength), text.mid(entry.at + entry.titleLength, entry.furtherLength));
    if (score) hits.push_back({number, *score});
  }
  const auto better = [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score > b.score : a.number < b.number;
  };
  const auto count = std::ptrdiff_t(std::min(limit, hits.size()));
  std::partial_sort(hits.begin(), hits.begin() + count, hits.end(), better);
  hits.resize(std::size_t(count));
  return hits;
}

}  // namespace carport::ui
