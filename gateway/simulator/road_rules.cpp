#include "gateway/simulator/road_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <string_view>

namespace carport::sim {

namespace {
constexpr double kKmhPerMph = 1.609344;
constexpr double kSlowestLimitKmh = 5;
constexpr double kFastestLimitKmh = 130;

struct ClassRow {
  std::string_view highway;
  RoadClass roadClass;
};
constexpr std::array kClassRows{
    ClassRow{"motorway", RoadClass::motorway},
    ClassRow{"motorway_link", RoadClass::trunk},
    ClassRow{"trunk", RoadClass::trunk},
    ClassRow{"trunk_link", RoadClass::primary},
    ClassRow{"primary", RoadClass::primary},
    ClassRow{"primary_link", RoadClass::secondary},
    ClassRow{"secondary", RoadClass::secondary},
    ClassRow{"secondary_link", RoadClass::tertiary},
    ClassRow{"tertiary", RoadClass::tertiary},
    ClassRow{"tertiary_link", RoadClass::tertiary},
    ClassRow{"unclassified", RoadClass::unclassified},
    ClassRow{"residential", RoadClass::residential},
    ClassRow{"road", RoadClass::residential},
    ClassRow{"living_street", RoadClass::livingStreet},
    ClassRow{"service", RoadClass::service},
};

bool isOneOf(const char* value, std::initializer_list<std::string_view> words) {
  return value && std::find(words.begin(), words.end(), std::string_view(value)) != words.end();
}

/// The most particular key that is there decides.
bool mayDrive(const TagLookup& tag) {
  for (const char* key : {"motorcar", "motor_vehicle", "vehicle", "access"}) {
    if (const char* value = tag(key)) {
      return !isOneOf(value, {"no", "private", "agricultural", "forestry", "military", "emergency", "psv", "bus"});
    }
  }
  return true;
}

OneWay oneWayOf(const TagLookup& tag, RoadClass roadClass, bool roundabout) {
  const char* value = tag("oneway");
  if (isOneOf(value, {"yes", "true", "1"})) return OneWay::forward;
  if (isOneOf(value, {"-1", "reverse"})) return OneWay::backward;
  if (isOneOf(value, {"no", "false", "0"})) return OneWay::no;
  return roundabout || roadClass == RoadClass::motorway ? OneWay::forward : OneWay::no;
}
}  // namespace

std::optional<double> limitKmhOf(const char* text) {
  if (!text) return std::nullopt;
  const std::string_view value(text);
  if (value == "none") return kFastestLimitKmh;
  if (value == "walk" || value.ends_with(":walk") || value.ends_with(":living_street")) return kSlowestLimitKmh + 2;
  if (value.ends_with(":urban")) return 50;
  if (value.ends_with(":rural")) return 80;
  if (value.ends_with(":motorway")) return kFastestLimitKmh;
  char* end = nullptr;
  double number = std::strtod(text, &end);
  if (end == text || !std::isfinite(number) || number <= 0) return std::nullopt;
  if (value.find("mph") != std::string_view::npos) number *= kKmhPerMph;
  return std::clamp(number, kSlowestLimitKmh, kFastestLimitKmh);
}

double usualLimitKmh(RoadClass roadClass) {
  static constexpr std::array kLimits{120.0, 80.0, 50.0, 50.0, 50.0, 50.0, 30.0, 15.0, 15.0};
  return kLimits[static_cast<std::size_t>(roadClass)];
}

double halfWidthMetres(RoadClass roadClass) {
  static constexpr std::array kHalfWidths{7.0, 5.5, 4.5, 4.0, 3.5, 3.0, 2.75, 2.5, 2.0};
  return kHalfWidths[static_cast<std::size_t>(roadClass)];
}

std::optional<RoadRules> roadRulesOf(const TagLookup& tag) {
  const char* highway = tag("highway");
  if (!highway) return std::nullopt;
  const auto row = std::find_if(kClassRows.begin(), kClassRows.end(),
                                [&](const ClassRow& candidate) { return candidate.highway == highway; });
  if (row == kClassRows.end() || !mayDrive(tag) || isOneOf(tag("area"), {"yes"})) return std::nullopt;
  if (isOneOf(tag("service"), {"driveway", "drive-through", "emergency_access"})) return std::nullopt;
  RoadRules rules;
  rules.roadClass = row->roadClass;
  rules.roundabout = isOneOf(tag("junction"), {"roundabout", "circular"});
  rules.oneWay = oneWayOf(tag, rules.roadClass, rules.roundabout);
  rules.tunnel = isOneOf(tag("tunnel"), {"yes", "building_passage", "avalanche_protector"});
  rules.limitKmh = limitKmhOf(tag("maxspeed")).value_or(usualLimitKmh(rules.roadClass));
  return rules;
}

PointRule pointRuleOf(const TagLookup& tag) {
  const char* highway = tag("highway");
  if (isOneOf(highway, {"traffic_signals"})) return PointRule::lights;
  if (isOneOf(highway, {"stop"})) return PointRule::stop;
  if (isOneOf(highway, {"give_way"})) return PointRule::giveWay;
  if (isOneOf(tag("barrier"), {"bollard", "block", "cycle_barrier", "jersey_barrier", "log", "chain"})) {
    return PointRule::blocked;
  }
  return isOneOf(tag("barrier"), {"gate", "lift_gate"}) && !mayDrive(tag) ? PointRule::blocked : PointRule::none;
}

}  // namespace carport::sim
