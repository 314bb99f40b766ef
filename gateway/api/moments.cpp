#include "gateway/api/moments.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/live_frame.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace carport::api {

namespace {

nlohmann::json headOf(const FleetMoments& value) {
  return {{"from", toMs(value.from)},
          {"to", toMs(value.to)},
          {"stepMs", value.step.count()},
          {"lookBackMs", value.lookBack.count()}};
}

nlohmann::json numberOrNull(double value) {
  return std::isnan(value) ? nlohmann::json() : nlohmann::json(value);
}

}  // namespace

nlohmann::json toJson(const FleetMoments& value) {
  nlohmann::json json = headOf(value);
  nlohmann::json rows = nlohmann::json::array();
  for (const CarPosition& fix : value.fixes) {
    rows.push_back(
        nlohmann::json::array({fix.car.value, toMs(fix.time), numberOrNull(fix.latitude), numberOrNull(fix.longitude),
                               numberOrNull(fix.speed), numberOrNull(fix.heading), nameOf(fix.activity)}));
  }
  json["fixes"] = std::move(rows);
  return json;
}

std::string toPackedCbor(const FleetMoments& value) {
  nlohmann::json json = headOf(value);
  nlohmann::json frames = nlohmann::json::array();
  for (std::span rest(value.fixes); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kMaxLiveFrameCars));
    const std::string frame = encodeLiveFrame(some);
    frames.push_back(nlohmann::json::binary({frame.begin(), frame.end()}));
    rest = rest.subspan(some.size());
  }
  json["frames"] = std::move(frames);
  std::string bytes;
  nlohmann::json::to_cbor(json, bytes);
  return bytes;
}

}  // namespace carport::api
