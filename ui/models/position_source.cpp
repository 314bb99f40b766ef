#include "ui/models/position_source.h"

#include "ui/models/phrases.h"

#include <QGeoPositionInfo>
#include <QGeoPositionInfoSource>

#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr int kPositionEveryMs = 2'000;

}  // namespace

PositionSource::PositionSource(QObject* parent)
    : QObject(parent), m_maker([](QObject* owner) { return QGeoPositionInfoSource::createDefaultSource(owner); }) {
  m_silence.setSingleShot(true);
  m_silence.setInterval(kLostAfterMs);
  connect(&m_silence, &QTimer::timeout, this, [this] {
    if (m_state == State::known) setState(State::lost);
  });
}

PositionSource::~PositionSource() = default;

void PositionSource::setMaker(Maker maker) {
  m_maker = std::move(maker);
}

void PositionSource::start() {
  if (m_source) return;
  m_source.reset(m_maker(nullptr));
  if (!m_source) return setState(State::none);
  m_source->setPreferredPositioningMethods(QGeoPositionInfoSource::AllPositioningMethods);
  m_source->setUpdateInterval(kPositionEveryMs);
  connect(m_source.get(), &QGeoPositionInfoSource::positionUpdated, this, &PositionSource::take);
  connect(m_source.get(), &QGeoPositionInfoSource::errorOccurred, this,
          [this](QGeoPositionInfoSource::Error error) { takeError(int(error)); });
  setState(State::searching);
  m_source->startUpdates();
  // Some services refuse at once, and say so in no signal.
  if (m_source && m_source->error() != QGeoPositionInfoSource::NoError) takeError(int(m_source->error()));
}

void PositionSource::stop() {
  m_silence.stop();
  if (m_source) {
    m_source->disconnect(this);
    m_source->stopUpdates();
    m_source.release()->deleteLater();
  }
  m_fix.reset();
  setState(State::off);
}

void PositionSource::take(const QGeoPositionInfo& info) {
  const QGeoCoordinate place = info.coordinate();
  if (!place.isValid()) return;
  Fix fix{{place.latitude(), place.longitude()}, std::nullopt, info.timestamp()};
  const double accuracy = info.attribute(QGeoPositionInfo::HorizontalAccuracy);
  if (info.hasAttribute(QGeoPositionInfo::HorizontalAccuracy) && std::isfinite(accuracy) && accuracy > 0)
    fix.accuracyMetres = accuracy;
  m_fix = fix;
  m_silence.start();
  m_state = State::known;
  emit changed();
}

void PositionSource::takeError(int error) {
  switch (error) {
    case QGeoPositionInfoSource::NoError:
      return;
    case QGeoPositionInfoSource::AccessError:
      m_fix.reset();
      return setState(State::refused);
    case QGeoPositionInfoSource::UpdateTimeoutError:
      return setState(m_fix ? State::lost : State::searching);
    default:
      // Closed or unknown: whether it was there before says which.
      return setState(m_fix ? State::lost : State::none);
  }
}

void PositionSource::setState(State state) {
  if (state == m_state) return;
  m_state = state;
  emit changed();
}

QString PositionSource::words() const {
  switch (m_state) {
    case State::searching:
      return tr("Looking for this computer's position…");
    case State::known:
      return m_fix->accuracyMetres ? tr("Known to within %1").arg(phrases::distance(*m_fix->accuracyMetres))
                                   : tr("Known; how accurately is not said");
    case State::lost:
      return tr("No news for a while; the last known position is shown");
    case State::refused:
      return tr("The system does not let Carport know. Allow it in the system's settings for location");
    case State::none:
      return tr("This computer has no positioning service");
    case State::off:
      break;
  }
  return tr("Where this computer is. Off until it is switched on");
}

}  // namespace carport::ui
