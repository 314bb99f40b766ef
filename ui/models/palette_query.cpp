#include "ui/models/palette_query.h"

#include <algorithm>
#include <vector>

namespace carport::ui {
namespace {

// How well one word fits; what lies between is taken off for what stands around it.
constexpr int kPaletteWhole = 1'000;     // the title and nothing else
constexpr int kPaletteBegins = 800;      // the title begins with it
constexpr int kPaletteWord = 600;        // a word of the title is it
constexpr int kPaletteWordBegins = 500;  // a word of the title begins with it
constexpr int kPaletteInside = 300;
constexpr int kPaletteScattered = 150;  // its letters in their order, the first at a word's beginning
constexpr int kPaletteFurther = 200;    // taken off where it is in the further text alone
constexpr int kPaletteLongest = 80;     // a longer text loses no more than this
constexpr qsizetype kPaletteScatteredFrom = 2;

bool isPart(QChar c) {
  return c.isLetterOrNumber();
}

bool beginsWord(QStringView text, qsizetype at) {
  return at == 0 || !isPart(text[at - 1]);
}

/// Where the letters of `word` are in `text`, in their order: each as soon as it can be, those at the beginnings of
/// words first. Empty where they are not.
std::vector<qsizetype> scattered(QStringView text, QStringView word) {
  std::vector<qsizetype> places;
  qsizetype at = 0;
  for (const QChar c : word) {
    qsizetype found = -1;
    for (qsizetype i = at; i < text.size(); ++i) {
      if (text[i] != c) continue;
      const bool follows = !places.empty() && i == places.back() + 1;
      if (!beginsWord(text, i) && !follows) continue;
      found = i;
      break;
    }
    if (found < 0) return {};
    places.push_back(found);
    at = found + 1;
  }
  return places;
}

/// The best place of a word: at a word's beginning, otherwise anywhere; -1: nowhere.
qsizetype placeOf(QStringView text, QStringView word) {
  const qsizetype first = text.indexOf(word);
  for (qsizetype at = first; at >= 0; at = text.indexOf(word, at + 1)) {
    if (beginsWord(text, at)) return at;
  }
  return first;
}

std::optional<int> wordScore(QStringView text, QStringView word) {
  const qsizetype at = placeOf(text, word);
  if (at < 0) {
    if (word.size() < kPaletteScatteredFrom || scattered(text, word).empty()) return std::nullopt;
    return kPaletteScattered;
  }
  const qsizetype end = at + word.size();
  const bool endsWord = end == text.size() || !isPart(text[end]);
  if (at == 0) return endsWord ? kPaletteBegins + 50 : kPaletteBegins;
  if (beginsWord(text, at)) return endsWord ? kPaletteWord : kPaletteWordBegins;
  return kPaletteInside;
}

}  // namespace

QString paletteFold(QStringView text) {
  QString folded(text.size(), Qt::Uninitialized);
  for (qsizetype i = 0; i < text.size(); ++i) {
    QChar c = text[i];
    if (c.unicode() >= 0x80) {
      if (c.decompositionTag() == QChar::Canonical) c = c.decomposition().front();
      c = c.toLower();
    } else if (c >= QLatin1Char('A') && c <= QLatin1Char('Z')) {
      c = QChar(c.unicode() | 0x20);
    }
    folded[i] = c;
  }
  return folded;
}

quint64 paletteMask(QStringView folded) {
  quint64 mask = 0;
  for (const QChar c : folded) {
    const ushort code = c.unicode();
    if (code >= 'a' && code <= 'z') {
      mask |= 1ULL << (code - 'a');
    } else if (code >= '0' && code <= '9') {
      mask |= 1ULL << (26 + code - '0');
    } else if (isPart(c)) {
      mask |= 1ULL << (36 + code % 28);
    }
  }
  return mask;
}

PaletteQuery::PaletteQuery(const QString& typed) : m_typed(typed.left(kMaxLength).simplified()) {
  m_words = paletteFold(m_typed).split(QLatin1Char(' '), Qt::SkipEmptyParts).mid(0, kMaxWords);
  m_whole = m_words.join(QLatin1Char(' '));
  m_mask = paletteMask(m_whole);
}

std::optional<int> PaletteQuery::score(QStringView title, QStringView further) const {
  int sum = 0;
  for (const QString& word : m_words) {
    auto best = wordScore(title, word);
    // Letters that lie scattered in the title are a worse sign than the word itself elsewhere.
    if (!best || *best == kPaletteScattered) {
      if (const auto elsewhere = wordScore(further, word))
        best = std::max(best.value_or(1), *elsewhere - kPaletteFurther);
    }
    if (!best) return std::nullopt;
    sum += std::max(1, *best);
  }
  if (m_words.isEmpty()) return 0;
  int score = sum / int(m_words.size());
  if (title == m_whole) {
    score = kPaletteWhole;
  } else if (m_words.size() > 1 && title.startsWith(m_whole)) {
    score = std::max(score, kPaletteBegins + 50);
  }
  return score * 100 - int(std::min<qsizetype>(title.size(), kPaletteLongest));
}

QList<std::pair<qsizetype, qsizetype>> PaletteQuery::matchesIn(const QString& title) const {
  const QString folded = paletteFold(title);
  std::vector<bool> marked(std::size_t(folded.size()), false);
  for (const QString& word : m_words) {
    const qsizetype at = placeOf(folded, word);
    if (at >= 0) {
      std::fill_n(marked.begin() + at, word.size(), true);
    } else if (word.size() >= kPaletteScatteredFrom) {
      for (const qsizetype place : scattered(folded, word)) marked[std::size_t(place)] = true;
    }
  }
  QList<std::pair<qsizetype, qsizetype>> matches;
  for (qsizetype i = 0; i < folded.size(); ++i) {
    if (!marked[std::size_t(i)]) continue;
    if (!matches.isEmpty() && matches.back().first + matches.back().second == i) {
      ++matches.back().second;
    } else {
      matches.append({i, 1});
    }
  }
  return matches;
}

}  // namespace carport::ui
