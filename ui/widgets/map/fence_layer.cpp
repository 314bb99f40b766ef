#include "ui/widgets/map/fence_layer.h"

#include "ui/models/car_set.h"
#include "ui/models/fence_store.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kFenceOverscan = 1.3;
constexpr double kBorderReachPx = 5;
constexpr double kStaleOpacity = 0.55;

double distanceToEdge(QPointF point, QPointF from, QPointF to) {
  const QPointF way = to - from;
  const double length = QPointF::dotProduct(way, way);
  const double part = length > 0 ? std::clamp(QPointF::dotProduct(point - from, way) / length, 0.0, 1.0) : 0.0;
  const QPointF off = point - (from + way * part);
  return std::hypot(off.x(), off.y());
}

}  // namespace

FenceLayer::FenceLayer(const FenceStore& store, QObject* parent)
    : MapOverlay(OverlayDepth::shapes, parent), m_store(store) {
  connect(&m_store, &FenceStore::changed, this, &FenceLayer::reload);
  connect(&m_store, &FenceStore::statusChanged, this, &MapOverlay::changed);
  connect(&m_worker, &PictureWorker::pictureReady, this, [this](const MapPicture& picture) {
    m_picture = picture;
    emit changed();
  });
  reload();
}

std::vector<DrawnFence> FenceLayer::drawn(const std::vector<api::Fence>& fences) const {
  std::vector<DrawnFence> all;
  all.reserve(fences.size());
  for (const api::Fence& fence : fences) all.push_back(DrawnFence::of(fence));
  std::stable_sort(all.begin(), all.end(), [](const DrawnFence& a, const DrawnFence& b) {
    return a.bounds.width() * a.bounds.height() > b.bounds.width() * b.bounds.height();
  });
  return all;
}

void FenceLayer::reload() {
  m_fences = std::make_shared<const std::vector<DrawnFence>>(drawn(m_store.fences()));
  if (find(m_chosen) == nullptr) m_chosen = {};
  if (find(m_hovered) == nullptr) m_hovered = {};
  renew();
}

void FenceLayer::renew() {
  ++m_version;
  emit changed();
  emit namesChanged();
}

NamePlaces FenceLayer::names() const {
  const DrawnFences fences = m_preview ? m_preview : m_fences;
  // Of several that would be imported none is named.
  if (!m_painter || fences->empty() || (m_preview && m_preview->size() > 1)) return {};
  return [fences, pen = *m_painter, leftOut = m_preview ? api::FenceNumber() : m_leftOut,
          chosen = m_chosen](const MapViewport& shown) {
    std::vector<QRectF> boxes;
    for (const DrawnFence* fence : pen.named(*fences, shown, leftOut)) boxes.push_back(pen.nameBox(*fence, shown));
    // This one is named in any case.
    for (const DrawnFence& fence : *fences)
      if (fence.number == chosen && chosen && chosen != leftOut) boxes.push_back(pen.nameBox(fence, shown));
    return boxes;
  };
}

void FenceLayer::setPreview(const std::vector<api::Fence>& fences) {
  m_preview = fences.empty() ? nullptr : std::make_shared<const std::vector<DrawnFence>>(drawn(fences));
  renew();
}

void FenceLayer::setPicking(bool picking) {
  m_isPicking = picking;
  m_hovered = {};
  emit changed();
}

void FenceLayer::setChosen(api::FenceNumber fence) {
  if (std::exchange(m_chosen, fence) == fence) return;
  emit changed();
  emit namesChanged();
}

void FenceLayer::setLeftOut(api::FenceNumber fence) {
  if (std::exchange(m_leftOut, fence) != fence) renew();
}

const DrawnFence* FenceLayer::find(api::FenceNumber number) const {
  if (!number) return nullptr;
  const auto found =
      std::find_if(m_fences->begin(), m_fences->end(), [number](const DrawnFence& f) { return f.number == number; });
  return found == m_fences->end() ? nullptr : &*found;
}

bool FenceLayer::isOn(const DrawnFence& fence, QPointF pixel, const MapViewport& viewport) const {
  const bool isNamed = m_painter && m_painter->hasRoomForName(fence, viewport);
  if (isNamed && m_painter->nameBox(fence, viewport).contains(pixel)) return true;
  const double turn = FencePainter::turnOf(fence.bounds, viewport);
  for (const auto& rings : fence.polygons) {
    bool isInside = false;
    for (const DrawnFence::Ring& ring : rings) {
      const QPolygonF line = FencePainter::pixelsOf(ring, turn, viewport);
      if (m_isPicking && insidePolygon(line, pixel)) isInside = !isInside;
      for (qsizetype n = 0; n < line.size(); ++n)
        if (distanceToEdge(pixel, line[n], line[(n + 1) % line.size()]) <= kBorderReachPx) return true;
    }
    if (isInside) return true;
  }
  return false;
}

const DrawnFence* FenceLayer::fenceAt(QPointF pixel, const MapViewport& viewport) const {
  const double reach = kBorderReachPx / viewport.worldPx();
  const WorldPoint place = viewport.fromScreen(pixel);
  // The smallest are last.
  for (auto fence = m_fences->rbegin(); fence != m_fences->rend(); ++fence) {
    if (fence->number == m_leftOut || !FencePainter::isInSight(*fence, viewport)) continue;
    const QRectF bounds = fence->bounds.translated(FencePainter::turnOf(fence->bounds, viewport), 0);
    // A name may stand out a little.
    const double wide = reach + bounds.width() / 4;
    if (bounds.adjusted(-wide, -reach, wide, reach).contains(place) && isOn(*fence, pixel, viewport)) return &*fence;
  }
  return nullptr;
}

bool FenceLayer::mouseMoved(const QMouseEvent& event, const MapViewport& viewport) {
  if (m_preview) return false;
  const DrawnFence* under = event.buttons() == Qt::NoButton ? fenceAt(event.position(), viewport) : nullptr;
  const api::FenceNumber number = under != nullptr ? under->number : api::FenceNumber{};
  if (std::exchange(m_hovered, number) != number) emit changed();
  // Cars lie over fences: they keep their cards.
  return false;
}

void FenceLayer::pointerLeft() {
  if (std::exchange(m_hovered, api::FenceNumber{})) emit changed();
}

bool FenceLayer::clicked(QPointF pixel, const MapViewport& viewport) {
  if (m_preview) return false;
  const DrawnFence* under = fenceAt(pixel, viewport);
  if (under == nullptr && !(m_isPicking && m_chosen)) return false;
  emit fenceClicked(under != nullptr ? under->number : api::FenceNumber{});
  return under != nullptr;
}

void FenceLayer::paint(QPainter& painter, const OverlayScene& scene) {
  // Its font grows with the text of the window.
  if (const FencePainter pen(scene.theme, scene.ratio); m_painter != pen) {
    m_painter = pen;
    renew();
  }
  if (m_preview) {
    m_isSettled = true;
    for (const DrawnFence& fence : *m_preview) {
      if (FencePainter::isInSight(fence, scene.viewport))
        m_painter->paintOne(painter, fence, scene.viewport, FenceEmphasis::hovered);
    }
    for (const DrawnFence& fence : *m_preview)
      if (m_preview->size() == 1) m_painter->paintName(painter, fence, scene.viewport);
    return;
  }
  // The last that was known of them.
  if (m_store.isStale()) painter.setOpacity(kStaleOpacity);
  paintAll(painter, scene);
  const auto stress = [&](api::FenceNumber number, FenceEmphasis emphasis) {
    const DrawnFence* fence = number == m_leftOut ? nullptr : find(number);
    if (fence == nullptr || !FencePainter::isInSight(*fence, scene.viewport)) return;
    m_painter->paintOne(painter, *fence, scene.viewport, emphasis);
    m_painter->paintName(painter, *fence, scene.viewport);
  };
  if (m_hovered != m_chosen) stress(m_hovered, FenceEmphasis::hovered);
  stress(m_chosen, FenceEmphasis::chosen);
}

void FenceLayer::paintAll(QPainter& painter, const OverlayScene& scene) {
  std::size_t corners = 0;
  for (const DrawnFence& fence : *m_fences)
    if (FencePainter::isInSight(fence, scene.viewport)) corners += fence.corners;
  if (corners <= kDirectCorners) {
    m_picture = {};
    m_isSettled = true;
    m_painter->paint(painter, *m_fences, scene.viewport, m_leftOut);
    return;
  }
  if (!m_picture.isNull()) m_picture.draw(painter, scene.viewport);
  m_isSettled = m_picture.tag == m_version && m_picture.isSharpIn(scene.viewport);
  if (!m_isSettled) requestPicture(scene);
}

void FenceLayer::requestPicture(const OverlayScene& scene) {
  if (m_worker.isBusy() && m_requestedVersion == m_version && m_requested == scene.viewport) return;
  m_requestedVersion = m_version;
  m_requested = scene.viewport;
  const QSizeF size((scene.viewport.size() * kFenceOverscan).toSize());
  const MapViewport wanted(scene.viewport.centre(), scene.viewport.zoom(), size);
  m_worker.request(
      [fences = m_fences, pen = *m_painter, wanted, ratio = scene.ratio, leftOut = m_leftOut, tag = m_version] {
        QImage image((wanted.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(ratio);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        pen.paint(painter, *fences, wanted, leftOut);
        painter.end();
        return MapPicture{image, wanted, tag};
      });
}

}  // namespace carport::ui
