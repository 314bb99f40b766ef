#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <map>

using namespace carport::test;

namespace {
/// Column of the file → name in the message. The test reads the file in its own way, not with the simulator's reader.
const std::map<QByteArray, QString> kNumbers{{"Soc", "soc"},
                                             {"Speed", "speed"},
                                             {"LAT", "lat"},
                                             {"LON", "lon"},
                                             {"ALT", "alt"},
                                             {"GpsSpeed", "gpsSpeed"},
                                             {"Temperature", "temperature"},
                                             {"Humidity", "humidity"},
                                             {"WindSpeedAv", "windSpeed"},
                                             {"Traffic", "traffic"},
                                             {"SpeedLimit", "speedLimit"}};
const std::map<QByteArray, QString> kTexts{{"Mode", "mode"}, {"Weather", "weather"}};

struct FileRow {
  QByteArray time;  // hours:minutes:seconds
  std::map<QString, double> numbers;
  std::map<QString, QString> texts;
};

QList<FileRow> readRows(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QList<QByteArray> header = file.readLine().trimmed().split(',');
  QList<FileRow> rows;
  while (!file.atEnd()) {
    const QList<QByteArray> fields = file.readLine().trimmed().split(',');
    FileRow row;
    for (qsizetype i = 0; i < fields.size(); ++i) {
      if (header[i] == "Time") row.time = fields[i];
      if (kNumbers.contains(header[i])) row.numbers[kNumbers.at(header[i])] = fields[i].toDouble();
      if (kTexts.contains(header[i])) row.texts[kTexts.at(header[i])] = QString::fromUtf8(fields[i]);
    }
    rows.push_back(row);
  }
  return rows;
}
}  // namespace

/// Every row of every recording goes through MQTT into the store and comes back with the file's values.
class TestTwizyReplay : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QStringList m_files;

 private slots:
  void initTestCase() {
    const QString data = testDataFolder();
    if (data.isEmpty()) QSKIP("No recordings: set CARPORT_TEST_DATA to the folder with twizy/*.csv");
    const QDir twizy(data + "/twizy");
    for (const QString& name : twizy.entryList({"*.csv"}, QDir::Files, QDir::Name)) m_files << twizy.filePath(name);
    if (m_files.isEmpty()) QSKIP("No recordings in the folder of CARPORT_TEST_DATA");
  }

  void everyRowComesBack() {
    GatewayProcess gateway(m_folder.filePath("data"));
    QVERIFY(gateway.start());
    const QString report = m_folder.filePath("report.json");
    QStringList arguments{"run",     "--mqtt",        gateway.mqtt(), "--provision", "http://" + gateway.http(),
                          "--token", gateway.token(), "--speedup",    "100",         "--report",
                          report,    "--replay"};
    const auto ran = runProgram("carport-sim", arguments + m_files, {}, 150'000);
    QVERIFY2(ran.ok(), ran.story().constData());

    QFile reportFile(report);
    QVERIFY(reportFile.open(QIODevice::ReadOnly));
    const QJsonObject told = QJsonDocument::fromJson(reportFile.readAll()).object();
    qsizetype total = 0;
    int impossibleRows = 0;
    for (qsizetype i = 0; i < m_files.size(); ++i) {
      const QString car = QString("car-%1").arg(i + 1, 4, 10, QChar('0'));
      int impossible = 0;
      compare(m_files[i], gateway.exportLines(car), total, impossible);
      if (QTest::currentTestFailed()) return;
      impossibleRows += impossible;
    }
    QCOMPARE(told["sent"].toInteger(), total);
    QCOMPARE(told["acknowledged"].toInteger(), total);
    QVERIFY2(impossibleRows < total / 1000, "nearly every row has a position that can be");
    QCOMPARE(told["lost"].toInteger(), 0);
    QVERIFY(gateway.stop());
  }

 private:
  static void compare(const QString& file, const QList<QByteArray>& lines, qsizetype& total, int& impossible) {
    const QList<FileRow> rows = readRows(file);
    QVERIFY2(!rows.isEmpty(), qPrintable(file));
    QVERIFY2(lines.size() == rows.size(),
             qPrintable(QString("%1: %2 rows, %3 exported").arg(file).arg(rows.size()).arg(lines.size())));
    for (qsizetype i = 0; i < rows.size(); ++i) {
      const QJsonObject stored = QJsonDocument::fromJson(lines[i]).object();
      const QString where = QString("%1 row %2: %3").arg(file).arg(i + 1).arg(QString::fromUtf8(lines[i]));
      const auto time = QDateTime::fromMSecsSinceEpoch(stored["ts"].toInteger(), Qt::UTC);
      QVERIFY2(time.toString("HH:mm:ss").toUtf8() == rows[i].time, qPrintable(where));
      // Three rows of the real recordings have a longitude of 1555 degrees: such a position is refused, the rest is
      // kept.
      const bool possible = std::abs(rows[i].numbers.at("lat")) <= 90 && std::abs(rows[i].numbers.at("lon")) <= 180;
      impossible += !possible;
      for (const auto& [name, value] : rows[i].numbers) {
        if (!possible && (name == "lat" || name == "lon")) {
          QVERIFY2(!stored.contains(name), qPrintable(where));
        } else {
          QVERIFY2(stored[name].toDouble(-1e9) == value, qPrintable(where + name));
        }
      }
      for (const auto& [name, value] : rows[i].texts)
        QVERIFY2(stored[name].toString() == value, qPrintable(where + name));
      ++total;
    }
  }
};

QTEST_GUILESS_MAIN(TestTwizyReplay)
#include "tst_twizy_replay.moc"
