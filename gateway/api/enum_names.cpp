#include "gateway/api/enum_names.h"

#include <array>
#include <span>
#include <utility>

namespace carport::api {

namespace {

template <class E>
using Names = std::span<const std::pair<E, std::string_view>>;

template <class E>
std::string_view find(Names<E> names, E value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "unknown";
}

template <class E>
std::optional<E> find(Names<E> names, std::string_view wanted) {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

using P = std::pair<PrincipalType, std::string_view>;
constexpr std::array kTypes{P{PrincipalType::device, "device"}, P{PrincipalType::user, "user"},
                            P{PrincipalType::service, "service"}, P{PrincipalType::group, "group"},
                            P{PrincipalType::application, "application"}};
using A = std::pair<Action, std::string_view>;
constexpr std::array kActions{
    A{Action::view, "view"},       A{Action::subscribe, "subscribe"},   A{Action::send, "send"},
    A{Action::command, "command"}, A{Action::administer, "administer"}, A{Action::impersonate, "impersonate"}};
using O = std::pair<Outcome, std::string_view>;
constexpr std::array kOutcomes{O{Outcome::denied, "denied"}, O{Outcome::allowed, "allowed"},
                               O{Outcome::depends, "depends"}};
using C = std::pair<CommandState, std::string_view>;
constexpr std::array kCommandStates{C{CommandState::queued, "queued"},      C{CommandState::sent, "sent"},
                                    C{CommandState::received, "received"},  C{CommandState::done, "done"},
                                    C{CommandState::failed, "failed"},      C{CommandState::expired, "expired"},
                                    C{CommandState::cancelled, "cancelled"}};
using S = std::pair<Severity, std::string_view>;
constexpr std::array kSeverities{S{Severity::info, "info"}, S{Severity::warning, "warning"},
                                 S{Severity::alarm, "alarm"}};
using V = std::pair<Activity, std::string_view>;
constexpr std::array kActivities{V{Activity::unknown, "unknown"}, V{Activity::driving, "driving"},
                                 V{Activity::idling, "idling"},   V{Activity::parked, "parked"},
                                 V{Activity::silent, "silent"},   V{Activity::alarm, "alarm"}};
using L = std::pair<LogLevel, std::string_view>;
constexpr std::array kLogLevels{L{LogLevel::debug, "debug"}, L{LogLevel::info, "info"}, L{LogLevel::warning, "warning"},
                                L{LogLevel::error, "error"}};
using G = std::pair<ClaimGives, std::string_view>;
constexpr std::array kClaimGives{G{ClaimGives::secret, "secret"}, G{ClaimGives::car, "car"}};

using M = std::pair<LimitMeasure, std::string_view>;
constexpr std::array kLimitMeasureNames{
    M{LimitMeasure::messagesPerSecond, "messagesPerSecond"}, M{LimitMeasure::bytesPerDay, "bytesPerDay"},
    M{LimitMeasure::connections, "connections"}, M{LimitMeasure::signInsPerMinute, "signInsPerMinute"},
    M{LimitMeasure::commandsPerHour, "commandsPerHour"}};
using E = std::pair<LimitPer, std::string_view>;
constexpr std::array kLimitPers{E{LimitPer::all, "all"}, E{LimitPer::principal, "principal"},
                                E{LimitPer::organisation, "organisation"}, E{LimitPer::address, "address"}};
using R = std::pair<LimitReaction, std::string_view>;
constexpr std::array kLimitReactions{R{LimitReaction::slow, "slow"}, R{LimitReaction::reject, "reject"},
                                     R{LimitReaction::count, "count"}};

}  // namespace

std::string_view nameOf(PrincipalType value) {
  return find(Names<PrincipalType>(kTypes), value);
}
std::string_view nameOf(Action value) {
  return find(Names<Action>(kActions), value);
}
std::string_view nameOf(Outcome value) {
  return find(Names<Outcome>(kOutcomes), value);
}
std::string_view nameOf(CommandState value) {
  return find(Names<CommandState>(kCommandStates), value);
}
std::string_view nameOf(Severity value) {
  return find(Names<Severity>(kSeverities), value);
}
std::string_view nameOf(Activity value) {
  return find(Names<Activity>(kActivities), value);
}
std::string_view nameOf(LogLevel value) {
  return find(Names<LogLevel>(kLogLevels), value);
}
std::string_view nameOf(ClaimGives value) {
  return find(Names<ClaimGives>(kClaimGives), value);
}

template <>
std::optional<PrincipalType> valueOf(std::string_view name) {
  return find(Names<PrincipalType>(kTypes), name);
}
template <>
std::optional<Action> valueOf(std::string_view name) {
  return find(Names<Action>(kActions), name);
}
template <>
std::optional<Outcome> valueOf(std::string_view name) {
  return find(Names<Outcome>(kOutcomes), name);
}
template <>
std::optional<CommandState> valueOf(std::string_view name) {
  return find(Names<CommandState>(kCommandStates), name);
}
template <>
std::optional<Severity> valueOf(std::string_view name) {
  return find(Names<Severity>(kSeverities), name);
}
template <>
std::optional<Activity> valueOf(std::string_view name) {
  return find(Names<Activity>(kActivities), name);
}
template <>
std::optional<LogLevel> valueOf(std::string_view name) {
  return find(Names<LogLevel>(kLogLevels), name);
}
template <>
std::optional<ClaimGives> valueOf(std::string_view name) {
  return find(Names<ClaimGives>(kClaimGives), name);
}

std::string_view nameOf(LimitMeasure value) {
  return find(Names<LimitMeasure>(kLimitMeasureNames), value);
}
std::string_view nameOf(LimitPer value) {
  return find(Names<LimitPer>(kLimitPers), value);
}
std::string_view nameOf(LimitReaction value) {
  return find(Names<LimitReaction>(kLimitReactions), value);
}
template <>
std::optional<LimitMeasure> valueOf(std::string_view name) {
  return find(Names<LimitMeasure>(kLimitMeasureNames), name);
}
template <>
std::optional<LimitPer> valueOf(std::string_view name) {
  return find(Names<LimitPer>(kLimitPers), name);
}
template <>
std::optional<LimitReaction> valueOf(std::string_view name) {
  return find(Names<LimitReaction>(kLimitReactions), name);
}

}  // namespace carport::api
