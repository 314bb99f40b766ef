#pragma once

#include "gateway/api/permission.h"

#include <QDateTime>
#include <QString>

#include <optional>
#include <vector>

namespace carport::ui {

/// A rule while somebody writes it: fields as a form has them, and what is wrong with each. A value.
class RuleDraft {
 public:
  enum class Field : int { priority, who, about, action, expiresAt, note };
  struct Problem {
    Field field;
    QString sentence;
  };

  static constexpr int kMinPriority = 0;
  static constexpr int kMaxPriority = 1'000'000;
  static constexpr int kMaxNoteLength = 500;

  int priority = 10'000;
  api::Selector::Kind whoKind = api::Selector::Kind::anyone;
  QString whoValue;
  api::Selector::Kind aboutKind = api::Selector::Kind::anyone;
  QString aboutValue;
  std::optional<api::Action> action = api::Action::view;
  bool allow = true;
  std::optional<QDateTime> expiresAt;
  QString note;

  RuleDraft() = default;
  /// A draft that starts from an existing rule.
  explicit RuleDraft(const api::Rule& rule);

  /// What is wrong, first things first; empty where the rule can be saved. `now` decides whether an expiry has passed.
  std::vector<Problem> problems(const QDateTime& now) const;
  /// The rule, with what it had before and no form shows (its organisation, a filter, from when on it counts…); ask
  /// problems() first.
  api::Rule toRule() const;
  /// The rule as a sentence: "Anyone in group north may view every car".
  QString sentence() const;

 private:
  api::Rule m_start;  // what it was before; no form shows all of it
};

}  // namespace carport::ui
