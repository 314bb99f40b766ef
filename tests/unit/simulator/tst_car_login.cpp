#include "gateway/simulator/car_login.h"
#include "gateway/simulator/fleet_run.h"
#include "gateway/simulator/sim_errc.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <set>

using namespace carport;
using namespace carport::sim;

class TestCarLogin : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  std::filesystem::path write(const std::string& text) {
    const std::filesystem::path file = m_folder.filePath("cars.csv").toStdString();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private slots:
  void readsWithAndWithoutHeader() {
    const auto plain = readLogins(write("a,Car A,secret-of-a\r\nb,,secret-of-b\n"));
    QVERIFY(plain.has_value());
    QCOMPARE(plain->size(), std::size_t{2});
    QCOMPARE(plain->at(1).id, std::string("b"));
    QCOMPARE(plain->at(1).secret, std::string("secret-of-b"));
    const auto named = readLogins(write("password,id\n\"with \"\"quotes\"\", and comma\",c\n"));
    QVERIFY(named.has_value());
    QCOMPARE(named->at(0).id, std::string("c"));
    QCOMPARE(named->at(0).secret, std::string("with \"quotes\", and comma"));
  }

  void refusesWithTheLine() {
    const auto broken = readLogins(write("id,name,password\na,b,c\nonly-an-id\n"));
    QVERIFY(!broken);
    QVERIFY(broken.error().message().find("Line 3") != std::string::npos);
    QVERIFY(!readLogins(write("")));
    QVERIFY(!readLogins(write("a,\"b,c\n")));
    QVERIFY(readLogins("/nowhere/cars.csv").error().is(SimErrc::fileFailed));
  }

  void madeSecretsAreLongAndDifferent() {
    const auto logins = makeLogins(200, "demo-");
    std::set<std::string> secrets;
    for (const CarLogin& login : logins) {
      QCOMPARE(login.secret.size(), std::size_t{40});
      secrets.insert(login.secret);
    }
    QCOMPARE(secrets.size(), std::size_t{200});
    QCOMPARE(logins.front().id, std::string("demo-0001"));
    QCOMPARE(logins.back().id, std::string("demo-0200"));
  }

  void fleetsThatCannotWorkAreRefusedAtOnce() {
    const auto refusal = [](auto change) {
      FleetOptions options;
      options.mqtt = {"127.0.0.1", 1};
      options.logins = makeLogins(3, "x-");
      change(options);
      FleetRun run;
      const auto started = run.start(options);
      return started ? std::string() : started.error().message();
    };
    QVERIFY(!refusal([](FleetOptions& o) { o.cars = 0; }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.cars = kMaxCars + 1; }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.cars = 4; }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.mqtt.port = 0; }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.rate = -1; }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.qos = 3; }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.logins.clear(); }).empty());
    QVERIFY(!refusal([](FleetOptions& o) { o.acknowledgedFile = "/nowhere/at/all"; }).empty());
  }

  void understandsTheGatewaysUrl() {
    QCOMPARE(int(ProvisioningTarget::parseUrl("http://127.0.0.1:8080/")->port), 8080);
    QVERIFY(!ProvisioningTarget::parseUrl("127.0.0.1:8080"));
    QVERIFY(!ProvisioningTarget::parseUrl("https://127.0.0.1:8080"));
    QVERIFY(!ProvisioningTarget::parseUrl("http://127.0.0.1"));
  }
};

QTEST_GUILESS_MAIN(TestCarLogin)
#include "tst_car_login.moc"
