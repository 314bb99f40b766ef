// Fences as KML: writeKml().
#include "ui/models/fence_geojson.h"
#include "ui/models/fence_geometry.h"
#include "ui/models/fence_kml.h"

#include <QXmlStreamWriter>

namespace carport::ui {
namespace {

/// Without the signs that XML cannot say.
QString xmlText(const std::string& text) {
  QString clean;
  for (const QChar sign : QString::fromStdString(text)) {
    const char16_t unit = sign.unicode();
    const bool isSaid = unit >= 0x20 ? unit < 0xFFFE : unit == u'\t' || unit == u'\n' || unit == u'\r';
    if (isSaid) clean += sign;
  }
  return clean;
}

QByteArray tupleOf(const api::FencePoint& place) {
  return coordinateDigits(place.longitude) + ',' + coordinateDigits(place.latitude);
}

void writeBoundary(QXmlStreamWriter& xml, const char* kind, const api::FenceRing& ring) {
  QByteArray text;
  for (const api::FencePoint& corner : ring) text += tupleOf(corner) + ' ';
  if (!ring.empty()) text += tupleOf(ring.front());
  xml.writeStartElement(QLatin1String(kind));
  xml.writeStartElement(QStringLiteral("LinearRing"));
  xml.writeTextElement(QStringLiteral("coordinates"), QString::fromLatin1(text));
  xml.writeEndElement();
  xml.writeEndElement();
}

void writePolygon(QXmlStreamWriter& xml, const api::FencePolygon& polygon) {
  xml.writeStartElement(QStringLiteral("Polygon"));
  xml.writeTextElement(QStringLiteral("tessellate"), QStringLiteral("1"));
  writeBoundary(xml, "outerBoundaryIs", polygon.outer);
  for (const api::FenceRing& hole : polygon.holes) writeBoundary(xml, "innerBoundaryIs", hole);
  xml.writeEndElement();
}

void writeData(QXmlStreamWriter& xml, const QString& name, const QByteArray& value) {
  xml.writeStartElement(QStringLiteral("Data"));
  xml.writeAttribute(QStringLiteral("name"), name);
  xml.writeTextElement(QStringLiteral("value"), QString::fromLatin1(value));
  xml.writeEndElement();
}

api::FenceArea areaOf(const api::FenceShape& shape) {
  if (const auto* area = std::get_if<api::FenceArea>(&shape)) return *area;
  api::FenceArea area{{circleRing(std::get<api::FenceCircle>(shape)), {}}};
  turnRightHanded(area);
  for (api::FencePoint& corner : area.front().outer) corner.longitude = nearestTurn(corner.longitude, 0);
  return area;
}

void writePlacemark(QXmlStreamWriter& xml, const api::Fence& fence) {
  xml.writeStartElement(QStringLiteral("Placemark"));
  xml.writeTextElement(QStringLiteral("name"), xmlText(fence.name));
  if (!fence.note.empty()) xml.writeTextElement(QStringLiteral("description"), xmlText(fence.note));
  xml.writeTextElement(QStringLiteral("styleUrl"), QStringLiteral("#fence"));
  xml.writeStartElement(QStringLiteral("ExtendedData"));
  writeData(xml, QStringLiteral("colour"), QByteArray::number(fence.colour));
  if (const auto* circle = std::get_if<api::FenceCircle>(&fence.shape)) {
    writeData(xml, QStringLiteral("radius"), QByteArray::number(circle->radius, 'f', 2));
    writeData(xml, QStringLiteral("centre"), tupleOf(circle->centre));
  }
  xml.writeEndElement();
  const api::FenceArea area = areaOf(fence.shape);
  if (area.size() != 1) xml.writeStartElement(QStringLiteral("MultiGeometry"));
  for (const api::FencePolygon& polygon : area) writePolygon(xml, polygon);
  if (area.size() != 1) xml.writeEndElement();
  xml.writeEndElement();
}

}  // namespace

QByteArray writeKml(std::span<const api::Fence> fences) {
  QByteArray text;
  QXmlStreamWriter xml(&text);
  xml.setAutoFormatting(true);
  xml.writeStartDocument();
  xml.writeStartElement(QStringLiteral("kml"));
  xml.writeDefaultNamespace(QStringLiteral("http://www.opengis.net/kml/2.2"));
  xml.writeStartElement(QStringLiteral("Document"));
  // Programs that draw KML fill areas white where nothing else is said.
  xml.writeStartElement(QStringLiteral("Style"));
  xml.writeAttribute(QStringLiteral("id"), QStringLiteral("fence"));
  xml.writeStartElement(QStringLiteral("PolyStyle"));
  xml.writeTextElement(QStringLiteral("fill"), QStringLiteral("0"));
  xml.writeEndElement();
  xml.writeEndElement();
  for (const api::Fence& fence : fences) writePlacemark(xml, fence);
  xml.writeEndDocument();
  return text;
}

}  // namespace carport::ui
