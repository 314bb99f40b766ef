#include "gateway/storage/data_folder.h"
#include "tests/unit/carportd/run_carportd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

/// `carportd limit`.
class TestLimitCommands : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_dir;

  std::string data() const { return m_dir->filePath("data").toStdString(); }
  Ran run(const std::vector<std::string>& arguments) const { return runOn(data(), arguments); }

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    QCOMPARE(run({"device", "add", "van"}).code, int(kExitOk));
    QCOMPARE(run({"organisation", "add", "acme"}).code, int(kExitOk));
  }

  void limitsComeAndGo() {
    const Ran added = run({"limit", "add", "*", "messagesPerSecond", "20", "--per", "principal", "--then", "slow",
                           "--burst", "100", "--note", "wild cars"});
    QCOMPARE(added.code, int(kExitOk));
    QCOMPARE(added.out, std::string("1\n"));
    QCOMPARE(run({"limit", "add", "address:10.0.0.0/8", "connections", "500"}).out, std::string("2\n"));
    QCOMPARE(run({"limit", "add", "*", "bytesPerDay", "5000", "--organisation", "acme"}).out, std::string("1\n"));
    QCOMPARE(run({"limit", "list"}).out, std::string("1\t\t*\tprincipal\tmessagesPerSecond\t20\tslow\tburst 100\n"
                                                     "2\t\taddress:10.0.0.0/8\tall\tconnections\t500\treject\n"
                                                     "1\tacme\t*\tall\tbytesPerDay\t5000\treject\n"));
    QCOMPARE(run({"limit", "remove", "1", "--organisation", "acme"}).code, int(kExitOk));
    QCOMPARE(run({"limit", "remove", "1", "--organisation", "acme"}).code, int(kExitFailure));
    QCOMPARE(run({"limit", "remove", "2"}).code, int(kExitOk));
    QCOMPARE(run({"limit", "list"}).out, std::string("1\t\t*\tprincipal\tmessagesPerSecond\t20\tslow\tburst 100\n"));
  }

  void mistakesAreNamed() {
    const std::vector<std::vector<std::string>> wrong{
        {"limit", "add", "everybody", "connections", "5"},
        {"limit", "add", "*", "smiles", "5"},
        {"limit", "add", "*", "connections", "0"},
        {"limit", "add", "*", "connections", "5", "--then", "slow"},
        {"limit", "add", "*", "connections", "5", "--per", "car"},
        {"limit", "add", "principal:van", "connections", "5", "--organisation", "acme"}};
    for (const auto& arguments : wrong) QCOMPARE(run(arguments).code, int(kExitUsage));
    QCOMPARE(run({"limit", "add", "principal:nobody", "connections", "5"}).code, int(kExitFailure));
    QCOMPARE(run({"limit", "add", "group:van", "connections", "5"}).code, int(kExitFailure));
    QCOMPARE(run({"limit", "add", "*", "connections", "5", "--organisation", "zeta"}).code, int(kExitFailure));
    QVERIFY(run({"limit", "list"}).out.empty());
  }
};

QTEST_GUILESS_MAIN(TestLimitCommands)
#include "tst_limit_commands.moc"
