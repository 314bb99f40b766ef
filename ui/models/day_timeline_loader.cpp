#include "ui/models/day_timeline_loader.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"

#include <QDateTime>

#include <algorithm>

namespace carport::ui {

namespace {

TimePoint beginningOf(const QDate& day) {
  return fromMs(day.startOfDay().toMSecsSinceEpoch());
}

QDate dayOf(TimePoint time) {
  return QDateTime::fromMSecsSinceEpoch(toMs(time)).date();
}

}  // namespace

DayTimelineLoader::DayTimelineLoader(GatewayClient& client, const CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  connect(&m_tick, &QTimer::timeout, this, [this] {
    followMoment();
    rebuild();
  });
  connect(&store, &CarStore::liveChanged, this, &DayTimelineLoader::followMoment);
  connect(&store, &CarStore::momentChanged, this, &DayTimelineLoader::followMoment);
  connect(&client, &GatewayClient::refreshNeeded, this, &DayTimelineLoader::refresh);
}

DayTimelineLoader::~DayTimelineLoader() {
  m_reply.cancel();
}

QDate DayTimelineLoader::today() const {
  return dayOf(m_client.now());
}

void DayTimelineLoader::followMoment() {
  const QDate day = dayOf(m_store.now());
  if (day == m_momentDay) return;
  m_momentDay = day;
  setDay(day);
}

TimeRange DayTimelineLoader::range() const {
  return {beginningOf(m_day), beginningOf(m_day.addDays(1))};
}

void DayTimelineLoader::setCar(const QString& carId, PrincipalNumber car) {
  m_reply.cancel();
  m_carId = carId;
  m_car = car;
  m_day = m_momentDay = dayOf(m_store.now());
  m_points.clear();
  m_fetched = 0;
  m_timeline = m_current = {};
  m_trouble.clear();
  if (carId.isEmpty()) {
    m_tick.stop();
  } else {
    m_tick.start(kTickMs);
    refresh();
  }
  emit changed();
}

void DayTimelineLoader::setDay(const QDate& day) {
  const QDate wanted = std::min(day, today());
  if (wanted == m_day || m_carId.isEmpty()) return;
  m_day = wanted;
  m_points.clear();
  m_fetched = 0;
  m_timeline = {};
  m_trouble.clear();
  m_reply.cancel();
  refresh();
  emit changed();
}

void DayTimelineLoader::refresh() {
  if (m_carId.isEmpty() || !m_client.isConnected()) return;
  api::HistoryQuery query;
  query.metrics = {api::metric::kSpeed};
  query.from = beginningOf(m_day.addDays(-1));
  query.to = beginningOf(m_day.addDays(1));
  query.maxPoints = kMaxPoints;
  m_reply.cancel();
  m_reply = m_client.history(m_carId, query);
  m_reply.then(this, [this](const Result<api::History>& history) { onHistory(history); });
}

void DayTimelineLoader::onHistory(const Result<api::History>& history) {
  m_trouble = history ? QString() : QString::fromStdString(history.error().message());
  if (history) {
    m_points.clear();
    if (!history->series.empty()) m_points = history->series.front().points;
    m_fetched = m_points.size();
    // Buckets are whole minutes; single samples have no width.
    m_bucket = history->exact ? Milliseconds(0) : Milliseconds(std::chrono::minutes(1));
  }
  rebuild();
}

void DayTimelineLoader::addState(const api::CarState& state) {
  if (state.position.car != m_car || !isToday()) return;
  const auto speed = state.metrics.find(api::metric::kSpeed);
  if (speed == state.metrics.end()) return;
  const double kmh = speed->second.value;
  const api::HistoryPoint point{speed->second.time, kmh, kmh, kmh, kmh, 1};
  if (!m_points.empty() && point.time <= m_points.back().time) return;
  m_points.push_back(point);
  if (m_points.size() > m_fetched + kMaxLive) refresh();
}

void DayTimelineLoader::rebuild() {
  m_timeline = DayTimeline::of(m_points, m_bucket, std::min(m_client.now(), range().to));
  if (isToday()) m_current = m_timeline;
  emit changed();
}

std::optional<DayTimeline::Since> DayTimelineLoader::since() const {
  return m_current.since();
}

}  // namespace carport::ui
