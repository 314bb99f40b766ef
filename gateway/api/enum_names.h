#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/limit.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/api/provisioning.h"
#include "gateway/api/rule_simulation.h"
#include "gateway/base/log.h"

#include <optional>
#include <string_view>

namespace carport::api {

/// The wire's word for an enumerator, as JSON, databases and command lines write it.
std::string_view nameOf(PrincipalType value);
std::string_view nameOf(Action value);
std::string_view nameOf(Outcome value);
std::string_view nameOf(CommandState value);
std::string_view nameOf(Severity value);
std::string_view nameOf(Activity value);
std::string_view nameOf(LogLevel value);
std::string_view nameOf(ClaimGives value);
std::string_view nameOf(LimitMeasure value);
std::string_view nameOf(LimitPer value);
std::string_view nameOf(LimitReaction value);

/// The enumerator for a wire's word; none where the word is unknown.
template <class E>
std::optional<E> valueOf(std::string_view name) = delete;
template <>
std::optional<PrincipalType> valueOf<PrincipalType>(std::string_view name);
template <>
std::optional<Action> valueOf<Action>(std::string_view name);
template <>
std::optional<Outcome> valueOf<Outcome>(std::string_view name);
template <>
std::optional<CommandState> valueOf<CommandState>(std::string_view name);
template <>
std::optional<Severity> valueOf<Severity>(std::string_view name);
template <>
std::optional<Activity> valueOf<Activity>(std::string_view name);
template <>
std::optional<LogLevel> valueOf<LogLevel>(std::string_view name);
template <>
std::optional<ClaimGives> valueOf<ClaimGives>(std::string_view name);
template <>
std::optional<LimitMeasure> valueOf<LimitMeasure>(std::string_view name);
template <>
std::optional<LimitPer> valueOf<LimitPer>(std::string_view name);
template <>
std::optional<LimitReaction> valueOf<LimitReaction>(std::string_view name);

}  // namespace carport::api
