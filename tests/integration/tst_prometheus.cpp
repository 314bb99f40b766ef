#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <QUrlQuery>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {

struct Answer {
  int status = 0;
  QByteArray body;
};

Answer get(const QUrl& url, const QByteArray& token = {}) {
  QNetworkAccessManager network;
  QNetworkRequest request(url);
  if (!token.isEmpty()) request.setRawHeader("Authorization", "Bearer " + token);
  std::unique_ptr<QNetworkReply> reply(network.get(request));
  QEventLoop loop;
  QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
  QTimer::singleShot(10'000, &loop, &QEventLoop::quit);
  loop.exec();
  return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

/// Debian's Prometheus with a configuration and a folder of its own; ended by its process.
class Prometheus {
 public:
  ~Prometheus() {
    if (m_process.state() == QProcess::NotRunning) return;
    m_process.terminate();
    if (!m_process.waitForFinished(10'000)) m_process.kill();
    m_process.waitForFinished();
  }

  bool start(const QString& gateway, const QByteArray& token) {
    write("token", token);
    write("prometheus.yml",
          "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
          "scrape_configs:\n"
          "  - job_name: carport\n"
          "    authorization: {credentials_file: " +
              m_folder.filePath("token").toUtf8() +
              "}\n"
              "    static_configs: [{targets: ['" +
              gateway.toUtf8() + "']}]\n");
    m_port = QString::number(freePort());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start("prometheus",
                    {"--config.file=" + m_folder.filePath("prometheus.yml"),
                     "--storage.tsdb.path=" + m_folder.filePath("data"), "--web.listen-address=127.0.0.1:" + m_port});
    return m_process.waitForStarted();
  }
  QByteArray configuration() const { return m_folder.filePath("prometheus.yml").toUtf8(); }
  QByteArray log() { return m_process.readAll(); }

  /// The newest value of a query with one result; none where there is none yet.
  std::optional<double> ask(const QString& query) {
    QUrl url("http://127.0.0.1:" + m_port + "/api/v1/query");
    QUrlQuery parameters;
    parameters.addQueryItem("query", query);
    url.setQuery(parameters);
    const auto result = QJsonDocument::fromJson(get(url).body).object()["data"].toObject()["result"].toArray();
    if (result.size() != 1) return std::nullopt;
    return result[0].toObject()["value"].toArray().at(1).toString().toDouble();
  }

 private:
  void write(const QString& name, const QByteArray& text) {
    QFile file(m_folder.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
  }

  QTemporaryDir m_folder;
  QProcess m_process;
  QString m_port;
};

}  // namespace

/// Debian's Prometheus scrapes a gateway, and its promtool finds nothing to complain of.
class TestPrometheus : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;

  Answer metrics() { return get(QUrl("http://" + m_gateway->http() + "/metrics"), m_gateway->token()); }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start());
  }
  void cleanupTestCase() {
    if (m_gateway && m_gateway->isRunning()) QVERIFY(m_gateway->stop());
  }

  void promtoolFindsNothing() {
    if (QStandardPaths::findExecutable("promtool").isEmpty()) QSKIP("prometheus is not installed");
    const Answer answer = metrics();
    QCOMPARE(answer.status, 200);
    const auto checked = runProgram("promtool", {"check", "metrics"}, answer.body);
    QVERIFY2(checked.ok(), checked.story().constData());
    QVERIFY2((checked.out + checked.err).trimmed().isEmpty(), checked.story().constData());
  }

  void promtoolTakesTheAlertsOfTheDocumentation() {
    if (QStandardPaths::findExecutable("promtool").isEmpty()) QSKIP("prometheus is not installed");
    QFile document(QStringLiteral(CARPORT_SOURCE_DIR "/docs/operations.md"));
    QVERIFY(document.open(QIODevice::ReadOnly));
    const QByteArray text = document.readAll();
    const auto begin = text.indexOf("```yaml\ngroups:") + 8;
    QVERIFY(begin >= 8);
    QFile rules(m_folder.filePath("alerts.yml"));
    QVERIFY(rules.open(QIODevice::WriteOnly));
    rules.write(text.mid(begin, text.indexOf("```", begin) - begin));
    rules.close();
    const auto checked = runProgram("promtool", {"check", "rules", rules.fileName()});
    QVERIFY2(checked.ok(), checked.story().constData());
    // Every metric that they ask for is there.
    const QByteArray metricsText = metrics().body;
    QRegularExpression name("\\b(carport|process)_[a-z_]+");
    auto names = name.globalMatch(QString::fromUtf8(text.mid(begin, text.indexOf("```", begin) - begin)));
    int count = 0;
    while (names.hasNext()) {
      const QByteArray wanted = names.next().captured().toUtf8();
      QVERIFY2(metricsText.contains("\n" + wanted), wanted.constData());
      ++count;
    }
    QVERIFY(count >= 10);
  }

  void strangersGetNothing() {
    const Answer answer = get(QUrl("http://" + m_gateway->http() + "/metrics"));
    QCOMPARE(answer.status, 401);
    QVERIFY(!answer.body.contains("carport_"));
  }

  void prometheusScrapes() {
    if (QStandardPaths::findExecutable("prometheus").isEmpty()) QSKIP("prometheus is not installed");
    QVERIFY(m_gateway->addCar("scraped-1", "password-of-the-car"));
    const QStringList mqtt{"-h",
                           m_gateway->mqttHost(),
                           "-p",
                           m_gateway->mqttPort(),
                           "-u",
                           "scraped-1",
                           "-P",
                           "password-of-the-car",
                           "-i",
                           "scraped-1",
                           "-q",
                           "1",
                           "-l",
                           "-t",
                           "cars/scraped-1/telemetry"};
    const auto published = runProgram("mosquitto_pub", mqtt, "{\"speed\":1}\n{\"speed\":2}\n{\"speed\":3}\n");
    QVERIFY2(published.ok(), published.story().constData());
    Prometheus prometheus;
    QVERIFY(prometheus.start(m_gateway->http(), m_gateway->token()));
    const auto said = [&](const QString& query) { return prometheus.ask(query).value_or(-1); };
    QTRY_COMPARE_WITH_TIMEOUT(said("up{job=\"carport\"}"), 1.0, 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(said("carport_samples_stored_total"), 3.0, 20'000);
    QCOMPARE(said("carport_messages_received_total{protocol=\"mqtt\",result=\"accepted\"}"), 3.0);
    QCOMPARE(said("sum(carport_messages_received_total)"), 3.0);
    QCOMPARE(said("carport_ready"), 1.0);
    QVERIFY(said("carport_commit_duration_seconds_count") >= 1);
    QVERIFY(said("process_resident_memory_bytes") > 1'000'000);
    QVERIFY(said("histogram_quantile(0.99, carport_arrival_to_disk_seconds_bucket)") > 0);
  }

  void sigtermLetsClientsGoFirst() {
    QVERIFY(m_gateway->stop());
    QVERIFY(m_gateway->start("127.0.0.1:0", "127.0.0.1:0", {"--drain-time", "1", "--metrics", "loopback"}));
    QCOMPARE(get(QUrl("http://" + m_gateway->http() + "/metrics")).status, 200);
    QCOMPARE(get(QUrl("http://" + m_gateway->http() + "/readyz")).body, QByteArray("ready\n"));
    QProcess listener;
    listener.start("mosquitto_sub",
                   {"-V", "5", "-h", m_gateway->mqttHost(), "-p", m_gateway->mqttPort(), "-u", "scraped-1", "-P",
                    "password-of-the-car", "-i", "listener", "-t", "cars/scraped-1/command", "-d"});
    if (!listener.waitForStarted()) QSKIP("mosquitto_sub is not installed");
    const auto connected = [&] { return metrics().body.contains("carport_connections{protocol=\"mqtt\"} 1\n"); };
    QTRY_VERIFY_WITH_TIMEOUT(connected(), 10'000);
    QVERIFY(m_gateway->stop());  // with exit code 0
    const QByteArray log = m_gateway->log();
    QVERIFY2(log.contains("letting clients go") && log.contains("drained"), log.right(4000).constData());
    listener.kill();
    listener.waitForFinished();
  }

  void drainsThenEnds() {
    QVERIFY(m_gateway->start());
    const auto begun = m_gateway->request("POST", "/api/v2/gateway/drain", R"({"seconds":0,"thenEnd":true})");
    QCOMPARE(begun.status, 202);
    QTRY_VERIFY_WITH_TIMEOUT(!m_gateway->isRunning(), 20'000);
    QCOMPARE(m_gateway->exitCode(), 0);
  }
};

QTEST_GUILESS_MAIN(TestPrometheus)
#include "tst_prometheus.moc"
