#pragma once

#include "gateway/api/car_state.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace carport::ui {

class CarStore;

/// What a fleet has that a query may speak of. A value.
struct CarWords {
  QStringList groups;
  QStringList tags;
  QStringList attributes;
  QStringList metrics;
  QStringList fences = {};

  static CarWords of(const CarStore& store);
};

/// One condition of a query. A value.
struct CarQueryTerm {
  enum class Kind { word, state, group, tag, id, name, attribute, fence, is, figure };
  enum class Is { connected, disconnected, blocked, located };
  enum class Figure { speed, age, battery, heading, metric };
  enum class Compare { less, atMost, more, atLeast, equal, unequal };

  Kind kind = Kind::word;
  bool negated = false;
  QStringList texts;                      ///< in lower case; one of them has to fit
  std::vector<api::Activity> activities;  ///< of a state
  Is is = Is::connected;
  QString of;  ///< the attribute or metric
  Figure figure = Figure::speed;
  Compare compare = Compare::equal;
  double value = 0;      ///< of an age in ms
  double tolerance = 0;  ///< how far an equal figure may be off: half of the last digit that was written

  bool operator==(const CarQueryTerm&) const = default;
};

/// A part of a query as it is written. A value.
struct CarQueryToken {
  qsizetype from = 0;
  qsizetype length = 0;
  QString text;         ///< without quotation marks
  bool quoted = false;  ///< began with one: a word, whatever is in it
};

/// What an operator types to find cars: `state:driving speed>80 group:north`, every part of which has to fit. Plain
/// words are looked for in id, name, groups, tags and attributes; `field:text` and `field:a,b` in one of them;
/// `figure>80` compares; a minus in front turns a part round; quotation marks keep words together. What cannot be read
/// is left out and said in a sentence. A value.
class CarQuery {
  Q_DECLARE_TR_FUNCTIONS(CarQuery)

 public:
  /// Most parts that are looked at, and longest text.
  static constexpr qsizetype kMaxTerms = 24;
  static constexpr qsizetype kMaxLength = 500;

  static CarQuery parse(const QString& text, const CarWords& words);
  /// The parts of a text, in order.
  static std::vector<CarQueryToken> tokens(const QString& text);

  const std::vector<CarQueryTerm>& terms() const { return m_terms; }
  /// The first thing that could not be read, in a sentence; empty where everything could.
  const QString& problem() const { return m_problem; }
  /// Whether it asks for something that is known only of cars whose whole state was received.
  bool needsStates() const;

  /// The text without its `state:` parts, and with one for these; for none of them without.
  static QString withStates(const QString& text, const std::vector<api::Activity>& states);
  /// What its `state:` parts ask for; empty: nothing.
  std::vector<api::Activity> states() const;

  /// The word for a state in a query: "driving".
  static QString stateWord(api::Activity activity);

  bool operator==(const CarQuery&) const = default;

 private:
  void read(const CarQueryToken& token, const CarWords& words);
  void readField(CarQueryTerm term, const QString& field, const QString& text, const CarWords& words);
  void readState(CarQueryTerm term, const QString& text);
  void readIs(CarQueryTerm term, const QString& text);
  void readFigure(CarQueryTerm term, const QString& field, const QString& text, const CarWords& words);
  void complain(const QString& sentence);

  std::vector<CarQueryTerm> m_terms;
  QString m_problem;
};

}  // namespace carport::ui
