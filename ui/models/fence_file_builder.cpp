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

/// Brought near the middle turn, where cutAtAntimeridian() takes it.
void bringNear(api::FencePolygon& polygon) {
  if (!goesBeyond(polygon.outer)) return;
  const double turns = 360 * std::round(polygon.outer.front().longitude / 360);
  const double middle = polygon.outer.front().longitude;
  for (api::FencePoint& corner : polygon.outer) corner.longitude -= turns;
  for (api::FenceRing& hole : polygon.holes) {
    if (hole.empty()) continue;
    // A hole is told on whichever turn its file has it.
    const double off = 360 * std::round((middle - hole.front().longitude) / 360) - turns;
    for (api::FencePoint& corner : hole) corner.longitude += off;
  }
}

api::FenceArea onGrid(api::FenceArea area) {
  return std::get<api::FenceArea>(api::onFenceGrid(std::move(area)));
}

api::FenceArea cutWhereBeyond(const api::FenceArea& whole) {
  api::FenceArea area;
  for (const api::FencePolygon& polygon : whole) {
    if (!goesBeyond(polygon.outer)) {
      area.push_back(polygon);
      continue;
    }
    const api::FenceArea parts = api::cutAtAntimeridian(polygon);
    area.insert(area.end(), parts.begin(), parts.end());
  }
  return onGrid(std::move(area));
}

/// The area cut, with no more corners than a fence may have where that can be. `whole` is made coarser for it: before
/// it is cut, which takes the square of the corners at the antimeridian, and once more where the cut adds too many.
api::FenceArea fittingCut(api::FenceArea& whole) {
  api::FenceArea cut = whole;
  std::size_t corners = api::kMaxFencePoints;
  while (auto less = simplifiedTo(whole, corners)) {
    whole = onGrid(std::move(*less));
    cut = cutWhereBeyond(whole);
    if (api::pointsOf(cut) <= api::kMaxFencePoints) break;
    corners = corners * api::kMaxFencePoints / api::pointsOf(cut);
  }
  return cut;
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
  const auto refuse = [&](const QString& sentence, double degrees) {
    return fail(FenceFileErrc::wrongPlace, sentence.arg(place, QString::number(degrees)).toStdString());
  };
  if (!(std::abs(latitude) <= 90)) return refuse(tr("%1: a latitude is between -90 and 90, not %2"), latitude);
  if (!(std::abs(longitude) <= kWidestLongitude))
    return refuse(tr("%1: a longitude is between -180 and 180, not %2"), longitude);
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
  QString name = feature.name;
  for (QChar& sign : name)
    if (sign < u' ') sign = u' ';
  name = name.trimmed();
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
    circle.centre.longitude = nearestTurn(circle.centre.longitude, 0);
    return api::onFenceGrid(circle);
  }
  for (api::FencePolygon& polygon : feature.area) bringNear(polygon);
  api::FenceArea whole = onGrid(std::move(feature.area));
  const std::size_t before = api::pointsOf(whole);
  api::FenceArea area = fittingCut(whole);
  if (const std::size_t after = api::pointsOf(whole); after < before) {
    remark(tr("“%1” has more corners than a fence may have: its %2 are simplified to %3.")
               .arg(name, QLocale().toString(qulonglong(before)), QLocale().toString(qulonglong(after))));
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
  const qsizetype remarks = file.remarks.size();
  api::Fence fence;
  fence.name = shortened(name, api::kMaxFenceNameBytes, tr("The name “%1…” is cut off.").arg(name.left(40)));
  fence.note = shortened(feature.note.trimmed(), api::kMaxFenceNoteBytes, tr("The note of “%1” is cut off.").arg(name));
  if (feature.colour >= 0 && feature.colour < int(api::kFenceColours)) fence.colour = std::uint8_t(feature.colour);
  fence.shape = shapeOf(feature, name);
  if (const auto checked = api::checkFence(fence); !checked) {
    // What was changed about it matters no more.
    file.remarks.resize(remarks);
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
