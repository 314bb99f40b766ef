#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"
#include "gateway/base/text_hash.h"
#include "gateway/protocol/payload/refusal_list.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport::payload {

/// The numbers of names as one decoder has met them, so that known names take no lock. Owner: a TelemetryDecoder.
class NameCache {
 public:
  explicit NameCache(MetricNames& names) : m_names(names) {}

  /// Most names that one car may be the first to use here: one car must not use up the names of the whole fleet.
  static constexpr std::size_t kMaxNewNamesPerCar = 256;

  /// The number of a name that `car` uses; none where MetricNames does not take it or the car has brought too many.
  std::optional<MetricId> find(std::string_view name, PrincipalNumber car, std::string_view organisation);
  bool hasBroughtTooMany(PrincipalNumber car) const;
  bool hasBroughtTooMany(std::string_view organisation) const { return m_names.hasBroughtTooMany(organisation); }

 private:
  using Ids = TextMap<MetricId>;
  using Known = Ids::value_type;
  /// The two names that came latest behind another one.
  using Successors = std::array<const Known*, 2>;

  MetricId found(const Known& known);

  MetricNames& m_names;
  Ids m_ids;  // at most MetricNames::kMaxNames
  // By number of a name: cars send the same names in the same order, so the next one is known before it is looked up.
  std::vector<Successors> m_successors;
  MetricId m_last;
  // How many names each car brought; has a car for each name at most.
  std::unordered_map<PrincipalNumber, std::size_t> m_brought;
};

/// Checks the fields of one object after the other and puts what is good into rows of a SampleBatch. Knows nothing of
/// JSON. Owner: a TelemetryDecoder; one thread.
class RowBuilder {
 public:
  explicit RowBuilder(MetricNames& names) : m_cache(names) {}

  /// Whose the cars of the rows to come are; empty: the house's. Stays valid until the next.
  void setOrganisation(std::string_view organisation) { m_organisation = organisation; }
  void begin(PrincipalNumber car, TimePoint arrival, SampleBatch& out, RefusalList& refusals);
  /// False where the field's value is not wanted: its name was refused, with a reason. Call it before the value is
  /// given.
  bool startField(std::string_view name);
  void number(double value);
  void text(std::string_view value);
  void boolean(bool value);
  /// The value of the field that was started cannot be used.
  void refuse(std::string_view reason);
  /// Ends the object; false where nothing of it could be kept and there is no row.
  bool end();

 private:
  enum class FieldKind : std::uint8_t { time, latitude, longitude, speed, heading, other };

  bool isRepeated(MetricId id);
  void time(double ts);
  void addPosition();

  /// Why a name was not taken.
  std::string nameReason(std::string_view name) const;

  NameCache m_cache;
  PrincipalNumber m_car;
  std::string_view m_organisation;
  SampleBatch* m_out = nullptr;
  RefusalList* m_refusals = nullptr;
  TimePoint m_arrival{};
  std::string_view m_name;  // of the field that was started
  MetricId m_id;
  FieldKind m_kind = FieldKind::other;
  std::size_t m_fields = 0;
  std::size_t m_kept = 0;
  bool m_hasTime = false;
  std::optional<double> m_latitude;
  std::optional<double> m_longitude;
  bool m_latitudeRefused = false;
  bool m_longitudeRefused = false;
  std::uint32_t m_row = 0;               // counts rows, marks in m_lastRow
  std::vector<std::uint32_t> m_lastRow;  // by MetricId: the row that had it last, to find repeated names
};

}  // namespace carport::payload
