#include "gateway/storage/database.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/log_checkpoints.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_back.h"

#include <QTemporaryDir>
#include <QtTest>

#include <chrono>
#include <filesystem>
#include <memory>

using namespace carport;

/// The write-ahead log of a database that somebody reads for long while others write.
class TestDatabaseLog : public QObject {
  Q_OBJECT

 private slots:
  void isCutBackInPieces() {
    auto writer = opened(Database::Mode::create);
    QVERIFY(writer);
    writer->exec("CREATE TABLE page(data)");
    letItGrow(*writer);
    const auto most = logBytes();
    QVERIFY(most > kLargeLogBytes);
    auto before = most;
    for (int round = 0; round < 100 && before > Database::kMaxIdleLogBytes; ++round) {
      beginAnew(*writer);
      const auto now = logBytes();
      QVERIFY(now <= before);
      QVERIFY2(before - now <= Database::kMaxCutLogBytes, qPrintable(QString("%1 to %2").arg(before).arg(now)));
      before = now;
    }
    QCOMPARE(before, Database::kMaxIdleLogBytes);
    beginAnew(*writer);
    QCOMPARE(logBytes(), Database::kMaxIdleLogBytes);
    QCOMPARE(writer->integer("SELECT count(*) FROM page WHERE length(data) = 1000000"), std::int64_t{kPages});
  }

  void isBroughtIntoTheFileAsItGrows() {
    const SteadyPoint now{std::chrono::hours(1)};
    LogCheckpoints checkpoints;
    QVERIFY(!checkpoints.isDue(1, now));
    QVERIFY(!checkpoints.isDue(LogCheckpoints::kDuePages - 1, now));
    for (int i = 0; i < 3; ++i) {
      QVERIFY(checkpoints.isDue(LogCheckpoints::kDuePages, now));
      QVERIFY(checkpoints.isDue(LogCheckpoints::kLongPages, now));
    }
  }

  void isLeftToALongReaderForAWhile() {
    const SteadyPoint now{std::chrono::hours(1)};
    LogCheckpoints checkpoints;
    QVERIFY(checkpoints.isDue(LogCheckpoints::kLongPages + 1, now));
    QVERIFY(!checkpoints.isDue(LogCheckpoints::kLongPages + 1, now));
    QVERIFY(!checkpoints.isDue(100 * LogCheckpoints::kLongPages, now + LogCheckpoints::kRetryLong - Milliseconds(1)));
    QVERIFY(checkpoints.isDue(100 * LogCheckpoints::kLongPages, now + LogCheckpoints::kRetryLong));
    QVERIFY(checkpoints.isDue(LogCheckpoints::kDuePages, now + LogCheckpoints::kRetryLong));
  }

  void ofADayFileStaysShort() {
    const auto day = DayFile::openForWriting(std::filesystem::path(m_folder.path().toStdString()) / "2026-11-21.db");
    QVERIFY(day.has_value());
    Database& database = (*day)->database();
    database.exec("CREATE TABLE page(data)");
    constexpr std::int64_t kPageBytes = 4096;
    for (int i = 0; i < 60; ++i) {
      Transaction transaction(database);
      database.exec("INSERT INTO page VALUES (zeroblob(1000000))");
      transaction.commit();
      const auto bytes = static_cast<std::int64_t>(WriteBack::logBytes(database.path()));
      QVERIFY2(bytes < LogCheckpoints::kLongPages * kPageBytes, qPrintable(QString::number(bytes)));
    }
  }

 private:
  static constexpr std::int64_t kLargeLogBytes = Database::kMaxIdleLogBytes + 3 * Database::kMaxCutLogBytes;
  static constexpr int kPages = 30;

  std::unique_ptr<Database> opened(Database::Mode mode) {
    auto database = Database::open(file(), mode);
    return database ? *std::move(database) : nullptr;
  }

  /// Commits while a reader holds back what was there before.
  void letItGrow(Database& writer) {
    const auto reader = opened(Database::Mode::readOnly);
    const ReadTransaction moment(*reader);
    QCOMPARE(reader->integer("SELECT count(*) FROM page"), std::int64_t{0});
    for (int i = 0; i < kPages; ++i) insert(writer, "INSERT INTO page VALUES (zeroblob(1000000))");
  }

  /// All that the log has goes into the database; the next commit then writes the log from its beginning.
  void beginAnew(Database& writer) {
    QCOMPARE(WriteBack(file()).run(), std::int64_t{0});
    insert(writer, "INSERT INTO page VALUES (1)");
  }

  void insert(Database& writer, const char* sql) {
    Transaction transaction(writer);
    writer.exec(sql);
    transaction.commit();
    writer.cutLogBackInPieces();
  }

  std::filesystem::path file() const { return std::filesystem::path(m_folder.path().toStdString()) / "log.db"; }
  std::int64_t logBytes() const { return static_cast<std::int64_t>(WriteBack::logBytes(file())); }

  QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDatabaseLog)
#include "tst_database_log.moc"
