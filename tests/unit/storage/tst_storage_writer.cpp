#include "gateway/storage/day_file.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/storage_writer.h"
#include "gateway/storage/write_probe.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <random>
#include <stdexcept>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kStart = 1'700'000'000'000;  // 2023-11-14T22:13:20Z
}

class TestStorageWriter : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(kStart));
    m_shared = std::make_shared<StorageShared>();
    std::filesystem::create_directories(path() / "telemetry");
    QVERIFY(SqliteRegistryStore::open(path() / "registry.db", m_clock).has_value());
  }

  void putsManyJobsIntoFewCommits() {
    auto log = writer();
    std::promise<void> all;
    std::atomic<int> left{500};
    for (int i = 0; i < 500; ++i) {
      const auto batch = std::make_shared<SampleBatch>(oneSample(1, kStart + i, i));
      QVERIFY(log->appendSamples(batch, [&](const auto& r) {
        if (r && --left == 0) all.set_value();
      }));
    }
    all.get_future().get();
    QVERIFY(log->status().commits < 250);
    QCOMPARE(log->status().samplesStored, 500U);
    QCOMPARE(samplesOf(1).size(), 500U);
  }

  void aFailingChangeDoesNotFailItsNeighbours() {
    auto log = writer();
    const auto change = [](const char* id, bool thenFail) {
      return [id, thenFail](RegistryStore& store) -> Result<void> {
        PrincipalRecord record;
        record.principal.id = id;
        const auto added = store.addPrincipal(record);
        if (!added) return failFrom(added);
        return thenFail ? Result<void>(fail(StorageErrc::closed, "taken back")) : Result<void>();
      };
    };
    std::vector<Result<void>> results;
    std::promise<void> last;
    const auto note = [&](const Result<void>& r) {
      results.push_back(r);
      if (results.size() == 4) last.set_value();
    };
    QVERIFY(log->changeRegistry(change("a", false), note));
    QVERIFY(log->changeRegistry(change("a", false), note));
    QVERIFY(log->changeRegistry(change("b", true), note));
    QVERIFY(log->changeRegistry(change("c", false), note));
    last.get_future().get();
    QVERIFY(results[0].has_value() && results[3].has_value());
    QVERIFY(results[1].error().is(StorageErrc::exists));
    QCOMPARE(results[2].error().message(), std::string("taken back"));
    const auto snapshot = SqliteRegistryStore::open(path() / "registry.db", m_clock).value()->load();
    QCOMPARE(snapshot->principals.size(), 2U);
    QVERIFY(log->status().trouble.empty());
  }

  void refusesWhatDoesNotFitAndLeavesTheRestAlone() {
    WriterOptions options;
    options.maxWaitingJobs = 4;
    auto log = writer(options);
    // The writer is held inside a job, so that what follows must wait.
    std::promise<void> entered, release;
    auto released = release.get_future().share();
    QVERIFY(log->changeRegistry(
        [&](RegistryStore&) -> Result<void> {
          entered.set_value();
          released.wait();
          return {};
        },
        {}));
    entered.get_future().get();
    std::atomic<int> done{0};
    const auto batch = std::make_shared<SampleBatch>(oneSample(1, kStart, 1));
    for (int i = 0; i < 4; ++i) QVERIFY(log->appendSamples(batch, [&](const auto&) { ++done; }));
    QVERIFY(!log->appendSamples(batch, [&](const auto&) { ++done; }));
    QCOMPARE(log->status().queuedJobs, 4U);
    release.set_value();
    log.reset();  // drains
    QCOMPARE(done.load(), 4);
    QCOMPARE(samplesOf(1).size(), 4U);
  }

  void aFullDiskIsToldAndOvercome() {
    WriterOptions options;
    options.maxDatabasePages = 100;
    auto log = writer(options);
    std::int64_t acknowledged = 0;
    Result<void> result;
    while ((result = store(*log, noisySample(acknowledged)))) ++acknowledged;
    QVERIFY(result.error().is(StorageErrc::diskFull));
    QVERIFY(QString::fromStdString(log->status().trouble).contains("no room"));
    QVERIFY(!store(*log, noisySample(acknowledged)).has_value());
    QCOMPARE(std::int64_t(samplesOf(1).size()), acknowledged);
    m_clock.advance(std::chrono::hours(24));  // another file, which has room
    QVERIFY(store(*log, oneSample(1, kStart, 1)).has_value());
    QVERIFY(log->status().trouble.empty());
    QCOMPARE(std::int64_t(samplesOf(1).size()), acknowledged + 1);
  }

  void aFolderThatCannotBeWrittenIsToldAndOvercome() {
    std::filesystem::remove_all(path() / "telemetry");
    std::ofstream(path() / "telemetry") << "a file where the folder should be";
    auto log = writer();
    const auto refused = store(*log, oneSample(1, kStart, 1));
    QVERIFY(!refused && refused.error().is(StorageErrc::readOnly));
    QVERIFY(!log->status().trouble.empty());
    std::filesystem::remove(path() / "telemetry");
    std::filesystem::create_directories(path() / "telemetry");
    QVERIFY(store(*log, oneSample(1, kStart, 1)).has_value());
    QVERIFY(log->status().trouble.empty());
  }

  void troubleEndsByItselfWhereNobodyWrites() {
    std::filesystem::remove_all(path() / "telemetry");
    std::ofstream(path() / "telemetry") << "a file where the folder should be";
    auto log = writer();
    QVERIFY(!store(*log, oneSample(1, kStart, 1)));
    QVERIFY(!log->status().trouble.empty());
    std::filesystem::remove(path() / "telemetry");
    std::filesystem::create_directories(path() / "telemetry");
    QTRY_VERIFY_WITH_TIMEOUT(log->status().trouble.empty(), 60'000);
    QVERIFY(samplesOf(1).empty());  // the probe leaves nothing behind
  }

  void probesFailWhereWritingFails() {
    const auto database = Database::open(path() / "probe.db", Database::Mode::create).value();
    QVERIFY(probeWriting(*database).has_value());
    QVERIFY(probeWriting(*database).has_value());
    const auto small = Database::open(path() / "small.db", Database::Mode::create).value();
    small->limitPages(5);
    const auto full = probeWriting(*small);
    QVERIFY(!full && full.error().is(StorageErrc::diskFull));
    QCOMPARE(database->integer("SELECT count(*) FROM sqlite_master"), 0);
  }

  void anIoFailureOnAFullDiskIsAFullDisk() {
    const Error failure(StorageErrc::ioFailed, "disk I/O error");
    QVERIFY(fullDiskInstead(failure, "/data/a.db", kLeastFreeBytes - 1).is(StorageErrc::diskFull));
    QVERIFY(fullDiskInstead(failure, "/data/a.db", kLeastFreeBytes).is(StorageErrc::ioFailed));
    QVERIFY(fullDiskInstead(failure, "/data/a.db", std::nullopt).is(StorageErrc::ioFailed));
    QVERIFY(fullDiskInstead(Error(StorageErrc::corrupted), "/data/a.db", 0).is(StorageErrc::corrupted));
    QVERIFY(freeBytesBeside(path() / "a.db").value_or(0) > 0);
    QVERIFY(!freeBytesBeside("The registry"));
  }

  void startsANewFileAtMidnight() {
    auto log = writer();
    api::Event alarm;
    alarm.car = PrincipalNumber{1};
    alarm.name = "smoke";
    alarm.severity = api::Severity::alarm;
    QCOMPARE(storeEvent(*log, alarm), 1);
    QVERIFY(store(*log, oneSample(1, kStart, 1)).has_value());
    m_clock.advance(std::chrono::hours(24));
    QVERIFY(store(*log, oneSample(2, kStart + 86'400'000, 2)).has_value());
    QCOMPARE(listDays(path() / "telemetry").size(), 2U);
    auto read = reader();
    QCOMPARE(read->latestSamples()->size(), 2U);  // the first car's comes from the day before
    QCOMPARE(read->activeAlarms()->size(), 1U);
    alarm.active = false;
    QCOMPARE(storeEvent(*log, alarm), 2);
    QVERIFY(read->activeAlarms()->empty());
    QCOMPARE(read->events({})->size(), 2U);
    m_clock.setNow(fromMs(kStart + 1000));  // set back past midnight: goes on in the newest file
    QVERIFY(store(*log, oneSample(3, kStart, 3)).has_value());
    QCOMPARE(listDays(path() / "telemetry").size(), 2U);
    QCOMPARE(read->latestSamples()->size(), 3U);
  }

  void saysThatTheRegistryHasNoRoom() {
    const auto saved = [](DurableLog& log, const api::Command& command) {
      std::promise<Result<void>> promise;
      log.saveCommand(command, [&](const Result<void>& result) { promise.set_value(result); });
      return promise.get_future().get();
    };
    QVERIFY(SqliteRegistryStore::open(path() / "registry.db", m_clock).has_value());
    WriterOptions options;
    options.maxDatabasePages = 100;
    auto log = writer(options);
    api::Command command;
    command.car = PrincipalNumber{1};
    command.name = "lock";
    command.arguments = std::string(8000, 'x');
    Result<void> last;
    int kept = 0;
    for (; kept < 100 && last; ++kept) {
      command.id = "command-" + std::to_string(kept);
      last = saved(*log, command);
    }
    QVERIFY(!last && last.error().is(StorageErrc::diskFull));
    QVERIFY(last.error().message().find("Free some space") != std::string::npos);
    QVERIFY(kept > 1);
    const auto stored = [&](int number) {
      return reader()->command("command-" + std::to_string(number)).value().has_value();
    };
    QVERIFY(stored(kept - 2));  // what was acknowledged stays
    QVERIFY(!stored(kept - 1));
    QVERIFY(store(*log, oneSample(1, kStart, 1)).has_value());  // telemetry has a file of its own
  }

  void survivesWhoThrowsWhenTold() {
    auto log = writer();
    QVERIFY(log->appendSamples(std::make_shared<SampleBatch>(oneSample(1, kStart, 1)),
                               [](const Result<void>&) { throw std::runtime_error("out of memory, say"); }));
    QVERIFY(log->changeRegistry([](RegistryStore&) -> Result<void> { throw std::runtime_error("a mistake"); },
                                [](const Result<void>& result) {
                                  if (!result) throw std::runtime_error("another one");
                                }));
    QVERIFY(store(*log, oneSample(1, kStart + 1, 2)).has_value());
    QCOMPARE(samplesOf(1).size(), 2U);
  }

  void aDamagedDayIsMovedAside() {
    const auto file = dayFilePath(path() / "telemetry", std::chrono::floor<std::chrono::days>(m_clock.now()));
    std::ofstream(file) << std::string(8192, 'x');
    auto read = reader();
    QVERIFY(read->latestSamples()->empty());
    auto log = writer();
    QVERIFY(store(*log, oneSample(1, kStart, 1)).has_value());
    QVERIFY(std::filesystem::exists(file.string() + ".damaged-1"));
    QCOMPARE(samplesOf(1).size(), 1U);
    QCOMPARE(read->latestSamples()->size(), 1U);
  }

  void goesOnAfterARestart() {
    api::Event event;
    event.name = "door";
    for (int start = 1; start <= 3; ++start) {
      auto log = writer();
      QCOMPARE(storeEvent(*log, event), start);
      QVERIFY(store(*log, oneSample(1, kStart + start, start)).has_value());
      m_clock.advance(std::chrono::hours(20));
    }
    QCOMPARE(samplesOf(1).size(), 3U);
    const auto latest = reader()->latestSamples();
    QCOMPARE(latest->size(), 1U);
    QCOMPARE(latest->metrics(latest->rows()[0])[0].value, 3.0);
  }

 private:
  std::filesystem::path path() const { return m_dir->path().toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }
  std::unique_ptr<StorageWriter> writer(WriterOptions options = {}) {
    return std::make_unique<StorageWriter>(path(), context(), m_shared, options);
  }
  std::unique_ptr<HistoryReader> reader() { return SqliteHistoryReader::open(path(), context(), m_shared).value(); }

  std::vector<PlainSample> samplesOf(std::uint32_t car) {
    std::vector<PlainSample> samples;
    const auto done = reader()->visitSamples(PrincipalNumber{car}, fromMs(0), fromMs(INT64_MAX),
                                             [&](const auto& batch, const auto& row) {
                                               samples.push_back(plain(batch, row, m_names));
                                               return true;
                                             });
    return done ? samples : std::vector<PlainSample>();
  }

  SampleBatch noisySample(std::int64_t i) {
    auto batch = oneSample(1, kStart + i, double(i));
    std::string noise(2000, ' ');
    for (char& c : noise) c = static_cast<char>(m_random());
    batch.addAttribute(*m_names.intern("noise"), noise);
    return batch;
  }

  static std::int64_t storeEvent(DurableLog& log, const api::Event& event) {
    std::promise<std::int64_t> number;
    log.appendEvents({event}, [&](const auto& r) { number.set_value(r ? r->at(0).value : -1); });
    return number.get_future().get();
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared;
  std::mt19937 m_random{7};
};

QTEST_GUILESS_MAIN(TestStorageWriter)
#include "tst_storage_writer.moc"
