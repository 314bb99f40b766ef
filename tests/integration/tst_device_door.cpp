#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
constexpr const char* kSecret = "the-secret-of-van-1";
}

/// A device that has curl and no MQTT, and lists of devices as an operator has them.
class TestDeviceDoor : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;

  QString file(const QString& name, const QByteArray& content) const {
    QFile out(m_folder->filePath(name));
    if (!out.open(QIODevice::WriteOnly)) return {};
    out.write(content);
    return out.fileName();
  }
  /// The body, and behind it the status in a line of its own.
  QByteArray curl(const QString& path, const QStringList& arguments) const {
    const auto done =
        runProgram("curl", QStringList{"--silent", "--show-error", "--max-time", "30", "--write-out", "\\n%{http_code}",
                                       "http://" + m_gateway->http() + "/api/v2" + path} +
                               arguments);
    return done.ok() ? done.out : done.story();
  }
  QByteArray send(const QString& what, const QStringList& arguments) const {
    return curl("/cars/van-1/" + what, QStringList{"--user", QString("van-1:") + kSecret} + arguments);
  }
  static QByteArray statusOf(const QByteArray& answer) { return answer.mid(answer.lastIndexOf('\n') + 1); }
  static QJsonObject jsonOf(const QByteArray& answer) {
    return QJsonDocument::fromJson(answer.left(answer.lastIndexOf('\n'))).object();
  }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_gateway = std::make_unique<GatewayProcess>(m_folder->filePath("data"));
    QVERIFY(m_gateway->start());
  }
  void cleanup() {
    QVERIFY(m_gateway->stop());
    m_gateway.reset();
  }

  void aDeviceSendsWithCurl() {
    QVERIFY(m_gateway->addCar("van-1", kSecret));
    const QStringList json{"--header", "Content-Type: application/json"};
    const auto one = send("telemetry", json + QStringList{"--data", R"({"ts":1790000000000,"speed":12.5,"mode":"D"})"});
    QCOMPARE(statusOf(one), QByteArray("200"));
    QCOMPARE(jsonOf(one)["taken"].toInt(), 1);
    QCOMPARE(m_gateway->exportLines("van-1").size(), 1);  // 200 means on disk

    const auto batch = send("telemetry", json + QStringList{"--data", R"([{"fuel":1},{"speed":-3},{"fuel":2}])"});
    QCOMPARE(jsonOf(batch)["taken"].toInt(), 2);
    QCOMPARE(jsonOf(batch)["refused"].toArray()[0].toObject()["index"].toInt(), 1);

    const auto packed = file("batch.json", R"([{"fuel":3},{"fuel":4}])");
    QVERIFY(runProgram("gzip", {packed}).ok());
    const auto zipped = send(
        "telemetry", json + QStringList{"--header", "Content-Encoding: gzip", "--data-binary", "@" + packed + ".gz"});
    QVERIFY2(statusOf(zipped) == "200", zipped.constData());

    // {"fuel": 5}
    const auto cbor = file("one.cbor", QByteArray::fromHex("a1646675656c05"));
    const auto binary = send("telemetry", {"--header", "Content-Type: application/cbor", "--data-binary", "@" + cbor});
    QVERIFY2(statusOf(binary) == "200", binary.constData());
    QCOMPARE(m_gateway->exportLines("van-1").size(), 6);

    const auto event = send("events", json + QStringList{"--data", R"({"name":"door open","severity":"warning"})"});
    QCOMPARE(statusOf(event), QByteArray("200"));
    const auto events = m_gateway->request("GET", "/api/v2/cars/van-1/events").json["events"].toArray();
    QCOMPARE(events.size(), 1);
    QCOMPARE(events[0].toObject()["name"].toString(), QString("door open"));
  }

  void strangersAreTurnedAway() {
    QVERIFY(m_gateway->addCar("van-1", kSecret));
    QVERIFY(m_gateway->addCar("van-2", kSecret));
    const QStringList body{"--data", "{\"speed\":1}", "--header", "Content-Type: application/json"};
    QCOMPARE(statusOf(curl("/cars/van-1/telemetry", body)), QByteArray("401"));
    QCOMPARE(statusOf(curl("/cars/van-1/telemetry", body + QStringList{"--user", "van-1:not-its-secret-at-all"})),
             QByteArray("401"));
    QCOMPARE(statusOf(curl("/cars/van-1/telemetry", body + QStringList{"--user", QString("van-2:") + kSecret})),
             QByteArray("403"));
    const auto zeroes = file("zeroes", QByteArray(50 * 1024 * 1024, '\0'));
    QVERIFY(runProgram("gzip", {"--best", zeroes}).ok());
    const auto bomb = send("telemetry", {"--header", "Content-Encoding: gzip", "--header",
                                         "Content-Type: application/json", "--data-binary", "@" + zeroes + ".gz"});
    QVERIFY2(statusOf(bomb) == "413", bomb.constData());
    QVERIFY(m_gateway->exportLines("van-1").isEmpty());
  }

  void aSubscriberOverMqttSeesWhatCameOverHttp() {
    QVERIFY(m_gateway->addCar("van-1", kSecret));
    const auto token = m_gateway->token();  // of an administrator
    QTRY_COMPARE_WITH_TIMEOUT(m_gateway->request("GET", "/api/v2/session").status, 200, 10'000);
    const auto name = m_gateway->request("GET", "/api/v2/session").json["principal"]["id"].toString();
    QProcess subscriber;
    subscriber.start("mosquitto_sub", {"-h", m_gateway->mqttHost(), "-p", m_gateway->mqttPort(), "-u", name, "-P",
                                       token, "-q", "1", "-t", "cars/+/telemetry", "-v", "-C", "1", "-W", "30"});
    QVERIFY(subscriber.waitForStarted());
    // Until it has subscribed, which it does not tell, what is sent goes past it.
    for (int i = 0; i < 100 && !hasEnded(subscriber, 100); ++i) {
      const auto sent = send("telemetry", {"--data", "{\"speed\":1.25}", "--header", "Content-Type: application/json"});
      QVERIFY2(statusOf(sent) == "200", sent.constData());
    }
    QVERIFY(hasEnded(subscriber, 20'000));
    const auto out = subscriber.readAllStandardOutput();
    QVERIFY2(out.contains("cars/van-1/telemetry {\"speed\":1.25}"), out.constData());
  }

  void aListIsTriedBeforeItIsImported() {
    QVERIFY(m_gateway->addCar("van-1", kSecret));
    const auto list = file("cars.csv",
                           "id,name,secret,attributes\n"
                           "van-1,Van one,,depot=Ghent\n"
                           "van-2,Van two,the-secret-of-van-2,depot=Lyon;colour=blue\n"
                           "no id,Nobody,,\n");
    const QString data = m_gateway->data();
    const auto tried = carportd({"import", list, "--dry-run", "--data", data});
    QCOMPARE(tried.exitCode, 1);
    QVERIFY2(tried.out.contains("line 2: update van-1") && tried.out.contains("line 3: create van-2"),
             tried.story().constData());
    QVERIFY2(tried.out.contains("1 would be created, 1 updated, 0 left as they are, 1 refused"),
             tried.story().constData());
    QVERIFY2(tried.err.contains("line 4"), tried.story().constData());
    QVERIFY(!tried.story().contains("the-secret-of-van-2"));
    const auto refused = carportd({"import", list, "--data", data});
    QVERIFY2(!refused.ok() && refused.err.contains("Nothing was imported"), refused.story().constData());
    QCOMPARE(m_gateway->request("GET", "/api/v2/cars/van-2").status, 404);

    const auto json = file("cars.json", R"({"cars":[{"id":"van-1","name":"Van one","attributes":{"depot":"Ghent"}},
        {"id":"van-2","secret":"the-secret-of-van-2"}]})");
    const auto imported = carportd({"import", json, "--data", data});
    QVERIFY2(imported.ok(), imported.story().constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_gateway->request("GET", "/api/v2/cars/van-2").status, 200, 10'000);
    QCOMPARE(m_gateway->request("GET", "/api/v2/cars/van-1").json["name"].toString(), QString("Van one"));
    const auto again = carportd({"import", json, "--dry-run", "--data", data});
    QVERIFY2(again.ok() && again.out.contains("2 left as they are"), again.story().constData());
    // The secret that it had is still its own.
    QCOMPARE(statusOf(send("telemetry", {"--data", "{\"speed\":1}", "--header", "Content-Type: application/json"})),
             QByteArray("200"));
  }
};

QTEST_GUILESS_MAIN(TestDeviceDoor)
#include "tst_device_door.moc"
