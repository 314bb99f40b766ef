#pragma once

#include "gateway/api/permission.h"
#include "gateway/api/principal.h"

#include <QString>

/// Of whom a rule speaks, by what the portal knows of them: for lists and words alone, the gateway decides. Pure; any
/// thread.
namespace carport::ui {

/// The selector means this principal. `self` means everybody: both sides of the rule have to be known for it.
bool isMeantBy(const api::Selector& selector, const api::Principal& principal);
/// The rule is about what somebody does to themselves.
bool isAboutOneself(const api::Rule& rule);
/// The rule can decide what somebody may do with this car (where it is about oneself: what the car itself may).
bool speaksOf(const api::Rule& rule, const api::Principal& car);
/// By what the rule comes to speak of the car: "This car", "Its group north", "Every car".
QString bondOf(const api::Rule& rule, const api::Principal& car);
/// This person, service or program is one of those for whom the rule decides about others.
bool isFor(const api::Rule& rule, const api::Principal& somebody);

}  // namespace carport::ui
