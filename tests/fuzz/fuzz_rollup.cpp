#include "gateway/storage/rollup_codec.h"
#include "tests/fuzz/fuzz_input.h"

#include <bit>
#include <cmath>
#include <string>

using namespace carport;

namespace {

constexpr TimePoint kHourStart = fromMs(1'700'000'400'000);

bool isSame(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Everything bit for bit but the sum, which may be put right by its last digit.
bool isSame(const Rollup& a, const Rollup& b) {
  const bool sums = isSame(a.sum, b.sum) || std::abs(a.sum - b.sum) <= 1e-15 * std::abs(a.sum);
  return a.first == b.first && a.end == b.end && a.count == b.count && isSame(a.min, b.min) && isSame(a.max, b.max) &&
         isSame(a.last, b.last) && sums;
}

void readHour(std::span<const std::byte> bytes) {
  const auto rollups = decodeHourRollups(bytes, kHourStart);
  if (!rollups) return fuzz::require(!rollups.error().message().empty(), "every error has a sentence");
  const auto encoded = encodeHourRollups(*rollups, kHourStart);
  const auto again = decodeHourRollups(std::as_bytes(std::span(encoded)), kHourStart);
  fuzz::require(again.has_value() && again->size() == rollups->size(), "what was encoded decodes");
  for (std::size_t i = 0; i < rollups->size(); ++i) {
    fuzz::require((*again)[i].car == (*rollups)[i].car, "the car comes back");
    if ((*rollups)[i].rollup.count == 0) continue;
    fuzz::require(isSame((*again)[i].rollup, (*rollups)[i].rollup), "the roll-up comes back");
  }
}

void readMinutes(std::span<const std::byte> bytes) {
  const auto minutes = MinuteRollups::open(bytes, kHourStart);
  if (!minutes) return fuzz::require(!minutes.error().message().empty(), "every error has a sentence");
  for (const std::uint32_t car : {0U, 1U, 7U, UINT32_MAX}) {
    const auto [first, end] = minutes->rangeOf(PrincipalNumber{car});
    fuzz::require(first <= end, "a car's minutes are a range");
  }
  for (const auto* name : {"", "a", "lat", "speed"}) static_cast<void>(minutes->metric(name));
}

}  // namespace

/// Roll-ups survive every damage, behind a checksum that is wrong and behind one that is right.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  readHour(bytes);
  readMinutes(bytes);
  const auto blob = sealed(fuzz::asText(data, size));
  const auto back = openSealed(std::as_bytes(std::span(blob)));
  fuzz::require(back && *back == fuzz::asText(data, size), "what was sealed opens");
  readHour(std::as_bytes(std::span(blob)));
  readMinutes(std::as_bytes(std::span(blob)));
  return 0;
}
