#include "gateway/storage/data_folder.h"
#include "gateway/storage/disk_guard.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kDisk = 1000ULL * 1024 * kMiB;  // its reserve is the largest there is
}  // namespace

/// What is done as a disk fills, and that it ends by itself.
class TestDiskGuard : public QObject {
  Q_OBJECT

 private slots:
  void theReserveFitsTheDisk() {
    QCOMPARE(DiskThresholds::of(kDisk).reserve, 256 * kMiB);
    QCOMPARE(DiskThresholds::of(10'000 * kMiB).reserve, 100 * kMiB);
    QCOMPARE(DiskThresholds::of(1'000 * kMiB).reserve, 16 * kMiB);
    QCOMPARE(DiskThresholds::of(64 * kMiB).reserve, 8 * kMiB);
  }

  void levelsComeInOrder_data() {
    QTest::addColumn<quint64>("freeMiB");
    QTest::addColumn<int>("level");
    QTest::newRow("plenty") << quint64{1280} << static_cast<int>(DiskLevel::plenty);
    QTest::newRow("low") << quint64{1279} << static_cast<int>(DiskLevel::low);
    QTest::newRow("no background work") << quint64{1023} << static_cast<int>(DiskLevel::noBackgroundWork);
    QTest::newRow("shedding") << quint64{767} << static_cast<int>(DiskLevel::shedding);
    QTest::newRow("slowing") << quint64{511} << static_cast<int>(DiskLevel::slowing);
    QTest::newRow("reserved") << quint64{255} << static_cast<int>(DiskLevel::reserved);
    QTest::newRow("full") << quint64{0} << static_cast<int>(DiskLevel::reserved);
  }
  void levelsComeInOrder() {
    QFETCH(quint64, freeMiB);
    QFETCH(int, level);
    DiskGuard guard(probe(freeMiB * kMiB), m_clock, Log::toMemory());
    guard.look();
    QCOMPARE(static_cast<int>(guard.level()), level);
    QCOMPARE(guard.trouble().empty(), level == static_cast<int>(DiskLevel::plenty));
  }

  void aLevelEndsOnlyWithSomeRoomToSpare() {
    std::uint64_t free = 250 * kMiB;
    DiskGuard guard([&] { return DiskSpace{free, kDisk}; }, m_clock, Log::toMemory());
    guard.look();
    QCOMPARE(guard.level(), DiskLevel::reserved);
    free = 260 * kMiB;
    guard.look();
    m_clock.advance(DiskGuard::kLookEvery);
    guard.look();
    QCOMPARE(guard.level(), DiskLevel::reserved);
    free = 2'000 * kMiB;
    m_clock.advance(DiskGuard::kLookEvery);
    guard.look();
    QCOMPARE(guard.level(), DiskLevel::plenty);
    QVERIFY(guard.trouble().empty());
  }

  void slowedSendersGetAnAllowance() {
    DiskGuard guard(probe(300 * kMiB), m_clock, Log::toMemory());
    guard.look();
    QVERIFY(guard.admits(DiskGuard::kSlowSamplesPerSecond * 3));  // alone, and larger than the allowance
    QVERIFY(!guard.admits(1));
    m_clock.advance(std::chrono::seconds(1));
    QVERIFY(guard.admits(DiskGuard::kSlowSamplesPerSecond - 1));
    QVERIFY(guard.admits(1));
    QVERIFY(!guard.admits(1));
  }

  void whereNothingIsKnownNothingIsHeldBack() {
    DiskGuard guard([] { return std::optional<DiskSpace>(); }, m_clock, Log::toMemory());
    guard.look();
    QCOMPARE(guard.level(), DiskLevel::plenty);
    QVERIFY(guard.admits(1'000'000));
  }

  void theReserveIsForTheRegistry() {
    QTemporaryDir dir;
    std::filesystem::create_directories(dir.path().toStdString() + "/telemetry");
    const SystemClock clock;
    MetricNames names;
    std::atomic<std::uint64_t> free = 100 * kMiB;
    WriterOptions options;
    options.compact = false;
    options.diskProbe = [&free] { return DiskSpace{free, kDisk}; };
    const StorageContext context{names, clock, Log::toMemory()};
    StorageWriter writer(dir.path().toStdString(), context, std::make_shared<StorageShared>(), options);
    QTRY_COMPARE(writer.diskLevel(), DiskLevel::reserved);
    QVERIFY(!writer.appendSamples(std::make_shared<SampleBatch>(oneSample(1, 1, 1)), {}));
    std::promise<bool> changed;
    QVERIFY(writer.changeRegistry(
        [](RegistryStore& store) -> Result<void> {
          PrincipalRecord car;
          car.principal.id = "car";
          const auto added = store.addPrincipal(car);
          return added ? Result<void>() : failFrom(added);
        },
        [&](const Result<void>& result) { changed.set_value(result.has_value()); }));
    QVERIFY(changed.get_future().get());
    QVERIFY(!writer.status().trouble.empty());
    free = kDisk;
    QTRY_COMPARE(writer.diskLevel(), DiskLevel::plenty);
    QVERIFY(store(writer, oneSample(1, 1, 1)).has_value());
    QVERIFY(writer.status().trouble.empty());
  }

 private:
  static DiskProbe probe(std::uint64_t free) {
    return [free] { return DiskSpace{free, kDisk}; };
  }
  ManualClock m_clock;
};

QTEST_GUILESS_MAIN(TestDiskGuard)
#include "tst_disk_guard.moc"
