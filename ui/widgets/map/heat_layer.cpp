#include "ui/widgets/map/heat_layer.h"

#include "ui/widgets/map/heat_painter.h"

#include <QPainter>

#include <utility>

namespace carport::ui {

namespace {

/// The picture is this much wider and higher than the window, so that a drag does not wait for the next.
constexpr double kHeatOverscan = 1.3;

}  // namespace

HeatLayer::HeatLayer(QObject* parent) : MapOverlay(OverlayDepth::wash, parent) {
  connect(&m_worker, &PictureWorker::pictureReady, this, &HeatLayer::take);
}

void HeatLayer::setHeat(HeatLoader::Heat heat, const HeatScale& scale) {
  if (heat == m_heat && scale == m_scale) return;
  m_heat = std::move(heat);
  m_scale = scale;
  if (!m_heat) m_picture = {};
  ++m_version;
  m_isSettled = false;
  emit changed();
}

void HeatLayer::paint(QPainter& painter, const OverlayScene& scene) {
  if (!m_heat) return;
  if (scene.theme.kind != m_look || scene.ratio != m_ratio) {
    m_look = scene.theme.kind;
    m_ratio = scene.ratio;
    ++m_version;
  }
  if (!m_picture.isNull()) m_picture.draw(painter, scene.viewport);
  m_isSettled = m_picture.tag == m_version && m_picture.isSharpIn(scene.viewport);
  if (!m_isSettled) request(scene);
}

void HeatLayer::request(const OverlayScene& scene) {
  const MapPicture asked{QImage(), m_requested, m_version};
  const bool isOnTheWay = m_worker.isBusy() && m_requestedVersion == m_version && asked.isSameZoom(scene.viewport) &&
                          asked.reaches(scene.viewport);
  if (isOnTheWay) return;
  m_requested = scene.viewport.resized((scene.viewport.size() * kHeatOverscan).toSize());
  m_requestedVersion = m_version;
  m_worker.request(
      [heat = m_heat, wanted = m_requested, scale = m_scale, look = m_look, ratio = m_ratio, tag = m_version] {
        return MapPicture{paintHeat(*heat, wanted, scale, Theme::of(look), ratio), wanted, tag};
      });
}

void HeatLayer::take(const MapPicture& picture) {
  if (!m_heat) return;
  // An older one is better than none until the next is there.
  m_picture = picture;
  emit changed();
}

}  // namespace carport::ui
