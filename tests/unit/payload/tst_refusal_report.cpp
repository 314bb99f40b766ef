#include "gateway/protocol/payload/event_batch.h"
#include "gateway/protocol/payload/payload_errc.h"
#include "gateway/protocol/payload/telemetry_decoder.h"

#include <QtTest>

using namespace carport;
using namespace carport::payload;

namespace {
constexpr PrincipalNumber kCar{7};
constexpr TimePoint kArrival = fromMs(1'700'000'000'000);
}  // namespace

/// Who waits to be told learns of each object of a batch what became of it.
class TestRefusalReport : public QObject {
  Q_OBJECT

 private:
  Result<void> decode(std::string_view json) {
    m_report.clear();
    m_batch.clear();
    m_refusals.clear();
    return m_decoder.decode(kCar, json, kArrival, m_batch, m_refusals, &m_report);
  }
  Result<void> decodeList(std::string_view json) {
    m_report.clear();
    m_events.clear();
    return decodeEvents(kCar, json, kArrival, m_events, m_report);
  }

  MetricNames m_names;
  TelemetryDecoder m_decoder{m_names};
  SampleBatch m_batch;
  std::vector<api::Refusal> m_refusals;
  std::vector<api::Event> m_events;
  RefusalReport m_report;

 private slots:
  void whatIsRefusedIsNamedByItsPlace() {
    QVERIFY(decode(R"([{"speed":1},{"speed":-1},5,{"speed":2,"lat":100,"lon":1},{}])").has_value());
    QCOMPARE(m_batch.size(), std::size_t(2));
    std::vector<std::pair<std::size_t, std::string>> told;
    for (const auto& entry : m_report.entries) {
      QVERIFY(!entry.reason.empty());
      told.emplace_back(entry.index, entry.field);
    }
    const std::vector<std::pair<std::size_t, std::string>> expected{{1, "speed"}, {1, ""},    {2, ""},
                                                                    {3, "lat"},   {3, "lon"}, {4, ""}};
    QVERIFY(told == expected);
    QCOMPARE(m_report.more, std::size_t(0));
  }

  void oneObjectHasThePlaceZero() {
    QVERIFY(decode(R"({"speed":-1,"fuel":3})").has_value());
    QCOMPARE(m_report.entries.size(), std::size_t(1));
    QCOMPARE(m_report.entries.front().index, std::size_t(0));
    QCOMPARE(m_report.entries.front().field, std::string("speed"));
  }

  void theListIsBoundedAndTheRestCounted() {
    std::string json = "[";
    for (int i = 0; i < 300; ++i) json += R"({"speed":-1,"fuel":1},)";
    json.back() = ']';
    QVERIFY(decode(json).has_value());
    QCOMPARE(m_report.entries.size(), RefusalReport::kMaxEntries);
    QCOMPARE(m_report.more, std::size_t(200));
    QCOMPARE(m_report.entries.back().index, RefusalReport::kMaxEntries - 1);
    QCOMPARE(m_refusals.size(), kMaxRefusalsPerPayload);
  }

  void aPayloadThatCannotBeReadReportsNothing() {
    QVERIFY(!decode(R"([{"speed":-1},{"speed")").has_value());
    QVERIFY(m_report.empty());
    const auto nothing = decode(R"([{"speed":-1}])");
    QVERIFY(!nothing && nothing.error().is(PayloadErrc::nothingUsable));
    QCOMPARE(m_report.entries.size(), std::size_t(2));
  }

  void oneEventAndAListOfEventsAreRead() {
    QVERIFY(decodeList(R"( {"name":"door"})").has_value());
    QCOMPARE(m_events.size(), std::size_t(1));
    QCOMPARE(m_events[0].data, std::string(R"( {"name":"door"})"));
    QVERIFY(decodeList(R"([{"name":"door","x":1},{"nmae":"y"},7,{"name":"window","severity":"alarm"}])").has_value());
    QCOMPARE(m_events.size(), std::size_t(2));
    QCOMPARE(m_events[0].data, std::string(R"({"name":"door","x":1})"));
    QCOMPARE(m_events[1].severity, api::Severity::alarm);
    QCOMPARE(m_report.entries.size(), std::size_t(2));
    QCOMPARE(m_report.entries[0].index, std::size_t(1));
    QCOMPARE(m_report.entries[1].index, std::size_t(2));
  }

  void listsOfEventsHaveLimits() {
    std::string json = "[";
    for (std::size_t i = 0; i <= kMaxEventsPerPayload; ++i) json += R"({"name":"a"},)";
    json.back() = ']';
    const auto tooMany = decodeList(json);
    QVERIFY(!tooMany && tooMany.error().is(PayloadErrc::tooManyRows));
    QVERIFY(m_events.empty());
    const auto large = decodeList(R"([{"name":"a","b":")" + std::string(api::kMaxEventBytes, 'x') + R"("}])");
    QVERIFY(!large && large.error().is(PayloadErrc::nothingUsable));
    for (const char* bad : {"", "[", "[]", "[1]", "{}", "[{\"name\":\"a\"}", "[{\"name\":\"a\"}] x"}) {
      QVERIFY2(!decodeList(bad).has_value(), bad);
      QVERIFY(m_events.empty());
    }
    QVERIFY(!decodeList(std::string(10'000, '[')).has_value());
  }
};

QTEST_GUILESS_MAIN(TestRefusalReport)
#include "tst_refusal_report.moc"
