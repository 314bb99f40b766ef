#include "gateway/storage/car_index.h"
#include "gateway/storage/retention_reduce.h"
#include "gateway/storage/rollup_codec.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;

namespace {

constexpr TimePoint kFrom = fromMs(1'700'000'000'000);
constexpr TimePoint kHour = fromMs(1'700'000'400'000);

void readIndex(std::span<const std::byte> bytes) {
  const auto spans = decodeCarIndex(bytes, kFrom);
  if (!spans) {
    fuzz::require(!spans.error().message().empty(), "every error has a sentence");
    static_cast<void>(findInCarIndex(bytes, kFrom, PrincipalNumber{7}));
    return;
  }
  std::uint64_t rows = 0;
  for (const CarSpan& span : *spans) {
    fuzz::require(span.rows.first == rows, "cars' rows follow upon each other");
    rows += span.rows.count;
    const auto found = findInCarIndex(bytes, kFrom, span.car);
    fuzz::require(found && found->car == span.car, "every car is found");
  }
  fuzz::require(rows <= kMaxBlockRows, "a block has its limit");
}

void readHour(std::span<const std::byte> bytes) {
  for (const auto detail : {StoredDetail::raw, StoredDetail::nothing}) {
    const auto left = reduceHourRollups(bytes, kHour, [&](PrincipalNumber) { return detail; });
    if (!left) return fuzz::require(!left.error().message().empty(), "every error has a sentence");
    if (!*left || (*left)->empty()) continue;  // nothing goes, or everything
    fuzz::require(decodeHourRollups(std::as_bytes(std::span(**left)), kHour).has_value(), "what is left can be read");
  }
}

}  // namespace

/// What stands beside blocks of samples, and what retention makes of an hour: damage is told, and read past nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  readIndex(bytes);
  readHour(bytes);
  const std::string blob = sealed(fuzz::asText(data, size));
  readHour(std::as_bytes(std::span(blob)));
  return 0;
}
