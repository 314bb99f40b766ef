#include "ui/models/rule_scope.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/membership.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>

namespace carport::ui {

namespace {

using ScopeKind = api::Selector::Kind;

QString scopeText(const char* text) {
  return QCoreApplication::translate("RuleScope", text);
}

/// The house's rules reach what is an organisation's only where they say so.
bool reaches(const api::Rule& rule, std::string_view organisation) {
  if (rule.organisation == organisation) return true;
  const ScopeKind kind = rule.about.kind;
  return rule.organisation.empty() &&
         (kind == ScopeKind::organisation || kind == ScopeKind::principal || kind == ScopeKind::group);
}

}  // namespace

bool isMeantBy(const api::Selector& selector, const api::Principal& principal) {
  switch (selector.kind) {
    case ScopeKind::anyone:
    case ScopeKind::self:
      return true;
    case ScopeKind::principal:
      return principal.id == selector.value;
    case ScopeKind::group:
      return api::isInGroup(principal, selector.value);
    case ScopeKind::role:
      return !principal.role.empty() && principal.role == selector.value;
    case ScopeKind::type:
      return api::nameOf(principal.type) == selector.value;
    case ScopeKind::attribute:
      return api::hasAttribute(principal, selector.value);
    case ScopeKind::organisation:
      return !principal.organisation().empty() && (selector.value == "*" || selector.value == principal.organisation());
    case ScopeKind::topic:
      break;
  }
  return false;
}

bool isAboutOneself(const api::Rule& rule) {
  return rule.who.kind == ScopeKind::self || rule.about.kind == ScopeKind::self;
}

bool speaksOf(const api::Rule& rule, const api::Principal& car) {
  if (!reaches(rule, car.organisation()) || rule.who.kind == ScopeKind::topic) return false;
  // Whoever such a rule is about is the one who does it: here the car.
  if (isAboutOneself(rule)) return isMeantBy(rule.who, car) && isMeantBy(rule.about, car);
  return isMeantBy(rule.about, car);
}

QString bondOf(const api::Rule& rule, const api::Principal& car) {
  if (isAboutOneself(rule)) return scopeText(QT_TRANSLATE_NOOP("RuleScope", "The car itself"));
  const QString value = QString::fromStdString(rule.about.value);
  switch (rule.about.kind) {
    case ScopeKind::anyone:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "Everyone and everything"));
    case ScopeKind::principal:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "This car"));
    case ScopeKind::group:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "Its group %1")).arg(value);
    case ScopeKind::role:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "Its role %1")).arg(value);
    case ScopeKind::type:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "Every car"));
    case ScopeKind::attribute:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "Its attribute %1")).arg(value);
    case ScopeKind::organisation:
      return scopeText(QT_TRANSLATE_NOOP("RuleScope", "Its organisation %1"))
          .arg(QString::fromStdString(std::string(car.organisation())));
    case ScopeKind::self:
    case ScopeKind::topic:
      break;
  }
  return {};
}

bool isFor(const api::Rule& rule, const api::Principal& somebody) {
  // Everybody's doings are decided by the rules of where they belong.
  return rule.organisation == somebody.organisation() && !isAboutOneself(rule) && isMeantBy(rule.who, somebody);
}

}  // namespace carport::ui
