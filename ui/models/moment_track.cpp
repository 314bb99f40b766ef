#include "ui/models/moment_track.h"

#include "gateway/api/car_state.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/trail_loader.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {
constexpr int kMomentTrackSoonMs = 150;  // while a hand moves the period
constexpr int kMomentTrackCoarser = 4;   // a period so much shorter than what is known is asked for anew
}  // namespace

MomentTrack::MomentTrack(GatewayClient& client, const CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_soon.setSingleShot(true);
  m_soon.setInterval(kMomentTrackSoonMs);
  connect(&m_soon, &QTimer::timeout, this, &MomentTrack::load);
  connect(&store, &CarStore::positionsChanged, this, [this](const std::vector<CarStore::Row>& rows) {
    const auto row = m_store.rowOf(m_car);
    if (row && std::find(rows.begin(), rows.end(), *row) != rows.end()) addNewest();
  });
}

void MomentTrack::setCar(const QString& id, PrincipalNumber car) {
  if (car == m_car && id == m_id) return;
  m_id = id;
  m_car = car;
  m_reply.cancel();
  m_points.clear();
  m_loaded = {};
  m_reachesPresent = false;
  if (!m_wanted.isEmpty() && !id.isEmpty()) m_soon.start();
  emit changed();
}

bool MomentTrack::covers(const TimeRange& period) const {
  if (m_loaded.isEmpty() || period.from < m_loaded.from) return false;
  if (!m_reachesPresent && period.to > m_loaded.to) return false;
  return m_loaded.length() <= kMomentTrackCoarser * period.length();
}

void MomentTrack::setPeriod(const TimeRange& period) {
  m_wanted = period;
  if (m_id.isEmpty() || period.isEmpty() || covers(period) || m_soon.isActive()) return;
  m_soon.start();
}

void MomentTrack::load() {
  if (m_id.isEmpty() || m_wanted.isEmpty() || covers(m_wanted)) return;
  const Milliseconds margin = m_wanted.length() / 4;
  const TimePoint present = m_client.now();
  const TimeRange asked{m_wanted.from - margin, m_wanted.to + margin};
  api::HistoryQuery query;
  query.car = m_car;
  query.metrics = {api::metric::kLatitude, api::metric::kLongitude, api::metric::kSpeed};
  query.from = asked.from;
  query.to = asked.to;
  query.maxPoints = kMaxPoints;
  m_reply.cancel();
  m_reply = m_client.history(m_id, query);
  m_reply.then(this, [this, asked, present](const Result<api::History>& history) {
    // Without an answer what was known stays, and the next movement asks again.
    if (!history) return;
    m_loaded = asked;
    m_reachesPresent = asked.to >= present;
    m_points = trailFromHistory(*history);
    if (m_reachesPresent) addNewest();
    emit changed();
  });
}

void MomentTrack::addNewest() {
  const auto row = m_store.rowOf(m_car);
  if (!row || !m_reachesPresent || !m_store.isLive() || !m_store.hasFix(*row)) return;
  const api::CarPosition newest = m_store.position(*row);
  if (!m_points.empty() && newest.time <= m_points.back().time) return;
  m_points.push_back({toWorld({newest.latitude, newest.longitude}), float(newest.speed), newest.time});
  // A page that stays open for days asks anew rather than growing.
  if (m_points.size() > 2 * kMaxPoints) m_loaded = {};
  emit changed();
}

std::optional<TrailPoint> MomentTrack::at(TimePoint time) const {
  const auto after = std::upper_bound(m_points.begin(), m_points.end(), time,
                                      [](TimePoint t, const TrailPoint& point) { return t < point.time; });
  const auto near = [&](const TrailPoint& point) {
    return std::chrono::abs(point.time - time) <= kGapTime ? std::optional(point) : std::nullopt;
  };
  if (m_points.empty()) return std::nullopt;
  if (after == m_points.begin()) return near(*after);
  const TrailPoint& before = *std::prev(after);
  if (after == m_points.end()) return near(before);
  const double shift = nearestCopy(after->world.x(), before.world.x()) - before.world.x();
  const double apart = std::hypot(shift, after->world.y() - before.world.y());
  if (after->time - before.time > kGapTime && apart > kSamePlace) return near(before);
  const double part = double((time - before.time).count()) / double((after->time - before.time).count());
  return TrailPoint{before.world + QPointF(shift, after->world.y() - before.world.y()) * part, before.speedKmh, time};
}

}  // namespace carport::ui
