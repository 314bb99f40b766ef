// How fast stored telemetry is read: one car's day, one metric, exact and as 2,000 buckets; a month of a fleet as one
// chart of hourly buckets. All compacted, warm, on one reader. Prints JSON.
#include "gateway/base/log.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/data_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace carport;
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

/// A wall clock that goes where it is told. Any thread.
class BenchClock final : public Clock {
 public:
  explicit BenchClock(TimePoint start) : m_now(toMs(start)) {}
  TimePoint now() const override { return fromMs(m_now); }
  SteadyPoint steadyNow() const override { return std::chrono::steady_clock::now(); }
  void set(TimePoint now) { m_now = toMs(now); }

 private:
  std::atomic<std::int64_t> m_now;
};

class Stopwatch {
 public:
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - m_start).count();
  }

 private:
  std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

std::int64_t unfinished(const fs::path& file) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  std::int64_t left = 1;
  const char* sql = "SELECT (SELECT count(*) FROM block) + (SELECT count(*) FROM segment WHERE rolled=0 AND tier<9)";
  if (sqlite3_open_v2(file.string().c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    left = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return left;
}

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
      for (int day = 0; day < kMonthDays; ++day) writeDay(**writer, m_firstDay + std::chrono::days(day), day == 0);
      found["messages"] = m_written;
      found["secondsToWrite"] = writing.ms() / 1000;
      const Stopwatch compacting;
      found["compacted"] = waitForCompaction(**writer);
      found["secondsToCompact"] = compacting.ms() / 1000;
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
  void writeDay(DurableLog& log, TimePoint start, bool withOften) {
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
      put(log, std::exchange(batch, std::make_shared<SampleBatch>()));
    }
    if (!batch->empty()) put(log, std::move(batch));
    while (!m_flying.empty()) land();
  }

  void put(DurableLog& log, std::shared_ptr<const SampleBatch> batch) {
    m_written += batch->size();
    auto promise = std::make_shared<std::promise<Result<void>>>();
    m_flying.push_back(promise->get_future());
    if (!log.appendSamples(std::move(batch), [promise](const Result<void>& done) { promise->set_value(done); }))
      throw std::runtime_error("the writer's queue is full");
    if (m_flying.size() >= 2) land();
  }

  void land() {
    const auto done = m_flying.front().get();
    m_flying.pop_front();
    if (!done) throw std::runtime_error(done.error().message());
  }

  /// True once every day but the last has nothing left to compact.
  bool waitForCompaction(DurableLog& log) {
    const TimePoint after = m_firstDay + std::chrono::days(kMonthDays);
    m_clock.set(after + std::chrono::hours(1));
    auto batch = std::make_shared<SampleBatch>();
    add(*batch, 1, after + std::chrono::hours(1));
    put(log, std::move(batch));
    land();
    const Stopwatch watch;
    while (watch.ms() < m_options.patience * 1000) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      std::vector<fs::path> days;
      for (const auto& entry : fs::directory_iterator(m_options.folder / "telemetry")) {
        if (entry.path().extension() == ".db") days.push_back(entry.path());
      }
      std::sort(days.begin(), days.end());
      days.pop_back();
      if (std::all_of(days.begin(), days.end(), [](const fs::path& day) { return unfinished(day) == 0; })) return true;
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
      took.push_back(watch.ms());
    }
    std::sort(took.begin(), took.end());
    return {{"points", count}, {"msMin", took.front()}, {"msMedian", took[took.size() / 2]}, {"msMax", took.back()}};
  }

  const Options m_options;
  const TimePoint m_firstDay;
  BenchClock m_clock;
  MetricNames m_names;
  std::vector<MetricId> m_ids;
  std::deque<std::future<Result<void>>> m_flying;
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
