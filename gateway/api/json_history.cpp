#include "gateway/api/json_fields.h"

namespace carport::api {

namespace {

constexpr std::size_t kPointFields = 6;
constexpr std::size_t kBucketFields = 5;

/// [time,min,max,mean,last,count]: a point is a row, not an object, because there are thousands.
nlohmann::json toJson(const HistoryPoint& value) {
  return nlohmann::json::array({toMs(value.time), value.min, value.max, value.mean, value.last, value.count});
}

bool isPoint(const nlohmann::json& json) {
  if (!json.is_array() || json.size() != kPointFields || !json[0].is_number_integer()) return false;
  for (std::size_t i = 1; i < kPointFields - 1; ++i) {
    if (!json[i].is_number()) return false;
  }
  return json[kPointFields - 1].is_number_unsigned() &&
         json[kPointFields - 1].get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

template <>
Result<HistoryPoint> fromJson<HistoryPoint>(const nlohmann::json& json) {
  if (!isPoint(json)) return fail(ApiErrc::badField, "A point must be [time,min,max,mean,last,count]");
  return HistoryPoint{fromMs(json[0].get<std::int64_t>()),
                      json[1].get<double>(),
                      json[2].get<double>(),
                      json[3].get<double>(),
                      json[4].get<double>(),
                      json[5].get<std::uint32_t>()};
}

template <>
Result<HistorySeries> fromJson<HistorySeries>(const nlohmann::json& json) {
  HistorySeries value;
  FieldReader fields(json);
  fields.text("metric", value.metric).values("points", value.points, kMaxHistoryPoints);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const History& value) {
  nlohmann::json series = nlohmann::json::array();
  for (const HistorySeries& one : value.series) {
    nlohmann::json points = nlohmann::json::array();
    for (const HistoryPoint& point : one.points) points.push_back(toJson(point));
    series.push_back({{"metric", one.metric}, {"points", std::move(points)}});
  }
  return {{"exact", value.exact}, {"series", std::move(series)}};
}

template <>
Result<History> fromJson<History>(const nlohmann::json& json) {
  History value;
  FieldReader fields(json);
  fields.boolean("exact", value.exact).values("series", value.series, kMaxHistoryMetrics);
  return fields.finish(std::move(value));
}

template <>
Result<FleetBucket> fromJson<FleetBucket>(const nlohmann::json& json) {
  const bool isRow = json.is_array() && json.size() == kBucketFields && json[0].is_number_integer() &&
                     std::all_of(json.begin(), json.end(), [](const auto& one) { return one.is_number(); }) &&
                     json[kBucketFields - 1].is_number_unsigned();
  if (!isRow) return fail(ApiErrc::badField, "A bucket must be [time,min,max,mean,count]");
  return FleetBucket{fromMs(json[0].get<std::int64_t>()), json[1].get<double>(), json[2].get<double>(),
                     json[3].get<double>(), json[4].get<std::uint64_t>()};
}

nlohmann::json toJson(const FleetHistory& value) {
  nlohmann::json buckets = nlohmann::json::array();
  for (const FleetBucket& one : value.buckets)
    buckets.push_back(nlohmann::json::array({toMs(one.time), one.min, one.max, one.mean, one.count}));
  return {{"metric", value.metric}, {"bucketMs", value.bucketWidth.count()}, {"buckets", std::move(buckets)}};
}

template <>
Result<FleetHistory> fromJson<FleetHistory>(const nlohmann::json& json) {
  FleetHistory value;
  std::int64_t width = 0;
  FieldReader fields(json);
  fields.text("metric", value.metric).integer("bucketMs", width).values("buckets", value.buckets, kMaxFleetBuckets);
  value.bucketWidth = Milliseconds(width);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
