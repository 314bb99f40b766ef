#include "gateway/protocol/payload/row_builder.h"

#include "gateway/protocol/payload/clock_check.h"
#include "gateway/protocol/payload/telemetry_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace carport::payload {

namespace {

constexpr std::string_view kTimeName = "ts";

}  // namespace

std::string RowBuilder::nameReason(std::string_view name) const {
  if (name.empty()) return "The name is empty.";
  if (name.size() > MetricNames::kMaxNameBytes) {
    return fmt::format("The name is longer than {} bytes.", MetricNames::kMaxNameBytes);
  }
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return "The name contains a control character.";
  }
  if (m_cache.hasBroughtTooMany(m_car)) {
    return fmt::format("The car has brought {} names that no other car uses, which is the most one car may.",
                       NameCache::kMaxNewNamesPerCar);
  }
  if (m_cache.hasBroughtTooMany(m_organisation)) {
    return fmt::format("The cars of {} have brought {} new names, which is the most one organisation may.",
                       m_organisation, MetricNames::kMaxNamesOfOrganisation);
  }
  return fmt::format("The gateway already knows {} different names and takes no new one.", MetricNames::kMaxNames);
}

std::optional<MetricId> NameCache::find(std::string_view name, PrincipalNumber car, std::string_view organisation) {
  if (m_last.value < m_successors.size()) {
    for (const Known* next : m_successors[m_last.value]) {
      if (next && next->first == name) return m_last = next->second;
    }
  }
  if (const auto known = m_ids.find(name); known != m_ids.end()) return found(*known);
  if (hasBroughtTooMany(car)) return std::nullopt;
  const auto id = m_names.intern(name, organisation);
  if (!id) return std::nullopt;
  ++m_brought[car];
  return found(*m_ids.emplace(name, *id).first);
}

MetricId NameCache::found(const Known& known) {
  if (m_last.value >= m_successors.size()) m_successors.resize(std::size_t{m_last.value} + 1);
  auto& [latest, before] = m_successors[m_last.value];
  before = latest;
  latest = &known;
  return m_last = known.second;
}

bool NameCache::hasBroughtTooMany(PrincipalNumber car) const {
  const auto brought = m_brought.find(car);
  return brought != m_brought.end() && brought->second >= kMaxNewNamesPerCar;
}

void RowBuilder::begin(PrincipalNumber car, TimePoint arrival, SampleBatch& out, RefusalList& refusals) {
  m_car = car;
  m_out = &out;
  m_refusals = &refusals;
  m_arrival = arrival;
  m_fields = m_kept = 0;
  m_hasTime = m_latitudeRefused = m_longitudeRefused = false;
  m_latitude.reset();
  m_longitude.reset();
  if (++m_row == 0) {  // counted through: old marks would look new
    std::fill(m_lastRow.begin(), m_lastRow.end(), 0);
    m_row = 1;
  }
  out.beginRow(car, arrival, arrival);
}

bool RowBuilder::isRepeated(MetricId id) {
  if (id.value >= m_lastRow.size()) m_lastRow.resize(std::size_t{id.value} + 1, 0);
  if (m_lastRow[id.value] == m_row) return true;
  m_lastRow[id.value] = m_row;
  return false;
}

bool RowBuilder::startField(std::string_view name) {
  m_name = name;
  m_kind = FieldKind::other;
  if (++m_fields > kMaxFieldsPerRow) {
    refuse(fmt::format("The object has more than {} fields.", kMaxFieldsPerRow));
    return false;
  }
  bool repeated = false;
  if (name == kTimeName) {
    m_kind = FieldKind::time;
    repeated = std::exchange(m_hasTime, true);
  } else {
    const auto id = m_cache.find(name, m_car, m_organisation);
    if (!id) {
      refuse(nameReason(name));
      return false;
    }
    m_id = *id;
    repeated = isRepeated(m_id);
    if (m_id == MetricNames::kLatitudeId) m_kind = FieldKind::latitude;
    if (m_id == MetricNames::kLongitudeId) m_kind = FieldKind::longitude;
    if (m_id == MetricNames::kSpeedId) m_kind = FieldKind::speed;
    if (m_id == MetricNames::kHeadingId) m_kind = FieldKind::heading;
  }
  if (repeated) m_refusals->add(name, "The name comes more than once in the object; the first value counts.");
  return !repeated;
}

void RowBuilder::refuse(std::string_view reason) {
  if (m_kind == FieldKind::latitude) m_latitudeRefused = true;
  if (m_kind == FieldKind::longitude) m_longitudeRefused = true;
  m_refusals->add(m_name, reason);
}

void RowBuilder::number(double value) {
  if (!std::isfinite(value)) return refuse("The number is not finite.");
  switch (m_kind) {
    case FieldKind::time:
      return time(value);
    case FieldKind::latitude:
      if (std::abs(value) > 90) return refuse(fmt::format("Latitude {} is outside -90 to 90 degrees.", value));
      m_latitude = value;
      return;
    case FieldKind::longitude:
      if (std::abs(value) > 180) return refuse(fmt::format("Longitude {} is outside -180 to 180 degrees.", value));
      m_longitude = value;
      return;
    case FieldKind::speed:
      if (value < 0) return refuse(fmt::format("Speed {} km/h is negative.", value));
      if (value > kMaxSpeedKmh) return refuse(fmt::format("Speed {} km/h is above {} km/h.", value, kMaxSpeedKmh));
      break;
    case FieldKind::heading:
      if (value < 0 || value > 360) return refuse(fmt::format("Heading {} is outside 0 to 360 degrees.", value));
      if (value == 360) value = 0;
      break;
    case FieldKind::other:
      break;
  }
  m_out->addMetric(m_id, value);
  ++m_kept;
}

void RowBuilder::time(double ts) {
  const auto [time, verdict] = checkTime(ts, m_arrival);
  m_out->setRowTime(time);
  switch (verdict) {
    case ClockVerdict::believed:
      return;
    case ClockVerdict::doubted:
      return refuse(
          "The time is more than 30 days in the past; it was kept as sent, but the car's clock may be wrong.");
    case ClockVerdict::tooFarAhead:
      return refuse(
          "The time is more than 5 minutes in the future, so the car's clock is wrong; the time of arrival was used.");
    case ClockVerdict::tooOld:
      return refuse("The time is before the year 2000, so the car's clock is wrong; the time of arrival was used.");
    case ClockVerdict::notATime:
      return refuse(
          "The number is not a time in seconds, milliseconds, microseconds or nanoseconds since 1970; the time of "
          "arrival was used.");
  }
}

void RowBuilder::text(std::string_view value) {
  if (m_kind == FieldKind::time) return refuse("The time is text and must be a number; the time of arrival was used.");
  if (m_id.value <= MetricNames::kHeadingId.value) return refuse("The value is text and must be a number.");
  if (value.size() > kMaxAttributeBytes) {
    return refuse(fmt::format("The text is longer than {} bytes.", kMaxAttributeBytes));
  }
  m_out->addAttribute(m_id, std::string(value));
  ++m_kept;
}

void RowBuilder::boolean(bool value) {
  if (m_kind == FieldKind::time || m_id.value <= MetricNames::kHeadingId.value) {
    return refuse("The value is true or false and must be a number.");
  }
  m_out->addAttribute(m_id, value);
  ++m_kept;
}

bool RowBuilder::end() {
  addPosition();
  if (m_kept != 0) return true;
  m_out->dropRow();
  m_refusals->objectDropped();
  return false;
}

void RowBuilder::addPosition() {
  if (m_latitude && m_longitude) {
    m_out->addMetric(MetricNames::kLatitudeId, *m_latitude);
    m_out->addMetric(MetricNames::kLongitudeId, *m_longitude);
    m_kept += 2;
  } else if (m_latitude) {
    m_refusals->add("lat", m_longitudeRefused ? "The longitude that belongs to it was refused."
                                              : "A latitude came without a longitude.");
  } else if (m_longitude) {
    m_refusals->add("lon", m_latitudeRefused ? "The latitude that belongs to it was refused."
                                             : "A longitude came without a latitude.");
  }
}

}  // namespace carport::payload
