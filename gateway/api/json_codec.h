#pragma once

#include "gateway/api/car.h"
#include "gateway/api/car_state.h"
#include "gateway/api/command.h"
#include "gateway/api/drain_state.h"
#include "gateway/api/event.h"
#include "gateway/api/fence.h"
#include "gateway/api/gateway_status.h"
#include "gateway/api/history.h"
#include "gateway/api/limit.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/api/provisioning.h"
#include "gateway/api/retention.h"
#include "gateway/api/rule_simulation.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace carport::api {

/// Version of the contract; every path begins with `/api/v2`, and `GET /api/v2/health` answers with it.
inline constexpr int kApiVersion = 2;

/// JSON as the API carries it, both ways. Times are integers, milliseconds since the epoch; what is absent is left out.
/// The field names are those of docs/api.md. Reading checks types and limits and names the field that is wrong.
nlohmann::json toJson(const Principal& value);
nlohmann::json toJson(const Attributes& value);
nlohmann::json toJson(const Organisation& value);
nlohmann::json toJson(const Role& value);
nlohmann::json toJson(const ProvisioningKey& value);
nlohmann::json toJson(const ClaimCode& value);
nlohmann::json toJson(const TokenInfo& value);
nlohmann::json toJson(const Rule& value);
nlohmann::json toJson(const PassedOver& value);
nlohmann::json toJson(const Decision& value);
nlohmann::json toJson(const TurnedDecision& value);
nlohmann::json toJson(const TurnedFor& value);
nlohmann::json toJson(const RuleSimulation& value);
nlohmann::json toJson(const Command& value);
nlohmann::json toJson(const Event& value);
/// `car` is part of it inside a CarState and left out in lists, where the principal has the number already.
nlohmann::json toJson(const CarPosition& value);
nlohmann::json toJson(const CarState& value);
nlohmann::json toJson(const Car& value);
nlohmann::json toJson(const History& value);
nlohmann::json toJson(const FleetHistory& value);
nlohmann::json toJson(const GatewayStatus& value);
nlohmann::json toJson(const DrainState& value);
nlohmann::json toJson(const LogEntry& value);
nlohmann::json toJson(const RetentionPolicy& value);
nlohmann::json toJson(const Retention& value);
nlohmann::json toJson(const Limit& value);
nlohmann::json toJson(const LimitFigures& value);
nlohmann::json toJson(const FenceShape& value);
nlohmann::json toJson(const Fence& value);
/// What a request about a fence says: without what the gateway fills in.
nlohmann::json fenceWish(const Fence& value);

/// Reads one value; `fromJson<Rule>(json)`.
template <class T>
Result<T> fromJson(const nlohmann::json& json) = delete;
template <>
Result<Principal> fromJson<Principal>(const nlohmann::json& json);
template <>
Result<Attributes> fromJson<Attributes>(const nlohmann::json& json);
template <>
Result<Organisation> fromJson<Organisation>(const nlohmann::json& json);
template <>
Result<Role> fromJson<Role>(const nlohmann::json& json);
template <>
Result<ProvisioningKey> fromJson<ProvisioningKey>(const nlohmann::json& json);
template <>
Result<ClaimCode> fromJson<ClaimCode>(const nlohmann::json& json);
template <>
Result<TokenInfo> fromJson<TokenInfo>(const nlohmann::json& json);
template <>
Result<Rule> fromJson<Rule>(const nlohmann::json& json);
template <>
Result<PassedOver> fromJson<PassedOver>(const nlohmann::json& json);
template <>
Result<Decision> fromJson<Decision>(const nlohmann::json& json);
template <>
Result<TurnedDecision> fromJson<TurnedDecision>(const nlohmann::json& json);
template <>
Result<TurnedFor> fromJson<TurnedFor>(const nlohmann::json& json);
template <>
Result<RuleSimulation> fromJson<RuleSimulation>(const nlohmann::json& json);
template <>
Result<Command> fromJson<Command>(const nlohmann::json& json);
template <>
Result<Event> fromJson<Event>(const nlohmann::json& json);
template <>
Result<CarPosition> fromJson<CarPosition>(const nlohmann::json& json);
template <>
Result<CarState> fromJson<CarState>(const nlohmann::json& json);
template <>
Result<Car> fromJson<Car>(const nlohmann::json& json);
template <>
Result<History> fromJson<History>(const nlohmann::json& json);
template <>
Result<FleetHistory> fromJson<FleetHistory>(const nlohmann::json& json);
template <>
Result<GatewayStatus> fromJson<GatewayStatus>(const nlohmann::json& json);
template <>
Result<DrainState> fromJson<DrainState>(const nlohmann::json& json);
template <>
Result<DrainWish> fromJson<DrainWish>(const nlohmann::json& json);
template <>
Result<LogEntry> fromJson<LogEntry>(const nlohmann::json& json);
template <>
Result<RetentionPolicy> fromJson<RetentionPolicy>(const nlohmann::json& json);
template <>
Result<Retention> fromJson<Retention>(const nlohmann::json& json);
template <>
Result<Limit> fromJson<Limit>(const nlohmann::json& json);
template <>
Result<FenceShape> fromJson<FenceShape>(const nlohmann::json& json);
template <>
Result<Fence> fromJson<Fence>(const nlohmann::json& json);

/// Deepest nesting of arrays and objects that is read.
inline constexpr std::size_t kMaxJsonDepth = 32;

/// What becomes of an object in which a name comes twice: readers of JSON differ about which of the two counts.
enum class RepeatedNames : std::uint8_t { lastCounts, refused };

/// Text to JSON with a limit on depth; the failure says where the text stops making sense.
Result<nlohmann::json> parseJson(std::string_view text, RepeatedNames repeated = RepeatedNames::lastCounts);
/// JSON to compact text; bytes that are no UTF-8 become U+FFFD.
std::string toText(const nlohmann::json& json);

}  // namespace carport::api
