#include "ui/models/car_query.h"

#include "ui/models/car_store.h"
#include "ui/models/phrases.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace carport::ui {

namespace {

constexpr std::array kStates{api::Activity::driving, api::Activity::idling, api::Activity::parked,
                             api::Activity::silent,  api::Activity::alarm,  api::Activity::unknown};
constexpr std::array<const char*, 6> kStateWords{"unknown", "driving", "idling", "parked", "silent", "alarm"};

using Compare = CarQueryTerm::Compare;
struct QueryOperator {
  const char* text;
  Compare compare;
};
// Longer ones first where one begins another.
constexpr std::array<QueryOperator, 7> kOperators{{{"<=", Compare::atMost},
                                                   {">=", Compare::atLeast},
                                                   {"!=", Compare::unequal},
                                                   {"<", Compare::less},
                                                   {">", Compare::more},
                                                   {"=", Compare::equal},
                                                   {":", Compare::equal}}};

struct FoundOperator {
  qsizetype at;
  qsizetype length;
  Compare compare;
};
std::optional<FoundOperator> findOperator(const QString& text) {
  for (qsizetype at = 1; at < text.size(); ++at) {
    for (const QueryOperator& candidate : kOperators) {
      const QLatin1String sign(candidate.text);
      if (QStringView(text).sliced(at).startsWith(sign)) return FoundOperator{at, sign.size(), candidate.compare};
    }
  }
  return std::nullopt;
}

QStringList alternatives(const QString& text) {
  QStringList parts;
  for (const QString& part : text.toLower().split(u',', Qt::SkipEmptyParts)) {
    if (!part.trimmed().isEmpty()) parts.append(part.trimmed());
  }
  return parts;
}

/// How many letters differ, counting no further than `most`.
int letterDistance(const QString& left, const QString& right, int most) {
  if (std::abs(left.size() - right.size()) > most) return most + 1;
  std::vector<int> row(std::size_t(right.size()) + 1);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = int(i);
  for (qsizetype i = 0; i < left.size(); ++i) {
    int diagonal = std::exchange(row[0], int(i) + 1);
    for (qsizetype j = 0; j < right.size(); ++j) {
      const int change = diagonal + int(left[i] != right[j]);
      diagonal = row[std::size_t(j) + 1];
      row[std::size_t(j) + 1] = std::min({change, diagonal + 1, row[std::size_t(j)] + 1});
    }
  }
  return row.back();
}

/// The word that was likely meant; empty where none is near.
QString nearest(const QString& word, const QStringList& words) {
  constexpr int kMost = 2;
  QString best;
  int least = kMost + 1;
  for (const QString& candidate : words) {
    const int distance = letterDistance(word.toLower(), candidate.toLower(), kMost);
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

QString firstFew(const QStringList& words) {
  constexpr qsizetype kFew = 6;
  return words.first(std::min(kFew, words.size())).join(QStringLiteral(", "));
}

const QStringList& fieldWords() {
  static const QStringList words{"state", "group", "tag", "id", "name", "is", "speed", "age", "battery", "heading", "fence"};
  return words;
}

/// "5min", "2 h" in ms; none where there is no such unit.
std::optional<double> millisecondsOf(double amount, const QString& unit) {
  if (unit == "s") return amount * 1e3;
  if (unit == "min" || unit == "m") return amount * 60e3;
  if (unit == "h") return amount * 3600e3;
  if (unit == "d") return amount * 86'400e3;
  return std::nullopt;
}

struct WrittenFigure {
  double value = 0;
  double tolerance = 0;
  QString unit;
};
std::optional<WrittenFigure> readNumber(const QString& text) {
  qsizetype digits = 0;
  const auto belongs = [](QChar c) { return c.isDigit() || c == u'.' || c == u',' || c == u'-' || c == u'+'; };
  while (digits < text.size() && belongs(text[digits])) ++digits;
  bool isNumber = false;
  WrittenFigure figure;
  const QString number = text.first(digits).replace(u',', u'.');
  figure.value = QLocale::c().toDouble(number, &isNumber);
  const qsizetype point = number.indexOf(u'.');
  figure.tolerance = 0.5 * std::pow(10.0, point < 0 ? 0.0 : -double(number.size() - point - 1));
  figure.unit = text.sliced(digits).trimmed().toLower();
  return isNumber ? std::optional(figure) : std::nullopt;
}

}  // namespace

CarWords CarWords::of(const CarStore& store) {
  return {store.allGroups(), store.allTags(), store.allAttributes(), store.metrics().names(), store.fences().names()};
}

QString CarQuery::stateWord(api::Activity activity) {
  return QString::fromLatin1(kStateWords[std::size_t(activity)]);
}

std::vector<CarQueryToken> CarQuery::tokens(const QString& text) {
  std::vector<CarQueryToken> tokens;
  const QString limited = text.left(kMaxLength);
  for (qsizetype at = 0; at < limited.size();) {
    if (limited[at].isSpace()) {
      ++at;
      continue;
    }
    CarQueryToken token{at, 0, {}, limited[at] == u'"'};
    bool inQuotes = false;
    for (; at < limited.size() && (inQuotes || !limited[at].isSpace()); ++at) {
      if (limited[at] == u'"') {
        inQuotes = !inQuotes;
      } else {
        token.text += limited[at];
      }
    }
    token.length = at - token.from;
    tokens.push_back(token);
  }
  return tokens;
}

CarQuery CarQuery::parse(const QString& text, const CarWords& words) {
  CarQuery query;
  const std::vector<CarQueryToken> parts = tokens(text);
  if (text.size() > kMaxLength || qsizetype(parts.size()) > kMaxTerms) {
    query.complain(tr("The search is longer than can be looked at: only its first %1 parts count.").arg(kMaxTerms));
  }
  for (std::size_t i = 0; i < std::min(parts.size(), std::size_t(kMaxTerms)); ++i) query.read(parts[i], words);
  return query;
}

void CarQuery::complain(const QString& sentence) {
  if (m_problem.isEmpty()) m_problem = sentence;
}

void CarQuery::read(const CarQueryToken& token, const CarWords& words) {
  QString text = token.text;
  CarQueryTerm term;
  if (!token.quoted && text.size() > 1 && text.front() == u'-') {
    term.negated = true;
    text = text.sliced(1);
  }
  const auto found = token.quoted ? std::nullopt : findOperator(text);
  if (!found) {
    if (text.isEmpty()) return;
    term.texts = {text.toLower()};
    m_terms.push_back(term);
    return;
  }
  term.compare = found->compare;
  readField(term, text.first(found->at), text.sliced(found->at + found->length), words);
}

void CarQuery::readField(CarQueryTerm term, const QString& field, const QString& text, const CarWords& words) {
  using Kind = CarQueryTerm::Kind;
  static const std::array<std::pair<const char*, Kind>, 7> kFields{{{"state", Kind::state},
                                                                    {"group", Kind::group},
                                                                    {"tag", Kind::tag},
                                                                    {"id", Kind::id},
                                                                    {"name", Kind::name},
                                                                    {"fence", Kind::fence},
                                                                    {"is", Kind::is}}};
  const QString wanted = field.toLower();
  const auto known = std::find_if(kFields.begin(), kFields.end(),
                                  [&](const auto& pair) { return wanted == QLatin1String(pair.first); });
  const bool isAttribute = known == kFields.end() && words.attributes.contains(field, Qt::CaseInsensitive);
  if (known == kFields.end() && !isAttribute) return readFigure(term, field, text, words);
  if (term.compare != Compare::equal && term.compare != Compare::unequal) {
    return complain(tr("“%1” is no figure; write %1:TEXT.").arg(field));
  }
  if (term.compare == Compare::unequal) term.negated = !term.negated;
  term.compare = Compare::equal;
  term.kind = isAttribute ? Kind::attribute : known->second;
  term.of = isAttribute ? field : QString();
  term.texts = alternatives(text);
  // While it is being typed nothing is asked for yet.
  if (term.texts.isEmpty()) return;
  if (term.kind == Kind::state) return readState(term, text);
  if (term.kind == Kind::is) return readIs(term, text);
  m_terms.push_back(term);
}

void CarQuery::readState(CarQueryTerm term, const QString& text) {
  for (const QString& word : std::exchange(term.texts, {})) {
    const auto state = std::find_if(kStates.begin(), kStates.end(), [&](api::Activity activity) {
      return stateWord(activity) == word || phrases::activity(activity).toLower() == word;
    });
    if (state == kStates.end()) {
      complain(tr("“state:%1”: a state is driving, idling, parked, silent, alarm or unknown.").arg(text));
      continue;
    }
    term.activities.push_back(*state);
  }
  if (!term.activities.empty()) m_terms.push_back(term);
}

void CarQuery::readIs(CarQueryTerm term, const QString& text) {
  using Is = CarQueryTerm::Is;
  static const std::array<std::pair<const char*, Is>, 4> kWords{{{"connected", Is::connected},
                                                                 {"disconnected", Is::disconnected},
                                                                 {"blocked", Is::blocked},
                                                                 {"located", Is::located}}};
  const auto known = std::find_if(kWords.begin(), kWords.end(),
                                  [&](const auto& pair) { return term.texts.front() == QLatin1String(pair.first); });
  if (known == kWords.end() || term.texts.size() > 1) {
    return complain(tr("“is:%1”: a car is connected, disconnected, blocked or located.").arg(text));
  }
  term.texts.clear();
  term.is = known->second;
  m_terms.push_back(term);
}

void CarQuery::readFigure(CarQueryTerm term, const QString& field, const QString& text, const CarWords& words) {
  using Figure = CarQueryTerm::Figure;
  static const std::array<std::pair<const char*, Figure>, 4> kFigures{
      {{"speed", Figure::speed}, {"age", Figure::age}, {"battery", Figure::battery}, {"heading", Figure::heading}}};
  const QString wanted = field.toLower();
  const auto known = std::find_if(kFigures.begin(), kFigures.end(),
                                  [&](const auto& pair) { return wanted == QLatin1String(pair.first); });
  const auto metric = std::find_if(words.metrics.begin(), words.metrics.end(),
                                   [&](const QString& name) { return name.compare(field, Qt::CaseInsensitive) == 0; });
  if (known == kFigures.end() && metric == words.metrics.end()) {
    const QString meant = nearest(field, fieldWords() + words.metrics + words.attributes);
    if (!meant.isEmpty()) return complain(tr("Nothing is called “%1” here. Did you mean “%2”?").arg(field, meant));
    return complain(tr("Nothing is called “%1” here. There are %2 and what the cars send; quotation marks look for "
                       "the text itself.")
                        .arg(field, firstFew(fieldWords())));
  }
  term.kind = CarQueryTerm::Kind::figure;
  term.figure = known != kFigures.end() ? known->second : Figure::metric;
  if (term.figure == Figure::metric) term.of = *metric;
  if (text.isEmpty()) return;
  const auto number = readNumber(text);
  if (!number) return complain(tr("“%1” is no number; write for example %2>80.").arg(text, field));
  term.value = number->value;
  term.tolerance = number->tolerance;
  if (term.figure == Figure::age) {
    const auto length = millisecondsOf(number->value, number->unit);
    if (!length) return complain(tr("Say how long “%1” is: %1s, %1min, %1h or %1d.").arg(number->value));
    term.tolerance *= number->value == 0 ? 1 : *length / number->value;
    term.value = *length;
  }
  m_terms.push_back(term);
}

bool CarQuery::needsStates() const {
  return std::any_of(m_terms.begin(), m_terms.end(), [](const CarQueryTerm& term) {
    using Figure = CarQueryTerm::Figure;
    return term.kind == CarQueryTerm::Kind::figure && (term.figure == Figure::metric || term.figure == Figure::battery);
  });
}

std::vector<api::Activity> CarQuery::states() const {
  std::vector<api::Activity> states;
  for (const CarQueryTerm& term : m_terms) {
    if (term.kind == CarQueryTerm::Kind::state && !term.negated)
      states.insert(states.end(), term.activities.begin(), term.activities.end());
  }
  return states;
}

QString CarQuery::withStates(const QString& text, const std::vector<api::Activity>& states) {
  QStringList parts;
  for (const CarQueryToken& token : tokens(text)) {
    const bool isState = !token.quoted && token.text.startsWith(QLatin1String("state:"), Qt::CaseInsensitive);
    if (!isState) parts.append(text.mid(token.from, token.length));
  }
  QStringList words;
  for (const api::Activity state : states) words.append(stateWord(state));
  if (!words.isEmpty()) parts.prepend(QStringLiteral("state:") + words.join(u','));
  return parts.join(u' ');
}

}  // namespace carport::ui
