#include "gateway/api/embedded_json.h"
#include "gateway/base/result.h"
#include "gateway/protocol/payload/event_decoder.h"
#include "gateway/protocol/payload/payload_errc.h"

#include <QtTest>

using namespace carport;
using namespace carport::payload;

namespace {
constexpr PrincipalNumber kCar{7};
constexpr TimePoint kArrival = fromMs(1'700'000'000'000);

Result<api::Event> decode(std::string_view json) {
  return decodeEvent(kCar, json, kArrival);
}
}  // namespace

class TestEventDecoder : public QObject {
  Q_OBJECT

 private slots:
  void decodesEveryField() {
    const std::string json =
        R"({"name":"battery low","severity":"alarm","message":"12 V","active":false,"ts":1699999999,"u":10.9})";
    const auto event = decode(json);
    QVERIFY(event.has_value());
    QVERIFY(!event->number && event->car == kCar && event->arrival == kArrival);
    QVERIFY(event->time == fromMs(1'699'999'999'000));
    QVERIFY(event->name == "battery low" && event->message == "12 V" && event->data == json);
    QVERIFY(event->severity == api::Severity::alarm && !event->active);
  }

  void onlyTheNameIsNeeded() {
    const auto event = decode(R"({"name":"x"})");
    QVERIFY(event.has_value());
    QVERIFY(event->severity == api::Severity::info && event->active && event->message.empty());
    QVERIFY(event->time == kArrival);
  }

  void unbelievableTimesBecomeTheArrival() {
    for (const char* ts : {"0", "-5", "1800000000000", "900000000000"}) {
      const auto event = decode(std::string(R"({"name":"x","ts":)") + ts + "}");
      QVERIFY(event && event->time == kArrival);
    }
    QVERIFY(decode(R"({"name":"x","ts":1500000000000})")->time == fromMs(1'500'000'000'000));
  }

  void refusesWithASentence_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const QByteArray& json, PayloadErrc code) {
      QTest::newRow(name) << json << int(code);
    };
    row("nothing", "", PayloadErrc::badJson);
    row("cut", R"({"name":"x")", PayloadErrc::badJson);
    row("not UTF-8", "{\"name\":\"\xFF\"}", PayloadErrc::badJson);
    row("infinite", R"({"name":"x","ts":1e999})", PayloadErrc::badJson);
    row("array", R"([{"name":"x"}])", PayloadErrc::wrongShape);
    row("no name", "{}", PayloadErrc::badField);
    row("empty name", R"({"name":""})", PayloadErrc::badField);
    row("name is a number", R"({"name":5})", PayloadErrc::badField);
    row("long name", "{\"name\":\"" + QByteArray(int(kMaxEventNameBytes) + 1, 'n') + "\"}", PayloadErrc::badField);
    row("control character", R"({"name":"a\nb"})", PayloadErrc::badField);
    row("unknown severity", R"({"name":"x","severity":"bad"})", PayloadErrc::badField);
    row("severity is a number", R"({"name":"x","severity":1})", PayloadErrc::badField);
    row("active is text", R"({"name":"x","active":"yes"})", PayloadErrc::badField);
    row("ts is text", R"({"name":"x","ts":"now"})", PayloadErrc::badField);
    row("long message", "{\"name\":\"x\",\"message\":\"" + QByteArray(int(kMaxEventMessageBytes) + 1, 'm') + "\"}",
        PayloadErrc::badField);
    row("too large", "{\"name\":\"x\",\"y\":\"" + QByteArray(int(api::kMaxEventBytes), 'y') + "\"}",
        PayloadErrc::tooLarge);
  }
  void refusesWithASentence() {
    QFETCH(QByteArray, json);
    QFETCH(int, code);
    const auto event = decode(json.toStdString());
    QVERIFY(!event && event.error().is(PayloadErrc(code)));
    QVERIFY(event.error().message().starts_with("The event"));
  }

  void deepNestingIsRefused() {
    const auto nested = [](std::size_t levels) {
      return "{\"name\":\"x\",\"y\":" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
    };
    QVERIFY(decode(nested(api::kMaxEmbeddedDepth)).has_value());
    for (const std::size_t levels : {api::kMaxEmbeddedDepth + 1, std::size_t{8000}}) {
      const auto event = decode(nested(levels));
      QVERIFY(!event && event.error().is(PayloadErrc::badJson));
    }
    QVERIFY(!decode("{\"name\":\"x\",\"y\":" + std::string(8000, '[')));
  }
};

QTEST_GUILESS_MAIN(TestEventDecoder)
#include "tst_event_decoder.moc"
