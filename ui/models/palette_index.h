#pragma once

#include "ui/models/palette_query.h"

#include <cstdint>
#include <vector>

namespace carport::ui {

/// Many names in one block of memory, looked through letter by letter of what is typed: 30,000 cars and as many places
/// in a few milliseconds. A value; pure.
class PaletteIndex {
 public:
  /// Most names and most characters of all of them; add() refuses more.
  static constexpr std::size_t kMaxEntries = 400'000;
  static constexpr qsizetype kMaxCharacters = 32'000'000;

  struct Hit {
    std::uint32_t number;  ///< of the name, in the order in which they were added
    int score;
    bool operator==(const Hit&) const = default;
  };

  void reserve(std::size_t entries, qsizetype characters);
  /// Neither text is folded. False where there is no room for it.
  bool add(QStringView title, QStringView further = {});
  std::size_t size() const { return m_entries.size(); }
  void clear();

  /// The best, at most `limit`, best first; those that fit equally well in the order in which they were added.
  std::vector<Hit> find(const PaletteQuery& query, std::size_t limit) const;

 private:
  struct Entry {
    std::uint32_t at;
    std::uint16_t titleLength;
    std::uint16_t furtherLength;
    quint64 mask;
  };

  QString m_text;  ///< folded, one after the other
  std::vector<Entry> m_entries;
};

}  // namespace carport::ui
