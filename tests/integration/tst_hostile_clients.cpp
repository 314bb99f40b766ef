#include "gateway/base/open_files.h"
#include "tests/support/integration_attack.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport;
using namespace carport::test;

namespace {

constexpr int kGoodCars = 50;
constexpr int kBadCars = 8;
constexpr const char* kPassword = "a-password-of-20-chars";
/// How much later acknowledgements may come than without the attack. Generous: both programs and the attack share the
/// machine's cores.
constexpr double kMostTimesLater = 25;
/// What counts as undisturbed at least: the time in which a group commit may gather messages.
constexpr double kUndisturbedMs = 20;
/// What the gateway may take for an attack.
constexpr qint64 kMostBytesMore = 300LL * 1024 * 1024;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

bool isSoak() {
  return qEnvironmentVariableIntValue("CARPORT_SOAK") != 0;
}
/// So many of something: the second where there is time for it.
std::size_t scaled(std::size_t usually, std::size_t inSoak) {
  return isSoak() ? inSoak : usually;
}

/// How the good cars fared.
struct Fared {
  double p99Ms = 0;
  double maxMs = 0;
  qint64 acknowledged = 0;
  qint64 lost = 0;
  qint64 sent = 0;
};

}  // namespace

/// While clients do their worst, well-behaved cars are served as if nobody else were there.
class TestHostileClients : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    raiseOpenFileLimit();
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start());
    QFile list(m_folder.filePath("cars.csv"));
    QVERIFY(list.open(QIODevice::WriteOnly));
    list.write("id,name,password\n");
    for (int i = 0; i < kGoodCars; ++i) list.write(QString("good-%1,,%2\n").arg(i).arg(kPassword).toUtf8());
    for (int i = 0; i < kBadCars; ++i) list.write(QString("bad-%1,,%2\n").arg(i).arg(kPassword).toUtf8());
    list.close();
    const auto imported = carportd({"import", list.fileName(), "--data", m_gateway->data()});
    QVERIFY2(imported.ok(), imported.story().constData());
    QVERIFY(m_gateway->waitForStatus("/api/v2/cars/bad-0", 200));
    m_usual = fare({}, false);
    QVERIFY(m_usual.acknowledged > 0);
    m_usualBytes = residentBytes();
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void goodCarsNoticeNothing_data() {
    using Steps = std::vector<Attack::Step>;
    QTest::addColumn<Steps>("steps");
    const auto count = scaled(300, 10'000);
    QTest::newRow("slow opening over MQTT") << Steps(count, slowOpening(false));
    QTest::newRow("slow opening over HTTP") << Steps(scaled(300, 900), slowOpening(true));
    QTest::newRow("flood of CONNECT") << Steps(scaled(20, 100), floodOfConnects());
    QTest::newRow("huge lengths") << Steps(scaled(50, 500), hugeLengths());
    QTest::newRow("huge HTTP lengths") << Steps(scaled(20, 100), hugeHttpLengths());
    QTest::newRow("deep topics") << bad([](auto id) { return deepTopics(id, kPassword); });
    QTest::newRow("payloads of a megabyte") << bad([](auto id) { return largePayloads(id, kPassword); });
    QTest::newRow("flood of subscriptions") << bad([](auto id) { return floodOfSubscriptions(id, kPassword); });
    QTest::newRow("never reads") << bad([](auto id) { return neverReads(id, kPassword); });
  }
  void goodCarsNoticeNothing() {
    QFETCH(std::vector<Attack::Step>, steps);
    const auto fared = fare(steps, true);
    QVERIFY2(fared.lost == 0 && fared.acknowledged == fared.sent,
             QString("sent %1, acknowledged %2").arg(fared.sent).arg(fared.acknowledged).toUtf8().constData());
    QCOMPARE(m_gateway->request("GET", "/api/v2/health").status, 200);
    if (kIsSanitized) return;  // slow and large by itself
    // Whoever is kept out would have sent less.
    QVERIFY2(fared.acknowledged * 2 > m_usual.acknowledged,
             QString("%1 messages, usually %2").arg(fared.acknowledged).arg(m_usual.acknowledged).toUtf8().constData());
    // How late they are says something only where nothing else runs: a short run among other tests does not ask.
    const double most = kMostTimesLater * std::max(m_usual.p99Ms, kUndisturbedMs);
    QVERIFY2(!isSoak() || fared.p99Ms <= most,
             QString("%1 ms, at most %2 ms").arg(fared.p99Ms).arg(most).toUtf8().constData());
    const auto more = residentBytes() - m_usualBytes;
    QVERIFY2(more <= kMostBytesMore, QString("%1 bytes more").arg(more).toUtf8().constData());
  }

 private:
  template <class Make>
  static std::vector<Attack::Step> bad(Make make) {
    std::vector<Attack::Step> steps;
    for (int i = 0; i < kBadCars; ++i) steps.push_back(make("bad-" + std::to_string(i)));
    return steps;
  }

  /// Lets the good cars drive, under attack or not.
  Fared fare(const std::vector<Attack::Step>& steps, bool attacked) {
    const auto endpoint = [](const QString& text) { return Endpoint::parse(text.toStdString()).value(); };
    Attack attack(endpoint(m_gateway->mqtt()), endpoint(m_gateway->http()));
    if (attacked) attack.start(steps);
    const QString report = m_folder.filePath("report.json");
    QFile::remove(report);
    const auto cars =
        runProgram("carport-sim", {"run", "--mqtt", m_gateway->mqtt(), "--cars", QString::number(kGoodCars), "--rate",
                                   "20", "--qos", "1", "--seconds", QString::number(scaled(3, 20)), "--credentials",
                                   m_folder.filePath("cars.csv"), "--report", report});
    const auto attempts = attack.stop();
    QFile file(report);
    if (!cars.ok() || !file.open(QIODevice::ReadOnly)) {
      qWarning("%s\n%s", cars.story().constData(), m_gateway->log().right(2000).constData());
      return {};
    }
    const auto json = QJsonDocument::fromJson(file.readAll()).object();
    const auto latency = json["latencyMs"].toObject();
    const Fared fared{latency["p99"].toDouble(), latency["max"].toDouble(), json["acknowledged"].toInteger(),
                      json["lost"].toInteger(), json["sent"].toInteger()};
    qInfo("%lld messages, p99 %.1f ms, longest %.1f ms, %zu attempts, gateway has %lld MiB",
          static_cast<long long>(fared.acknowledged), fared.p99Ms, fared.maxMs, attempts,
          static_cast<long long>(residentBytes() / 1024 / 1024));
    return fared;
  }

  /// Of the gateway, where that can be told; otherwise 0.
  qint64 residentBytes() const {
    QFile status(QString("/proc/%1/status").arg(m_gateway->processId()));
    if (!status.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
      if (line.startsWith("VmRSS:")) return line.mid(6).trimmed().split(' ').first().toLongLong() * 1024;
    }
    return 0;
  }

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  Fared m_usual;
  qint64 m_usualBytes = 0;
};

QTEST_GUILESS_MAIN(TestHostileClients)
#include "tst_hostile_clients.moc"
