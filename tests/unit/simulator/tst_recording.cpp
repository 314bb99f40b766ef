#include "gateway/simulator/recorded_car.h"
#include "gateway/simulator/recording.h"
#include "gateway/simulator/sim_errc.h"

#include <QDir>
#include <QFile>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <memory>
#include <sstream>

using namespace carport;
using namespace carport::sim;
using nlohmann::json;

namespace {
constexpr const char* kHeader =
    "Date,Time,Soc,Speed,Mode,LAT,LON,ALT,GpsSpeed,Temperature,Humidity,Weather,WindSpeedAv,Traffic,SpeedLimit\n";
constexpr const char* kRow =
    "03/29/"
    "2021,11:13:45,87.540000,0.000000,N,33.986225,-6.725523,140.000000,0.000000,20.000000,60.000000,Clouds,2.490000,0,"
    "40.000000\n";

Result<Recording> readText(const std::string& text) {
  std::istringstream in(text);
  return Recording::read(in, "sample");
}

std::string minimal(const std::string& rows) {
  return "Date,Time,Soc\n" + rows;
}

QString dataFolder() {
  const QString given = qEnvironmentVariable("CARPORT_TEST_DATA");
  return given.isEmpty() ? QStringLiteral(CARPORT_SOURCE_DIR "/../shared/data") : given;
}
}  // namespace

class TestRecording : public QObject {
  Q_OBJECT

 private slots:
  void keepsTheDecimalsOfTheFile() {
    const auto recording = readText(std::string(kHeader) + kRow);
    QVERIFY(recording.has_value());
    QCOMPARE(recording->rows.size(), std::size_t{1});
    QCOMPARE(recording->rows[0].json,
             std::string(
                 R"({"ts":1617016425000,"soc":87.540000,"speed":0.000000,"mode":"N","lat":33.986225,"lon":-6.725523,)"
                 R"("alt":140.000000,"gpsSpeed":0.000000,"temperature":20.000000,"humidity":60.000000,)"
                 R"("weather":"Clouds","windSpeed":2.490000,"traffic":0,"speedLimit":40.000000})"));
    QCOMPARE(recording->rows[0].ts, std::int64_t{1617016425000});
    QVERIFY(json::accept(recording->rows[0].json));
  }

  void understandsBothSpellingsOfADate() {
    const auto recording = readText(minimal("07/01/2021,10:34:36,1\n7/1/2021,10:34:36,2\n7/1/2021,9:04:06,3\r\n"));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->rows.size(), std::size_t{3});
    QCOMPARE(recording->rows[0].ts, recording->rows[1].ts);
    QCOMPARE(recording->rows[0].ts, std::int64_t{1625135676000});
    QCOMPARE(recording->rows[2].json, std::string(R"({"ts":1625130246000,"soc":3})"));
  }

  void skipsBrokenLinesByName_data() {
    QTest::addColumn<QString>("line");
    for (const char* line :
         {"7/1/2021,24:00:00,1", "7/1/2021,10:00,1", "7/1/2021,10:00:00,1,2", "7/1/2021,10:00:00",
          "7/1/2021,10:00:00,abc", "7/1/2021,10:00:00,1.", "7/1/2021,10:00:00,.5", "7/1/2021,10:00:00,01",
          "7/1/2021,10:00:00,+1", "7/1/2021,10:00:00,NaN", ",,1", "7/1/2021,10:00:00,1}"}) {
      QTest::newRow(line) << line;
    }
  }
  void skipsBrokenLinesByName() {
    QFETCH(QString, line);
    const auto recording =
        readText(minimal("7/1/2021,10:00:00,1\n" + line.toStdString() + "\n\n7/1/2021,10:00:01,2\n"));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->rows.size(), std::size_t{2});
    QCOMPARE(recording->brokenLines, std::size_t{1});
    QVERIFY(recording->brokenReasons.at(0).starts_with("line 3: "));
  }

  void impossibleDatesTakeTheDateOfTheRowBefore() {
    const auto recording =
        readText(minimal("03/00/2000,23:59:57,1\n7/31/2021,23:59:58,2\n90/02/2032,23:59:59,3\n30/00/2006,00:00:00,4\n"
                         "8/1/2021,00:00:01,5\n"));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->repairedDates, std::size_t{3});
    QCOMPARE(recording->rows.size(), std::size_t{5});
    for (std::size_t i = 1; i < 5; ++i) QCOMPARE(recording->rows[i].ts, recording->rows[i - 1].ts + 1000);
  }

  void namesOnlySoManyBrokenLines() {
    std::string rows = "7/1/2021,10:00:00,1\n";
    for (int i = 0; i < 100; ++i) rows += "broken\n";
    const auto recording = readText(minimal(rows + std::string(Recording::kMaxLineBytes + 10, '1') + "\n"));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->brokenLines, std::size_t{101});
    QCOMPARE(recording->brokenReasons.size(), Recording::kMaxNamedBrokenLines);
  }

  void missingValuesAreLeftOut() {
    const auto recording = readText("Time,Date,Extra,Weather,Soc\n10:00:00,7/1/2021,whatever,,5.50\n");
    QVERIFY(recording.has_value());
    QCOMPARE(recording->rows[0].json, std::string(R"({"ts":1625133600000,"soc":5.50})"));
  }

  void whatIsNoRecordingIsRefused() {
    QVERIFY(readText("").error().is(SimErrc::badRecording));
    QVERIFY(readText(kHeader).error().is(SimErrc::badRecording));
    QVERIFY(readText("hello\nworld\n").error().is(SimErrc::badRecording));
    QVERIFY(Recording::read(std::filesystem::path("/nowhere/at/all.csv")).error().is(SimErrc::fileFailed));
  }

  void replayKeepsTimesAndIntervals() {
    const auto read = readText(minimal("7/1/2021,10:00:00,1\n7/1/2021,10:00:01,2\n7/1/2021,10:01:40,3\n"));
    const auto recording = std::make_shared<const Recording>(*read);
    RecordedCar car(recording, 100, 1);
    QCOMPARE(car.nextDue()->count(), 0);
    QCOMPARE(car.takeTelemetry(fromMs(5), Microseconds(0)).ts, std::int64_t{1625133600000});
    QCOMPARE(car.nextDue()->count(), 10'000);
    car.takeTelemetry(fromMs(6), Microseconds(10'000'000));
    QCOMPARE(car.nextDue()->count(), 1'000'000);  // late, but not left out
    QCOMPARE(car.takeTelemetry(fromMs(7), Microseconds(10'000'000)).payload, recording->rows[2].json);
    QVERIFY(!car.nextDue());
    QCOMPARE(car.skipped(), 0U);
  }

  void realRecordingsReadWhole() {
    const QDir folder(dataFolder() + "/twizy");
    const QStringList files = folder.entryList({"*.csv"}, QDir::Files);
    if (files.isEmpty()) QSKIP("No recordings: set CARPORT_TEST_DATA to the folder with twizy/*.csv");
    for (const QString& file : files) {
      QFile raw(folder.filePath(file));
      QVERIFY(raw.open(QIODevice::ReadOnly));
      const auto lines = static_cast<std::size_t>(raw.readAll().count('\n'));
      const auto recording = Recording::read(std::filesystem::path(folder.filePath(file).toStdString()));
      QVERIFY2(recording.has_value(), qPrintable(file));
      QCOMPARE(recording->brokenLines, std::size_t{0});
      QCOMPARE(recording->rows.size(), lines - 1);
      for (const Recording::Row& row : recording->rows) QVERIFY2(json::accept(row.json), row.json.c_str());
    }
  }
};

QTEST_GUILESS_MAIN(TestRecording)
#include "tst_recording.moc"
