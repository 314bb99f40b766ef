#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace carport::sim {

/// Classes of roads that a car may use, the widest first (OpenStreetMap's key highway).
enum class RoadClass : std::uint8_t {
  motorway,
  trunk,
  primary,
  secondary,
  tertiary,
  unclassified,
  residential,
  livingStreet,
  service
};

enum class OneWay : std::uint8_t { no, forward, backward };

/// What the tags of a way mean to a car.
struct RoadRules {
  RoadClass roadClass = RoadClass::residential;
  OneWay oneWay = OneWay::no;
  bool roundabout = false;
  bool tunnel = false;
  double limitKmh = 50;
};

/// What stands at a point of a road.
enum class PointRule : std::uint8_t { none, lights, stop, giveWay, blocked };

/// The value of a key, or null where the object has no such tag.
using TagLookup = std::function<const char*(const char*)>;

/// None for what a car may not use or what is no road: footways, access=private or no, driveways, areas.
std::optional<RoadRules> roadRulesOf(const TagLookup& tag);
PointRule pointRuleOf(const TagLookup& tag);

/// A speed limit as OpenStreetMap writes it ("50", "30 mph", "walk", "none"); none where it is no number.
std::optional<double> limitKmhOf(const char* text);

/// Speed limit where nothing is written, km/h.
double usualLimitKmh(RoadClass roadClass);
/// From the middle of the carriageway to its edge, metres.
double halfWidthMetres(RoadClass roadClass);

}  // namespace carport::sim
