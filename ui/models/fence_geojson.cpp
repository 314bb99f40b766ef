#include "ui/models/fence_geojson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

namespace carport::ui {
namespace {

QString jsonString(const QJsonObject& properties, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const QJsonValue value = properties.value(QLatin1String(name));
    if (value.isString() && !value.toString().trimmed().isEmpty()) return value.toString();
    if (value.isDouble()) return QString::number(value.toDouble());
  }
  return {};
}

QString lineAndColumn(const QByteArray& text, qsizetype offset) {
  const QByteArrayView before = QByteArrayView(text).first(std::clamp<qsizetype>(offset, 0, text.size()));
  const qsizetype line = before.count('\n') + 1;
  const qsizetype column = before.size() - before.lastIndexOf('\n');
  return FenceFile::tr("Line %1, column %2").arg(line).arg(column);
}

/// Reads one document; stops at the first thing that is wrong.
class GeoJsonReader {
  Q_DECLARE_TR_FUNCTIONS(FenceFile)

 public:
  Result<FenceFile> read(const QJsonObject& root);

 private:
  using Feature = FenceFileBuilder::Feature;

  Result<void> checkSystem(const QJsonObject& root);
  Result<void> readFeatures(const QJsonObject& root);
  Result<void> readFeature(const QJsonObject& object, const QString& place);
  Result<void> readGeometry(const QJsonObject& geometry, const QString& place, int depth, Feature& feature,
                            std::optional<double> radius);
  Result<void> readCollection(const QJsonObject& geometry, const QString& place, int depth, Feature& feature,
                              std::optional<double> radius);
  Result<void> readCircle(const QJsonValue& coordinates, const QString& place, Feature& feature, double radius);
  Result<void> readMultiPolygon(const QJsonValue& coordinates, const QString& place, Feature& feature);
  Result<void> readPolygon(const QJsonValue& coordinates, const QString& place, Feature& feature);
  Result<api::FenceRing> readRing(const QJsonValue& coordinates, const QString& place);
  Result<api::FencePoint> readPoint(const QJsonValue& position, const QString& place);
  static tl::unexpected<Error> wrong(const QString& place, const QString& sentence) {
    return fail(FenceFileErrc::malformed, FenceFile::tr("%1: %2").arg(place, sentence).toStdString());
  }

  FenceFileBuilder m_builder;
};

QString element(const QString& place, qsizetype index) {
  return QStringLiteral("%1[%2]").arg(place).arg(index);
}

Result<FenceFile> GeoJsonReader::read(const QJsonObject& root) {
  if (auto checked = checkSystem(root); !checked) return failFrom(checked);
  const QString type = root.value(QLatin1String("type")).toString();
  Result<void> done;
  if (type == QLatin1String("FeatureCollection")) {
    done = readFeatures(root);
  } else if (type == QLatin1String("Feature")) {
    done = readFeature(root, tr("The feature"));
  } else {
    Feature feature;
    feature.place = tr("the geometry");
    done = readGeometry(root, tr("The geometry"), 0, feature, std::nullopt);
    if (done && !feature.area.empty()) done = m_builder.add(std::move(feature));
  }
  if (!done) return failFrom(done);
  return m_builder.finish();
}

Result<void> GeoJsonReader::checkSystem(const QJsonObject& root) {
  const QJsonObject crs = root.value(QLatin1String("crs")).toObject();
  const QString name = crs.value(QLatin1String("properties")).toObject().value(QLatin1String("name")).toString();
  if (name.isEmpty() || name.endsWith(QLatin1String("CRS84")) || name.endsWith(QLatin1String(":4326"))) return {};
  return fail(FenceFileErrc::otherSystem,
              tr("The file is in the coordinate system %1. Export it once more in WGS 84 (EPSG:4326)")
                  .arg(name.left(80))
                  .toStdString());
}

Result<void> GeoJsonReader::readFeatures(const QJsonObject& root) {
  const QJsonValue features = root.value(QLatin1String("features"));
  if (!features.isArray()) return wrong(QStringLiteral("features"), tr("this has to be a list"));
  const QJsonArray list = features.toArray();
  if (auto counted = m_builder.countFeatures(std::size_t(list.size()), QStringLiteral("features")); !counted)
    return counted;
  for (qsizetype n = 0; n < list.size(); ++n) {
    const QString place = element(QStringLiteral("features"), n);
    if (!list[n].isObject()) return wrong(place, tr("a feature has to be an object"));
    if (auto read = readFeature(list[n].toObject(), place); !read) return read;
  }
  return {};
}

Result<void> GeoJsonReader::readFeature(const QJsonObject& object, const QString& place) {
  if (object.value(QLatin1String("type")).toString() != QLatin1String("Feature"))
    return wrong(place, tr("its type has to be “Feature”"));
  const QJsonObject properties = object.value(QLatin1String("properties")).toObject();
  Feature feature;
  feature.name = jsonString(properties, {"name", "title", "Name", "NAME"});
  feature.note = jsonString(properties, {"description", "note"});
  feature.colour = properties.value(QLatin1String("colour")).toInt(0);
  feature.place = place;
  std::optional<double> radius;
  if (const QJsonValue value = properties.value(QLatin1String("radius")); value.isDouble()) radius = value.toDouble();
  const QJsonValue geometry = object.value(QLatin1String("geometry"));
  if (geometry.isNull() || geometry.isUndefined()) {
    ++m_builder.file.others;
    return {};
  }
  const QString where = place + QStringLiteral(".geometry");
  if (!geometry.isObject()) return wrong(where, tr("a geometry has to be an object"));
  if (auto read = readGeometry(geometry.toObject(), where, 0, feature, radius); !read) return read;
  if (feature.area.empty() && !feature.circle) return {};
  if (!feature.area.empty() && feature.circle) {
    feature.circle.reset();
    ++m_builder.file.points;
  }
  return m_builder.add(std::move(feature));
}

Result<void> GeoJsonReader::readGeometry(const QJsonObject& geometry, const QString& place, int depth, Feature& feature,
                                         std::optional<double> radius) {
  const QString type = geometry.value(QLatin1String("type")).toString();
  const QJsonValue coordinates = geometry.value(QLatin1String("coordinates"));
  const QString where = place + QStringLiteral(".coordinates");
  FenceFile& file = m_builder.file;
  if (type == QLatin1String("GeometryCollection")) return readCollection(geometry, place, depth, feature, radius);
  if (type == QLatin1String("Polygon")) return readPolygon(coordinates, where, feature);
  if (type == QLatin1String("MultiPolygon")) return readMultiPolygon(coordinates, where, feature);
  if (type == QLatin1String("Point")) {
    if (radius && !feature.circle) return readCircle(coordinates, where, feature, *radius);
    ++file.points;
  } else if (type == QLatin1String("MultiPoint")) {
    file.points += std::size_t(coordinates.toArray().size());
  } else if (type == QLatin1String("LineString")) {
    ++file.lines;
  } else if (type == QLatin1String("MultiLineString")) {
    file.lines += std::size_t(coordinates.toArray().size());
  } else {
    return wrong(place, type.isEmpty() ? tr("a geometry has to say its type")
                                       : tr("“%1” is no geometry of GeoJSON").arg(type.left(40)));
  }
  return {};
}

Result<void> GeoJsonReader::readCollection(const QJsonObject& geometry, const QString& place, int depth,
                                           Feature& feature, std::optional<double> radius) {
  const QString where = place + QStringLiteral(".geometries");
  if (depth >= kMaxFenceFileDepth) {
    return fail(FenceFileErrc::tooDeep,
                tr("%1: collections lie in each other more than %2 deep").arg(where.left(80)).arg(depth).toStdString());
  }
  const QJsonValue all = geometry.value(QLatin1String("geometries"));
  if (!all.isArray()) return wrong(where, tr("this has to be a list"));
  const QJsonArray list = all.toArray();
  if (auto counted = m_builder.countFeatures(std::size_t(list.size()), where); !counted) return counted;
  for (qsizetype n = 0; n < list.size(); ++n) {
    if (!list[n].isObject()) return wrong(element(where, n), tr("a geometry has to be an object"));
    if (auto read = readGeometry(list[n].toObject(), element(where, n), depth + 1, feature, radius); !read) return read;
  }
  return {};
}

Result<void> GeoJsonReader::readCircle(const QJsonValue& coordinates, const QString& place, Feature& feature,
                                       double radius) {
  if (auto counted = m_builder.countPoints(1, place); !counted) return counted;
  const auto centre = readPoint(coordinates, place);
  if (!centre) return failFrom(centre);
  feature.circle = api::FenceCircle{*centre, radius};
  return {};
}

Result<void> GeoJsonReader::readMultiPolygon(const QJsonValue& coordinates, const QString& place, Feature& feature) {
  if (!coordinates.isArray()) return wrong(place, tr("this has to be a list of polygons"));
  const QJsonArray list = coordinates.toArray();
  for (qsizetype n = 0; n < list.size(); ++n) {
    if (auto read = readPolygon(list[n], element(place, n), feature); !read) return read;
  }
  return {};
}

Result<void> GeoJsonReader::readPolygon(const QJsonValue& coordinates, const QString& place, Feature& feature) {
  if (!coordinates.isArray()) return wrong(place, tr("this has to be a list of rings"));
  const QJsonArray list = coordinates.toArray();
  // Rings without corners would cost, too.
  if (auto counted = m_builder.countPoints(std::size_t(list.size()), place); !counted) return counted;
  api::FencePolygon polygon;
  for (qsizetype n = 0; n < list.size(); ++n) {
    auto ring = readRing(list[n], element(place, n));
    if (!ring) return failFrom(ring);
    if (n == 0) {
      polygon.outer = std::move(*ring);
    } else {
      polygon.holes.push_back(std::move(*ring));
    }
  }
  // RFC 7946 lets a polygon be empty.
  if (!polygon.outer.empty()) feature.area.push_back(std::move(polygon));
  return {};
}

Result<api::FenceRing> GeoJsonReader::readRing(const QJsonValue& coordinates, const QString& place) {
  if (!coordinates.isArray()) return wrong(place, tr("this has to be a list of corners"));
  const QJsonArray list = coordinates.toArray();
  if (auto counted = m_builder.countPoints(std::size_t(list.size()), place); !counted) return failFrom(counted);
  api::FenceRing ring;
  ring.reserve(std::size_t(list.size()));
  for (qsizetype n = 0; n < list.size(); ++n) {
    const auto corner = readPoint(list[n], element(place, n));
    if (!corner) return failFrom(corner);
    ring.push_back(*corner);
  }
  return FenceFileBuilder::ringOf(std::move(ring));
}

Result<api::FencePoint> GeoJsonReader::readPoint(const QJsonValue& position, const QString& place) {
  const QJsonArray list = position.toArray();
  if (!position.isArray() || list.size() < 2 || !list[0].isDouble() || !list[1].isDouble())
    return wrong(place, tr("a place has to be a list of longitude and latitude"));
  return FenceFileBuilder::pointOf(list[0].toDouble(), list[1].toDouble(), place);
}

void appendPosition(QByteArray& text, const api::FencePoint& place) {
  text += '[' + coordinateDigits(place.longitude) + ',' + coordinateDigits(place.latitude) + ']';
}

void appendRing(QByteArray& text, const api::FenceRing& ring) {
  text += '[';
  for (const api::FencePoint& corner : ring) {
    appendPosition(text, corner);
    text += ',';
  }
  if (!ring.empty()) appendPosition(text, ring.front());
  text += ']';
}

void appendPolygon(QByteArray& text, const api::FencePolygon& polygon) {
  text += '[';
  appendRing(text, polygon.outer);
  for (const api::FenceRing& hole : polygon.holes) {
    text += ',';
    appendRing(text, hole);
  }
  text += ']';
}

QByteArray geometryText(const api::FenceShape& shape) {
  QByteArray text;
  if (const auto* circle = std::get_if<api::FenceCircle>(&shape)) {
    text = R"({"type":"Point","coordinates":)";
    appendPosition(text, circle->centre);
    return text + '}';
  }
  const auto& area = std::get<api::FenceArea>(shape);
  if (area.size() == 1) {
    text = R"({"type":"Polygon","coordinates":)";
    appendPolygon(text, area.front());
    return text + '}';
  }
  text = R"({"type":"MultiPolygon","coordinates":[)";
  for (std::size_t n = 0; n < area.size(); ++n) {
    if (n > 0) text += ',';
    appendPolygon(text, area[n]);
  }
  return text + "]}";
}

}  // namespace

Result<FenceFile> readGeoJson(const QByteArray& text) {
  const auto refuse = [](FenceFileErrc code, const QString& sentence) { return fail(code, sentence.toStdString()); };
  if (text.size() > kMaxFenceFileBytes) return fail(FenceFileErrc::tooLarge);
  // A byte order mark is nothing that the text says.
  const QByteArray json = text.startsWith("\xEF\xBB\xBF") ? text.mid(3) : text;
  QJsonParseError error;
  const QJsonDocument document = QJsonDocument::fromJson(json, &error);
  if (error.error != QJsonParseError::NoError) {
    return refuse(FenceFileErrc::malformed, FenceFile::tr("%1: the file is no JSON from here on (%2)")
                                                .arg(lineAndColumn(json, error.offset), error.errorString()));
  }
  if (!document.isObject())
    return refuse(FenceFileErrc::malformed, FenceFile::tr("Line 1: GeoJSON has to begin with an object"));
  return GeoJsonReader().read(document.object());
}

QByteArray coordinateDigits(double degrees) {
  QByteArray text = QByteArray::number(degrees, 'f', 7);
  while (text.endsWith('0')) text.chop(1);
  if (text.endsWith('.')) text.chop(1);
  return text;
}

QByteArray writeGeoJson(std::span<const api::Fence> fences) {
  QByteArray text = "{\"type\":\"FeatureCollection\",\"features\":[";
  for (std::size_t n = 0; n < fences.size(); ++n) {
    const api::Fence& fence = fences[n];
    QJsonObject properties{{QStringLiteral("name"), QString::fromStdString(fence.name)},
                           {QStringLiteral("colour"), int(fence.colour)}};
    if (!fence.note.empty()) properties.insert(QStringLiteral("description"), QString::fromStdString(fence.note));
    if (const auto* circle = std::get_if<api::FenceCircle>(&fence.shape))
      properties.insert(QStringLiteral("radius"), circle->radius);
    text += n > 0 ? ",\n" : "\n";
    text += "{\"type\":\"Feature\",\"properties\":" + QJsonDocument(properties).toJson(QJsonDocument::Compact) +
            ",\"geometry\":" + geometryText(fence.shape) + '}';
  }
  return text + "\n]}\n";
}

}  // namespace carport::ui
