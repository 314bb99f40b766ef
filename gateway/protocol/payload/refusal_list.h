#pragma once

#include "gateway/api/car_state.h"
#include "gateway/protocol/payload/refusal_report.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace carport::payload {

/// Collects what is refused in one payload, up to a limit; behind it the last entry says how many more there were.
/// Owner: one decode() call.
class RefusalList {
 public:
  /// `report` is told everything too, by the object's place; null: nobody waits to be told.
  RefusalList(std::vector<api::Refusal>& out, TimePoint arrival, RefusalReport* report = nullptr)
      : m_out(out), m_begin(out.size()), m_arrival(arrival), m_report(report) {}

  /// From now on every reason says that it is about this object of the payload's array; 0 where there is no array.
  void setObject(std::size_t oneBased) { m_object = oneBased; }
  /// `field` as the payload spells it; shortened where it is longer than a name may be.
  void add(std::string_view field, std::string_view reason);
  /// Nothing of the object was kept.
  void objectDropped();
  /// Takes everything back.
  void withdraw();

 private:
  std::size_t place() const { return m_object == 0 ? 0 : m_object - 1; }

  std::vector<api::Refusal>& m_out;
  std::size_t m_begin;
  TimePoint m_arrival;
  RefusalReport* m_report;
  std::size_t m_object = 0;
  std::size_t m_count = 0;
};

/// At most `maxBytes` of `text`, cut between characters, with "…" where something was cut.
std::string shortened(std::string_view text, std::size_t maxBytes);

}  // namespace carport::payload
