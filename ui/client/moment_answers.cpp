#include "ui/client/moment_answers.h"

#include "gateway/api/json_codec.h"
#include "gateway/api/live_frame.h"
#include "ui/client/cbor_answer.h"
#include "ui/client/client_errc.h"

#include <QCborArray>
#include <QtEndian>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::ui::answers {

namespace {

/// Beside the fixes of the stretch each car has one of before.
constexpr std::size_t kMaxFixes = api::kMaxPackedMoments + 200'000;

/// The year 9999.
constexpr std::int64_t kLatestMs = 253'402'300'799'999;

std::optional<std::int64_t> integerOf(const QCborMap& map, const char* key) {
  const QCborValue value = map.value(QLatin1String(key));
  return value.isInteger() ? std::optional<std::int64_t>(value.toInteger()) : std::nullopt;
}

Result<nlohmann::json> objectOf(const HttpAnswer& answer) {
  const auto json = api::parseJson(std::string_view(answer.body.constData(), std::size_t(answer.body.size())));
  if (!json || !json->is_object()) return fail(ClientErrc::unreadableAnswer);
  return json;
}

/// Numbers that are packed little-endian one after the other; what is left at the end is no number.
template <class T>
std::vector<T> packedNumbers(const QCborValue& value) {
  const QByteArray bytes = value.toByteArray();
  std::vector<T> numbers(std::size_t(bytes.size()) / sizeof(T));
  // Nothing is copied from nowhere to nowhere.
  if (!numbers.empty()) qFromLittleEndian<T>(bytes.constData(), qsizetype(numbers.size()), numbers.data());
  return numbers;
}

}  // namespace

Result<api::FleetMoments> fleetMoments(const HttpAnswer& answer) {
  const QCborMap map = cborMapOf(answer);
  const auto from = integerOf(map, "from"), to = integerOf(map, "to");
  const auto step = integerOf(map, "stepMs"), lookBack = integerOf(map, "lookBackMs");
  const QCborValue frames = map.value(QLatin1String("frames"));
  if (!from || !to || !step || !lookBack || !frames.isArray()) return fail(ClientErrc::unreadableAnswer);
  // What is reckoned with must not go beyond what times can hold.
  const bool isSound = *from >= 0 && *to >= *from && *to <= kLatestMs && *step >= 0 &&
                       *step <= api::kMaxMomentsRange.count() && *lookBack >= 0 &&
                       *lookBack <= api::kMaxMomentLookBack.count();
  if (!isSound) return fail(ClientErrc::unreadableAnswer);
  api::FleetMoments moments{fromMs(*from), fromMs(*to), Milliseconds(*step), Milliseconds(*lookBack), {}};
  for (const QCborValue& frame : frames.toArray()) {
    const QByteArray bytes = frame.toByteArray();
    const auto fixes = api::decodeLiveFrame(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))));
    if (!fixes) return failFrom(fixes);
    if (moments.fixes.size() + fixes->size() > kMaxFixes) return fail(ClientErrc::answerTooLarge);
    moments.fixes.insert(moments.fixes.end(), fixes->begin(), fixes->end());
  }
  return moments;
}

Result<api::FleetLatest> fleetLatest(const HttpAnswer& answer) {
  const QCborMap map = cborMapOf(answer);
  const auto at = integerOf(map, "at");
  const QCborValue cars = map.value(QLatin1String("cars")), columns = map.value(QLatin1String("columns"));
  const QCborValue isWhole = map.value(QLatin1String("whole"));
  if (!at || !cars.isByteArray() || !columns.isArray() || !isWhole.isBool()) return fail(ClientErrc::unreadableAnswer);
  const bool isSound = *at >= 0 && *at <= kLatestMs && columns.toArray().size() <= qsizetype(api::kMaxLatestMetrics);
  if (!isSound) return fail(ClientErrc::unreadableAnswer);
  api::FleetLatest latest;
  latest.at = fromMs(*at);
  latest.isWhole = isWhole.toBool();
  for (const std::uint32_t car : packedNumbers<std::uint32_t>(cars)) latest.cars.push_back(PrincipalNumber{car});
  latest.leftOut = std::size_t(std::max<std::int64_t>(0, integerOf(map, "leftOut").value_or(0)));
  for (const QCborValue& one : columns.toArray()) {
    const QCborMap column = one.toMap();
    api::FleetLatest::Column read;
    read.metric = column.value(QLatin1String("metric")).toString().toStdString();
    read.values = packedNumbers<double>(column.value(QLatin1String("values")));
    read.timesMs = packedNumbers<std::int64_t>(column.value(QLatin1String("times")));
    const bool fits = read.values.size() == latest.cars.size() && read.timesMs.size() == latest.cars.size();
    if (!fits || read.metric.empty()) return fail(ClientErrc::unreadableAnswer);
    // What is reckoned with must not go beyond what times can hold.
    for (std::int64_t& time : read.timesMs) time = std::clamp<std::int64_t>(time, 0, kLatestMs);
    latest.columns.push_back(std::move(read));
  }
  return latest;
}

Result<std::optional<api::CarState>> carMoment(const HttpAnswer& answer) {
  const auto json = objectOf(answer);
  if (!json) return failFrom(json);
  if (!json->contains("state")) return std::optional<api::CarState>();
  auto state = api::fromJson<api::CarState>(json->at("state"));
  if (!state) return failFrom(state);
  return std::optional(*std::move(state));
}

Result<api::FleetHistory> fleetHistory(const HttpAnswer& answer) {
  const auto json = objectOf(answer);
  if (!json) return failFrom(json);
  auto history = api::fromJson<api::FleetHistory>(*json);
  if (!history) return failFrom(history);
  // What is reckoned with must not go beyond what times can hold.
  const auto isTime = [](std::int64_t ms) { return ms >= 0 && ms <= kLatestMs; };
  const bool isSound = isTime(history->bucketWidth.count()) &&
                       std::all_of(history->buckets.begin(), history->buckets.end(),
                                   [&](const api::FleetBucket& bucket) { return isTime(toMs(bucket.time)); });
  if (!isSound) return fail(ClientErrc::unreadableAnswer);
  return history;
}

}  // namespace carport::ui::answers
