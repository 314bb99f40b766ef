#include "ui/widgets/map/map_overlays.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace carport::ui {

MapOverlays::MapOverlays(QObject* parent) : QObject(parent) {}

void MapOverlays::add(MapOverlay& overlay) {
  const auto above = std::find_if(m_overlays.begin(), m_overlays.end(),
                                  [&](const MapOverlay* other) { return other->depth() > overlay.depth(); });
  m_overlays.insert(above, &overlay);
  connect(&overlay, &MapOverlay::changed, this, &MapOverlays::changed);
  connect(&overlay, &MapOverlay::attributionChanged, this, &MapOverlays::attributionChanged);
  connect(&overlay, &MapOverlay::namesChanged, this, &MapOverlays::namesChanged);
  connect(&overlay, &QObject::destroyed, this, [this, gone = &overlay] {
    std::erase(m_overlays, gone);
    if (m_hand == gone) m_hand = nullptr;
    emit changed();
    emit attributionChanged();
    emit namesChanged();
  });
  emit changed();
  emit attributionChanged();
  emit namesChanged();
}

void MapOverlays::paint(OverlayDepth depth, QPainter& painter, const OverlayScene& scene) const {
  for (MapOverlay* overlay : m_overlays) {
    if (overlay->depth() != depth || !overlay->isShown()) continue;
    painter.save();
    overlay->paint(painter, scene);
    painter.restore();
  }
}

QStringList MapOverlays::attributions() const {
  QStringList all;
  for (const MapOverlay* overlay : m_overlays) {
    if (overlay->isShown()) all << overlay->attribution();
  }
  all.removeAll(QString());
  all.removeDuplicates();
  return all;
}

NamePlaces MapOverlays::names() const {
  std::vector<NamePlaces> all;
  for (const MapOverlay* overlay : m_overlays) {
    NamePlaces names = overlay->isShown() ? overlay->names() : NamePlaces();
    if (names) all.push_back(std::move(names));
  }
  if (all.empty()) return {};
  return [all](const MapViewport& shown) {
    std::vector<QRectF> boxes;
    for (const NamePlaces& names : all) {
      const std::vector<QRectF> more = names(shown);
      boxes.insert(boxes.end(), more.begin(), more.end());
    }
    return boxes;
  };
}

bool MapOverlays::areSettled() const {
  return std::all_of(m_overlays.begin(), m_overlays.end(),
                     [](const MapOverlay* overlay) { return !overlay->isShown() || overlay->isSettled(); });
}

template <typename Takes>
MapOverlay* MapOverlays::topmost(Takes takes) const {
  const auto found = std::find_if(m_overlays.rbegin(), m_overlays.rend(),
                                  [&](MapOverlay* overlay) { return overlay->isShown() && takes(*overlay); });
  return found == m_overlays.rend() ? nullptr : *found;
}

bool MapOverlays::mousePressed(const QMouseEvent& event, const MapViewport& viewport) {
  m_hand = topmost([&](MapOverlay& overlay) { return overlay.mousePressed(event, viewport); });
  return m_hand != nullptr;
}

bool MapOverlays::mouseMoved(const QMouseEvent& event, const MapViewport& viewport, Qt::CursorShape& cursor) {
  MapOverlay* taker = m_hand;
  if (taker != nullptr) {
    taker->mouseMoved(event, viewport);
  } else {
    taker = topmost([&](MapOverlay& overlay) { return overlay.mouseMoved(event, viewport); });
  }
  if (taker != nullptr) cursor = taker->cursor();
  return taker != nullptr;
}

bool MapOverlays::mouseReleased(const QMouseEvent& event, const MapViewport& viewport) {
  MapOverlay* hand = std::exchange(m_hand, nullptr);
  if (hand != nullptr) hand->mouseReleased(event, viewport);
  return hand != nullptr;
}

bool MapOverlays::mouseDoubleClicked(const QMouseEvent& event, const MapViewport& viewport) {
  return topmost([&](MapOverlay& overlay) { return overlay.mouseDoubleClicked(event, viewport); }) != nullptr;
}

bool MapOverlays::clicked(QPointF pixel, const MapViewport& viewport) {
  return topmost([&](MapOverlay& overlay) { return overlay.clicked(pixel, viewport); }) != nullptr;
}

bool MapOverlays::keyPressed(const QKeyEvent& event, const MapViewport& viewport) {
  return topmost([&](MapOverlay& overlay) { return overlay.keyPressed(event, viewport); }) != nullptr;
}

bool MapOverlays::claimsKey(const QKeyEvent& event) const {
  return topmost([&](const MapOverlay& overlay) { return overlay.claimsKey(event); }) != nullptr;
}

void MapOverlays::pointerLeft() {
  for (MapOverlay* overlay : m_overlays) {
    if (overlay->isShown()) overlay->pointerLeft();
  }
}

}  // namespace carport::ui
