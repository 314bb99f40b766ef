#include "ui/models/trail_loader.h"

#include "gateway/api/car_state.h"
#include "ui/client/gateway_client.h"

#include <cmath>
#include <limits>
#include <unordered_map>

namespace carport::ui {

namespace {

const api::HistorySeries* seriesOf(const api::History& history, const char* metric) {
  for (const api::HistorySeries& series : history.series) {
    if (series.metric == metric) return &series;
  }
  return nullptr;
}

std::unordered_map<std::int64_t, double> byTime(const api::HistorySeries* series) {
  std::unordered_map<std::int64_t, double> values;
  if (!series) return values;
  values.reserve(series->points.size());
  for (const api::HistoryPoint& point : series->points) values[toMs(point.time)] = point.last;
  return values;
}

}  // namespace

std::vector<TrailPoint> trailFromHistory(const api::History& history) {
  std::vector<TrailPoint> trail;
  const api::HistorySeries* latitudes = seriesOf(history, api::metric::kLatitude);
  if (!latitudes) return trail;
  const auto longitudes = byTime(seriesOf(history, api::metric::kLongitude));
  const auto speeds = byTime(seriesOf(history, api::metric::kSpeed));
  trail.reserve(latitudes->points.size());
  for (const api::HistoryPoint& point : latitudes->points) {
    const auto longitude = longitudes.find(toMs(point.time));
    if (longitude == longitudes.end()) continue;
    const auto speed = speeds.find(toMs(point.time));
    const float kmh =
        speed == speeds.end() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(speed->second);
    trail.push_back({toWorld({point.last, longitude->second}), kmh, point.time});
  }
  return trail;
}

TrailLoader::TrailLoader(GatewayClient& client, QObject* parent) : QObject(parent), m_client(client) {}

void TrailLoader::load(const QString& carId, PrincipalNumber car, TimePoint newest) {
  m_reply.cancel();
  api::HistoryQuery query;
  query.car = car;
  query.metrics = {api::metric::kLatitude, api::metric::kLongitude, api::metric::kSpeed};
  query.from = newest - kLength;
  query.to = newest + Milliseconds(1);
  query.maxPoints = kMaxPoints;
  m_reply = m_client.history(carId, query);
  m_reply.then(this, [this, car](const Result<api::History>& history) {
    if (history) emit loaded(car, trailFromHistory(*history));
  });
}

void TrailLoader::cancel() {
  m_reply.cancel();
}

}  // namespace carport::ui
