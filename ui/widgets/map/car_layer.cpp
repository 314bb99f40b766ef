#include "ui/widgets/map/car_layer.h"

#include "ui/widgets/style/metrics.h"

#include <QPainter>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr double kCarOverscan = 1.2;
constexpr double kFastMetresPerSecond = 35;  // what a car on a motorway drives
constexpr double kStepPx = 0.7;              // a movement that can be seen
constexpr int kShortestFrameMs = 33;
constexpr int kLongestFrameMs = 1000;

}  // namespace

CarLayer::CarLayer(QObject* parent)
    : QObject(parent),
      m_cars(std::make_shared<std::vector<MapCar>>()),
      m_workerPainter(std::make_shared<CarPainter>()) {
  connect(&m_worker, &PictureWorker::pictureReady, this, [this](const MapPicture& picture) {
    m_picture.take(picture);
    emit changed();
    emit drawn();
  });
}

void CarLayer::setLook(const Theme& theme, qreal devicePixelRatio) {
  const auto colours = m_look.scale ? GlyphAtlas::Colours::value : GlyphAtlas::Colours::state;
  m_look = {theme, std::make_shared<const GlyphAtlas>(theme, devicePixelRatio, colours), textFont(TextSize::small),
            textFont(TextSize::small, TextWeight::strong), m_look.scale};
  m_picture.clear();
  ++m_version;
}

void CarLayer::setCars(MapCars cars) {
  m_cars = std::move(cars);
}

void CarLayer::setHidden(PrincipalNumber car) {
  if (m_hidden == car) return;
  m_hidden = car;
  ++m_version;
}

void CarLayer::setChosen(const CarSet& cars) {
  m_chosen = cars;
  ++m_version;
}

void CarLayer::setNamesBelow(const NameBoxes& names) {
  if (names == m_namesBelow) return;
  m_namesBelow = names;
  ++m_version;
}

void CarLayer::setScale(const std::optional<ColourScale>& scale) {
  if (scale == m_look.scale) return;
  const bool otherSigns = scale.has_value() != m_look.scale.has_value();
  m_look.scale = scale;
  ++m_version;
  if (otherSigns && m_look.atlas) setLook(m_look.theme, m_look.atlas->devicePixelRatio());
}

const CarScene& CarLayer::directScene(const MapViewport& viewport, qint64 nowMs) {
  const bool glides = glidingShows(viewport) && nowMs != m_sceneMs;
  if (m_sceneVersion != m_version || m_sceneCars != m_cars || !(m_sceneViewport == viewport) || glides) {
    m_scene = makeCarScene(*m_cars, viewport, nowMs, m_hidden, m_chosen);
    m_sceneViewport = viewport;
    m_sceneVersion = m_version;
    m_sceneCars = m_cars;
    m_sceneMs = nowMs;
  }
  return m_scene;
}

bool CarLayer::pictureShows(const MapViewport& viewport) const {
  const MapPicture& picture = m_picture.shown();
  return usesWorker() && picture.cars && picture.isSameZoom(viewport);
}

std::optional<PrincipalNumber> CarLayer::carAt(QPointF pixel, const MapViewport& viewport, qint64 nowMs) {
  const auto numberOf = [](const CarScene& scene, const std::vector<MapCar>& cars, QPointF at) {
    const auto index = scene.signAt(at);
    return index ? std::optional(cars[*index].position.car) : std::nullopt;
  };
  if (!pictureShows(viewport)) return numberOf(directScene(viewport, nowMs), *m_cars, pixel);
  const MapPicture& picture = m_picture.shown();
  return numberOf(picture.cars->scene, *picture.cars->cars, pixel - picture.targetIn(viewport).topLeft());
}

std::optional<Cluster> CarLayer::clusterAt(QPointF pixel, const MapViewport& viewport, qint64 nowMs) {
  const bool inPicture = pictureShows(viewport);
  const QPointF shift = inPicture ? m_picture.shown().targetIn(viewport).topLeft() : QPointF();
  const CarScene& scene = inPicture ? m_picture.shown().cars->scene : directScene(viewport, nowMs);
  const Cluster* found = scene.clusterAt(pixel - shift);
  if (found == nullptr) return std::nullopt;
  Cluster cluster = *found;
  cluster.pixel += shift;
  cluster.bounds.translate(shift);
  return cluster;
}

void CarLayer::draw(QPainter& painter, const MapViewport& viewport, const MapViewport& target, qint64 nowMs,
                    const QRectF& keepFree) {
  if (!m_look.atlas) return;
  m_keepFree = keepFree;
  if (!usesWorker()) {
    m_picture.clear();
    std::vector<QRectF> taken = m_namesBelow.in(viewport);
    if (!keepFree.isEmpty()) taken.push_back(keepFree);
    m_painter.paint(painter, directScene(viewport, nowMs), *m_cars, m_look, viewport.size(), taken);
    emit drawn();
    return;
  }
  const MapPicture& picture = m_picture.shownIn(viewport, target);
  // A sharp one follows twenty times a second.
  if (!picture.isNull()) picture.draw(painter, viewport, MapPicture::Scaling::quick);
  if (!m_picture.has(target, m_version)) {
    if (!isOnTheWay(target)) requestPicture(target, nowMs);
    return;
  }
  const DrawnCars& newest = *m_picture.newest().cars;
  const bool isOld = newest.cars != m_cars || newest.scene.moving;
  const int everyMs =
      target == viewport ? nextFrameMs(viewport, nowMs).value_or(kLongestFrameMs) : kPictureOnTheWayEveryMs;
  if (isOld && nowMs - m_pictureMs >= everyMs) requestPicture(target, nowMs);
}

bool CarLayer::drawAhead(const MapViewport& viewport, qint64 nowMs) {
  if (!usesWorker() || !m_look.atlas) return false;
  requestPicture(viewport, nowMs);
  return true;
}

bool CarLayer::isOnTheWay(const MapViewport& viewport) const {
  const MapPicture asked{QImage(), m_requestedViewport, m_requestedVersion};
  return m_worker.isBusy() && m_requestedVersion == m_version && asked.isSameZoom(viewport) && asked.reaches(viewport);
}

void CarLayer::requestPicture(const MapViewport& viewport, qint64 nowMs) {
  // The worker draws as quickly as it can; asking again for what it is drawing would only make it late.
  if (m_requestedCars == m_cars && isOnTheWay(viewport)) return;
  m_requestedVersion = m_version;
  m_requestedCars = m_cars;
  m_pictureMs = nowMs;
  const QSizeF size((viewport.size() * kCarOverscan).toSize());
  const MapViewport wanted(viewport.centre(), viewport.zoom(), size);
  m_requestedViewport = wanted;
  const QPointF shift((size.width() - viewport.size().width()) / 2, (size.height() - viewport.size().height()) / 2);
  m_worker.request([wanted, nowMs, cars = m_cars, look = m_look, hidden = m_hidden, chosen = m_chosen,
                    pen = m_workerPainter, tag = m_version, below = m_namesBelow, keepFree = m_keepFree, shift] {
    const double ratio = look.atlas->devicePixelRatio();
    QImage image((wanted.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    auto drawn = std::make_shared<DrawnCars>(DrawnCars{makeCarScene(*cars, wanted, nowMs, hidden, chosen), cars});
    std::vector<QRectF> taken = below.in(wanted);
    if (!keepFree.isEmpty()) taken.push_back(keepFree.translated(shift));
    pen->paint(painter, drawn->scene, *cars, look, wanted.size(), taken);
    painter.end();
    return MapPicture{image, wanted, tag, {}, std::move(drawn), pen->inked().parts()};
  });
}

std::optional<int> CarLayer::nextFrameMs(const MapViewport& viewport, qint64 nowMs) const {
  const auto& drawn = m_picture.newest().cars;
  if (usesWorker() && drawn && drawn->cars != m_cars) return kPictureEveryMs;
  if (!glidingShows(viewport)) return std::nullopt;
  const auto isMoving = [nowMs](const MapCar& car) { return car.glide.isMoving(nowMs); };
  // Of many cars the worker has looked.
  const bool moving =
      usesWorker() ? drawn && drawn->scene.moving : std::any_of(m_cars->begin(), m_cars->end(), isMoving);
  if (!moving) return std::nullopt;
  const double ms = kStepPx * viewport.metresPerPixel() / kFastMetresPerSecond * 1000;
  return std::clamp(int(ms), kShortestFrameMs, kLongestFrameMs);
}

}  // namespace carport::ui
