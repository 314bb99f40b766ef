#pragma once

#include "ui/models/projection.h"

#include <QList>
#include <QRectF>

#include <functional>
#include <vector>

namespace carport::ui {

/// Where a picture that shows `shown` is to be put so that its places come to lie where `now` shows them.
QRectF pictureRect(const MapViewport& shown, const MapViewport& now);

/// Where a picture of the base map has names in it, so that those of the cars keep clear of them. A plain value; any
/// thread.
struct NameBoxes {
  QList<QRectF> boxes;   ///< in pixels of the picture, with the air around each
  MapViewport viewport;  ///< what the picture shows

  bool operator==(const NameBoxes&) const = default;
  /// The same boxes where `now` shows them, which is where the picture is put.
  std::vector<QRectF> in(const MapViewport& now) const;
};

/// Where something else writes names on the map: asked with what a picture shows, answers in pixels of that picture.
/// May be called on any thread. Empty: nowhere.
using NamePlaces = std::function<std::vector<QRectF>(const MapViewport& shown)>;

}  // namespace carport::ui
