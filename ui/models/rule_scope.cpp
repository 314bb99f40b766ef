#include "ui/models/rule_scope.h"

#include "gateway/api/enum_names.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>

namespace carport::ui {

namespace {

using ScopeKind = api::Selector::Kind;

QString scopeText(const char* text) {
  return QCoreApplication::translate("RuleScope", text);
}

bool isInGroup(const api::Principal& principal, const std::string& group) {
  if (principal.type == api::PrincipalType::group && principal.id == group) return true;
  return std::find(principal.groups.begin(), principal.groups.end(), group) != principal.groups.end();
}

/// `wanted` is NAME=VALUE; VALUE may end in `*`, which stands for any end.
bool hasScopeAttribute(const api::Principal& principal, std::string_view wanted) {
  const std::size_t equals = wanted.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string* text = principal.attributes.find(wanted.substr(0, equals));
  if (text == nullptr) return false;
  std::string_view value = wanted.substr(equals + 1);
  if (!value.ends_with('*')) return *text == value;
  value.remove_suffix(1);
  return text->starts_with(value);
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
      return isInGroup(principal, selector.value);
    case ScopeKind::role:
      return !principal.role.empty() && principal.role == selector.value;
    case ScopeKind::type:
      return api::nameOf(principal.type) == selector.value;
    case ScopeKind::attribute:
      return hasScopeAttribute(principal, selector.value);
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
