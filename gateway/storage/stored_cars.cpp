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

/// Compaction moves samples from blocks to segments; files that it never met have no such table.
Result<void> raiseFromSegments(DayFile& file, std::int64_t& highest) {
  Result<void> done;
  if (file.database().integer("SELECT count(*) FROM sqlite_master WHERE name = 'segment'") == 0) return done;
  auto rows = file.database().query("SELECT cars, from_time FROM segment");
  while (done && rows.next()) done = raise(decodeCarIndex(rows.blob(0), rows.time(1)), highest);
  return done;
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
  if (done) done = raiseFromSegments(file, highest);
  return done;
}

PrincipalNumber asCar(std::int64_t number) {
  return PrincipalNumber{static_cast<std::uint32_t>(std::min<std::int64_t>(number, UINT32_MAX))};
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
  return asCar(highest);
}

PrincipalNumber highestNotedCar(const std::filesystem::path& folder) {
  std::int64_t highest = 0;
  const auto days = listDays(folder);
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    const auto path = dayFilePath(folder, *day);
    const auto file = DayFile::openForReading(path);
    if (!file) continue;
    bool noted = false;
    (void)guarded(path.string(), [&]() -> Result<void> {
      if (const auto car = notedHighestCar((*file)->database())) {
        noted = true;
        highest = std::max<std::int64_t>(highest, car->value);
        return {};
      }
      return raiseFrom(**file, highest);
    });
    if (noted) break;
  }
  return asCar(highest);
}

std::optional<PrincipalNumber> notedHighestCar(Database& database) {
  auto rows = database.query("SELECT seq FROM sqlite_sequence WHERE name = 'highest car'");
  if (!rows.next()) return std::nullopt;
  return asCar(rows.integer(0));
}

void noteHighestCar(Database& database, PrincipalNumber car) {
  database.query("DELETE FROM sqlite_sequence WHERE name = 'highest car'").run();
  database.query("INSERT INTO sqlite_sequence(name, seq) VALUES ('highest car', ?)").bind(car.value).run();
}

}  // namespace carport
