#include "ui/client/moment_answers.h"

#include "gateway/api/json_codec.h"
#include "gateway/api/live_frame.h"
#include "ui/client/client_errc.h"

#include <QCborArray>
#include <QCborMap>
#include <QCborValue>

#include <nlohmann/json.hpp>

#include <span>
#include <string_view>

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

}  // namespace

Result<api::FleetMoments> fleetMoments(const HttpAnswer& answer) {
  const QCborMap map = QCborValue::fromCbor(answer.body).toMap();
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
  return api::fromJson<api::FleetHistory>(*json);
}

}  // namespace carport::ui::answers
