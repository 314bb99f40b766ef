#include "app/carportd/verify_report_text.h"

#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace carport {

namespace {

/// Cars that are named one by one; the others are counted.
constexpr std::size_t kMaxCarsNamed = 50;

std::string timeText(TimePoint time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(time));
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::map<PrincipalNumber, std::string> carIdsIn(const std::filesystem::path& folder) {
  std::map<PrincipalNumber, std::string> ids;
  const SystemClock clock;
  const auto registry = SqliteRegistryStore::openForReading(folder / "registry.db", clock);
  if (!registry) return ids;
  const auto loaded = (*registry)->load();
  if (!loaded) return ids;
  for (const PrincipalRecord& record : loaded->principals) ids[record.principal.number] = record.principal.id;
  return ids;
}

std::vector<std::string> describeLosses(const Losses& lost, const std::map<PrincipalNumber, std::string>& carIds) {
  std::vector<std::string> sentences;
  for (const auto& [car, loss] : lost.cars) {
    if (sentences.size() == kMaxCarsNamed) {
      sentences.push_back(fmt::format("and {} more cars", lost.cars.size() - kMaxCarsNamed));
      break;
    }
    const auto id = carIds.find(car);
    sentences.push_back(fmt::format(
        "{}: {} from {} to {} UTC", id == carIds.end() ? fmt::format("car number {}", car.value) : id->second,
        counted(loss.samples, "sample", "samples"), timeText(loss.from), timeText(loss.to)));
  }
  if (lost.blocks > 0) sentences.push_back(counted(lost.blocks, "block", "blocks") + " of samples of unknown cars");
  if (lost.events > 0) sentences.push_back(counted(lost.events, "event", "events"));
  if (lost.rollups > 0) {
    sentences.push_back(counted(lost.rollups, "row", "rows") + " of roll-ups, which are made again from the samples");
  }
  return sentences;
}

std::string describeContents(const FileVerdict& verdict) {
  return fmt::format("{}, {}, {}", counted(verdict.blocks, "block", "blocks"),
                     counted(verdict.samples, "sample", "samples"), counted(verdict.events, "event", "events"));
}

}  // namespace carport
