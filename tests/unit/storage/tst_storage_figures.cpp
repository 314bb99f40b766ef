#include "gateway/storage/folder_usage.h"
#include "gateway/storage/storage_shared.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <string>

using namespace carport;

/// What the storage tells about itself for /metrics.
class TestStorageFigures : public QObject {
  Q_OBJECT

 private slots:
  void logsAreCountedByThemselves() {
    QTemporaryDir folder;
    const auto write = [&](const char* name, std::size_t bytes) {
      std::ofstream(folder.filePath(name).toStdString()) << std::string(bytes, 'x');
    };
    write("registry.db", 1000);
    write("registry.db-wal", 300);
    write("2026-11-21.db-wal", 50);
    write("wal", 7);
    ManualClock clock;
    FolderUsage usage(folder.path().toStdString(), clock);
    QCOMPARE(usage.get().logBytes, std::uint64_t{350});
    QCOMPARE(usage.get().storedBytes, std::uint64_t{1357});
    write("registry.db-wal", 400);
    QCOMPARE(usage.get().logBytes, std::uint64_t{350});  // looked at once a second
    clock.advance(FolderUsage::kRefresh);
    QCOMPARE(usage.get().logBytes, std::uint64_t{450});
  }

  void compactionLagsFromTheFirstWorkThatIsNotDone() {
    StorageShared shared;
    QCOMPARE(shared.compactionLag().count(), 0);
    shared.noteCompactionWork(true);
    QTRY_VERIFY(shared.compactionLag().count() > 0);
    const auto before = shared.compactionLag();
    shared.noteCompactionWork(true);  // more of it changes nothing about since when
    QVERIFY(shared.compactionLag() >= before);
    shared.noteCompactionWork(false);
    QCOMPARE(shared.compactionLag().count(), 0);
  }
};

QTEST_GUILESS_MAIN(TestStorageFigures)
#include "tst_storage_figures.moc"
