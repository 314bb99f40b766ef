#include "gateway/api/json_codec.h"
#include "ui/client/answers.h"
#include "ui/client/moment_answers.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace carport;
using namespace carport::ui;

/// Answers of something that need not be a gateway.
class TestAnswers : public QObject {
  Q_OBJECT

 private slots:
  void historyComesAsCborOrJson() {
    const nlohmann::json json = api::toJson(api::History{});
    const auto cbor = nlohmann::json::to_cbor(json);
    const QByteArray bytes(reinterpret_cast<const char*>(cbor.data()), static_cast<qsizetype>(cbor.size()));
    QVERIFY(answers::history({bytes, "application/cbor"}).has_value());
    QVERIFY(answers::history({QByteArray::fromStdString(json.dump()), "application/json"}).has_value());
    QVERIFY(!answers::history({bytes.chopped(1), "application/cbor"}).has_value());
  }

  void deepCborIsNotRead() {
    for (const char begin : {'\x81', '\x9f'}) {
      const auto history = answers::history({QByteArray(4'000'000, begin), "application/cbor"});
      QVERIFY(!history && history.error().kind() == ErrorKind::unavailable);
    }
    const auto objects = answers::history({QByteArray("\xa1\x61x").repeated(1'000'000), "application/cbor"});
    QVERIFY(!objects && objects.error().kind() == ErrorKind::unavailable);
  }

  void aFleetOfNoCarsIsAnAnswer() {
    const nlohmann::json json{
        {"at", 1'700'000'000'000},
        {"whole", true},
        {"cars", nlohmann::json::binary({})},
        {"columns",
         {{{"metric", "speed"}, {"values", nlohmann::json::binary({})}, {"times", nlohmann::json::binary({})}}}}};
    const auto cbor = nlohmann::json::to_cbor(json);
    const QByteArray bytes(reinterpret_cast<const char*>(cbor.data()), static_cast<qsizetype>(cbor.size()));
    const auto latest = answers::fleetLatest({bytes, "application/cbor"});
    QVERIFY(latest && latest->cars.empty() && latest->columns.size() == 1);
  }

  /// A bucket's end is reckoned from its beginning and its width.
  void bucketsBeyondWhatTimesCanHoldAreNotTaken() {
    const auto read = [](const QByteArray& widthMs, const QByteArray& beginMs) {
      return answers::fleetHistory(
          {R"({"metric":"speed","bucketMs":)" + widthMs + R"(,"buckets":[[)" + beginMs + ",1,2,1.5,3]]}",
           "application/json"});
    };
    QVERIFY(read("60000", "1700000000000").has_value());
    QVERIFY(!read("9223372036854775807", "1700000000000").has_value());
    QVERIFY(!read("-1", "1700000000000").has_value());
    QVERIFY(!read("60000", "9223372036854775807").has_value());
    QVERIFY(!read("60000", "-1").has_value());
  }
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"
