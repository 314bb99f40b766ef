#include "gateway/api/latest.h"

#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <utility>

namespace carport::api {

namespace {

/// Numbers one after the other, little-endian, whatever the machine.
template <class Unsigned>
class PackedNumbers {
 public:
  explicit PackedNumbers(std::size_t count) { m_bytes.reserve(count * sizeof(Unsigned)); }
  void add(Unsigned number) {
    for (std::size_t n = 0; n < sizeof(Unsigned); ++n) m_bytes.push_back(static_cast<std::uint8_t>(number >> (8 * n)));
  }
  nlohmann::json take() { return nlohmann::json::binary(std::move(m_bytes)); }

 private:
  std::vector<std::uint8_t> m_bytes;
};

nlohmann::json latestHead(const FleetLatest& value) {
  nlohmann::json json = {{"at", toMs(value.at)}, {"whole", value.isWhole}};
  if (value.leftOut > 0) json["leftOut"] = value.leftOut;
  return json;
}

}  // namespace

nlohmann::json toJson(const FleetLatest& value) {
  nlohmann::json json = latestHead(value);
  nlohmann::json& cars = json["cars"] = nlohmann::json::array();
  for (const PrincipalNumber car : value.cars) cars.push_back(car.value);
  nlohmann::json& columns = json["columns"] = nlohmann::json::array();
  for (const FleetLatest::Column& column : value.columns) {
    nlohmann::json values = nlohmann::json::array(), times = nlohmann::json::array();
    for (std::size_t n = 0; n < column.values.size(); ++n) {
      const bool has = !std::isnan(column.values[n]);
      values.push_back(has ? nlohmann::json(column.values[n]) : nlohmann::json());
      times.push_back(has ? nlohmann::json(column.timesMs[n]) : nlohmann::json());
    }
    columns.push_back({{"metric", column.metric}, {"values", std::move(values)}, {"times", std::move(times)}});
  }
  return json;
}

std::string toPackedCbor(const FleetLatest& value) {
  nlohmann::json json = latestHead(value);
  PackedNumbers<std::uint32_t> cars(value.cars.size());
  for (const PrincipalNumber car : value.cars) cars.add(car.value);
  json["cars"] = cars.take();
  nlohmann::json& columns = json["columns"] = nlohmann::json::array();
  for (const FleetLatest::Column& column : value.columns) {
    PackedNumbers<std::uint64_t> values(column.values.size()), times(column.timesMs.size());
    for (const double one : column.values) values.add(std::bit_cast<std::uint64_t>(one));
    for (const std::int64_t one : column.timesMs) times.add(static_cast<std::uint64_t>(one));
    columns.push_back({{"metric", column.metric}, {"values", values.take()}, {"times", times.take()}});
  }
  std::string bytes;
  nlohmann::json::to_cbor(json, bytes);
  return bytes;
}

}  // namespace carport::api
