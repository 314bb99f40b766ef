#include "ui/models/window_layout.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr qsizetype kMaxPageText = 300;
constexpr qint64 kMaxTimeLengthMs = qint64(86'400'000) * 366 * 20;

std::optional<WindowLayout::MapPlace> layoutMapPlace(const QJsonValue& value) {
  const QJsonObject map = value.toObject();
  if (map.isEmpty()) return std::nullopt;
  const double none = std::nan("");
  const WindowLayout::MapPlace place{{map["latitude"].toDouble(none), map["longitude"].toDouble(none)},
                                     map["zoom"].toDouble(none)};
  // Written so that what is no number is out of range.
  const bool isPlace = std::abs(place.centre.latitude) <= 90 && std::abs(place.centre.longitude) <= 180 &&
                       place.zoom >= kMinZoom && place.zoom <= kMaxZoom;
  return isPlace ? std::optional(place) : std::nullopt;
}

}  // namespace

QByteArray WindowLayout::toText() const {
  QJsonObject layout{{"version", kVersion},
                     {"page", page},
                     {"timeLengthMs", double(timeLengthMs)},
                     {"timeSpeed", timeSpeed},
                     {"drawerWidth", drawerWidth},
                     {"plots", plots.toJson()}};
  if (map) {
    layout["map"] =
        QJsonObject{{"latitude", map->centre.latitude}, {"longitude", map->centre.longitude}, {"zoom", map->zoom}};
  }
  return QJsonDocument(layout).toJson(QJsonDocument::Compact);
}

WindowLayout WindowLayout::fromText(const QByteArray& text) {
  WindowLayout layout;
  if (text.size() > kMaxBytes) return layout;
  const QJsonObject read = QJsonDocument::fromJson(text).object();
  if (read["version"].toInt() != kVersion) return layout;
  layout.page = read["page"].toString().left(kMaxPageText);
  layout.map = layoutMapPlace(read["map"]);
  layout.timeLengthMs = std::clamp<qint64>(read["timeLengthMs"].toInteger(), 0, kMaxTimeLengthMs);
  const double speed = read["timeSpeed"].toDouble(1);
  layout.timeSpeed = speed > 0 && speed <= 1'000 ? speed : 1;
  layout.drawerWidth = std::clamp(read["drawerWidth"].toInt(), 0, kMaxDrawerWidth);
  layout.plots = PlotLayout::fromJson(read["plots"].toArray());
  return layout;
}

}  // namespace carport::ui
