#include "app/carportd/size_text.h"
#include "gateway/domain/credentials.h"
#include "tests/unit/carportd/run_carportd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

/// The command lines about what is kept: retention, backup, restore, verify, recover.
class TestKeepingCommands : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
  Ran on(const std::vector<std::string>& arguments) const { return runOn(path("data"), arguments); }

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QCOMPARE(on({"device", "add", "car-1", "--password", "0123456789abcdef"}).code, 0);
  }

  void sizesAreReadAndWritten() {
    QCOMPARE(parseSizeText("17").value(), 17U);
    QCOMPARE(parseSizeText("500M").value(), 500U << 20U);
    QCOMPARE(parseSizeText("2GiB").value(), std::uint64_t{2} << 30U);
    QVERIFY(!parseSizeText("") && !parseSizeText("G") && !parseSizeText("1X") && !parseSizeText("-1"));
    QVERIFY(!parseSizeText("99999999999999T"));
    QCOMPARE(sizeText(1023), std::string("1023 bytes"));
    QCOMPARE(sizeText(1536), std::string("1.5 KiB"));
  }

  void policiesAreSetListedAndRemoved() {
    QCOMPARE(on({"retention", "set", "all-30", "--raw-days", "30", "--hour-days", "400"}).code, 2);  // minutes for ever
    const Ran set = on({"retention", "set", "all-30", "--raw-days", "30", "--minute-days", "90", "--hour-days", "400"});
    QCOMPARE(set.code, 0);
    QVERIFY(set.err.find("“all-30” added") != std::string::npos);
    QCOMPARE(on({"retention", "list"}).out, std::string("all-30\t*\t30\t90\t400\tcarportd\n"));
    QVERIFY(on({"retention", "set", "all-30", "--raw-days", "10"}).err.find("changed from") != std::string::npos);
    QCOMPARE(on({"retention", "list"}).out, std::string("all-30\t*\t10\t-\t-\tcarportd\n"));
    QCOMPARE(on({"retention", "set", "taxis", "--group", "nobody", "--raw-days", "1"}).code, 1);
    QCOMPARE(on({"retention", "set", "a b", "--raw-days", "1"}).code, 2);
    QCOMPARE(on({"retention", "set", "x", "--raw-days", "0"}).code, 2);
    QCOMPARE(on({"retention", "remove", "other"}).code, 1);
    QCOMPARE(on({"retention", "remove", "all-30"}).code, 0);
    QCOMPARE(on({"retention", "list"}).out, std::string());
  }

  void theBudgetIsSetAndTakenAway() {
    QCOMPARE(on({"retention", "budget", "20G"}).code, 0);
    QVERIFY(on({"retention", "list"}).err.find("20.0 GiB") != std::string::npos);
    QCOMPARE(on({"retention", "budget", "1K"}).code, 2);
    QCOMPARE(on({"retention", "budget", "much"}).code, 2);
    QCOMPARE(on({"retention", "budget", "none"}).code, 0);
    QVERIFY(on({"retention", "list"}).err.find("budget") == std::string::npos);
  }

  void backedUpRestoredVerified() {
    QCOMPARE(on({"backup", "--to", path("backup")}).code, 0);
    QVERIFY(on({"backup", "--to", path("backup")}).err.find("unchanged") != std::string::npos);
    QCOMPARE(on({"backup", "--to", path("backup.tar"), "--verbose"}).code, 0);
    QCOMPARE(on({"backup", "--to", path("backup"), "--rate", "fast"}).code, 2);
    QCOMPARE(run({"verify", "--backup", path("backup")}).code, 0);
    QCOMPARE(run({"verify", "--backup", path("backup.tar")}).code, 0);
    QCOMPARE(on({"verify"}).code, 0);
    QCOMPARE(on({"restore", "--from", path("backup")}).code, 1);
    QCOMPARE(run({"restore", "--from", path("backup.tar"), "--data", path("restored")}).code, 0);
    QVERIFY(run({"device", "list", "--data", path("restored")}).out.starts_with("car-1\t"));
    QCOMPARE(run({"restore", "--from", path("nowhere"), "--data", path("other")}).code, 1);
    QVERIFY(!std::filesystem::exists(path("other")));
  }

  void damageEndsWithOne() {
    std::filesystem::resize_file(path("data") + "/secret.key", 3);
    const Ran verified = on({"verify"});
    QCOMPARE(verified.code, 1);
    QVERIFY(verified.out.find("secret.key: damaged") != std::string::npos);
    QCOMPARE(run({"verify", "--data", path("nowhere")}).code, 1);
    QCOMPARE(on({"recover", "--day", "2026-02-30"}).code, 2);
    QCOMPARE(on({"recover", "--day", "2026-11-21"}).code, 1);
  }
};

QTEST_GUILESS_MAIN(TestKeepingCommands)
#include "tst_keeping_commands.moc"
