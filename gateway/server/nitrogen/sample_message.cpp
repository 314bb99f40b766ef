#include "gateway/server/nitrogen/sample_message.h"

#include "gateway/domain/nitrogen_message.h"

namespace carport {

namespace {

using Json = nlohmann::json;

constexpr double kKmhPerMs = 3.6;

Json locationBody(const SampleBatch& batch, const SampleBatch::Row& row) {
  Json body = Json::object();
  for (const MetricValue& value : batch.metrics(row)) {
    if (value.metric == MetricNames::kLatitudeId) body["latitude"] = value.value;
    if (value.metric == MetricNames::kLongitudeId) body["longitude"] = value.value;
    if (value.metric == MetricNames::kAltitudeId) body["altitude"] = value.value;
    if (value.metric == MetricNames::kHeadingId) body["heading"] = value.value;
    if (value.metric == MetricNames::kSpeedId) body["speed"] = value.value / kKmhPerMs;
  }
  return body.contains("latitude") && body.contains("longitude") ? body : Json();
}

}  // namespace

std::optional<Json> sampleMessage(const NitrogenIds& ids, const MetricNames& names, const SampleBatch& batch,
                                  const SampleBatch::Row& row, const std::string& type) {
  NitrogenDraft draft;
  draft.type = type;
  draft.ts = row.time;
  draft.indexUntil = nitrogenForever();
  if (type == "location") {
    draft.body = locationBody(batch, row);
  } else {
    draft.body = Json();
    for (const MetricValue& value : batch.metrics(row)) {
      if (names.name(value.metric) == type) draft.body = {{type, value.value}};
    }
  }
  if (!draft.body.is_object()) return std::nullopt;
  Json document = draft.document(ids.idOf(row.car), {});
  document["id"] = ids.idOfSample(row.car, row.time);
  return document;
}

}  // namespace carport
