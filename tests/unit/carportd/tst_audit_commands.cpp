#include "gateway/domain/credentials.h"
#include "gateway/storage/database.h"
#include "tests/unit/carportd/run_carportd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

/// The command lines about who did what, and about tokens.
class TestAuditCommands : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
  Ran on(const std::vector<std::string>& arguments) const { return runOn(path("data"), arguments); }
  /// "NUMBER:HASH" of the newest entry, as verify prints it.
  std::string head() {
    const std::string out = on({"verify"}).out;
    const std::string before = "to be kept elsewhere: ";
    const auto begin = out.find(before);
    return begin == std::string::npos
               ? std::string()
               : out.substr(begin + before.size(), out.find('\n', begin) - begin - before.size());
  }

 private slots:
  void initTestCase() {
    QVERIFY(initCryptography().has_value());
    qputenv("SUDO_USER", "olga");
  }
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QCOMPARE(on({"device", "add", "car-1", "--password", "0123456789abcdef"}).code, 0);
  }

  void whatACommandLineDoesIsEntered() {
    const Ran all = on({"audit", "--about", "car-1"});
    QCOMPARE(all.code, 0);
    QVERIFY(has(all.out, "commandLine olga\tcar.add\tcar-1"));
    QVERIFY(!has(all.out, "0123456789abcdef"));
    QCOMPARE(on({"device", "add", "car-1", "--password", "0123456789abcdef"}).code, 1);
    const Ran refused = on({"audit", "--refused"});
    QVERIFY(has(refused.out, "refused") && has(refused.out, "exists already"));
    QCOMPARE(on({"user", "add", "anna", "--role", "viewer", "--password", "a good password"}).code, 0);
    const auto newest = nlohmann::json::parse(on({"audit", "--json", "--limit", "1"}).out);
    QCOMPARE(newest["action"], nlohmann::json("user.add"));
    QCOMPARE(newest["after"]["password"], nlohmann::json("set"));
    QCOMPARE(on({"audit", "--from", "yesterday"}).code, 2);
    QVERIFY(on({"audit", "--to", "2001-01-01"}).out.empty());
  }

  void backupsAndRestoresAreEntered() {
    QCOMPARE(on({"backup", "--to", path("backup")}).code, 0);
    QVERIFY(has(on({"audit", "--action", "backup"}).out, path("backup")));
    QCOMPARE(run({"restore", "--from", path("backup"), "--data", path("again")}).code, 0);
    QVERIFY(has(run({"audit", "--data", path("again"), "--limit", "1"}).out, "restore"));
    QCOMPARE(run({"verify", "--data", path("again")}).code, 0);
  }

  void verifyChecksTheChainAgainstWhatWasKept() {
    const std::string kept = head();
    QVERIFY(!kept.empty());
    QCOMPARE(on({"device", "add", "car-2", "--password", "0123456789abcdef"}).code, 0);
    QCOMPARE(on({"verify", "--audit-hash", kept}).code, 0);
    QCOMPARE(on({"verify", "--audit-hash", "what"}).code, 2);
    std::string other = kept;
    other.back() = other.back() == '0' ? '1' : '0';
    const Ran rewritten = on({"verify", "--audit-hash", other});
    QCOMPARE(rewritten.code, 1);
    QVERIFY(has(rewritten.out, "rewritten"));
    {
      auto database = Database::open(path("data") + "/registry.db", Database::Mode::create);
      (*database)->exec("DROP TRIGGER audit_is_not_changed");
      (*database)->exec("UPDATE audit SET address = 'nobody' WHERE number = 3");
    }
    const Ran broken = on({"verify"});
    QCOMPARE(broken.code, 1);
    QVERIFY(has(broken.out, "broken at entry 3"));
  }

  void tokensAreMadeForSomeThingsListedAndTakenBack() {
    QCOMPARE(on({"user", "add", "anna", "--role", "viewer", "--password", "a good password"}).code, 0);
    QCOMPARE(on({"token", "create", "--user", "anna", "--action", "fly"}).code, 2);
    QCOMPARE(on({"token", "create", "--user", "anna", "--cars", "self"}).code, 2);
    const Ran made = on({"token", "create", "--user", "anna", "--action", "view", "--cars", "group:taxis"});
    QCOMPARE(made.code, 0);
    const Ran list = on({"token", "list", "--user", "anna"});
    QCOMPARE(list.out, std::string("1\tanna\tcommand line\t[\"view\"]\tgroup:taxis\tnever used\n"));
    QCOMPARE(on({"token", "revoke", "1"}).code, 0);
    QCOMPARE(on({"token", "revoke", "1"}).code, 1);
    QVERIFY(on({"token", "list"}).out.empty());
    QVERIFY(has(on({"audit", "--about", "token 1"}).out, "token.remove"));
    QCOMPARE(on({"user", "no-second-factor", "anna"}).code, 1);
  }
};

QTEST_GUILESS_MAIN(TestAuditCommands)
#include "tst_audit_commands.moc"
