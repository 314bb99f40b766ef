#include "ui/models/fence_kml.h"

#include "ui/models/fence_geometry.h"

#include <QHash>
#include <QStringView>
#include <QXmlStreamReader>

#include <cmath>
#include <optional>
#include <utility>

namespace carport::ui {
namespace {

constexpr const char* kKmlData[] = {"radius", "centre", "colour"};
constexpr qsizetype kMaxDataChars = 80;
constexpr qsizetype kMaxTextChars = 4'000;  // of names and notes, before they are cut to what a fence may have
constexpr int kMaxElementDepth = 200;

/// Reads one document; stops at the first thing that is wrong, which m_wrong then has.
class KmlReader {
  Q_DECLARE_TR_FUNCTIONS(FenceFile)

 public:
  // Prefixes are nothing to go by: files in the world use some that they never declare.
  explicit KmlReader(const QByteArray& text) : m_xml(text) { m_xml.setNamespaceProcessing(false); }

  Result<FenceFile> read();

 private:
  using Feature = FenceFileBuilder::Feature;

  void readContainer(const QString& folder, int depth);
  void readPlacemark(const QString& folder);
  /// False where the element is no geometry.
  bool readGeometry(Feature& feature, int depth);
  void readMultiGeometry(Feature& feature, int depth);
  void readPolygon(Feature& feature);
  void readBoundary(std::vector<api::FenceRing>& rings);
  void readPoint();
  api::FenceRing readCoordinates();
  std::optional<api::FencePoint> readTuple(QStringView tuple, const QString& place);
  void readData();
  void finishPlacemark(Feature feature);

  bool next() { return !m_wrong && m_xml.readNextStartElement(); }
  QStringView name() const { return m_xml.qualifiedName().sliced(m_xml.qualifiedName().indexOf(u':') + 1); }
  bool is(const char* wanted) const { return name() == QLatin1String(wanted); }
  /// Goes past the element that was begun.
  void skip() { static_cast<void>(readText(0)); }
  /// Its text without that of elements inside it, at most so many characters.
  QString readText(qsizetype maxChars);
  QString place() const { return tr("Line %1").arg(m_xml.lineNumber()); }
  void stop(FenceFileErrc code, const QString& sentence) {
    if (!m_wrong) m_wrong = Error(code, sentence.toStdString());
  }
  bool stopAt(const Result<void>& done) {
    if (!done && !m_wrong) m_wrong = done.error();
    return !done;
  }
  bool isTooDeep(int depth);

  QXmlStreamReader m_xml;
  FenceFileBuilder m_builder;
  std::optional<Error> m_wrong;
  std::vector<api::FencePoint> m_points;  ///< of the placemark that is read
  QHash<QString, QString> m_data;         ///< its ExtendedData, as far as it is looked at
};

Result<FenceFile> KmlReader::read() {
  while (!m_xml.atEnd() && !m_xml.isStartElement()) {
    if (m_xml.readNext() == QXmlStreamReader::DTD) {
      stop(FenceFileErrc::documentType,
           tr("%1: the file has a document type definition, which KML needs none of. Remove it").arg(place()));
      break;
    }
  }
  if (!m_wrong && m_xml.isStartElement()) {
    if (is("Placemark")) {
      readPlacemark({});
    } else if (is("kml") || is("Document") || is("Folder")) {
      readContainer({}, 0);
    } else {
      stop(FenceFileErrc::unknownKind,
           tr("%1: the file begins with “%2”, so it is not KML").arg(place(), name().left(40).toString()));
    }
  }
  // What follows the end has to be nothing, too.
  while (!m_wrong && !m_xml.atEnd()) m_xml.readNext();
  if (!m_wrong && m_xml.hasError()) {
    stop(FenceFileErrc::malformed, tr("Line %1, column %2: the file is no XML from here on (%3)")
                                       .arg(m_xml.lineNumber())
                                       .arg(m_xml.columnNumber())
                                       .arg(m_xml.errorString()));
  }
  if (m_wrong) return tl::unexpected<Error>(*m_wrong);
  return m_builder.finish();
}

QString KmlReader::readText(qsizetype maxChars) {
  QString text;
  int depth = 1;
  while (!m_wrong && depth > 0 && !m_xml.atEnd()) {
    switch (m_xml.readNext()) {
      case QXmlStreamReader::StartElement:
        if (++depth > kMaxElementDepth)
          stop(FenceFileErrc::tooDeep, tr("%1: elements lie in each other more than %2 deep").arg(place()).arg(depth));
        break;
      case QXmlStreamReader::EndElement:
        --depth;
        break;
      case QXmlStreamReader::Characters:
        if (depth == 1) text += m_xml.text().left(maxChars - text.size());
        break;
      default:
        break;
    }
  }
  return text;
}

bool KmlReader::isTooDeep(int depth) {
  if (depth < kMaxFenceFileDepth) return false;
  stop(FenceFileErrc::tooDeep, tr("%1: folders lie in each other more than %2 deep").arg(place()).arg(depth));
  return true;
}

void KmlReader::readContainer(const QString& folder, int depth) {
  if (isTooDeep(depth)) return;
  QString called = folder;
  while (next()) {
    if (is("Placemark")) {
      readPlacemark(called);
    } else if (is("Document") || is("Folder")) {
      readContainer(called, depth + 1);
    } else if (is("name")) {
      called = readText(kMaxTextChars);
    } else {
      const bool isFeature =
          is("GroundOverlay") || is("ScreenOverlay") || is("PhotoOverlay") || is("NetworkLink") || is("Tour");
      if (isFeature) ++m_builder.file.others;
      skip();
    }
  }
}

void KmlReader::readPlacemark(const QString& folder) {
  Feature feature;
  feature.place = place();
  if (stopAt(m_builder.countFeatures(1, feature.place))) return;
  m_points.clear();
  m_data.clear();
  bool hasGeometry = false;
  while (next()) {
    if (is("name")) {
      feature.name = readText(kMaxTextChars);
    } else if (is("description")) {
      feature.note = readText(kMaxTextChars);
    } else if (is("ExtendedData")) {
      readData();
    } else if (readGeometry(feature, 0)) {
      hasGeometry = true;
    } else {
      skip();
    }
  }
  if (m_wrong || m_xml.hasError()) return;
  if (feature.name.trimmed().isEmpty()) feature.name = folder;
  if (!hasGeometry) {
    ++m_builder.file.others;
    return;
  }
  finishPlacemark(std::move(feature));
}

void KmlReader::finishPlacemark(Feature feature) {
  feature.colour = m_data.value(QStringLiteral("colour")).toInt();
  bool hasRadius = false;
  const double radius = m_data.value(QStringLiteral("radius")).toDouble(&hasRadius);
  if (hasRadius && feature.area.empty() && m_points.size() == 1) {
    feature.circle = api::FenceCircle{m_points.front(), radius};
    m_points.clear();
  }
  const QString centre = m_data.value(QStringLiteral("centre"));
  if (hasRadius && !centre.isEmpty() && feature.area.size() == 1 && feature.area.front().holes.empty()) {
    if (const auto middle = readTuple(centre, feature.place)) {
      // Whoever changed the corners since means these.
      const api::FenceCircle circle{*middle, radius};
      if (isRingOf(feature.area.front().outer, circle)) feature.circle = circle;
    }
    if (m_wrong) return;
  }
  m_builder.file.points += m_points.size();
  if (feature.area.empty() && !feature.circle) return;
  stopAt(m_builder.add(std::move(feature)));
}

bool KmlReader::readGeometry(Feature& feature, int depth) {
  if (is("Polygon")) {
    readPolygon(feature);
  } else if (is("MultiGeometry")) {
    readMultiGeometry(feature, depth);
  } else if (is("Point")) {
    readPoint();
  } else if (is("LineString") || is("LinearRing") || is("Track") || is("MultiTrack")) {
    ++m_builder.file.lines;
    skip();
  } else if (is("Model")) {
    ++m_builder.file.others;
    skip();
  } else {
    return false;
  }
  return true;
}

void KmlReader::readMultiGeometry(Feature& feature, int depth) {
  if (isTooDeep(depth)) return;
  while (next()) {
    if (stopAt(m_builder.countFeatures(1, place()))) return;
    if (!readGeometry(feature, depth + 1)) skip();
  }
}

void KmlReader::readPolygon(Feature& feature) {
  const QString where = place();
  std::vector<api::FenceRing> outer;
  std::vector<api::FenceRing> holes;
  while (next()) {
    if (is("outerBoundaryIs")) {
      readBoundary(outer);
    } else if (is("innerBoundaryIs")) {
      readBoundary(holes);
    } else {
      skip();
    }
  }
  if (m_wrong || m_xml.hasError()) return;
  if (outer.size() != 1)
    return stop(FenceFileErrc::malformed, tr("%1: a polygon has to have one outer boundary").arg(where));
  feature.area.push_back({std::move(outer.front()), std::move(holes)});
}

void KmlReader::readBoundary(std::vector<api::FenceRing>& rings) {
  while (next()) {
    if (!is("LinearRing")) {
      skip();
      continue;
    }
    if (stopAt(m_builder.countPoints(1, place()))) return;
    api::FenceRing ring;
    while (next()) {
      if (is("coordinates")) {
        ring = readCoordinates();
      } else {
        skip();
      }
    }
    rings.push_back(FenceFileBuilder::ringOf(std::move(ring)));
  }
}

void KmlReader::readPoint() {
  while (next()) {
    if (!is("coordinates")) {
      skip();
      continue;
    }
    const QString where = place();
    const api::FenceRing places = readCoordinates();
    if (m_wrong || m_xml.hasError()) return;
    if (places.size() != 1) return stop(FenceFileErrc::malformed, tr("%1: a point has to have one place").arg(where));
    m_points.push_back(places.front());
  }
}

api::FenceRing KmlReader::readCoordinates() {
  const QString where = place();
  const QString text = readText(kMaxFenceFileBytes);
  api::FenceRing ring;
  for (const QStringView tuple : QStringView(text).tokenize(u'\n', Qt::SkipEmptyParts)) {
    for (const QStringView part : tuple.tokenize(u' ', Qt::SkipEmptyParts)) {
      const QStringView trimmed = part.trimmed();
      if (trimmed.isEmpty()) continue;
      if (stopAt(m_builder.countPoints(1, where))) return {};
      const auto corner = readTuple(trimmed, where);
      if (!corner) return {};
      ring.push_back(*corner);
    }
  }
  return ring;
}

std::optional<api::FencePoint> KmlReader::readTuple(QStringView tuple, const QString& place) {
  const qsizetype comma = tuple.indexOf(u',');
  const qsizetype second = comma < 0 ? -1 : tuple.indexOf(u',', comma + 1);
  bool isLongitude = false;
  bool isLatitude = false;
  const double longitude = comma < 0 ? 0 : tuple.first(comma).toDouble(&isLongitude);
  const double latitude =
      comma < 0 ? 0 : tuple.sliced(comma + 1, (second < 0 ? tuple.size() : second) - comma - 1).toDouble(&isLatitude);
  if (!isLongitude || !isLatitude) {
    stop(FenceFileErrc::malformed, tr("%1: “%2” is no place; write longitude,latitude without blanks between")
                                       .arg(place, tuple.left(40).toString()));
    return std::nullopt;
  }
  const auto point = FenceFileBuilder::pointOf(longitude, latitude, place);
  if (point) return *point;
  if (!m_wrong) m_wrong = point.error();
  return std::nullopt;
}

void KmlReader::readData() {
  while (next()) {
    if (!is("Data") && !is("SchemaData")) {
      skip();
      continue;
    }
    QString key = m_xml.attributes().value(QLatin1String("name")).toString();
    while (next()) {
      if (is("SimpleData")) key = m_xml.attributes().value(QLatin1String("name")).toString();
      if (!is("value") && !is("SimpleData")) {
        skip();
        continue;
      }
      const QString value = readText(kMaxDataChars);
      for (const char* known : kKmlData)
        if (key == QLatin1String(known)) m_data.insert(key, value.trimmed());
    }
  }
}

}  // namespace

Result<FenceFile> readKml(const QByteArray& text) {
  if (text.size() > kMaxFenceFileBytes) return fail(FenceFileErrc::tooLarge);
  return KmlReader(text).read();
}

}  // namespace carport::ui
