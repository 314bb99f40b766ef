#include "gateway/api/drain_state.h"
#include "gateway/api/json_codec.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace carport;
using namespace carport::api;
using nlohmann::json;

class TestDrainState : public QObject {
  Q_OBJECT

 private slots:
  void survivesJson() {
    for (const auto phase : {DrainPhase::serving, DrainPhase::draining, DrainPhase::drained}) {
      DrainState state;
      state.phase = phase;
      state.connections = 12;
      if (phase != DrainPhase::serving) {
        state.since = fromMs(1'000);
        state.until = fromMs(31'000);
        state.thenEnd = true;
        state.server = "mqtt.example.com:8883";
      }
      const auto read = fromJson<DrainState>(toJson(state));
      QVERIFY(read.has_value());
      QVERIFY(*read == state);
    }
    QVERIFY(!fromJson<DrainState>(json{{"phase", "resting"}, {"connections", 1}}));
  }

  void aWishHasDefaults() {
    const auto wish = fromJson<DrainWish>(json::object());
    QVERIFY(wish.has_value());
    QVERIFY(*wish == DrainWish());
    QCOMPARE(wish->seconds, std::int64_t{30});
  }

  void wishesThatCannotBeAreNamed_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("negative") << QByteArray(R"({"seconds":-1})") << QByteArray("seconds");
    QTest::newRow("too long") << QByteArray(R"({"seconds":3601})") << QByteArray("seconds");
    QTest::newRow("half") << QByteArray(R"({"seconds":1.5})") << QByteArray("seconds");
    QTest::newRow("no port") << QByteArray(R"({"server":"example.com"})") << QByteArray("server");
    QTest::newRow("word") << QByteArray(R"({"thenEnd":"yes"})") << QByteArray("thenEnd");
    QTest::newRow("misspelt") << QByteArray(R"({"second":1})") << QByteArray("second");
  }
  void wishesThatCannotBeAreNamed() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, field);
    const auto wish = fromJson<DrainWish>(json::parse(text.toStdString()));
    QVERIFY(!wish);
    QVERIFY2(wish.error().message().find(field.toStdString()) != std::string::npos, wish.error().message().c_str());
  }
};

QTEST_GUILESS_MAIN(TestDrainState)
#include "tst_drain_state.moc"
