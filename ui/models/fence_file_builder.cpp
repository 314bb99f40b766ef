// What readers of files find becomes fences: FenceFileBuilder.
#include "gateway/base/utf8_prefix.h"
#include "ui/models/fence_file.h"
#include "ui/models/fence_geometry.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kWidestLongitude = 540;  // one turn beyond the edge, as cutAtAntimeridian() takes it

bool goesBeyond(const api::FenceRing& ring) {
  return std::any_of(ring.begin(), ring.end(),
                     [](const api::FencePoint& corner) { return std::abs(corner.longitude) > 180; });
}

/// Brought near the middle turn and cut where it goes beyond.
void appendCut(api::FenceArea& area, api::FencePolygon polygon) {
  if (!goesBeyond(polygon.outer)) {
    area.push_back(std::move(polygon));
    return;
  }
  const double turns = 360 * std::round(polygon.outer.front().longitude / 360);
  const double middle = polygon.outer.front().longitude;
  for (api::FencePoint& corner : polygon.outer) corner.longitude -= turns;
  for (api::FenceRing& hole : polygon.holes) {
    if (hole.empty()) continue;
    // A hole is told on whichever turn its file has it.
    const double off = 360 * std::round((middle - hole.front().longitude) / 360) - turns;
    for (api::FencePoint& corner : hole) corner.longitude += off;
  }
  const api::FenceArea parts = api::cutAtAntimeridian(polygon);
  area.insert(area.end(), parts.begin(), parts.end());
}

}  // namespace

Result<void> FenceFileBuilder::countFeatures(std::size_t more, const QString& place) {
  m_features += std::min(more, kMaxFenceFileFeatures + 1);
  if (m_features <= kMaxFenceFileFeatures) return {};
  return fail(FenceFileErrc::tooManyFeatures, tr("%1: there are more than %2 features in the file. Split it")
                                                  .arg(place, QLocale().toString(qulonglong(kMaxFenceFileFeatures)))
                                                  .toStdString());
}

Result<void> FenceFileBuilder::countPoints(std::size_t more, const QString& place) {
  m_points += std::min(more, kMaxFenceFilePoints + 1);
  if (m_points <= kMaxFenceFilePoints) return {};
  return fail(FenceFileErrc::tooManyPoints,
              tr("%1: there are more than %2 corners in the file. Split it, or simplify its areas")
                  .arg(place, QLocale().toString(qulonglong(kMaxFenceFilePoints)))
                  .toStdString());
}

Result<api::FencePoint> FenceFileBuilder::pointOf(double longitude, double latitude, const QString& place) {
  const auto refuse = [&](const QString& sentence) {
    return fail(FenceFileErrc::wrongPlace, sentence.arg(place).toStdString());
  };
  if (!(std::abs(latitude) <= 90))
    return refuse(tr("%1: a latitude is between -90 and 90, not %2").arg(QStringLiteral("%1")).arg(latitude));
  if (!(std::abs(longitude) <= kWidestLongitude))
    return refuse(tr("%1: a longitude is between -180 and 180, not %2").arg(QStringLiteral("%1")).arg(longitude));
  return api::FencePoint{latitude, longitude};
}

api::FenceRing FenceFileBuilder::ringOf(api::FenceRing corners) {
  if (corners.size() > 1 && corners.front() == corners.back()) corners.pop_back();
  return unwrapped(corners);
}

void FenceFileBuilder::remark(const QString& sentence) {
  if (file.remarks.size() < FenceFile::kMaxRemarks) {
    file.remarks << sentence;
  } else {
    ++file.furtherRemarks;
  }
}

QString FenceFileBuilder::nameOf(const Feature& feature) {
  QString name = feature.name.trimmed();
  for (QChar& sign : name)
    if (sign < u' ') sign = u' ';
  return name.isEmpty() ? tr("Fence %1").arg(file.fences.size() + 1) : name;
}

std::string FenceFileBuilder::shortened(const QString& text, std::size_t maxBytes, const QString& sentence) {
  const std::string all = text.toStdString();
  if (all.size() <= maxBytes) return all;
  remark(sentence);
  return std::string(utf8Prefix(all, maxBytes));
}

api::FenceShape FenceFileBuilder::shapeOf(Feature& feature, const QString& name) {
  if (feature.circle) {
    api::FenceCircle circle = *feature.circle;
    circle.centre.longitude -= 360 * std::round(circle.centre.longitude / 360);
    return api::onFenceGrid(circle);
  }
  api::FenceArea area;
  for (api::FencePolygon& polygon : feature.area) appendCut(area, std::move(polygon));
  area = std::get<api::FenceArea>(api::onFenceGrid(std::move(area)));
  if (const std::size_t before = api::pointsOf(area); before > api::kMaxFencePoints) {
    if (auto less = simplifiedTo(area, api::kMaxFencePoints)) {
      area = std::get<api::FenceArea>(api::onFenceGrid(std::move(*less)));
      remark(
          tr("“%1” has %2 corners, more than a fence may have: it is simplified to %3.")
              .arg(name, QLocale().toString(qulonglong(before)), QLocale().toString(qulonglong(api::pointsOf(area)))));
    }
  }
  turnRightHanded(area);
  return area;
}

Result<void> FenceFileBuilder::add(Feature feature) {
  if (file.fences.size() >= api::kMaxFences) {
    return fail(FenceFileErrc::tooManyFences,
                tr("%1: there are more than %2 areas in the file, and so many fences cannot be. Split it")
                    .arg(feature.place, QLocale().toString(qulonglong(api::kMaxFences)))
                    .toStdString());
  }
  const QString name = nameOf(feature);
  api::Fence fence;
  fence.name = shortened(name, api::kMaxFenceNameBytes, tr("The name “%1…” is cut off.").arg(name.left(40)));
  fence.note = shortened(feature.note.trimmed(), api::kMaxFenceNoteBytes, tr("The note of “%1” is cut off.").arg(name));
  if (feature.colour >= 0 && feature.colour < int(api::kFenceColours)) fence.colour = std::uint8_t(feature.colour);
  fence.shape = shapeOf(feature, name);
  if (const auto checked = api::checkFence(fence); !checked) {
    remark(tr("“%1” is left out (%2): %3")
               .arg(name.left(80), feature.place, QString::fromStdString(checked.error().message())));
    return {};
  }
  file.fences.push_back(std::move(fence));
  return {};
}

Result<FenceFile> FenceFileBuilder::finish() {
  if (!file.fences.empty()) return std::move(file);
  const QString sentence = tr("There are no areas, and no points with a radius, in the file. %1 %2")
                               .arg(file.leftOut(), file.remarks.value(0))
                               .simplified();
  return fail(FenceFileErrc::nothingInIt, sentence.toStdString());
}

}  // namespace carport::ui
