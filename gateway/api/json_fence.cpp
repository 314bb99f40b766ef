#include "gateway/api/fence.h"
#include "gateway/api/json_fields.h"

#include <string_view>
#include <utility>

namespace carport::api {

namespace {

constexpr std::string_view kCircle = "Circle";
constexpr std::string_view kPolygon = "Polygon";
constexpr std::string_view kMultiPolygon = "MultiPolygon";
constexpr std::size_t kMaxGeometryWordBytes = 32;

tl::unexpected<Error> unreadable(std::string sentence) {
  return fail(ApiErrc::badField, std::move(sentence));
}

/// A position is longitude, latitude (RFC 7946 §3.1.1).
nlohmann::json positionOf(const FencePoint& point) {
  return nlohmann::json::array({point.longitude, point.latitude});
}

/// The last position of a ring is the first again (RFC 7946 §3.1.6).
nlohmann::json ringJson(const FenceRing& ring) {
  nlohmann::json positions = nlohmann::json::array();
  for (const FencePoint& point : ring) positions.push_back(positionOf(point));
  if (!ring.empty()) positions.push_back(positionOf(ring.front()));
  return positions;
}

nlohmann::json polygonJson(const FencePolygon& polygon) {
  nlohmann::json rings = nlohmann::json::array({ringJson(polygon.outer)});
  for (const FenceRing& hole : polygon.holes) rings.push_back(ringJson(hole));
  return rings;
}

Result<FencePoint> readPosition(const nlohmann::json& json) {
  if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_number()) {
    return unreadable("A position is [longitude, latitude], two numbers in degrees");
  }
  return FencePoint{json[1].get<double>(), json[0].get<double>()};
}

Result<FenceRing> readRing(const nlohmann::json& json) {
  if (!json.is_array() || json.size() > kMaxFencePoints + 1) {
    return unreadable(fmt::format("A ring is a list of at most {} positions", kMaxFencePoints + 1));
  }
  FenceRing ring;
  ring.reserve(json.size());
  for (const nlohmann::json& position : json) {
    const auto point = readPosition(position);
    if (!point) return failFrom(point);
    ring.push_back(*point);
  }
  if (ring.size() < 2 || !(ring.front() == ring.back())) {
    return unreadable("The last position of a ring must be the same as its first (RFC 7946 §3.1.6)");
  }
  ring.pop_back();
  return ring;
}

Result<FencePolygon> readPolygon(const nlohmann::json& json) {
  if (!json.is_array() || json.empty() || json.size() > kMaxFenceHoles + 1) {
    return unreadable(fmt::format("A polygon is a list of its outer ring and at most {} holes", kMaxFenceHoles));
  }
  FencePolygon polygon;
  for (const nlohmann::json& item : json) {
    auto ring = readRing(item);
    if (!ring) return failFrom(ring);
    if (&item == &json.front()) {
      polygon.outer = std::move(*ring);
    } else {
      polygon.holes.push_back(std::move(*ring));
    }
  }
  return polygon;
}

Result<FenceArea> readPolygons(const nlohmann::json& json) {
  if (!json.is_array() || json.size() > kMaxFencePolygons) {
    return unreadable(fmt::format("The coordinates are a list of at most {} polygons", kMaxFencePolygons));
  }
  FenceArea area;
  std::size_t points = 0;
  for (const nlohmann::json& item : json) {
    auto polygon = readPolygon(item);
    if (!polygon) return failFrom(polygon);
    area.push_back(std::move(*polygon));
    points += pointsOf(FenceArea{area.back()});
    if (points > kMaxFencePoints) {
      return unreadable(fmt::format("A fence has at most {} corners", kMaxFencePoints));
    }
  }
  return area;
}

Result<FenceShape> readArea(std::string_view type, const nlohmann::json& coordinates) {
  if (type == kMultiPolygon) {
    auto area = readPolygons(coordinates);
    if (!area) return failFrom(area);
    return FenceShape(std::move(*area));
  }
  auto polygon = readPolygon(coordinates);
  if (!polygon) return failFrom(polygon);
  return FenceShape(FenceArea{std::move(*polygon)});
}

}  // namespace

nlohmann::json toJson(const FenceShape& value) {
  if (const auto* circle = std::get_if<FenceCircle>(&value)) {
    return {{"type", kCircle}, {"coordinates", positionOf(circle->centre)}, {"radius", circle->radius}};
  }
  const auto& area = std::get<FenceArea>(value);
  if (area.size() == 1) return {{"type", kPolygon}, {"coordinates", polygonJson(area.front())}};
  nlohmann::json polygons = nlohmann::json::array();
  for (const FencePolygon& polygon : area) polygons.push_back(polygonJson(polygon));
  return {{"type", kMultiPolygon}, {"coordinates", std::move(polygons)}};
}

/// A geometry as GeoJSON has it, or a Circle of the same manner; on the grid of fences, and one that can be.
template <>
Result<FenceShape> fromJson<FenceShape>(const nlohmann::json& json) {
  std::string type;
  FieldReader fields(json);
  fields.noOthers({"type", "coordinates", "radius"}).text("type", type, Need::required, kMaxGeometryWordBytes);
  const bool isCircle = type == kCircle;
  if (!isCircle && type != kPolygon && type != kMultiPolygon) fields.wrong("type", "Polygon, MultiPolygon or Circle");
  FenceCircle circle;
  if (isCircle) fields.number("radius", circle.radius);
  if (!isCircle && fields.has("radius")) fields.refuse("radius", "Only a Circle has the field 'radius'");
  const nlohmann::json* coordinates = fields.take("coordinates", Need::required);
  if (const auto read = fields.finish(); !read) return failFrom(read);
  Result<FenceShape> shape = circle;
  if (isCircle) {
    const auto centre = readPosition(*coordinates);
    if (!centre) return failFrom(centre);
    circle.centre = *centre;
    shape = circle;
  } else {
    shape = readArea(type, *coordinates);
    if (!shape) return shape;
  }
  if (const auto fits = checkFenceShape(*shape); !fits) return failFrom(fits);
  return onFenceGrid(std::move(*shape));
}

nlohmann::json toJson(const Fence& value) {
  nlohmann::json json{{"number", value.number.value},
                      {"name", value.name},
                      {"colour", value.colour},
                      {"note", value.note},
                      {"geometry", toJson(value.shape)},
                      {"createdAt", toMs(value.createdAt)},
                      {"changedAt", toMs(value.changedAt)}};
  if (!value.organisation.empty()) json["organisation"] = value.organisation;
  return json;
}

/// `number`, `createdAt` and `changedAt` may be absent: a new fence has none yet.
template <>
Result<Fence> fromJson<Fence>(const nlohmann::json& json) {
  Fence value;
  FieldReader fields(json);
  fields.id("number", value.number, Need::optional)
      .text("organisation", value.organisation, Need::optional, kMaxOrganisationIdBytes)
      .text("name", value.name, Need::required, kMaxFenceNameBytes)
      .integer("colour", value.colour, Need::optional)
      .text("note", value.note, Need::optional, kMaxFenceNoteBytes)
      .time("createdAt", value.createdAt, Need::optional)
      .time("changedAt", value.changedAt, Need::optional)
      .text("revision", value.revision, Need::optional, kMaxRevisionBytes);
  if (const nlohmann::json* geometry = fields.take("geometry", Need::required)) {
    auto shape = fromJson<FenceShape>(*geometry);
    if (shape) {
      value.shape = std::move(*shape);
    } else {
      fields.refuse("geometry", shape.error().message());  // as it is: people read it who draw
    }
  }
  if (const auto read = fields.finish(); !read) return failFrom(read);
  if (const auto fits = checkFence(value); !fits) return failFrom(fits);
  return value;
}

nlohmann::json fenceWish(const Fence& value) {
  return {{"name", value.name}, {"colour", value.colour}, {"note", value.note}, {"geometry", toJson(value.shape)}};
}

}  // namespace carport::api
