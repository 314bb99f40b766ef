#include "gateway/storage/backup.h"
#include "gateway/storage/backup_archive.h"
#include "gateway/storage/backup_manifest.h"
#include "gateway/storage/backup_restore.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/verify.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <fstream>
#include <thread>

using namespace carport;
using namespace carport::test;

/// What was backed up can be had back, whole, and nothing else is put in anybody's place.
class TestBackupRestore : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    QVERIFY(initCryptography().has_value());
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(1'700'000'000'000));
  }

  void everythingComesBack() {
    fill(3);
    const auto made = backUp(data(), backup(), m_clock.now(), {});
    QVERIFY2(made.has_value(), made ? "" : made.error().message().c_str());
    QVERIFY(verifyBackup(backup())->sound());
    const auto restored = restoreBackup(backup(), path("restored"), false);
    QVERIFY2(restored.has_value(), restored ? "" : restored.error().message().c_str());
    QCOMPARE(samplesIn(path("restored")), samplesIn(data()));
    QCOMPARE(samplesIn(data()), std::size_t{3 * kSamplesADay});
    QCOMPARE(toMs(restored->takenAt), toMs(m_clock.now()));
    QVERIFY(verifyFolder(path("restored"))->sound());
  }

  void fencesComeBackAndDamagedOnesAreFound() {
    fill(1);
    api::Fence fence;
    fence.name = "Depot";
    fence.shape = api::FenceCircle{{43.7, 7.4}, 250};
    {
      const auto store = SqliteRegistryStore::open(data() / "registry.db", m_clock);
      QVERIFY(store && (*store)->addFence(fence).has_value());
    }
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
    QVERIFY(restoreBackup(backup(), path("restored"), false).has_value());
    const auto registry = path("restored") / "registry.db";
    const auto restored = SqliteRegistryStore::openForReading(registry, m_clock).value()->load();
    QCOMPARE(restored->fences.size(), 1U);
    QVERIFY(restored->fences[0].fence.shape == fence.shape);
    QVERIFY(verifyFolder(path("restored"))->sound());
    Database::open(registry, Database::Mode::create).value()->exec("UPDATE fence SET geometry = '{}'");
    QVERIFY(!verifyFolder(path("restored"))->sound());
  }

  void daysThatAreThereAreNotCopiedAgain() {
    fill(3);
    QCOMPARE(backUp(data(), backup(), m_clock.now(), {})->kept, 0U);
    const auto first = std::filesystem::last_write_time(firstDayIn(backup()));
    fill(1);
    const auto again = backUp(data(), backup(), m_clock.now(), {});
    QVERIFY(again.has_value());
    QVERIFY(again->kept >= 3);  // the days that are over, and the key
    QVERIFY(std::filesystem::last_write_time(firstDayIn(backup())) == first);
    QVERIFY(restoreBackup(backup(), path("restored"), false).has_value());
    QCOMPARE(samplesIn(path("restored")), std::size_t{4 * kSamplesADay});
  }

  void daysThatOnlyTheBackupHasStayUnlessPruned() {
    fill(2);
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
    std::filesystem::remove(firstDayIn(data()));
    QCOMPARE(backUp(data(), backup(), m_clock.now(), {})->older, 1U);
    BackupOptions prune;
    prune.prune = true;
    QCOMPARE(backUp(data(), backup(), m_clock.now(), prune)->older, 0U);
    QCOMPARE(listDays(backup() / "telemetry").size(), 1U);
    QVERIFY(verifyBackup(backup())->sound());
  }

  void anArchiveIsAsGood() {
    fill(2);
    const auto archive = path("backup.tar");
    QVERIFY(backUpToArchive(data(), archive, m_clock.now(), {}).has_value());
    QVERIFY(std::filesystem::is_regular_file(archive));
    QVERIFY(verifyBackup(archive)->sound());
    QVERIFY(restoreBackup(archive, path("restored"), false).has_value());
    QCOMPARE(samplesIn(path("restored")), std::size_t{2 * kSamplesADay});
    flip(archive, 70'000);
    QVERIFY(!restoreBackup(archive, path("other"), false).has_value());
    QVERIFY(!std::filesystem::exists(path("other")));
  }

  void aBackupWithoutARegistryIsNotRestored() {
    fill(1);
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
    auto manifest = BackupManifest::read(backup() / BackupManifest::kFileName).value();
    manifest.files.erase("registry.db");
    std::ofstream(backup() / BackupManifest::kFileName) << manifest.toText();
    QVERIFY(packArchive(backup(), path("backup.tar")).has_value());
    for (const auto& from : {backup(), path("backup.tar")}) {
      const auto refused = restoreBackup(from, path("restored"), false);
      QVERIFY(!refused && refused.error().is(StorageErrc::corrupted));
      QVERIFY(!std::filesystem::exists(path("restored")));
    }
  }

  void whatIsNotAsItWasIsNotRestored() {
    fill(1);
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
    flip(firstDayIn(backup()), 9000);
    const auto refused = restoreBackup(backup(), path("restored"), false);
    QVERIFY(!refused && refused.error().is(StorageErrc::corrupted));
    QVERIFY(!std::filesystem::exists(path("restored")));
    QVERIFY(!verifyBackup(backup())->sound());
    // The next backup does not take the damaged copy for the day's file.
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
  }

  void aFolderWithSomethingInItIsRefusedAndKept() {
    fill(1);
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
    const auto refused = restoreBackup(backup(), data(), false);
    QVERIFY(!refused && refused.error().is(StorageErrc::exists));
    fill(1);
    const auto replaced = restoreBackup(backup(), data(), true);
    QVERIFY2(replaced.has_value(), replaced ? "" : replaced.error().message().c_str());
    QCOMPARE(samplesIn(data()), std::size_t{kSamplesADay});
    QCOMPARE(samplesIn(replaced->replacedKept), std::size_t{2 * kSamplesADay});
  }

  void otherPlacesAreRefused() {
    fill(1);
    QVERIFY(!backUp(data(), data() / "backup", m_clock.now(), {}).has_value());
    QVERIFY(!backUp(path("nowhere"), backup(), m_clock.now(), {}).has_value());
    std::filesystem::create_directories(path("full"));
    QFile other(m_dir->filePath("full/letter"));
    QVERIFY(other.open(QIODevice::WriteOnly));
    QVERIFY(!backUp(data(), path("full"), m_clock.now(), {}).has_value());
    QVERIFY(backUp(data(), backup(), m_clock.now(), {}).has_value());
    m_data = "another";
    fill(1);
    const auto refused = backUp(data(), backup(), m_clock.now(), {});
    QVERIFY(!refused && refused.error().message().find("another data folder") != std::string::npos);
  }

  void aManifestNamesOnlyWhatABackupHas() {
    const std::string sum(64, 'a');
    const auto with = [&](const std::string& name) {
      const std::string file = "{\"path\":\"" + name + "\",\"bytes\":1,\"checksum\":\"" + sum + "\"}";
      return BackupManifest::parse("{\"format\":1,\"files\":[" + file + "]}").has_value();
    };
    QVERIFY(with("registry.db") && with("telemetry/2026-11-21.db"));
    QVERIFY(!with("../registry.db") && !with("/etc/passwd") && !with("telemetry/../x.db") && !with("telemetry/x.db"));
    QVERIFY(!BackupManifest::parse("{\"format\":2,\"files\":[]}").has_value());
    QVERIFY(!BackupManifest::parse("[]").has_value());
  }

  void aBackupIsOfOneMomentWhileOthersWrite() {
    fill(1);
    auto folder = open().value();
    auto writer = folder.startWriter().value();
    std::atomic<bool> ending = false;
    std::thread sender([&] {
      for (int i = 0; !ending; ++i) (void)store(*writer, oneSample(7, 1'700'000'000'000 + i, i));
    });
    for (int i = 0; i < 5; ++i) {
      const auto target = path("backup-" + std::to_string(i));
      const auto made = backUp(data(), target, m_clock.now(), {});
      QVERIFY2(made.has_value(), made ? "" : made.error().message().c_str());
      QVERIFY(verifyBackup(target)->sound());
    }
    ending = true;
    sender.join();
  }

 private:
  static constexpr int kSamplesADay = 200;

  std::filesystem::path path(const std::string& name) const {
    return m_dir->filePath(QString::fromStdString(name)).toStdString();
  }
  std::filesystem::path data() const { return path(m_data); }
  std::filesystem::path backup() const { return path("backup"); }
  Result<DataFolder> open(const std::filesystem::path& folder) {
    return DataFolder::open(folder, StorageContext{m_names, m_clock, Log::toMemory()});
  }
  Result<DataFolder> open() { return open(data()); }

  /// So many more days of samples of car 7.
  void fill(int days) {
    for (int day = 0; day < days; ++day) {
      m_clock.advance(std::chrono::hours(24));
      auto folder = open().value();
      auto writer = folder.startWriter().value();
      SampleBatch batch;
      for (int i = 0; i < kSamplesADay; ++i) {
        batch.beginRow(PrincipalNumber{7}, m_clock.now() + Milliseconds(i), m_clock.now());
        batch.addMetric(MetricNames::kSpeedId, i * 0.37);
      }
      QVERIFY(store(*writer, batch).has_value());
    }
  }
  std::size_t samplesIn(const std::filesystem::path& folder) {
    std::size_t count = 0;
    auto reader = open(folder).value().openReader().value();
    (void)reader->visitSamples(PrincipalNumber{7}, fromMs(INT64_MIN), fromMs(INT64_MAX), [&](const auto&, const auto&) {
      ++count;
      return true;
    });
    return count;
  }
  static std::filesystem::path firstDayIn(const std::filesystem::path& folder) {
    return dayFilePath(folder / "telemetry", listDays(folder / "telemetry").front());
  }
  static void flip(const std::filesystem::path& name, qint64 at) {
    QFile file(QString::fromStdString(name.string()));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(at));
    char byte = 0;
    QVERIFY(file.getChar(&byte));
    file.seek(at);
    file.putChar(static_cast<char>(~byte));
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  std::string m_data = "data";
  ManualClock m_clock;
  MetricNames m_names;
};

QTEST_GUILESS_MAIN(TestBackupRestore)
#include "tst_backup_restore.moc"
