#include "gateway/storage/data_folder.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/storage_errc.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <future>

using namespace carport;

namespace {

/// Waits for the completion of one job.
Result<void> stored(DurableLog& log, const SampleBatch& batch) {
  std::promise<Result<void>> promise;
  auto future = promise.get_future();
  const bool taken =
      log.appendSamples(std::make_shared<SampleBatch>(batch), [&](const Result<void>& r) { promise.set_value(r); });
  return taken ? future.get() : fail(StorageErrc::queueFull);
}

SampleBatch oneSample(std::uint32_t car, std::int64_t ms, double speed) {
  SampleBatch batch;
  batch.beginRow(PrincipalNumber{car}, fromMs(ms), fromMs(ms + 40));
  batch.addMetric(MetricNames::kSpeedId, speed);
  return batch;
}

}  // namespace

class TestDataFolder : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(1'700'000'000'000));
  }

  void makesEverythingAndFindsItAgain() {
    const auto first = open();
    QVERIFY2(first.has_value(), first ? "" : first.error().message().c_str());
    const auto second = open();
    QVERIFY(second.has_value());
    QCOMPARE(first->secretKey(), second->secretKey());
    using std::filesystem::perms;
    const auto permissions = std::filesystem::status(path() / "secret.key").permissions();
    QVERIFY((permissions & (perms::group_all | perms::others_all)) == perms::none);
    auto registry = second->openRegistry();
    QVERIFY(registry.has_value());
    const auto snapshot = (*registry)->load();
    QVERIFY(snapshot.has_value());
    QVERIFY(!snapshot->rules.empty());  // laid down once
  }

  void readsWhatWasAcknowledged() {
    const auto folder = open();
    auto writer = folder->startWriter();
    auto reader = folder->openReader();
    QVERIFY(writer.has_value() && reader.has_value());
    for (int i = 0; i < 10; ++i) QVERIFY(stored(**writer, oneSample(7, 1'700'000'000'000 + i * 1000, i)).has_value());
    const auto history = (*reader)->history(
        {PrincipalNumber{7}, {"speed", "none"}, fromMs(1'700'000'000'000), fromMs(1'700'000'009'000), 100});
    QVERIFY(history.has_value());
    QVERIFY(history->exact);
    QCOMPARE(history->series.size(), 2U);
    QCOMPARE(history->series[0].points.size(), 9U);
    QCOMPARE(history->series[0].points[3].last, 3.0);
    QVERIFY(history->series[1].points.empty());
    const auto latest = (*reader)->latestSamples();
    QCOMPARE(latest->size(), 1U);
    QCOMPARE(toMs(latest->rows()[0].time), 1'700'000'009'000);
    const auto status = (*writer)->status();
    QCOMPARE(status.samplesStored, 10U);
    QVERIFY(status.storedBytes > 0 && status.freeBytes > 0 && status.trouble.empty());
  }

  void refusesWhatANewerCarportWrote() {
    const auto file = dayFilePath(path() / "telemetry", std::chrono::floor<std::chrono::days>(m_clock.now()));
    QVERIFY(stored(*open()->startWriter().value(), oneSample(1, 1, 1)).has_value());
    Database::open(file, Database::Mode::create).value()->exec("PRAGMA user_version = 99");
    const auto opened = open();
    QVERIFY(!opened && opened.error().is(StorageErrc::newerVersion));
  }

  void saysWhyAFolderCannotBeMade() {
    QFile file(m_dir->filePath("data"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto opened = open();
    QVERIFY(!opened && opened.error().is(StorageErrc::readOnly));
    QVERIFY(QString::fromStdString(opened.error().message()).contains("choose another folder"));
  }

  void saysWhyAPartOfItCannotBeMade() {
    QVERIFY(QDir().mkpath(m_dir->filePath("data")));
    QFile file(m_dir->filePath("data/telemetry"));  // a file where a folder should be: no account can write into it
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto opened = open();
    QVERIFY(!opened && opened.error().is(StorageErrc::readOnly));
    QVERIFY(QString::fromStdString(opened.error().message()).contains("Check the path and its permissions"));
  }

  void saysWhyTheRegistryCannotBeWritten() {
    QVERIFY(QDir().mkpath(m_dir->filePath("data/registry.db")));  // and a folder where a file should be
    const auto opened = open();
    QVERIFY(!opened && opened.error().is(StorageErrc::readOnly));
    QVERIFY(QString::fromStdString(opened.error().message()).contains("registry.db cannot be opened for writing"));
    QVERIFY(!std::filesystem::exists(path() / "secret.key"));
  }

  void keepsTheRegistryForItsOwner() {
    using std::filesystem::perms;
    const auto othersMay = [this](const char* name) {
      const auto permissions = std::filesystem::status(path() / name).permissions();
      return (permissions & (perms::group_all | perms::others_all)) != perms::none;
    };
    const auto folder = open();
    const auto registry = folder->openRegistry();
    QVERIFY(registry.has_value());
    QVERIFY(std::filesystem::exists(path() / "registry.db-wal"));
    for (const char* name : {"registry.db", "registry.db-wal", "registry.db-shm"}) QVERIFY2(!othersMay(name), name);
    std::filesystem::permissions(path() / "registry.db", perms::group_read | perms::others_read,
                                 std::filesystem::perm_options::add);
    QVERIFY(othersMay("registry.db"));
    QVERIFY(folder->openRegistry().has_value());
    QVERIFY(!othersMay("registry.db"));
  }

  void keepsWhatCarsSentForItsOwner() {
    using std::filesystem::perms;
    const auto othersMay = [](const std::filesystem::path& file) {
      return (std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all)) != perms::none;
    };
    const auto folder = open();
    const auto writer = folder->startWriter();
    QVERIFY(stored(**writer, oneSample(1, 1, 1)).has_value());
    const auto day = dayFilePath(path() / "telemetry", std::chrono::floor<std::chrono::days>(m_clock.now()));
    QVERIFY(std::filesystem::exists(day.string() + "-wal"));
    for (const auto& file : {path(), path() / "telemetry", day, std::filesystem::path(day.string() + "-wal"),
                             std::filesystem::path(day.string() + "-shm")}) {
      QVERIFY2(!othersMay(file), file.c_str());
    }
  }

  void aFolderThatSomebodyElseMadeKeepsItsRights() {
    std::filesystem::create_directory(path());
    const auto before = std::filesystem::status(path()).permissions();
    QVERIFY(open().has_value());
    QVERIFY(std::filesystem::status(path()).permissions() == before);
  }

  void aLostKeyIsNotReplacedWhileCarsHaveSecrets() {
    QVERIFY(open().has_value());
    std::filesystem::remove(path() / "secret.key");
    const auto made = open();  // no car has a secret: nothing is lost with the key
    QVERIFY(made.has_value());
    PrincipalRecord car;
    car.principal.id = "car-1";
    car.secret = hashDeviceSecret("0123456789abcdef", made->secretKey()).value();
    QVERIFY((*made->openRegistry())->addPrincipal(car).has_value());
    std::filesystem::rename(path() / "secret.key", path() / "backup");
    const auto refused = open();
    QVERIFY(!refused && refused.error().is(StorageErrc::corrupted));
    QVERIFY(QString::fromStdString(refused.error().message()).contains("secret.key is missing"));
    QVERIFY(!std::filesystem::exists(path() / "secret.key"));
    std::filesystem::rename(path() / "backup", path() / "secret.key");
    QCOMPARE(open()->secretKey(), made->secretKey());
  }

  void aNewRegistryBesideTelemetryBeginsAboveItsCars_data() {
    QTest::addColumn<bool>("emptied");
    QTest::newRow("missing") << false;
    QTest::newRow("empty") << true;
  }
  void aNewRegistryBesideTelemetryBeginsAboveItsCars() {
    QFETCH(bool, emptied);
    QVERIFY(stored(*open()->startWriter().value(), oneSample(41, 1, 1)).has_value());
    for (const char* name : {"registry.db", "registry.db-wal", "registry.db-shm"})
      std::filesystem::remove(path() / name);
    if (emptied) QVERIFY(QFile(QString::fromStdString((path() / "registry.db").string())).open(QIODevice::WriteOnly));
    PrincipalRecord car;
    car.principal.id = "new";
    const auto added = (*open()->openRegistry())->addPrincipal(car);
    QVERIFY(added.has_value());
    QCOMPARE(added->principal.number.value, 42U);
    car.principal.id = "newer";
    QCOMPARE((*open()->openRegistry())->addPrincipal(car)->principal.number.value, 43U);
  }

  void anOlderRegistryDoesNotGiveNumbersAgain() {
    PrincipalRecord car;
    car.principal.id = "old";
    QVERIFY((*open()->openRegistry())->addPrincipal(car).has_value());
    QVERIFY(stored(*open()->startWriter().value(), oneSample(41, 1, 1)).has_value());
    m_clock.advance(std::chrono::hours(24));
    QVERIFY(stored(*open()->startWriter().value(), oneSample(5, 1, 1)).has_value());  // the next day knows it too
    car.principal.id = "new";
    QCOMPARE((*open()->openRegistry())->addPrincipal(car)->principal.number.value, 42U);
  }

  void whatIsOnlyReadIsNotChanged() {
    QVERIFY(!DataFolder::openForReading(path(), StorageContext{m_names, m_clock, Log::toMemory()}).has_value());
    QVERIFY(!std::filesystem::exists(path()));
    QVERIFY(stored(*open()->startWriter().value(), oneSample(1, 1, 1)).has_value());
    const auto folder = DataFolder::openForReading(path(), StorageContext{m_names, m_clock, Log::toMemory()});
    QVERIFY(folder.has_value());
    QVERIFY(!(*folder->openRegistry())->load()->rules.empty());
    QVERIFY(!(*folder->openRegistry())->removeRule(RuleNumber{1}).has_value());
    QCOMPARE((*folder->openReader())->latestSamples()->size(), 1U);
  }

  void aNewRegistryBesideUnreadableTelemetryIsRefused() {
    QVERIFY(open().has_value());
    std::filesystem::remove(path() / "registry.db");
    const auto day =
        dayFilePath(path() / "telemetry", std::chrono::floor<std::chrono::days>(m_clock.now()) - std::chrono::days(1));
    QFile file(QString::fromStdString(day.string()));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(8192, 'x')) == 8192);
    file.close();
    const auto refused = open();
    QVERIFY(!refused && refused.error().is(StorageErrc::corrupted));
    QVERIFY(QString::fromStdString(refused.error().message()).contains("Put a backup of registry.db"));
  }

  void keepsEventsCommandsAndRetainedMessages() {
    const auto folder = open();
    auto writer = folder->startWriter();
    auto reader = folder->openReader();
    api::Event event;
    event.car = PrincipalNumber{3};
    event.time = event.arrival = m_clock.now();
    event.name = "battery low";
    event.severity = api::Severity::alarm;
    std::promise<std::vector<EventNumber>> numbers;
    QVERIFY((*writer)->appendEvents({event, event},
                                    [&](const auto& r) { numbers.set_value(r.value_or(std::vector<EventNumber>())); }));
    QCOMPARE(numbers.get_future().get(), (std::vector<EventNumber>{EventNumber{1}, EventNumber{2}}));
    api::Command command;
    command.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    command.car = PrincipalNumber{3};
    command.name = "lock";
    std::promise<bool> saved;
    QVERIFY((*writer)->saveCommand(command, {}));
    QVERIFY((*writer)->saveRetained({"a/b", std::string("\0x", 2), 1, m_clock.now()},
                                    [&](const auto& r) { saved.set_value(r.has_value()); }));
    QVERIFY(saved.get_future().get());
    QCOMPARE((*reader)->events({}).value().size(), 2U);
    QCOMPARE((*reader)->activeAlarms().value().size(), 1U);
    QVERIFY((*reader)->command(command.id).value() == command);
    QCOMPARE((*reader)->retainedMessages().value().at(0).payload, std::string("\0x", 2));
  }

 private:
  Result<DataFolder> open() { return DataFolder::open(path(), {m_names, m_clock, Log::toMemory()}); }
  std::filesystem::path path() const { return m_dir->filePath("data").toStdString(); }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  MetricNames m_names;
};

QTEST_GUILESS_MAIN(TestDataFolder)
#include "tst_data_folder.moc"
