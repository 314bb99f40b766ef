#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace carport {

/// A number that cannot be mixed up with another kind of number. Zero means "none".
template <class Tag, class Rep>
struct StrongId {
  using Value = Rep;
  Rep value = 0;

  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const StrongId&) const = default;
};

/// Registry number of a principal (car, user, service, group): stable for its life, never used again.
/// 32 bits, because packed live frames and column blocks carry it.
using PrincipalNumber = StrongId<struct PrincipalTag, std::uint32_t>;
/// Number of an access rule.
using RuleNumber = StrongId<struct RuleTag, std::int64_t>;
/// Number of a stored event; grows with arrival.
using EventNumber = StrongId<struct EventTag, std::int64_t>;
/// Number of a metric's or attribute's name inside this process (see MetricNames); never stored.
using MetricId = StrongId<struct MetricTag, std::uint32_t>;

}  // namespace carport

template <class Tag, class Rep>
struct std::hash<carport::StrongId<Tag, Rep>> {
  std::size_t operator()(carport::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
