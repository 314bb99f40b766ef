#include "gateway/domain/credentials.h"
#include "gateway/storage/data_folder.h"
#include "tests/unit/carportd/run_carportd.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

/// `carportd organisation`, `role`, `key`, and what `device` has for cars that come and go.
class TestProvisioningCommands : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_dir;
  MetricNames m_names;
  SystemClock m_clock;

  std::string data() const { return m_dir->filePath("data").toStdString(); }
  Ran run(const std::vector<std::string>& arguments) const { return runOn(data(), arguments); }
  DataFolder folder() { return DataFolder::open(data(), StorageContext{m_names, m_clock, Log::toMemory()}).value(); }
  RegistrySnapshot registry() { return folder().openRegistry().value()->load().value(); }
  PrincipalRecord find(const std::string& id) {
    for (PrincipalRecord& record : registry().principals) {
      if (record.principal.id == id) return record;
    }
    return {};
  }

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() { m_dir = std::make_unique<QTemporaryDir>(); }

  void organisationsComeAndGo() {
    const Ran made = run({"organisation", "add", "acme", "--name", "Acme", "--admin", "acme.ann"});
    QCOMPARE(made.code, int(kExitOk));
    QCOMPARE(made.out.size(), std::size_t{20});  // the password, alone
    const auto ann = find("acme.ann");
    QCOMPARE(ann.principal.organisation(), std::string_view("acme"));
    QVERIFY(ann.mustChangePassword && verifyPassword(made.out.substr(0, 19), ann.passwordHash));
    QCOMPARE(run({"organisation", "list"}).out, std::string("acme\tAcme\n"));
    QCOMPARE(run({"organisation", "add", "acme"}).code, int(kExitFailure));
    QCOMPARE(run({"organisation", "add", "Acme"}).code, int(kExitUsage));
    QCOMPARE(run({"organisation", "add", "zenith", "--admin", "ann"}).code, int(kExitUsage));
    QCOMPARE(run({"organisation", "remove", "acme"}).code, int(kExitFailure));
    QCOMPARE(run({"device", "add", "acme.van"}).code, int(kExitOk));
    QCOMPARE(find("acme.van").principal.organisation(), std::string_view("acme"));
    QCOMPARE(run({"organisation", "add", "zenith"}).code, int(kExitOk));
    QCOMPARE(run({"organisation", "remove", "zenith"}).code, int(kExitOk));
  }

  void rolesComeAndGo() {
    QCOMPARE(run({"organisation", "add", "acme"}).code, int(kExitOk));
    QCOMPARE(run({"role", "add", "mechanic", "--name", "Mechanic"}).code, int(kExitOk));
    QCOMPARE(run({"role", "add", "acme.mechanic", "--organisation", "acme"}).code, int(kExitOk));
    QCOMPARE(run({"role", "add", "admin"}).code, int(kExitFailure));
    QCOMPARE(run({"role", "add", "a b"}).code, int(kExitUsage));
    QVERIFY(run({"role", "list"}).out.ends_with("acme.mechanic\t\town\nmechanic\tMechanic\town\n"));
    const std::vector<std::string> mia{"user", "add", "mia", "--role", "mechanic", "--password", "long enough"};
    QCOMPARE(run(mia).code, int(kExitOk));
    QCOMPARE(run({"role", "remove", "mechanic"}).code, int(kExitFailure));
    QCOMPARE(run({"role", "remove", "acme.mechanic"}).code, int(kExitOk));
  }

  void keysAreMadeListedTakenBack() {
    QCOMPARE(run({"organisation", "add", "acme"}).code, int(kExitOk));
    const Ran made = run({"key", "create", "--quota", "20", "--label", "Line 3", "--organisation", "acme"});
    QCOMPARE(made.code, int(kExitOk));
    const std::string text = made.out.substr(0, made.out.size() - 1);
    QVERIFY(text.starts_with("cpk_"));
    QVERIFY(folder().openRegistry().value()->provisioning().usableKey(hashToken(text)).has_value());
    QCOMPARE(run({"key", "list"}).out, std::string("1\tLine 3\t0/20\tacme.\tactive\n"));
    QCOMPARE(run({"key", "create"}).code, int(kExitUsage));
    QCOMPARE(run({"key", "remove", "1"}).code, int(kExitOk));
    QCOMPARE(run({"key", "remove", "1"}).code, int(kExitFailure));
  }

  void aClaimCodeIsPrintedWithItsPicture() {
    QCOMPARE(run({"device", "add", "van-1"}).code, int(kExitOk));
    const std::string svg = m_dir->filePath("label.svg").toStdString();
    const std::string png = m_dir->filePath("label.png").toStdString();
    const Ran made = run({"device", "claim-code", "van-1", "--svg", svg, "--png", png});
    QCOMPARE(made.code, int(kExitOk));
    const std::string code = made.out.substr(0, made.out.size() - 1);
    QCOMPARE(readClaimCode(code), code);
    QVERIFY(made.err.find("█") != std::string::npos);
    QFile label(QString::fromStdString(svg));
    QVERIFY(label.open(QIODevice::ReadOnly) && label.readAll().startsWith("<svg"));
    QFile picture(QString::fromStdString(png));
    QVERIFY(picture.open(QIODevice::ReadOnly) && picture.readAll().startsWith("\x89PNG"));
    const auto opened = folder();
    const auto kept =
        opened.openRegistry().value()->provisioning().openClaimCode(hashClaimCode(code, opened.secretKey()));
    QVERIFY(kept && kept->car == "van-1" && kept->gives == api::ClaimGives::secret);
    const Ran unlabelled = run({"device", "claim-code", "van-1", "--svg", m_dir->filePath("none/label").toStdString()});
    QCOMPARE(unlabelled.code, int(kExitFailure));
    QVERIFY(!readClaimCode(unlabelled.out.substr(0, unlabelled.out.find('\n'))).empty());
    QCOMPARE(run({"device", "claim-code", "van-9"}).code, int(kExitFailure));
    QCOMPARE(run({"device", "claim-code", "van-1", "--gives", "gold"}).code, int(kExitUsage));
  }

  void aCarIsBlockedAndGivenANewSecret() {
    QCOMPARE(run({"device", "add", "van-1", "--password", "0123456789abcdef"}).code, int(kExitOk));
    QCOMPARE(run({"device", "block", "van-1"}).code, int(kExitOk));
    QVERIFY(find("van-1").principal.blocked);
    QCOMPARE(run({"device", "unblock", "van-1"}).code, int(kExitOk));
    QVERIFY(!find("van-1").principal.blocked);
    QCOMPARE(run({"device", "secret", "van-1", "--overlap", "24"}).code, int(kExitOk));
    const auto car = find("van-1");
    QVERIFY(car.retiring && verifyDeviceSecret("0123456789abcdef", car.retiring->secret, folder().secretKey()));
    QCOMPARE(run({"device", "secret", "van-1", "--overlap", "999999"}).code, int(kExitUsage));
    QCOMPARE(run({"device", "secret", "van-1"}).code, int(kExitOk));
    QVERIFY(!find("van-1").retiring);
  }
};

QTEST_GUILESS_MAIN(TestProvisioningCommands)
#include "tst_provisioning_commands.moc"
