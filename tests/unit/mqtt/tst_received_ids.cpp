#include "gateway/protocol/mqtt/received_ids.h"

#include <QtTest>

#include <map>
#include <random>

using namespace carport::mqtt;
using Stage = ReceivedIds::Stage;

class TestReceivedIds : public QObject {
  Q_OBJECT

 private slots:
  void goesThroughItsStages() {  // MQTT 5.0 §4.3.3
    ReceivedIds ids;
    QVERIFY(ids.stageOf(5) == Stage::unknown);
    QVERIFY(ids.arrived(5) == Stage::unknown);
    QVERIFY(ids.arrived(5) == Stage::taken);
    ids.move(5, Stage::recorded);
    QVERIFY(ids.arrived(5) == Stage::recorded);
    ids.move(5, Stage::released);
    QVERIFY(ids.stageOf(5) == Stage::released);
    QVERIFY(ids.forget(5) && !ids.forget(5));
    QVERIFY(ids.arrived(5) == Stage::unknown);
  }

  void countsWhatCameHere() {  // §4.9
    ReceivedIds ids;
    ids.restore(1, Stage::recorded);
    ids.restore(1, Stage::taken);  // is there already
    ids.restore(2, Stage::taken);
    QCOMPARE(ids.counted(), std::size_t(0));
    QCOMPARE(ids.size(), std::size_t(2));
    QVERIFY(ids.arrived(1) == Stage::recorded && ids.arrived(1) == Stage::recorded);
    ids.arrived(3);
    QCOMPARE(ids.counted(), std::size_t(2));
    QVERIFY(ids.forget(2));
    QCOMPARE(ids.counted(), std::size_t(2));
    QVERIFY(ids.forget(1) && ids.forget(3));
    QCOMPARE(ids.counted(), std::size_t(0));
  }

  void agreesWithAMap() {
    std::mt19937 random(3);
    ReceivedIds ids;
    std::map<PacketId, Stage> model;
    for (int i = 0; i < 50'000; ++i) {
      const auto id = PacketId(random() % 200 + 1);
      const auto known = model.find(id);
      const auto expected = known == model.end() ? Stage::unknown : known->second;
      QVERIFY(ids.stageOf(id) == expected);
      switch (random() % 3) {
        case 0:
          QVERIFY(ids.arrived(id) == expected);
          model.emplace(id, Stage::taken);
          break;
        case 1:
          ids.move(id, Stage::recorded);
          if (known != model.end()) known->second = Stage::recorded;
          break;
        default:
          QCOMPARE(ids.forget(id), model.erase(id) == 1);
          break;
      }
      QCOMPARE(ids.size(), model.size());
    }
  }
};

QTEST_GUILESS_MAIN(TestReceivedIds)
#include "tst_received_ids.moc"
