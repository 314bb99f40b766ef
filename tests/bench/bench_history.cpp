// How fast stored telemetry is read: one car's day, one metric, exact and as 2,000 buckets; a month of a fleet as one
// chart of hourly buckets. All compacted, warm, on one reader. Prints JSON.
#include "gateway/base/log.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/data_folder.h"
#include "tests/bench/bench_storage.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace carport;
using namespace carport::bench;
namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array kMetrics{"lat", "lon", "speed", "soc", "odometer"};
constexpr int kMonthDays = 30;
constexpr std::size_t kBuckets = 2000;

struct Options {
  fs::path folder;
  std::size_t dayCars = 20;      // that send twice a second for a day
  std::size_t fleetCars = 1000;  // that send for a month
  int fleetSeconds = 600;        // between two of their messages
  int rounds = 15;
  double patience = 100;  // seconds for compaction
};

class HistoryBench {
 public:
  explicit HistoryBench(Options options)
      : m_options(std::move(options)),
        m_firstDay(std::chrono::floor<std::chrono::days>(SystemClock().now()) - std::chrono::days(kMonthDays + 1)),
        m_clock(m_firstDay) {
    for (const char* metric : kMetrics) m_ids.push_back(*m_names.intern(metric));
  }

  json run() {
    auto opened = DataFolder::open(m_options.folder, StorageContext{m_names, m_clock, Log::toMemory()});
    if (!opened) throw std::runtime_error(opened.error().message());
    json found;
    {
      auto writer = opened->startWriter();
      if (!writer) throw std::runtime_error(writer.error().message());
      const Stopwatch writing;
      Pipeline pipeline(**writer);
      for (int day = 0; day < kMonthDays; ++day) writeDay(pipeline, m_firstDay + std::chrono::days(day), day == 0);
      found["messages"] = m_written;
      found["secondsToWrite"] = writing.seconds();
      const Stopwatch compacting;
      found["compacted"] = waitForCompaction(pipeline);
      found["secondsToCompact"] = compacting.seconds();
    }
    auto reader = opened->openReader();
    if (!reader) throw std::runtime_error(reader.error().message());
    found["carDayExact"] = timed([&] { return readExactly(**reader); });
    found["carDayBuckets"] = timed([&] { return readBuckets(**reader); });
    found["fleetMonth"] = timed([&] { return readFleet(**reader); });
    return found;
  }

 private:
  void add(SampleBatch& batch, std::uint32_t car, TimePoint time) const {
    batch.beginRow(PrincipalNumber{car}, time, time);
    const double phase = static_cast<double>(toMs(time) / 500 % 100'000) / 700 + car;
    batch.addMetric(m_ids[0], std::round((48 + std::sin(phase) / 50) * 1e6) / 1e6);
    batch.addMetric(m_ids[1], std::round((11 + std::cos(phase) / 50) * 1e6) / 1e6);
    batch.addMetric(m_ids[2], std::round((40 + 38 * std::sin(phase * 3)) * 10) / 10);
    batch.addMetric(m_ids[3], std::round((60 + 30 * std::cos(phase / 9)) * 10) / 10);
    batch.addMetric(m_ids[4], std::round((static_cast<double>(toMs(time) / 1000 % 10'000'000) / 100) * 10) / 10);
  }

  /// A day of the fleet, and on the first one of the cars that send often, in the order of arrival.
  void writeDay(Pipeline& pipeline, TimePoint start, bool withOften) {
    auto batch = std::make_shared<SampleBatch>();
    const auto step = withOften ? Milliseconds(500) : Milliseconds(1000LL * m_options.fleetSeconds);
    for (TimePoint time = start; time < start + std::chrono::hours(24); time += step) {
      if (withOften) {
        for (std::size_t car = 1; car <= m_options.dayCars; ++car) add(*batch, static_cast<std::uint32_t>(car), time);
      }
      if (toMs(time) % (1000LL * m_options.fleetSeconds) == 0) {
        for (std::size_t car = 1; car <= m_options.fleetCars; ++car)
          add(*batch, static_cast<std::uint32_t>(100 + car), time);
      }
      if (batch->size() < 5000) continue;
      m_clock.set(time);
      put(pipeline, std::exchange(batch, std::make_shared<SampleBatch>()));
    }
    if (!batch->empty()) put(pipeline, std::move(batch));
    pipeline.finish();
  }

  void put(Pipeline& pipeline, std::shared_ptr<const SampleBatch> batch) {
    m_written += batch->size();
    pipeline.put(std::move(batch));
  }

  /// True once every day but the last has nothing left to compact.
  bool waitForCompaction(Pipeline& pipeline) {
    const TimePoint after = m_firstDay + std::chrono::days(kMonthDays);
    m_clock.set(after + std::chrono::hours(1));
    auto batch = std::make_shared<SampleBatch>();
    add(*batch, 1, after + std::chrono::hours(1));
    put(pipeline, std::move(batch));
    pipeline.finish();
    const Stopwatch watch;
    while (watch.seconds() < m_options.patience) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      std::vector<fs::path> days;
      for (const auto& entry : fs::directory_iterator(m_options.folder / "telemetry")) {
        if (entry.path().extension() == ".db") days.push_back(entry.path());
      }
      std::sort(days.begin(), days.end());
      days.pop_back();
      if (std::all_of(days.begin(), days.end(), isCompacted)) return true;
    }
    return false;
  }

  std::size_t readExactly(HistoryReader& reader) const {
    const auto history = reader.history(
        {PrincipalNumber{1}, {"speed"}, m_firstDay, m_firstDay + std::chrono::hours(24), HistoryReader::kMaxPoints});
    if (!history) throw std::runtime_error(history.error().message());
    if (!history->exact) throw std::runtime_error("the day's samples were put together");
    return history->series.front().points.size();
  }

  std::size_t readBuckets(HistoryReader& reader) const {
    const auto history =
        reader.history({PrincipalNumber{1}, {"speed"}, m_firstDay, m_firstDay + std::chrono::hours(24), kBuckets});
    if (!history) throw std::runtime_error(history.error().message());
    return history->series.front().points.size();
  }

  std::size_t readFleet(HistoryReader& reader) const {
    std::vector<PrincipalNumber> cars;
    for (std::size_t car = 1; car <= m_options.fleetCars; ++car)
      cars.push_back(PrincipalNumber{static_cast<std::uint32_t>(100 + car)});
    const auto history = reader.fleetHistory(
        {"speed", cars, m_firstDay, m_firstDay + std::chrono::days(kMonthDays), std::size_t{24} * kMonthDays});
    if (!history) throw std::runtime_error(history.error().message());
    return history->buckets.size();
  }

  template <class Read>
  json timed(Read&& read) const {
    std::vector<double> took;
    std::size_t count = read();  // warms up
    for (int i = 0; i < m_options.rounds; ++i) {
      const Stopwatch watch;
      count = read();
      took.push_back(watch.seconds() * 1000);
    }
    std::sort(took.begin(), took.end());
    return {{"points", count}, {"msMin", took.front()}, {"msMedian", took[took.size() / 2]}, {"msMax", took.back()}};
  }

  const Options m_options;
  const TimePoint m_firstDay;
  BenchClock m_clock;
  MetricNames m_names;
  std::vector<MetricId> m_ids;
  std::size_t m_written = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("How fast stored telemetry is read");
  program.add_option("--folder", options.folder, "An empty folder to write into")->required();
  program.add_option("--day-cars", options.dayCars, "Cars that send twice a second for a day")->capture_default_str();
  program.add_option("--fleet-cars", options.fleetCars, "Cars that send for a month")->capture_default_str();
  program.add_option("--fleet-seconds", options.fleetSeconds, "Between two of their messages")->capture_default_str();
  program.add_option("--rounds", options.rounds)->capture_default_str();
  program.add_option("--patience", options.patience, "Seconds that compaction may take")->capture_default_str();
  CLI11_PARSE(program, argc, argv);
  try {
    if (const auto ready = initCryptography(); !ready) return 1;
    fmt::print("{}\n", HistoryBench(options).run().dump(2));
    return 0;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_history: {}\n", problem.what());
    return 1;
  }
}
