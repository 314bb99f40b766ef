#include "ui/models/rule_draft.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/principal.h"
#include "ui/models/phrases.h"

#include <QCoreApplication>
#include <QLocale>

namespace carport::ui {

namespace {

using Kind = api::Selector::Kind;

QString ruleText(const char* text) {
  return QCoreApplication::translate("RuleDraft", text);
}

bool needsValue(Kind kind) {
  return kind != Kind::anyone && kind != Kind::self;
}

api::Selector selectorOf(Kind kind, const QString& value) {
  return {kind, needsValue(kind) ? value.trimmed().toStdString() : std::string()};
}

/// Who does it, at the beginning of the sentence.
QString subjectOf(const api::Selector& who) {
  return who.kind == Kind::anyone ? ruleText(QT_TRANSLATE_NOOP("RuleDraft", "Everyone")) : phrases::selector(who);
}

/// Whom or what it is done to, at its end.
QString objectOf(const api::Selector& about) {
  const QString value = QString::fromStdString(about.value);
  switch (about.kind) {
    case Kind::anyone:
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "everyone and everything"));
    case Kind::self:
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "itself"));
    case Kind::principal:
      return value;
    case Kind::group:
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "group %1")).arg(value);
    case Kind::role:
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "role %1")).arg(phrases::role(about.value));
    case Kind::type: {
      const auto known = api::valueOf<api::PrincipalType>(about.value);
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "every %1"))
          .arg(known ? phrases::principalType(*known).toLower() : value);
    }
    case Kind::topic:
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "topic %1")).arg(value);
    case Kind::attribute:
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "whoever has %1")).arg(value);
    case Kind::organisation:
      return value == QStringLiteral("*") ? ruleText(QT_TRANSLATE_NOOP("RuleDraft", "every organisation"))
                                          : ruleText(QT_TRANSLATE_NOOP("RuleDraft", "organisation %1")).arg(value);
  }
  return {};
}

/// What is wrong with a selector; empty where nothing is.
QString problemOf(Kind kind, const QString& text) {
  if (!needsValue(kind)) return {};
  const std::string value = text.trimmed().toStdString();
  if (value.empty()) return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "Say which one is meant."));
  switch (kind) {
    case Kind::principal:
    case Kind::group:
      if (api::isValidPrincipalId(value)) return {};
      return ruleText(QT_TRANSLATE_NOOP(
          "RuleDraft", "An id has 1 to 64 letters, digits or . _ - @ and does not begin with a full stop."));
    case Kind::role:
      if (api::isValidRoleId(value)) return {};
      return ruleText(QT_TRANSLATE_NOOP(
          "RuleDraft", "A role has 1 to 64 letters, digits or . _ - and does not begin with a full stop."));
    case Kind::type:
      if (api::valueOf<api::PrincipalType>(value)) return {};
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "There is no such kind; choose car, person, service or group."));
    case Kind::topic:
      // The gateway's own check of topic filters (MQTT 3.1.1 §4.7) comes with parse.
      if (api::Selector::parse("topic:" + value)) return {};
      return ruleText(QT_TRANSLATE_NOOP(
          "RuleDraft",
          "This is no topic filter: + stands for one whole level, # for all that follow, at the end only."));
    case Kind::attribute:
      if (api::Selector::parse("attribute:" + value)) return {};
      return ruleText(QT_TRANSLATE_NOOP("RuleDraft", "Write an attribute as name=value; the value may end in a *."));
    case Kind::organisation:
      if (api::Selector::parse("organisation:" + value)) return {};
      return ruleText(QT_TRANSLATE_NOOP(
          "RuleDraft", "An organisation's id has 1 to 24 small letters, digits or hyphens; * stands for every one."));
    default:
      return {};
  }
}

}  // namespace

RuleDraft::RuleDraft(const api::Rule& rule)
    : priority(rule.priority),
      whoKind(rule.who.kind),
      whoValue(QString::fromStdString(rule.who.value)),
      aboutKind(rule.about.kind),
      aboutValue(QString::fromStdString(rule.about.value)),
      action(rule.action),
      allow(rule.allow),
      note(QString::fromStdString(rule.note)),
      m_start(rule) {
  if (rule.expiresAt) expiresAt = QDateTime::fromMSecsSinceEpoch(toMs(*rule.expiresAt));
}

std::vector<RuleDraft::Problem> RuleDraft::problems(const QDateTime& now) const {
  std::vector<Problem> found;
  const auto add = [&found](Field field, const QString& sentence) {
    if (!sentence.isEmpty()) found.push_back({field, sentence});
  };
  if (whoKind == Kind::topic || whoKind == Kind::self) {
    add(Field::who,
        ruleText(QT_TRANSLATE_NOOP("RuleDraft", "Only people, services, cars, groups and roles can do something.")));
  } else {
    add(Field::who, problemOf(whoKind, whoValue));
  }
  add(Field::about, problemOf(aboutKind, aboutValue));
  if (priority < kMinPriority || priority > kMaxPriority) {
    add(Field::priority,
        ruleText(QT_TRANSLATE_NOOP("RuleDraft", "The priority lies between %1 and %2; smaller ones are tried first."))
            .arg(kMinPriority)
            .arg(kMaxPriority));
  }
  if (expiresAt && (!expiresAt->isValid() || *expiresAt <= now)) {
    add(Field::expiresAt,
        ruleText(QT_TRANSLATE_NOOP("RuleDraft", "This time has passed; the rule would never apply.")));
  }
  if (note.size() > kMaxNoteLength) {
    add(Field::note,
        ruleText(QT_TRANSLATE_NOOP("RuleDraft", "The note has more than %1 characters.")).arg(kMaxNoteLength));
  }
  return found;
}

api::Rule RuleDraft::toRule() const {
  api::Rule rule = m_start;  // with what no form shows
  rule.priority = priority;
  rule.who = selectorOf(whoKind, whoValue);
  rule.about = selectorOf(aboutKind, aboutValue);
  rule.action = action;
  rule.allow = allow;
  rule.expiresAt = expiresAt ? std::optional(fromMs(expiresAt->toMSecsSinceEpoch())) : std::nullopt;
  rule.note = note.trimmed().toStdString();
  // Conditions on commands and messages mean nothing beside another action.
  const bool isCommand = action == api::Action::command;
  const bool hasMessages = isCommand || action == api::Action::send || action == api::Action::subscribe;
  if (!isCommand) rule.command.clear();
  if (!hasMessages) rule.filter.clear();
  return rule;
}

QString RuleDraft::sentence() const {
  const char* pattern =
      allow ? QT_TRANSLATE_NOOP("RuleDraft", "%1 may %2 %3") : QT_TRANSLATE_NOOP("RuleDraft", "%1 may not %2 %3");
  const QString what = action ? phrases::action(*action) : ruleText(QT_TRANSLATE_NOOP("RuleDraft", "do anything to"));
  QString text = ruleText(pattern).arg(subjectOf(selectorOf(whoKind, whoValue)), what,
                                       objectOf(selectorOf(aboutKind, aboutValue)));
  const api::Rule rule = toRule();
  if (!rule.command.empty()) {
    text +=
        ruleText(QT_TRANSLATE_NOOP("RuleDraft", "; the command %1 alone")).arg(QString::fromStdString(rule.command));
  }
  if (!rule.filter.empty()) {
    text += ruleText(QT_TRANSLATE_NOOP("RuleDraft", "; where %1")).arg(QString::fromStdString(rule.filter));
  }
  if (rule.validFrom) {
    const auto from = QDateTime::fromMSecsSinceEpoch(toMs(*rule.validFrom));
    text +=
        ruleText(QT_TRANSLATE_NOOP("RuleDraft", "; from %1 on")).arg(QLocale().toString(from, QLocale::ShortFormat));
  }
  return text;
}

}  // namespace carport::ui
