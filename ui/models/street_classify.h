#pragma once

#include "ui/models/street_feature.h"

#include <functional>
#include <optional>

namespace carport::ui {

/// The value of a tag of an OpenStreetMap object, null where it has none.
using StreetTags = std::function<const char*(const char* key)>;

struct StreetClass {
  StreetKind kind;
  std::uint8_t flags = 0;
  bool operator==(const StreetClass&) const = default;
};

/// What a line is drawn as; none where it is not drawn. Keys and values:
/// https://wiki.openstreetmap.org/wiki/Map_features. Pure; any thread.
std::optional<StreetClass> classifyLine(const StreetTags& tags);
/// What an area is drawn as.
std::optional<StreetKind> classifyArea(const StreetTags& tags);
/// As what an area's name is written where it is not drawn itself or named as well (a harbour, a park).
std::optional<StreetKind> classifyAreaName(const StreetTags& tags);
/// What name a point has on the map.
std::optional<StreetKind> classifyPoint(const StreetTags& tags);
/// How important a place is: its people, or as many as places of its kind usually have.
std::uint32_t placeWeight(const StreetTags& tags);
/// A coastline: land is on its left.
bool isCoastline(const StreetTags& tags);
/// Its name, or the number of a main road without one; at most kMaxStreetName characters.
QString streetName(const StreetTags& tags, StreetKind kind);

inline constexpr int kMaxStreetName = 160;

}  // namespace carport::ui
