// How fast and how small telemetry is stored: Carport's writer in group commits as the gateway makes them, SQLite with
// a row a message, and (driven by store.py) PostgreSQL's COPY, all with the same messages of simulated cars. Prints
// JSON.
#include "gateway/base/log.h"
#include "gateway/domain/credentials.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "gateway/simulator/simulated_car.h"
#include "gateway/storage/data_folder.h"
#include "tests/bench/bench_storage.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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

constexpr double kCompactionPatience = 60;    // seconds
constexpr std::size_t kRowsPerCommit = 1200;  // 20 ms of 60,000 messages a second
constexpr std::array kColumns{
    "lat", "lon", "alt", "speed", "heading", "soc", "fuel", "batteryVoltage", "engineTemperature", "odometer"};

struct Options {
  fs::path folder;
  fs::path copyFile;  // for PostgreSQL; empty: not written
  fs::path fill;      // a data folder to be filled instead
  std::size_t cars = 600;
  std::size_t messages = 720'000;
  std::size_t sqliteMessages = 150'000;
};

/// The beginning of an hour in the middle of a day.
TimePoint quietHour() {
  return std::chrono::floor<std::chrono::days>(SystemClock().now()) + std::chrono::hours(10);
}

json result(const Stopwatch& watch, std::size_t messages, std::uintmax_t bytes) {
  const auto count = static_cast<double>(messages);
  return {{"messages", messages},
          {"messagesPerSecond", count / watch.seconds()},
          {"cpuMicrosecondsPerMessage", watch.cpuSeconds() * 1e6 / count},
          {"bytesPerMessage", static_cast<double>(bytes) / count}};
}

std::uintmax_t bytesIn(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

/// The messages of a fleet as the gateway would have them, in the order of arrival: each car twice a second.
class Fleet {
 public:
  explicit Fleet(std::size_t cars) : m_map(sim::StreetMap::generate({})) {
    for (std::size_t i = 0; i < cars; ++i) {
      m_cars.push_back(std::make_unique<sim::SimulatedCar>(
          m_map, sim::SimulatedCar::Options{i + 1, sim::Microseconds(500'000), sim::Microseconds(0)}));
    }
  }

  void append(MetricNames& names, std::size_t messages, TimePoint from,
              std::vector<std::shared_ptr<SampleBatch>>& out) {
    payload::TelemetryDecoder decoder(names);
    std::vector<api::Refusal> refusals;
    auto batch = std::make_shared<SampleBatch>();
    for (std::size_t i = 0; i < messages; ++i) {
      const auto round = static_cast<std::int64_t>(i / m_cars.size());
      const auto now =
          from + Milliseconds(500 * round + static_cast<std::int64_t>(i % m_cars.size() * 500 / m_cars.size()));
      const auto message = m_cars[i % m_cars.size()]->takeTelemetry(now, sim::Microseconds(500'000 * round));
      const PrincipalNumber car{static_cast<std::uint32_t>(i % m_cars.size() + 1)};
      if (!decoder.decode(car, message.payload, now + Milliseconds(3), *batch, refusals)) std::abort();
      if (batch->size() >= kRowsPerCommit) out.push_back(std::exchange(batch, std::make_shared<SampleBatch>()));
    }
    if (!batch->empty()) out.push_back(std::move(batch));
  }

 private:
  sim::StreetMap m_map;
  std::vector<std::unique_ptr<sim::SimulatedCar>> m_cars;
};

using Batches = std::vector<std::shared_ptr<SampleBatch>>;

/// The file of the first day.
fs::path dayFile(const fs::path& folder) {
  std::vector<fs::path> days;
  for (const auto& entry : fs::directory_iterator(folder / "telemetry")) {
    if (entry.path().extension() == ".db") days.push_back(entry.path());
  }
  return days.empty() ? fs::path() : *std::min_element(days.begin(), days.end());
}

std::uintmax_t usedBytes(const fs::path& file) {
  const auto bytes = asked(file,
                           "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
                           "pragma_freelist_count, pragma_page_size");
  return static_cast<std::uintmax_t>(std::max<std::int64_t>(0, bytes));
}

/// Waits until compaction has nothing left to do in the file of the first day; false where that takes too long.
bool waitUntilCompacted(const fs::path& folder) {
  const Stopwatch watch;
  while (watch.seconds() < kCompactionPatience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (isCompacted(dayFile(folder))) return true;
  }
  return false;
}

json storeInCarport(const Options& options, MetricNames& names, const Batches& batches, json& compacted) {
  BenchClock clock(quietHour());
  const auto folder = options.folder / "carport";
  auto opened = DataFolder::open(folder, StorageContext{names, clock, Log::toMemory()});
  if (!opened) throw std::runtime_error(opened.error().message());
  auto writer = opened->startWriter();
  if (!writer) throw std::runtime_error(writer.error().message());
  const Stopwatch watch;
  Pipeline pipeline(**writer);
  for (const auto& batch : batches) {
    clock.set(batch->rows().back().arrival);
    pipeline.put(batch);
  }
  pipeline.finish();
  const auto found = result(watch, options.messages, usedBytes(dayFile(folder)));
  const Stopwatch compacting;
  clock.set(quietHour() + std::chrono::hours(20));
  pipeline.put(batches.front());  // the next day has begun, so the first one is over
  pipeline.finish();
  if (waitUntilCompacted(folder)) {
    const auto bytes = static_cast<double>(usedBytes(dayFile(folder)));
    compacted = {{"bytesPerMessage", bytes / static_cast<double>(options.messages)},
                 {"secondsToCompact", compacting.seconds()},
                 {"cpuMicrosecondsPerMessage", compacting.cpuSeconds() * 1e6 / static_cast<double>(options.messages)}};
  }
  return found;
}

/// Many messages without the work of making them up one by one, spread over ten days. For starts with much stored.
json fill(const Options& options) {
  MetricNames names;
  const auto today = std::chrono::floor<std::chrono::days>(SystemClock().now());
  BenchClock clock(today);
  auto opened = DataFolder::open(options.fill, StorageContext{names, clock, Log::toMemory()});
  if (!opened) throw std::runtime_error(opened.error().message());
  const auto ids = [&] {
    std::vector<MetricId> all;
    for (const char* name : kColumns) all.push_back(*names.intern(name));
    return all;
  }();
  constexpr std::size_t kDays = 10;
  auto writer = opened->startWriter();
  if (!writer) throw std::runtime_error(writer.error().message());
  const Stopwatch watch;
  Pipeline pipeline(**writer);
  std::size_t stored = 0;
  for (std::size_t day = 1; day <= kDays; ++day) {
    const auto mostToday = options.messages * day / kDays;
    const TimePoint start = today - std::chrono::days(kDays + 1 - day);
    for (std::int64_t round = 0; stored < mostToday; ++round) {
      const TimePoint time = start + round * Milliseconds(500);
      clock.set(time);
      auto batch = std::make_shared<SampleBatch>();
      for (std::size_t car = 1; car <= options.cars && stored < mostToday; ++car, ++stored) {
        batch->beginRow(PrincipalNumber{static_cast<std::uint32_t>(car)}, time, time);
        const double step = static_cast<double>(round % 1000);
        for (std::size_t i = 0; i < ids.size(); ++i)
          batch->addMetric(ids[i], static_cast<double>(car % 100) + static_cast<double>(i) + step / 10);
      }
      pipeline.put(std::move(batch));
    }
  }
  pipeline.finish();
  return {{"messages", stored}, {"seconds", watch.seconds()}};
}

/// A row a message, typed columns, ordered by car and time, the commits as large as Carport's.
class RowStore {
 public:
  explicit RowStore(const fs::path& file) {
    check(sqlite3_open(file.string().c_str(), &m_database));
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    std::string columns, marks;
    for (const char* column : kColumns) {
      columns += fmt::format(",{} REAL", column);
      marks += ",?";
    }
    run("CREATE TABLE message(car INTEGER,time INTEGER" + columns +
        ",ignition INTEGER,locked INTEGER,PRIMARY KEY(car,time)) WITHOUT ROWID");
    check(sqlite3_prepare_v2(m_database, ("INSERT OR REPLACE INTO message VALUES(?,?" + marks + ",?,?)").c_str(), -1,
                             &m_insert, nullptr));
  }
  ~RowStore() {
    sqlite3_finalize(m_insert);
    sqlite3_close(m_database);
  }

  void run(const std::string& sql) { check(sqlite3_exec(m_database, sql.c_str(), nullptr, nullptr, nullptr)); }

  void add(const SampleBatch& batch, const SampleBatch::Row& row, const MetricNames& names) {
    sqlite3_reset(m_insert);
    sqlite3_clear_bindings(m_insert);
    sqlite3_bind_int64(m_insert, 1, row.car.value);
    sqlite3_bind_int64(m_insert, 2, toMs(row.time));
    for (const auto& [metric, value] : batch.metrics(row)) {
      const auto name = names.name(metric);
      for (std::size_t i = 0; i < kColumns.size(); ++i) {
        if (name == kColumns[i]) sqlite3_bind_double(m_insert, static_cast<int>(i) + 3, value);
      }
    }
    int column = static_cast<int>(kColumns.size()) + 3;
    for (const auto& attribute : batch.attributes(row))
      sqlite3_bind_int(m_insert, column++, std::get<bool>(attribute.value) ? 1 : 0);
    if (sqlite3_step(m_insert) != SQLITE_DONE) check(SQLITE_ERROR);
  }

 private:
  static void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errstr(code));
  }
  sqlite3* m_database = nullptr;
  sqlite3_stmt* m_insert = nullptr;
};

json storeInSqlite(const Options& options, const MetricNames& names, const Batches& batches) {
  const auto folder = options.folder / "sqlite";
  fs::create_directories(folder);
  std::size_t stored = 0;
  const Stopwatch watch;
  {
    RowStore store(folder / "messages.db");
    for (const auto& batch : batches) {
      if (stored >= options.sqliteMessages) break;
      store.run("BEGIN");
      for (const auto& row : batch->rows()) store.add(*batch, row, names);
      store.run("COMMIT");
      stored += batch->size();
    }
  }
  return result(watch, stored, bytesIn(folder));
}

/// One line a message for COPY … FROM, in the order of the table's columns.
void writeCopyFile(const fs::path& file, const MetricNames& names, const Batches& batches) {
  std::ofstream out(file, std::ios::binary);
  for (const auto& batch : batches) {
    for (const auto& row : batch->rows()) {
      std::array<std::string, kColumns.size()> values;
      values.fill("\\N");
      for (const auto& [metric, value] : batch->metrics(row)) {
        const auto name = names.name(metric);
        for (std::size_t i = 0; i < kColumns.size(); ++i) {
          if (name == kColumns[i]) values[i] = fmt::format("{}", value);
        }
      }
      std::string line = fmt::format("{}\t{}", row.car.value, toMs(row.time));
      for (const auto& value : values) line.append("\t").append(value);
      for (const auto& attribute : batch->attributes(row)) line += std::get<bool>(attribute.value) ? "\tt" : "\tf";
      out << line << '\n';
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("How fast and how small telemetry is stored");
  program.add_option("--folder", options.folder, "An empty folder to write into")->required();
  program.add_option("--copy-file", options.copyFile, "Write the messages for PostgreSQL's COPY");
  program.add_option("--fill", options.fill, "Only fill this data folder with messages of ten days");
  program.add_option("--cars", options.cars)->capture_default_str();
  program.add_option("--messages", options.messages)->capture_default_str();
  program.add_option("--sqlite-messages", options.sqliteMessages, "Fewer, because it is slow")->capture_default_str();
  CLI11_PARSE(program, argc, argv);
  try {
    if (const auto ready = initCryptography(); !ready) return 1;
    if (!options.fill.empty()) {
      fmt::print("{}\n", fill(options).dump());
      return 0;
    }
    MetricNames names;
    Batches batches;
    const Stopwatch making;
    Fleet(options.cars).append(names, options.messages, quietHour(), batches);
    json found{{"cars", options.cars}, {"secondsToMakeMessages", making.seconds()}};
    if (!options.copyFile.empty()) writeCopyFile(options.copyFile, names, batches);
    json compacted;
    found["carport"] = storeInCarport(options, names, batches, compacted);
    if (!compacted.empty()) found["carportCompacted"] = compacted;
    found["sqlite"] = storeInSqlite(options, names, batches);
    fmt::print("{}\n", found.dump(2));
    return 0;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_store: {}\n", problem.what());
    return 1;
  }
}
