#pragma once

#include "gateway/base/strong_id.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Numbers for the names of metrics and attributes, so that samples carry four bytes instead of text. Grows only, up to
/// a limit. Any thread.
class MetricNames {
 public:
  /// Most different names in one gateway: a car that invents names must not fill the memory.
  static constexpr std::size_t kMaxNames = 4096;
  static constexpr std::size_t kMaxNameBytes = 64;

  /// The well-known names get the numbers 1 to 5 (lat, lon, alt, speed, heading).
  static constexpr MetricId kLatitudeId{1}, kLongitudeId{2}, kAltitudeId{3}, kSpeedId{4}, kHeadingId{5};

  MetricNames();

  /// Most names that one organisation may be the first to use since the start: the others need some, too.
  static constexpr std::size_t kMaxNamesOfOrganisation = 1024;

  /// The number of `name`, a new one where it is new; none where the limit is reached or the name is not acceptable.
  /// `organisation`: whose car uses it; empty: the house's, or what is stored.
  std::optional<MetricId> intern(std::string_view name, std::string_view organisation = {});
  bool hasBroughtTooMany(std::string_view organisation) const;
  /// The name of a number that intern() gave; stays valid as long as this object.
  std::string_view name(MetricId id) const;

 private:
  // Guards the members below. Readers on every thread meet the same few names; a post would cost more than the look-up.
  mutable std::shared_mutex m_mutex;
  std::deque<std::string> m_names;  // a deque keeps its elements where they are
  std::unordered_map<std::string_view, MetricId> m_ids;
  std::map<std::string, std::size_t, std::less<>> m_brought;  // by organisation
};

}  // namespace carport
