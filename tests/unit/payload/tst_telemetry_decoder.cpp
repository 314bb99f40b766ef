#include "gateway/base/result.h"
#include "gateway/protocol/payload/payload_errc.h"
#include "tests/unit/payload/telemetry_fixture.h"

#include <QtTest>

#include <charconv>
#include <random>

using namespace carport;
using namespace carport::payload;
using namespace std::chrono_literals;

class TestTelemetryDecoder : public QObject {
  Q_OBJECT

 private slots:
  void decodesAWholeMessage() {
    TelemetryFixture f;
    const std::string numbers = R"("ts":1699999999123,"lat":48.1,"lon":-11.5,"alt":520.5,"speed":83,"heading":271.25)";
    const std::string others = "\"soc\":0.815,\"gear\":\"D\",\"doors \\\"open\\\"\":false";
    QVERIFY(f.decode("{" + numbers + "," + others + "}").has_value());
    QCOMPARE(f.batch.size(), std::size_t(1));
    const auto& row = f.batch.rows()[0];
    QVERIFY(row.car == TelemetryFixture::kCar && row.arrival == TelemetryFixture::kArrival);
    QVERIFY(row.time == fromMs(1'699'999'999'123));
    QVERIFY(f.metric("lat") == 48.1 && f.metric("lon") == -11.5 && f.metric("alt") == 520.5);
    QVERIFY(f.metric("speed") == 83 && f.metric("heading") == 271.25 && f.metric("soc") == 0.815);
    QVERIFY(std::get<std::string>(*f.attribute("gear")) == "D");
    QVERIFY(std::get<bool>(*f.attribute("doors \"open\"")) == false);
    QVERIFY(f.refusals.empty());
  }

  void decodesAnArrayInOrder() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"([{"ts":1699999990,"a":1},{"a":2},{"ts":1699999992000,"a":3,"a":4}])").has_value());
    QCOMPARE(f.batch.size(), std::size_t(3));
    QVERIFY(f.metric("a", 0) == 1 && f.metric("a", 1) == 2 && f.metric("a", 2) == 3);
    QVERIFY(f.batch.rows()[1].time == TelemetryFixture::kArrival);
    QVERIFY(f.reason("a").ends_with("(Object 3 of the array.)"));
  }

  void appendsToWhatIsThere() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"({"a":1})").has_value());
    QVERIFY(f.decode(R"({"a":2})").has_value());
    QVERIFY(!f.decode(R"([{"a":3},{"a":4)"));
    QCOMPARE(f.batch.size(), std::size_t(2));
    QVERIFY(f.metric("a", 1) == 2);
  }

  void understandsEveryUnitOfTime() {
    for (const char* ts : {"1699999999", "1699999999000", "1699999999000000", "1699999999000000000", "1.699999999e9"}) {
      TelemetryFixture f;
      QVERIFY(f.decode(std::string(R"({"a":1,"ts":)") + ts + "}").has_value());
      QVERIFY2(f.batch.rows()[0].time == fromMs(1'699'999'999'000), ts);
      QVERIFY(f.refusals.empty());
    }
  }

  void doubtsTimes_data() {
    QTest::addColumn<qint64>("ts");
    QTest::addColumn<bool>("kept");
    QTest::addColumn<QByteArray>("reason");  // a part of it; empty: not refused
    const std::int64_t arrival = toMs(TelemetryFixture::kArrival);
    const std::int64_t day = Milliseconds(24h).count();
    QTest::newRow("now") << qint64(arrival) << true << QByteArray();
    const std::int64_t tolerance = Milliseconds(5min).count();
    QTest::newRow("5 min ahead") << qint64(arrival + tolerance) << true << QByteArray();
    QTest::newRow("over 5 min ahead") << qint64(arrival + tolerance + 1) << false
                                      << QByteArray("5 minutes in the future");
    QTest::newRow("a day ahead") << qint64(arrival + day) << false << QByteArray("5 minutes in the future");
    QTest::newRow("10 years ahead") << qint64(arrival + 3650 * day) << false << QByteArray("5 minutes in the future");
    QTest::newRow("30 days back") << qint64(arrival - 30 * day) << true << QByteArray();
    QTest::newRow("more than 30 days back") << qint64(arrival - 30 * day - 1) << true << QByteArray("kept as sent");
    QTest::newRow("2000") << qint64(946'684'800'000) << true << QByteArray("kept as sent");
    QTest::newRow("before 2000") << qint64(946'684'799'999) << false << QByteArray("before the year 2000");
    QTest::newRow("0") << qint64(0) << false << QByteArray("not a time");
    QTest::newRow("negative") << qint64(-1'699'999'999'000) << false << QByteArray("not a time");
  }
  void doubtsTimes() {
    QFETCH(qint64, ts);
    QFETCH(bool, kept);
    QFETCH(QByteArray, reason);
    TelemetryFixture f;
    QVERIFY(f.decode("{\"ts\":" + std::to_string(ts) + ",\"a\":1}").has_value());
    QVERIFY(f.batch.rows()[0].time == (kept ? fromMs(ts) : TelemetryFixture::kArrival));
    QVERIFY2(f.reason("ts").find(reason.toStdString()) != std::string::npos, f.reason("ts").c_str());
    QCOMPARE(f.refusals.empty(), reason.isEmpty());
  }

  void refusesSingleFields_data() {
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* member, const char* field) {
      QTest::newRow(member) << QByteArray(member) << QByteArray(field);
    };
    row(R"("lat":90.0001,"lon":1)", "lat");
    row(R"("lat":-91,"lon":1)", "lon");
    row(R"("lat":1,"lon":180.5)", "lon");
    row(R"("lon":-181,"lat":1)", "lat");
    row(R"("lat":48)", "lat");
    row(R"("lon":11)", "lon");
    row(R"("lat":"48","lon":11)", "lat");
    row(R"("heading":-0.1)", "heading");
    row(R"("heading":360.5)", "heading");
    row(R"("speed":-1)", "speed");
    row(R"("speed":1000.1)", "speed");
    row(R"("speed":"fast")", "speed");
    row(R"("speed":true)", "speed");
    row(R"("alt":null)", "alt");
    row(R"("ts":"2023-11-14")", "ts");
    row(R"("ts":true)", "ts");
    row(R"("ts":null)", "ts");
    row(R"("x":1e400)", "x");
    row(R"("x":-1e400)", "x");
    row(R"("x":NaN)", "x");
    row(R"("x":nan)", "x");
    row(R"("x":Infinity)", "x");
    row(R"("x":-Infinity)", "x");
    row(R"("x":01)", "x");
    row(R"("x":1.)", "x");
    row(R"("x":null)", "x");
    row(R"("x":{"deep":[1,{"y":2}]})", "x");
    row(R"("x":[1,2,3])", "x");
    row(R"("x":[])", "x");
    row(R"("x":"\ud800")", "x");
    row(R"("x":"\q")", "x");
    row(R"("":1)", "");
    row(R"("a\u0001b":1)",
        "a\x01"
        "b");
  }
  void refusesSingleFields() {
    QFETCH(QByteArray, member);
    QFETCH(QByteArray, field);
    for (const bool first : {true, false}) {
      TelemetryFixture f;
      const std::string text = member.toStdString();
      const auto decoded = f.decode(first ? "{" + text + R"(,"kept":5})" : R"({"kept":5,)" + text + "}");
      QVERIFY2(decoded.has_value(), decoded ? "" : decoded.error().message().c_str());
      QCOMPARE(f.batch.size(), std::size_t(1));
      QVERIFY(f.metric("kept") == 5 && !f.hasMetric(field.toStdString()));
      QCOMPARE(f.batch.rows()[0].metricCount, 1u);
      QCOMPARE(f.batch.rows()[0].attributeCount, 0u);
      QVERIFY(f.batch.rows()[0].time == TelemetryFixture::kArrival);
      QVERIFY2(f.reason(field.toStdString()).size() > 10, qPrintable(QString::number(f.refusals.size())));
      QVERIFY(f.refusals.back().time == TelemetryFixture::kArrival);
    }
  }

  void keepsTheLimits() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"({"lat":-90,"lon":180,"speed":1000,"heading":0})").has_value());
    QVERIFY(f.decode(R"({"lat":90,"lon":-180,"speed":0,"heading":359.999})").has_value());
    QVERIFY(f.refusals.empty());
    QVERIFY(f.metric("lat", 0) == -90 && f.metric("lon", 1) == -180 && f.metric("speed", 0) == 1000);
  }

  void turnsHeading360Into0() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"({"heading":360})").has_value());
    QVERIFY(f.metric("heading") == 0 && f.refusals.empty());
  }

  void firstOfRepeatedNamesCounts() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"({"a":1,"a":2,"b":"x","b":3,"ts":1699999999000,"ts":1600000000000,"lat":1,"lon":2,"lat":3})")
                .has_value());
    QVERIFY(f.metric("a") == 1 && f.attribute("b") && !f.hasMetric("b") && f.metric("lat") == 1);
    QVERIFY(f.batch.rows()[0].time == fromMs(1'699'999'999'000));
    QCOMPARE(f.refusals.size(), std::size_t(4));
    QVERIFY(f.decode(R"({"a":5})").has_value());  // another object: not repeated
    QVERIFY(f.metric("a", 1) == 5);
    QCOMPARE(f.refusals.size(), std::size_t(4));
  }

  void limitsTextsAndNames() {
    TelemetryFixture f;
    const std::string text(kMaxAttributeBytes, 't');
    const std::string name(MetricNames::kMaxNameBytes, 'n');
    QVERIFY(f.decode("{\"a\":\"" + text + "\",\"" + name + "\":1}").has_value());
    QVERIFY(f.refusals.empty());
    QVERIFY(f.decode("{\"k\":1,\"a\":\"" + text + "t\",\"" + name + "é\":1}").has_value());
    QVERIFY(f.reason("a").find("256") != std::string::npos);
    QVERIFY(f.reason(name + "…").find("64") != std::string::npos);
    QVERIFY(!f.attribute("a", 1));
  }

  void limitsDifferentNames() {
    TelemetryFixture f;
    for (std::size_t i = 0; f.names.intern("name" + std::to_string(i)); ++i) QVERIFY(i < 10'000);
    QVERIFY(f.decode(R"({"unheard-of":1,"name1":2,"speed":3})").has_value());
    QVERIFY(f.metric("name1") == 2 && f.metric("speed") == 3);
    QVERIFY(f.reason("unheard-of").find("4096") != std::string::npos);
  }

  void oneCarDoesNotUseUpTheNamesOfTheFleet() {
    TelemetryFixture f;
    for (std::size_t i = 0; i < 2 * MetricNames::kMaxNames; ++i) {
      f.refusals.clear();
      QVERIFY(f.decode("{\"speed\":1,\"n" + std::to_string(i) + "\":1}").has_value());
    }
    QVERIFY(f.refusals.at(0).reason.find("256 names") != std::string::npos);
    QVERIFY(f.decoder.decode(PrincipalNumber{8}, R"({"fresh":4,"n3":5})", f.kArrival, f.batch, f.refusals).has_value());
    QCOMPARE(f.metric("fresh", f.batch.size() - 1), 4.0);
    QCOMPARE(f.metric("n3", f.batch.size() - 1), 5.0);
  }

  void limitsFieldsAndRefusals() {
    TelemetryFixture f;
    std::string json = "{";
    for (std::size_t i = 0; i < kMaxFieldsPerRow + 50; ++i) json += (i ? ",\"m" : "\"m") + std::to_string(i) + "\":1";
    QVERIFY(f.decode(json + "}").has_value());
    QCOMPARE(std::size_t(f.batch.rows()[0].metricCount), kMaxFieldsPerRow);
    QCOMPARE(f.refusals.size(), kMaxRefusalsPerPayload);
    QVERIFY(f.refusals.back().field.empty() && f.refusals.back().reason == "41 more fields were refused.");
  }

  void limitsRows() {
    TelemetryFixture f;
    std::string json = "[{\"a\":1}";
    for (std::size_t i = 1; i < kMaxRowsPerPayload; ++i) json += ",{\"a\":1}";
    QVERIFY(f.decode(json + "]").has_value());
    QCOMPARE(f.batch.size(), kMaxRowsPerPayload);
    const auto tooMany = f.decode(json + ",{\"a\":1}]");
    QVERIFY(!tooMany && tooMany.error().is(PayloadErrc::tooManyRows));
    QCOMPARE(f.batch.size(), kMaxRowsPerPayload);
  }

  void limitsBytes() {
    TelemetryFixture f;
    std::string json = R"({"a":1})";
    json.resize(kMaxTelemetryBytes, ' ');
    QVERIFY(f.decode(json).has_value());
    const auto tooLarge = f.decode(json + " ");
    QVERIFY(!tooLarge && tooLarge.error().is(PayloadErrc::tooLarge));
  }

  void refusesElementsThatAreNoObjects() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"([1,{"a":1},"x",null,[{"a":2}],{}])").has_value());
    QCOMPARE(f.batch.size(), std::size_t(1));
    QCOMPARE(f.refusals.size(), std::size_t(4));
    QVERIFY(f.refusals[0].field.empty() && f.refusals[0].reason.ends_with("(Object 1 of the array.)"));
  }

  void refusesWholePayloads_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("code");
    const auto row = [](const char* json, PayloadErrc code) {
      QTest::newRow(*json ? json : "nothing") << QByteArray(json) << int(code);
    };
    for (const char* json : {"",
                             " ",
                             "{",
                             "}",
                             "[",
                             "]",
                             "{\"a\":1",
                             "{\"a\":1}}",
                             "{\"a\":1}{\"a\":2}",
                             "{\"a\":1} x",
                             "{\"a\" 1}",
                             "{\"a\":1 \"b\":2}",
                             "{a:1}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "[{\"a\":1}",
                             "[{\"a\":1]",
                             "[{\"a\":1}{\"a\":2}]",
                             "[{\"a\":1},{\"b\":2]]",
                             "[{\"a\":1},,{\"a\":2}]",
                             "{\"a\":\"\xFF\"}",
                             "{\"a\":\"x}",
                             "{\"a\":[1}",
                             "\xFF\xFE"}) {
      row(json, PayloadErrc::badJson);
    }
    for (const char* json : {"5", "\"text\"", "true", "null"}) row(json, PayloadErrc::wrongShape);
    for (const char* json :
         {"{}", "[]", "[{}]", "[1,2]", R"({"ts":1699999999000})", R"({"x":null})", R"({"lat":48})"}) {
      row(json, PayloadErrc::nothingUsable);
    }
  }
  void refusesWholePayloads() {
    QFETCH(QByteArray, json);
    QFETCH(int, code);
    TelemetryFixture f;
    f.refusals.push_back({{}, "before", "x"});
    const auto decoded = f.decode(json.toStdString());
    QVERIFY(!decoded);
    QVERIFY2(decoded.error().is(PayloadErrc(code)), decoded.error().message().c_str());
    QVERIFY(f.batch.empty());
    QVERIFY(f.refusals.front().field == "before");
    if (PayloadErrc(code) != PayloadErrc::nothingUsable) QCOMPARE(f.refusals.size(), std::size_t(1));
    QVERIFY(f.decode(R"({"a":1})").has_value());  // the decoder is still good
    QVERIFY(f.metric("a") == 1);
  }

  void numbersComeBackExactly() {
    std::mt19937_64 random(3);
    for (int round = 0; round < 20'000; ++round) {
      double value = 0;
      const std::uint64_t bits = random();
      std::memcpy(&value, &bits, sizeof value);
      if (!std::isfinite(value)) continue;
      char text[64];
      const auto end = std::to_chars(text, text + sizeof text, value).ptr;
      TelemetryFixture f;
      QVERIFY(f.decode("{\"x\":" + std::string(text, end) + "}").has_value());
      QVERIFY2(f.metric("x") == value, text);
    }
    for (const char* text : {"9007199254740993", "123456789012345678901234567890", "0.1", "2.2250738585072011e-308",
                             "1.7976931348623157e308", "4.9e-324", "-0.0", "5e-1"}) {
      TelemetryFixture f;
      QVERIFY2(f.decode("{\"x\":" + std::string(text) + "}").has_value(), text);
      QVERIFY2(f.metric("x") == std::strtod(text, nullptr), text);
    }
  }

  void garbageNeverCrashes() {
    TelemetryFixture f;
    std::mt19937 random(8);
    const std::string good =
        R"([{"ts":1699999999123,"lat":48.1,"lon":-11.5,"soc":0.815,"gear":"D\n","x":[1,{}]},{"a":true}])";
    for (int round = 0; round < 50'000; ++round) {
      std::string json = good;
      for (int flips = int(random() % 4) + 1; flips > 0; --flips) {
        json[random() % json.size()] = "{}[]\",:0e-\\ntx\xC3"[random() % 15];
      }
      if (round % 3 == 0) json.resize(random() % json.size());
      f.batch.clear();
      f.refusals.clear();
      const auto decoded = f.decode(json);
      QCOMPARE(decoded.has_value(), !f.batch.empty());
    }
  }
};

QTEST_GUILESS_MAIN(TestTelemetryDecoder)
#include "tst_telemetry_decoder.moc"
