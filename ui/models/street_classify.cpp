#include "ui/models/street_classify.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace carport::ui {
namespace {

std::string_view tagValue(const StreetTags& tags, const char* key) {
  const char* value = tags(key);
  return value != nullptr ? std::string_view(value) : std::string_view();
}

template <class Value, std::size_t N>
std::optional<Value> lookUp(const std::array<std::pair<std::string_view, Value>, N>& table, std::string_view word) {
  const auto found = std::find_if(table.begin(), table.end(), [word](const auto& row) { return row.first == word; });
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

using KindRow = std::pair<std::string_view, StreetKind>;

constexpr std::array<KindRow, 24> kHighways{{
    {"motorway", StreetKind::motorway},
    {"motorway_link", StreetKind::motorway},
    {"trunk", StreetKind::trunk},
    {"trunk_link", StreetKind::trunk},
    {"primary", StreetKind::primary},
    {"primary_link", StreetKind::primary},
    {"secondary", StreetKind::secondary},
    {"secondary_link", StreetKind::secondary},
    {"tertiary", StreetKind::tertiary},
    {"tertiary_link", StreetKind::tertiary},
    {"unclassified", StreetKind::residential},
    {"residential", StreetKind::residential},
    {"living_street", StreetKind::residential},
    {"road", StreetKind::residential},
    {"busway", StreetKind::service},
    {"service", StreetKind::service},
    {"pedestrian", StreetKind::pedestrian},
    {"track", StreetKind::path},
    {"path", StreetKind::path},
    {"footway", StreetKind::path},
    {"cycleway", StreetKind::path},
    {"bridleway", StreetKind::path},
    {"steps", StreetKind::path},
    {"corridor", StreetKind::path},
}};

constexpr std::array<KindRow, 6> kNaturals{{
    {"water", StreetKind::water},
    {"wood", StreetKind::wood},
    {"scrub", StreetKind::wood},
    {"grassland", StreetKind::green},
    {"heath", StreetKind::green},
    {"beach", StreetKind::sand},
}};

constexpr std::array<KindRow, 10> kLandUses{{
    {"forest", StreetKind::wood},
    {"grass", StreetKind::green},
    {"meadow", StreetKind::green},
    {"cemetery", StreetKind::green},
    {"recreation_ground", StreetKind::green},
    {"village_green", StreetKind::green},
    {"allotments", StreetKind::green},
    {"orchard", StreetKind::green},
    {"reservoir", StreetKind::water},
    {"basin", StreetKind::water},
}};

constexpr std::array<KindRow, 8> kLeisures{{
    {"park", StreetKind::green},
    {"garden", StreetKind::green},
    {"pitch", StreetKind::green},
    {"golf_course", StreetKind::green},
    {"nature_reserve", StreetKind::green},
    {"common", StreetKind::green},
    {"playground", StreetKind::green},
    {"swimming_pool", StreetKind::water},
}};

/// Places and how many people usually live in one, where it does not say.
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 10> kPlaces{{
    {"city", 300'000},
    {"town", 20'000},
    {"village", 2'000},
    {"suburb", 8'000},
    {"borough", 8'000},
    {"island", 3'000},
    {"quarter", 1'500},
    {"neighbourhood", 600},
    {"hamlet", 100},
    {"locality", 20},
}};

bool isOn(std::string_view value) {
  return !value.empty() && value != "no" && value != "false" && value != "0";
}

bool isUnderground(const StreetTags& tags) {
  return isOn(tagValue(tags, "tunnel")) || tagValue(tags, "location") == "underground" ||
         isOn(tagValue(tags, "covered"));
}

}  // namespace

std::optional<StreetClass> classifyLine(const StreetTags& tags) {
  std::uint8_t flags = 0;
  if (isUnderground(tags)) flags |= kStreetTunnel;
  if (isOn(tagValue(tags, "bridge"))) flags |= kStreetBridge;
  const std::string_view highway = tagValue(tags, "highway");
  if (const auto kind = lookUp(kHighways, highway)) {
    if (isOn(tagValue(tags, "area"))) return std::nullopt;
    if (highway.ends_with("_link")) flags |= kStreetLink;
    return StreetClass{*kind, flags};
  }
  const std::string_view railway = tagValue(tags, "railway");
  if (railway == "rail" || railway == "light_rail" || railway == "narrow_gauge" || railway == "tram" ||
      railway == "funicular")
    return StreetClass{StreetKind::rail, flags};
  const std::string_view man = tagValue(tags, "man_made");
  if (man == "pier" || man == "breakwater" || man == "groyne") return StreetClass{StreetKind::pier, 0};
  const std::string_view waterway = tagValue(tags, "waterway");
  if (waterway == "river" || waterway == "stream" || waterway == "canal")
    return isUnderground(tags) ? std::nullopt : std::optional(StreetClass{StreetKind::stream, flags});
  if (tagValue(tags, "boundary") == "administrative" && tagValue(tags, "admin_level") == "2" &&
      !isOn(tagValue(tags, "maritime")))
    return StreetClass{StreetKind::border, 0};
  return std::nullopt;
}

std::optional<StreetKind> classifyArea(const StreetTags& tags) {
  if (isOn(tagValue(tags, "building"))) return StreetKind::building;
  if (isUnderground(tags)) return std::nullopt;
  if (const auto kind = lookUp(kNaturals, tagValue(tags, "natural"))) return kind;
  if (const auto kind = lookUp(kLandUses, tagValue(tags, "landuse"))) return kind;
  if (const auto kind = lookUp(kLeisures, tagValue(tags, "leisure"))) return kind;
  if (tagValue(tags, "waterway") == "riverbank") return StreetKind::water;
  const std::string_view man = tagValue(tags, "man_made");
  if (man == "pier" || man == "breakwater") return StreetKind::pierArea;
  const std::string_view highway = tagValue(tags, "highway");
  const bool walked = highway == "pedestrian" || highway == "footway";
  if (walked && isOn(tagValue(tags, "area"))) return StreetKind::plaza;
  return std::nullopt;
}

std::optional<StreetKind> classifyAreaName(const StreetTags& tags) {
  if (tagValue(tags, "leisure") == "marina" || tagValue(tags, "natural") == "bay") return StreetKind::waterName;
  const auto kind = classifyArea(tags);
  if (kind == StreetKind::water) return StreetKind::waterName;
  if (kind == StreetKind::green || kind == StreetKind::wood || kind == StreetKind::sand) return StreetKind::greenName;
  return std::nullopt;
}

std::optional<StreetKind> classifyPoint(const StreetTags& tags) {
  if (lookUp(kPlaces, tagValue(tags, "place"))) return StreetKind::placeName;
  if (tagValue(tags, "natural") == "bay" || tagValue(tags, "leisure") == "marina") return StreetKind::waterName;
  const std::string_view railway = tagValue(tags, "railway");
  if (railway == "station" && tagValue(tags, "station") != "subway") return StreetKind::stationName;
  return std::nullopt;
}

std::uint32_t placeWeight(const StreetTags& tags) {
  const std::uint32_t usual = lookUp(kPlaces, tagValue(tags, "place")).value_or(1);
  const char* people = tags("population");
  if (people == nullptr) return usual;
  const long counted = std::strtol(people, nullptr, 10);
  // A count that cannot be is no count. One far from what is usual moves a place, but does not make a suburb a city.
  if (counted <= 0 || counted > 100'000'000) return usual;
  return std::clamp(std::uint32_t(counted), usual / 4, usual * 100);
}

bool isCoastline(const StreetTags& tags) {
  return tagValue(tags, "natural") == "coastline";
}

QString streetName(const StreetTags& tags, StreetKind kind) {
  const char* name = tags("name");
  if ((name == nullptr || *name == '\0') && kind >= StreetKind::primary && kind <= StreetKind::motorway)
    name = tags("ref");
  if (name == nullptr) return {};
  return QString::fromUtf8(name).simplified().left(kMaxStreetName);
}

}  // namespace carport::ui
