#include "gateway/storage/storage_errc.h"
#include "gateway/storage/synced_file.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace carport;

/// Files that are brought to the disk while they are written.
class TestSyncedFile : public QObject {
  Q_OBJECT

 private slots:
  void hasWhatWasWritten() {
    QByteArray text(3 * static_cast<int>(SyncedFile::kSyncBytes) + 1234, '\0');
    for (qsizetype i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 256);
    auto file = SyncedFile::create(path("whole"));
    QVERIFY(file.has_value());
    qsizetype at = 0;
    // Small parts, one that is larger than what is synced at once, none, and the rest.
    for (const qsizetype size : {qsizetype{1}, qsizetype{700'000}, qsizetype{9'000'000}, qsizetype{0}, text.size()}) {
      const auto part = text.mid(at, size);
      QVERIFY(file->write({part.constData(), static_cast<std::size_t>(part.size())}));
      at += part.size();
    }
    QCOMPARE(at, text.size());
    QVERIFY(file->finish());
    QVERIFY(contentOf("whole") == text);
  }

  void takesThePlaceOfWhatWasThere() {
    QVERIFY(write("place", "something longer"));
    QVERIFY(write("place", "short"));
    QCOMPARE(contentOf("place"), QByteArray("short"));
    QVERIFY(write("place", ""));
    QCOMPARE(contentOf("place"), QByteArray());
  }

  void onlyItsOwnerMayReadIt() {
    QVERIFY(write("own", "secret"));
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    QVERIFY((std::filesystem::status(path("own")).permissions() & others) == std::filesystem::perms::none);
  }

  void isThereWithoutAnEndAsWell() {
    {
      auto file = SyncedFile::create(path("open"));
      QVERIFY(file.has_value());
      auto moved = std::move(*file);
      QVERIFY(moved.write(std::string_view("kept")));
    }
    QCOMPARE(contentOf("open"), QByteArray("kept"));
  }

  void saysThatItCannotBeMade() {
    const auto file = SyncedFile::create(path("nowhere") / "file");
    QVERIFY(!file && file.error().is(StorageErrc::ioFailed));
    QVERIFY(file.error().message().find("cannot be written") != std::string::npos);
  }

 private:
  std::filesystem::path path(const char* name) const { return m_dir.filePath(name).toStdString(); }
  bool write(const char* name, std::string_view text) const {
    auto file = SyncedFile::create(path(name));
    return file && file->write(text) && file->finish();
  }
  QByteArray contentOf(const char* name) const {
    QFile file(m_dir.filePath(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
  }

  QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(TestSyncedFile)
#include "tst_synced_file.moc"
