#include "gateway/protocol/payload/plain_object_scanner.h"
#include "tests/unit/payload/telemetry_fixture.h"

#include <QtTest>

#include <fmt/format.h>

#include <bit>
#include <random>
#include <string>
#include <variant>

using namespace carport;
using namespace carport::payload;
using Kind = PlainObjectScanner::Kind;

namespace {

/// Everything that decoding a payload leaves behind, as text.
std::string decoded(const std::string& payload) {
  TelemetryFixture f;
  const auto result = f.decode(payload);
  std::string text = result ? "taken" : result.error().message();
  for (const auto& row : f.batch.rows()) {
    text += fmt::format("\nrow {} {}", toMs(row.time), toMs(row.arrival));
    for (const auto& [metric, value] : f.batch.metrics(row))
      text += fmt::format("\n{} {:x}", f.names.name(metric), std::bit_cast<std::uint64_t>(value));
    for (const auto& [name, value] : f.batch.attributes(row)) {
      text += fmt::format("\n{} ", f.names.name(name));
      text += std::holds_alternative<bool>(value) ? (std::get<bool>(value) ? "true" : "false")
                                                  : '"' + std::get<std::string>(value) + '"';
    }
  }
  for (const auto& refusal : f.refusals) text += fmt::format("\n{}: {}", refusal.field, refusal.reason);
  return text;
}

/// The same object with a name that only the parser behind the scanner understands, spelled by an escape.
std::string escaped(const std::string& object) {
  const auto quote = object.find('"');
  return object.substr(0, quote + 1) + fmt::format("\\u{:04x}", object[quote + 1]) + object.substr(quote + 2);
}

}  // namespace

class TestPlainObjectScanner : public QObject {
  Q_OBJECT

 private slots:
  void takesWhatCarsSend() {
    PlainObjectScanner scanner;
    QVERIFY(scanner.scan(R"( { "ts":1699999999123, "lat": -48.137154 ,"gear":"D","on":true,"off":false,"z":0} )"));
    const auto fields = scanner.fields();
    QCOMPARE(fields.size(), std::size_t(6));
    QVERIFY(fields[0].name == "ts" && fields[0].kind == Kind::number && fields[0].number == 1699999999123.0);
    QVERIFY(fields[1].number == -48.137154);
    QVERIFY(fields[2].kind == Kind::text && fields[2].text == "D");
    QVERIFY(fields[3].kind == Kind::boolean && fields[3].boolean);
    QVERIFY(fields[4].kind == Kind::boolean && !fields[4].boolean);
    QVERIFY(fields[5].number == 0);
  }

  void leavesAllElseToTheParser() {
    PlainObjectScanner scanner;
    for (const char* payload : {"",
                                " ",
                                "{",
                                "{}",
                                "[]",
                                "1",
                                R"({"a")",
                                R"({"a":})",
                                R"({"a":1)",
                                R"({"a":1,})",
                                R"({"a":1}})",
                                R"({"a":1} x)",
                                R"({"a" 1})",
                                R"({a:1})",
                                R"({'a':1})",
                                R"({"a":01})",
                                R"({"a":-})",
                                R"({"a":.5})",
                                R"({"a":1.})",
                                R"({"a":+1})",
                                R"({"a":1e3})",
                                R"({"a":NaN})",
                                R"({"a":null})",
                                R"({"a":[1]})",
                                R"({"a":{"b":1}})",
                                R"({"a":tru})",
                                R"({"a":trueish})",
                                R"({"a":"x\n"})",
                                R"({"\u0061":1})",
                                "{\"a\":\"x\ny\"}",
                                "{\"a\":\"é\"}",
                                "{\"é\":1}",
                                R"({"a":9007199254740993})",
                                R"({"a":123456789012345678901})",
                                R"({"a":0.12345678901234567890})",
                                R"({"a":1,,"b":2})",
                                R"([{"a":1}])"}) {
      QVERIFY2(!scanner.scan(payload), payload);
    }
  }

  void takesAsManyFieldsAsItHasRoomFor() {
    std::string object = "{";
    for (std::size_t i = 0; i < PlainObjectScanner::kMaxFields; ++i) object += fmt::format(R"("f{}":{},)", i, i);
    object.back() = '}';
    PlainObjectScanner scanner;
    QVERIFY(scanner.scan(object));
    QCOMPARE(scanner.fields().size(), PlainObjectScanner::kMaxFields);
    object.back() = ',';
    QVERIFY(!scanner.scan(object + R"("more":1})"));
    QVERIFY(decoded(object + R"("more":1})").find("more") != std::string::npos);  // the parser takes it
  }

  void numbersAreTheNearestDouble() {
    std::mt19937_64 random(3);
    PlainObjectScanner scanner;
    for (int i = 0; i < 50'000; ++i) {
      const auto mantissa = random() >> (11 + random() % 50);
      auto digits = std::to_string(mantissa);
      if (const auto decimals = random() % (digits.size() + 1); decimals > 0 && decimals < digits.size())
        digits.insert(digits.size() - decimals, ".");
      if (random() % 2) digits.insert(0, "-");
      const std::string object = R"({"a":)" + digits + "}";
      if (!scanner.scan(object)) continue;  // 2^53 and above, and leading zeros never come here
      const double parsed = QByteArray::fromStdString(digits).toDouble();
      QVERIFY2(std::bit_cast<std::uint64_t>(parsed) == std::bit_cast<std::uint64_t>(scanner.fields()[0].number),
               object.c_str());
    }
  }

  void decodesAsTheParserDoes() {
    for (const char* object :
         {R"({"ts":1699999999123,"lat":48.1,"lon":11.5,"speed":83,"heading":360,"on":true,"gear":"D"})",
          R"({"lat":91,"lon":11.5})", R"({"lat":48.1})", R"({"speed":-1,"a":2})", R"({"speed":"fast","x":true})",
          R"({"a":1,"a":2})", R"({"ts":"now","a":1})", R"({"ts":1,"a":1})", R"({"":1,"b":2})",
          R"({"a":-0.0,"b":0.1,"c":123456.789})", R"({"lat":true,"lon":false})", R"({"ts":1699999999123})",
          R"({"ts":99999999999999,"a":1})"}) {
      PlainObjectScanner scanner;
      QVERIFY2(scanner.scan(object), object);
      if (std::string(object).starts_with(R"({"":)")) continue;  // an empty name cannot be spelled by an escape
      QVERIFY(!scanner.scan(escaped(object)));
      QCOMPARE(QString::fromStdString(decoded(object)), QString::fromStdString(decoded(escaped(object))));
    }
  }

  void namesInAnotherOrderAreStillThemselves() {
    TelemetryFixture f;
    QVERIFY(f.decode(R"({"a":1,"b":2,"c":3})").has_value());
    QVERIFY(f.decode(R"({"c":4,"a":5,"d":6,"b":7})").has_value());
    QVERIFY(f.decode(R"({"a":8,"c":9})").has_value());
    QVERIFY(f.decode(R"({"a":10,"b":11})").has_value());
    QVERIFY(f.metric("a", 1) == 5 && f.metric("b", 1) == 7 && f.metric("c", 1) == 4 && f.metric("d", 1) == 6);
    QVERIFY(f.metric("a", 2) == 8 && f.metric("c", 2) == 9);
    QVERIFY(f.metric("a", 3) == 10 && f.metric("b", 3) == 11);
  }
};

QTEST_GUILESS_MAIN(TestPlainObjectScanner)
#include "tst_plain_object_scanner.moc"
