#include "gateway/storage/stored_cars.h"

#include "gateway/storage/car_index.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/sqlite_errors.h"

#include <algorithm>

namespace carport {

namespace {

/// Raises `highest` to the highest number among `cars`.
Result<void> raise(const Result<std::vector<CarSpan>>& cars, std::int64_t& highest) {
  if (!cars) return failFrom(cars);
  for (const CarSpan& span : *cars) highest = std::max<std::int64_t>(highest, span.car.value);
  return {};
}

Result<void> raiseFrom(DayFile& file, std::int64_t& highest) {
  Result<void> done;
  for (const BlockInfo& block : file.blocks().blocksAfter(0)) {
    file.blocks().withCars(block.number, [&](std::span<const std::byte> index) {
      if (done) done = raise(decodeCarIndex(index, block.from), highest);
    });
  }
  file.latest().forEach([&](std::span<const std::byte> data) {
    if (!done) return;
    const auto decoder = BlockDecoder::open(data);
    done = decoder ? raise(decoder->cars(), highest) : failFrom(decoder);
  });
  for (const char* sql : {"SELECT coalesce(max(car), 0) FROM event", "SELECT coalesce(max(car), 0) FROM alarm"}) {
    highest = std::max(highest, file.database().integer(sql));
  }
  return done;
}

}  // namespace

Result<PrincipalNumber> highestStoredCar(const std::filesystem::path& folder) {
  std::int64_t highest = 0;
  for (const Day day : listDays(folder)) {
    const auto path = dayFilePath(folder, day);
    const auto file = DayFile::openForReading(path);
    if (!file && file.error().is(StorageErrc::notFound)) continue;  // nothing was ever written to it
    if (!file) return failFrom(file);
    const auto done = guarded(path.string(), [&]() -> Result<void> { return raiseFrom(**file, highest); });
    if (!done) return failFrom(done);
  }
  return PrincipalNumber{static_cast<std::uint32_t>(std::min<std::int64_t>(highest, UINT32_MAX))};
}

}  // namespace carport
