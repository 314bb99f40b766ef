#include "gateway/server/operations/gateway_figures.h"
#include "gateway/server/operations/readiness.h"

#include <QtTest>

#include <set>
#include <sstream>
#include <string>

using namespace carport;

namespace {

GatewayFigures someFigures() {
  GatewayFigures figures;
  figures.version = "1.2.3 \"quoted\"";
  figures.startedAt = fromMs(1'790'000'000'500);
  figures.isReady = true;
  figures.cars = 30'000;
  figures.process.cpuSeconds = 12.5;
  figures.mqtt.transports[1].connections = 7;
  figures.mqtt.transports[0].messages[static_cast<std::size_t>(MessageResult::shed)] = 3;
  figures.mqtt.transports[3].bytesReceived = 5'000'000'000;
  figures.mqtt.refusals[static_cast<std::size_t>(ConnectionRefusal::throttled)] = 4;
  figures.mqtt.doorMessages[static_cast<std::size_t>(MessageResult::accepted)] = 11;
  figures.storage.commitDurations.observe(Milliseconds(4));
  figures.storage.commitDurations.observe(Milliseconds(15'000));
  figures.storage.newestArrival = fromMs(1'790'000'100'250);
  figures.storage.compactionLag = Milliseconds(1500);
  figures.disk = DiskLevel::slowing;
  figures.http.requests[4] = 2;
  figures.control = {1, 65'536, 0};
  return figures;
}

/// The value of a series, as it is written; empty where there is none.
std::string valueOf(const std::string& text, const std::string& series) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return line.substr(series.size() + 1);
  }
  return {};
}

}  // namespace

/// What /metrics says. promtool itself looks at a real gateway's in the integration tests.
class TestMetricsText : public QObject {
  Q_OBJECT

 private slots:
  void says_data() {
    QTest::addColumn<QString>("series");
    QTest::addColumn<double>("value");
    QTest::newRow("gauge") << "carport_cars" << 30'000.0;
    QTest::newRow("bool") << "carport_ready" << 1.0;
    QTest::newRow("start") << "process_start_time_seconds" << 1'790'000'000.5;
    QTest::newRow("processor") << "process_cpu_seconds_total" << 12.5;
    QTest::newRow("connections") << R"(carport_connections{protocol="mqtts"})" << 7.0;
    QTest::newRow("result") << R"(carport_messages_received_total{protocol="mqtt",result="shed"})" << 3.0;
    QTest::newRow("door") << R"(carport_messages_received_total{protocol="http",result="accepted"})" << 11.0;
    QTest::newRow("more than 32 bits") << R"(carport_received_bytes_total{protocol="wss"})" << 5e9;
    QTest::newRow("refused") << R"(carport_connections_refused_total{reason="throttled"})" << 4.0;
    QTest::newRow("newest") << "carport_newest_sample_timestamp_seconds" << 1'790'000'100.25;
    QTest::newRow("lag") << "carport_compaction_lag_seconds" << 1.5;
    QTest::newRow("disk") << "carport_disk_level" << 4.0;
    QTest::newRow("requests") << R"(carport_http_requests_total{code="5xx"})" << 2.0;
    QTest::newRow("queue") << R"(carport_queue_limit{queue="control"})" << 65'536.0;
  }
  void says() {
    QFETCH(QString, series);
    QFETCH(double, value);
    const std::string text = metricsText(someFigures());
    const std::string said = valueOf(text, series.toStdString());
    QVERIFY2(!said.empty(), text.c_str());
    QCOMPARE(std::stod(said), value);
  }

  void histogramsAreCumulative() {
    const std::string text = metricsText(someFigures());
    const auto bucket = [&](const char* bound) {
      return valueOf(text, std::string("carport_commit_duration_seconds_bucket{le=\"") + bound + "\"}");
    };
    QCOMPARE(bucket("0.001"), std::string("0"));
    QCOMPARE(bucket("0.005"), std::string("1"));
    QCOMPARE(bucket("10"), std::string("1"));
    QCOMPARE(bucket("+Inf"), std::string("2"));
    QCOMPARE(valueOf(text, "carport_commit_duration_seconds_count"), std::string("2"));
    QCOMPARE(std::stod(valueOf(text, "carport_commit_duration_seconds_sum")), 15.004);
  }

  void whatIsNotKnownIsLeftOut() {
    GatewayFigures figures = someFigures();
    figures.process = {};
    figures.storage.newestArrival.reset();
    const std::string text = metricsText(figures);
    QVERIFY(text.find("process_cpu_seconds_total") == std::string::npos);
    QVERIFY(text.find("carport_newest_sample_timestamp_seconds") == std::string::npos);
    const std::string escaped = "version=\"1.2.3 \\\"quoted\\\"\"";
    QVERIFY(text.find(escaped) != std::string::npos);
  }

  void theNumberOfSeriesDoesNotGrowWithTheFleet() {
    GatewayFigures large = someFigures();
    large.cars = 1'000'000;
    for (auto& transport : large.mqtt.transports) transport.connections = 90'000;
    const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
    QCOMPARE(lines(metricsText(large)), lines(metricsText(someFigures())));
    QVERIFY(lines(metricsText(large)) < 300);
  }

  void everyFamilyHasAHelpAndATypeOnce() {
    std::istringstream lines(metricsText(someFigures()));
    std::multiset<std::string> helped, typed;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# HELP ")) helped.insert(line.substr(7, line.find(' ', 7) - 7));
      if (line.starts_with("# TYPE ")) typed.insert(line.substr(7, line.find(' ', 7) - 7));
    }
    QVERIFY(helped == typed);
    QVERIFY(helped.size() > 35);
    for (const std::string& name : helped) QVERIFY2(helped.count(name) == 1, name.c_str());
  }

  void readyUnlessSomethingIsInTheWay() {
    WriterStatus storage;
    QCOMPARE(obstacles(false, storage, DiskLevel::plenty), std::string());
    // Full disks are not so full: cars still get through.
    QCOMPARE(obstacles(false, storage, DiskLevel::slowing), std::string());
    QCOMPARE(obstacles(false, storage, DiskLevel::reserved), std::string("disk"));
    QCOMPARE(obstacles(true, storage, DiskLevel::plenty), std::string("draining"));
    storage.isFailing = true;
    QCOMPARE(obstacles(true, storage, DiskLevel::reserved), std::string("draining storage disk"));
    storage.isFailing = false;
    storage.committing = kHangingCommit - Milliseconds(1);
    QCOMPARE(obstacles(false, storage, DiskLevel::plenty), std::string());
    storage.committing = kHangingCommit;
    QCOMPARE(obstacles(false, storage, DiskLevel::plenty), std::string("storage"));
    // What is told to operators in full is not told to everybody.
    storage = {};
    storage.trouble = "The day file of 2026-11-20 is damaged";
    QCOMPARE(obstacles(false, storage, DiskLevel::plenty), std::string());
  }
};

QTEST_GUILESS_MAIN(TestMetricsText)
#include "tst_metrics_text.moc"
