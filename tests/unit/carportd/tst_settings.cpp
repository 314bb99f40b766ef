#include "app/carportd/settings.h"
#include "app/carportd/time_text.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace carport;

namespace {
Environment environmentOf(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}
}  // namespace

class TestSettings : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

 private:
  std::string write(const char* name, const char* text) {
    const std::string file = m_folder.filePath(name).toStdString();
    std::ofstream(file) << text;
    return file;
  }

 private slots:
  void flagsBeforeEnvironmentBeforeFile() {
    const std::string file = write("a.toml",
                                   "mqtt = \"127.0.0.1:1\"\nhttp = \"127.0.0.1:2\"\ndata = \"/tmp/file\"\n"
                                   "io-threads = 3\n");
    const auto read =
        readSettings({{"mqtt", "127.0.0.1:10"}},
                     environmentOf({{"CARPORT_MQTT", "127.0.0.1:20"}, {"CARPORT_HTTP", "127.0.0.1:30"}}), file);
    QVERIFY(read.mistakes.empty());
    QCOMPARE(int(read.settings.mqtt.port), 10);
    QCOMPARE(int(read.settings.http.port), 30);
    QCOMPARE(read.settings.dataFolder.string(), std::string("/tmp/file"));
    QCOMPARE(read.settings.ioThreads, std::size_t{3});
    QVERIFY(read.settings.mqttChosen && read.settings.httpChosen);
  }

  void nothingSaidIsTheDefault() {
    const auto read = readSettings({}, environmentOf({}), {});
    QVERIFY(read.mistakes.empty());
    QVERIFY(!read.settings.mqttChosen && !read.settings.httpChosen);
    QCOMPARE(int(read.settings.mqtt.port), 1883);
    QCOMPARE(int(read.settings.http.port), 8080);
    QVERIFY(read.settings.dataFolder.empty());
  }

  void pagesOfOtherHostsAreNamedOneByOne() {
    QVERIFY(readSettings({}, environmentOf({}), {}).settings.corsOrigins.empty());
    const auto read = readSettings({{"cors-origins", "https://fleet.example, http://localhost:3000"}},
                                   environmentOf({{"CARPORT_CORS_ORIGINS", "https://other.example"}}), {});
    QVERIFY(read.mistakes.empty());
    QCOMPARE(read.settings.corsOrigins, (std::vector<std::string>{"https://fleet.example", "http://localhost:3000"}));
    std::string many;
    for (int i = 0; i < 33; ++i) many += "https://host" + std::to_string(i) + ".example ";
    for (const std::string& bad : {std::string("*"), std::string("https://a.example/path"), many}) {
      QCOMPARE(readSettings({{"cors-origins", bad}}, environmentOf({}), {}).mistakes.size(), std::size_t{1});
    }
  }

  void everyMistakeIsNamedWithItsPlace() {
    const std::string file = write("b.toml", "# settings\nmqtt = \"nowhere\"\n\ncolour = \"red\"\nio-threads = many\n");
    const auto read = readSettings({{"log-level", "loud"}}, environmentOf({{"CARPORT_HTTP", "x"}}), file);
    QString all;
    for (const SettingMistake& mistake : read.mistakes)
      all += QString::fromStdString(mistake.where + ": " + mistake.reason + "\n");
    QCOMPARE(read.mistakes.size(), std::size_t{5});
    for (const char* part : {"line 2, mqtt", "line 4, colour", "line 5, io-threads", "CARPORT_HTTP", "--log-level"}) {
      QVERIFY2(all.contains(part), qPrintable(all));
    }
  }

  void saysWhoMayScrapeAndHowLongDrainingTakes() {
    const auto unsaid = readSettings({}, environmentOf({}), {});
    QVERIFY(unsaid.settings.metrics == MetricsAccess::token);
    QCOMPARE(unsaid.settings.drainSeconds, std::uint32_t{0});
    const auto said = readSettings({{"metrics", "loopback"}}, environmentOf({{"CARPORT_DRAIN_TIME", "3600"}}), {});
    QVERIFY(said.mistakes.empty());
    QVERIFY(said.settings.metrics == MetricsAccess::loopback);
    QCOMPARE(said.settings.drainSeconds, std::uint32_t{3600});
    for (const char* seconds : {"3601", "-1", "1s", ""}) {
      QCOMPARE(readSettings({{"drain-time", seconds}}, environmentOf({}), {}).mistakes.size(), std::size_t{1});
    }
    QCOMPARE(readSettings({{"metrics", "everybody"}}, environmentOf({}), {}).mistakes.size(), std::size_t{1});
  }

  void doubleKeysAndSectionsAreMistakes() {
    QVERIFY(!readSettings({}, environmentOf({}), write("c.toml", "mqtt = \"a:1\"\nmqtt = \"b:2\"\n")).mistakes.empty());
    QVERIFY(!readSettings({}, environmentOf({}), write("d.ini", "[serve]\nmqtt = a:1\n")).mistakes.empty());
    QVERIFY(!readSettings({}, environmentOf({}), write("e.ini", "just words\n")).mistakes.empty());
  }

  void filesThatCannotBeReadAreMistakes() {
    QCOMPARE(readSettings({}, environmentOf({}), m_folder.filePath("none").toStdString()).mistakes.size(),
             std::size_t{1});
    QCOMPARE(readSettings({}, environmentOf({}), m_folder.path().toStdString()).mistakes.size(), std::size_t{1});
    const auto read =
        readSettings({}, environmentOf({{"CARPORT_CONFIG", write("f.ini", "mqtt = \"127.0.0.1:5\"\n")}}), {});
    QCOMPARE(int(read.settings.mqtt.port), 5);
  }

  void securePortsAreOffUntilAskedFor() {
    const auto read = readSettings({}, environmentOf({}), {});
    QVERIFY(!read.settings.mqtts && !read.settings.ws && !read.settings.wss && !read.settings.https);
    QVERIFY(read.settings.anonymous.empty());
    QVERIFY(read.settings.tls.clientCertificates == ClientCertificates::none);
  }

  void securePortsAreRead() {
    const std::string file = write("tls.toml",
                                   "mqtts = \"0.0.0.0:8883\"\nws = \"127.0.0.1:8083\"\nwss = \"0.0.0.0:8084\"\n"
                                   "tls-cert = \"a.pem\"\ntls-key = \"a.key\"\n");
    const auto read = readSettings({{"tls-client-ca", "ca.pem"}},
                                   environmentOf({{"CARPORT_WSS", "[::1]:9"}, {"CARPORT_ANONYMOUS", "guest"}}), file);
    QVERIFY(read.mistakes.empty());
    QCOMPARE(read.settings.mqtts->toString(), std::string("0.0.0.0:8883"));
    QCOMPARE(read.settings.ws->toString(), std::string("127.0.0.1:8083"));
    QCOMPARE(read.settings.wss->toString(), std::string("[::1]:9"));
    QCOMPARE(read.settings.tls.certificate.string(), std::string("a.pem"));
    QCOMPARE(read.settings.anonymous, std::string("guest"));
    QVERIFY(read.settings.tls.clientCertificates == ClientCertificates::optional);  // as there is an authority
  }

  void clientCertificates_data() {
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("meaning");
    QTest::newRow("none") << "none" << int(ClientCertificates::none);
    QTest::newRow("optional") << "optional" << int(ClientCertificates::optional);
    QTest::newRow("required") << "required" << int(ClientCertificates::required);
  }
  void clientCertificates() {
    QFETCH(QString, word);
    QFETCH(int, meaning);
    const auto read =
        readSettings({{"tls-client-certs", word.toStdString()}, {"tls-client-ca", "ca.pem"}}, environmentOf({}), {});
    QVERIFY(read.mistakes.empty());
    QCOMPARE(int(read.settings.tls.clientCertificates), meaning);
  }

  void whatTlsLacksIsAMistake_data() {
    QTest::addColumn<QStringList>("flags");
    QTest::addColumn<QString>("says");
    QTest::newRow("no certificate") << QStringList{"mqtts=a:1"} << "tls-cert and tls-key";
    QTest::newRow("no certificate for https") << QStringList{"https=a:1"} << "carportd tls init";
    QTest::newRow("no key") << QStringList{"wss=a:1", "tls-cert=x"} << "tls-cert and tls-key";
    QTest::newRow("a key alone") << QStringList{"tls-key=x"} << "set both";
    QTest::newRow("no authority") << QStringList{"tls-client-certs=required"} << "tls-client-ca";
    QTest::newRow("no such word") << QStringList{"tls-client-certs=maybe"} << "none, optional or required";
    QTest::newRow("no address") << QStringList{"ws=here"} << "HOST:PORT";
    QTest::newRow("nobody") << QStringList{"anonymous="} << "id";
  }
  void whatTlsLacksIsAMistake() {
    QFETCH(QStringList, flags);
    QFETCH(QString, says);
    std::map<std::string, std::string> given;
    for (const QString& flag : flags) {
      given[flag.section('=', 0, 0).toStdString()] = flag.section('=', 1).toStdString();
    }
    const auto read = readSettings(given, environmentOf({}), {});
    QCOMPARE(read.mistakes.size(), std::size_t{1});
    QVERIFY2(QString::fromStdString(read.mistakes[0].reason).contains(says), read.mistakes[0].reason.c_str());
  }

  void whatOthersCouldReadIsAMistake_data() {
    QTest::addColumn<QString>("flag");
    QTest::addColumn<QString>("where");  // empty: it is none
    for (const char* key : {"mqtt", "http", "ws"}) {
      for (const char* host : {"0.0.0.0", "[::]", "192.0.2.1", "fleet.example", "127.fleet.example"}) {
        QTest::newRow(qPrintable(QString("%1 %2").arg(key, host))) << QString("%1=%2:1").arg(key, host) << QString(key);
      }
      for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost", "[::1]"}) {
        QTest::newRow(qPrintable(QString("%1 %2").arg(key, host))) << QString("%1=%2:1").arg(key, host) << QString();
      }
    }
  }
  void whatOthersCouldReadIsAMistake() {
    QFETCH(QString, flag);
    QFETCH(QString, where);
    std::map<std::string, std::string> flags{
        {flag.section('=', 0, 0).toStdString(), flag.section('=', 1).toStdString()}};
    const auto read = readSettings(flags, environmentOf({}), {});
    QCOMPARE(read.mistakes.size(), std::size_t{where.isEmpty() ? 0U : 1U});
    if (!where.isEmpty()) {
      QCOMPARE(QString::fromStdString(read.mistakes[0].where), where);
      QVERIFY(read.mistakes[0].reason.find("insecure-listen") != std::string::npos);
      // Commands that only look for the folder have no part in it.
      QVERIFY(readEachSetting(flags, environmentOf({}), {}).mistakes.empty());
    }
    flags["insecure-listen"] = "true";
    const auto allowed = readSettings(flags, environmentOf({}), {});
    QVERIFY(allowed.mistakes.empty() && allowed.settings.insecureListen);
  }

  void insecureListenIsTrueOrFalse() {
    QVERIFY(!readSettings({}, environmentOf({}), {}).settings.insecureListen);
    QVERIFY(!readSettings({{"insecure-listen", "false"}}, environmentOf({{"CARPORT_INSECURE_LISTEN", "true"}}), {})
                 .settings.insecureListen);
    QVERIFY(readSettings({}, environmentOf({{"CARPORT_INSECURE_LISTEN", "true"}}), {}).settings.insecureListen);
    QCOMPARE(readSettings({{"insecure-listen", "perhaps"}}, environmentOf({}), {}).mistakes.size(), std::size_t{1});
  }

  void theFoldersOwnCertificateIsUsed() {
    const auto tls = std::filesystem::path(m_folder.path().toStdString()) / "own" / "tls";
    std::filesystem::create_directories(tls);
    std::ofstream(tls / "server.pem") << "x";
    const std::string folder = tls.parent_path().string();
    const auto read = readSettings({{"https", "0.0.0.0:1"}, {"data", folder}}, environmentOf({}), {});
    QVERIFY(read.mistakes.empty());
    QCOMPARE(read.settings.tls.certificate, tls / "server.pem");
    QCOMPARE(read.settings.tls.key, tls / "server.key");
    QCOMPARE(read.settings.tls.clientCa, tls / "authority.pem");
    QVERIFY(read.settings.tls.clientCertificates == ClientCertificates::optional);
    QVERIFY(readSettings({{"mqtts", "a:1"}}, environmentOf({}), {}, folder).mistakes.empty());  // nobody named a folder
    const auto none =
        readSettings({{"https", "a:1"}, {"data", folder}, {"tls-client-certs", "none"}}, environmentOf({}), {});
    QVERIFY(none.mistakes.empty() && none.settings.tls.clientCa.empty());
    const auto other =
        readSettings({{"https", "a:1"}, {"data", folder}, {"tls-cert", "c"}, {"tls-key", "k"}}, environmentOf({}), {});
    QVERIFY(other.settings.tls.certificate == "c" && other.settings.tls.clientCa.empty());
    QVERIFY(readSettings({{"data", folder}}, environmentOf({}), {}).settings.tls.certificate.empty());
  }

  void timesAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("ms");  // -1: refused
    const auto row = [](const char* text, qint64 ms) {
      QTest::newRow(*text ? text : "nothing") << QString(text) << ms;
    };
    row("0", 0);
    row("1700000000000", 1'700'000'000'000);
    row("1970-01-01", 0);
    row("1970-01-02T00:00", 86'400'000);
    row("1970-01-01T00:00:01Z", 1000);
    row("1970-01-01T00:00:01.5Z", 1500);
    row("1970-01-01T00:00:01.0019", 1001);
    row("1970-01-01 01:00:00+01:00", 0);
    row("1969-12-31T23:30:00-00:30", 0);
    row("2024-02-29", 1'709'164'800'000);
    for (const char* bad :
         {"", "x", "2023-02-29", "2024-13-01", "2024-01-01T", "2024-01-01T25:00", "2024-01-01T10",
          "2024-01-01T10:00:00.", "2024-01-01T10:00:00+1", "2024-01-01T10:00:00Zx", "12.5", "24-01-01"}) {
      row(bad, -1);
    }
  }
  void timesAreRead() {
    QFETCH(QString, text);
    const auto time = parseTimeText(text.toStdString());
    QTEST(time ? qint64(toMs(*time)) : qint64(-1), "ms");
  }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
