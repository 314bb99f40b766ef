#include "gateway/domain/nitrogen_message.h"

#include <QtTest>

using namespace carport;

namespace {
const TimePoint kNow = fromMs(1'790'000'000'123);

Result<NitrogenDraft> read(const char* text) {
  return readNitrogenMessage(nlohmann::json::parse(text), kNow);
}
}  // namespace

/// Messages as Nitrogen's clients write them.
class TestNitrogenMessage : public QObject {
  Q_OBJECT

 private slots:
  void timesComeBack() {
    QCOMPARE(isoTime(fromMs(0)), std::string("1970-01-01T00:00:00.000Z"));
    QCOMPARE(isoTime(kNow), std::string("2026-09-21T14:13:20.123Z"));
    QCOMPARE(parseIsoTime(isoTime(kNow)), std::optional(kNow));
    QCOMPARE(parseIsoTime("2500-01-01T00:00:00.000Z"), std::optional(nitrogenForever()));
    QCOMPARE(parseIsoTime("1970-01-01T00:00:01Z"), std::optional(fromMs(1000)));
    for (const char* text :
         {"", "Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
          "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.5Z", "1969-12-31T00:00:00Z", "2026-01-01T00:00:00.00xZ"}) {
      QVERIFY2(!parseIsoTime(text), text);
    }
  }

  void readsAMessage() {
    const auto draft =
        read(R"({"ts":"2026-11-21T18:00:00.000Z","type":"temperature","body":{"temperature":21.5},)"
             R"("to":"service","tags":["a"],"response_to":"b","expires":1790000001000,"public":false,"id":"forged"})");
    QVERIFY2(draft, draft ? "" : draft.error().message().c_str());
    const auto json = draft->document("f1", "t1");
    QCOMPARE(json["from"].get<std::string>(), std::string("f1"));
    QCOMPARE(json["to"].get<std::string>(), std::string("t1"));
    QCOMPARE(json["ts"].get<std::string>(), std::string("2026-11-21T18:00:00.000Z"));
    QCOMPARE(json["response_to"][0].get<std::string>(), std::string("b"));
    QCOMPARE(json["index_until"].get<std::string>(), std::string("2500-01-01T00:00:00.000Z"));
    QVERIFY(!json.contains("id") && !json.contains("public"));
    QCOMPARE(toMs(read(R"({"type":"_x"})")->ts), toMs(kNow));
  }

  void refusesWhatATypeMustNotBe_data() {
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"[]", "{}", R"({"type":""})", R"({"type":7})", R"({"type":"_x","body":7})", R"({"type":"_x","ts":"now"})",
          R"({"type":"_x","tags":[1]})", R"({"type":"_x","to":{}})", R"({"type":"temperature","body":{}})",
          R"({"type":"humidity","body":{"humidity":"wet"}})", R"({"type":"ip","body":{}})",
          R"({"type":"image","body":{"url":1}})", R"({"type":"claim","body":{}})", R"({"type":"heartbeat"})",
          R"({"type":"log","body":{"message":"m","severity":"fatal"}})", R"({"type":"log","body":{"severity":"info"}})",
          R"({"type":"location","body":{"latitude":"north"}})", R"({"type":"switchCommand","body":{}})"}) {
      QTest::newRow(text) << QString(text);
    }
  }
  void refusesWhatATypeMustNotBe() {
    QFETCH(QString, text);
    QVERIFY(!read(text.toUtf8().constData()));
  }

  void becomesTelemetry() {
    const auto location = read(R"({"type":"location","ts":5,"body":{"latitude":48.5,"longitude":9.25,"speed":10,)"
                               R"("accuracy":3}})");
    QCOMPARE(telemetryOf(*location), nlohmann::json::parse(R"({"ts":5,"lat":48.5,"lon":9.25,"speed":36.0})"));
    QCOMPARE(telemetryOf(*read(R"({"type":"light","ts":5,"body":{"light":7}})")),
             nlohmann::json::parse(R"({"ts":5,"light":7})"));
    QVERIFY(telemetryOf(*read(R"({"type":"_x"})")).is_null());
    QVERIFY(telemetryOf(*read(R"({"type":"location"})")).is_null());
  }
};

QTEST_GUILESS_MAIN(TestNitrogenMessage)
#include "tst_nitrogen_message.moc"
