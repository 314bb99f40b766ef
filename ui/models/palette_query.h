#pragma once

#include <QList>
#include <QString>
#include <QStringView>

#include <optional>
#include <utility>

namespace carport::ui {

/// Text as the palette compares it: small letters, without accents, every character in its place, so that what matched
/// can be shown in the text itself. "Zürich" becomes "zurich".
QString paletteFold(QStringView text);
/// The letters and figures of a folded text as bits: what has not all bits of a query cannot match it.
quint64 paletteMask(QStringView folded);

/// What somebody typed into the palette, made ready for many comparisons. A value; pure.
class PaletteQuery {
 public:
  /// Longer input is cut; further words are not looked at.
  static constexpr qsizetype kMaxLength = 120;
  static constexpr qsizetype kMaxWords = 8;

  PaletteQuery() = default;
  explicit PaletteQuery(const QString& typed);

  /// As it was typed, without blanks at the ends.
  const QString& typed() const { return m_typed; }
  const QStringList& words() const { return m_words; }
  quint64 mask() const { return m_mask; }
  bool isEmpty() const { return m_words.isEmpty(); }

  /// How well a thing fits, greater is better; nothing where a word is in neither text. Both are folded; `further` is
  /// what it is known by besides its title, and counts less.
  std::optional<int> score(QStringView title, QStringView further = {}) const;
  /// The parts of `title` (not folded) that the words are in: first character and length each, in order, apart.
  QList<std::pair<qsizetype, qsizetype>> matchesIn(const QString& title) const;

 private:
  QString m_typed;
  QStringList m_words;  ///< folded
  QString m_whole;      ///< folded, words apart by one blank
  quint64 m_mask = 0;
};

}  // namespace carport::ui
