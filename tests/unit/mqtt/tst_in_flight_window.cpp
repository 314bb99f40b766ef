#include "gateway/protocol/mqtt/in_flight_window.h"

#include <QtTest>

#include <set>

using namespace carport::mqtt;

class TestInFlightWindow : public QObject {
  Q_OBJECT

 private slots:
  void givesDifferentIdsThatAreNotZero() {  // [MQTT-2.2.1-3], [MQTT-2.2.1-4]; [MQTT-2.3.1-1] of 3.1.1
    InFlightWindow window(3);
    std::set<PacketId> inUse;
    for (int i = 0; i < 200'000; ++i) {
      const auto id = window.take();
      QVERIFY(id && *id != 0);
      QVERIFY(inUse.insert(*id).second);
      if (inUse.size() < 3) continue;
      QVERIFY(window.full() && !window.take());
      const PacketId released = i % 2 == 0 ? *inUse.begin() : *inUse.rbegin();
      QVERIFY(window.release(released));
      inUse.erase(released);
    }
  }

  void skipsIdsInUseAfterTheyCameRound() {
    InFlightWindow window(3);
    QVERIFY(window.takeAgain(2));
    QCOMPARE(*window.take(), PacketId(1));
    QCOMPARE(*window.take(), PacketId(3));
  }

  void refusesWhatCannotBe() {
    InFlightWindow window(2);
    QVERIFY(!window.release(1));
    QVERIFY(!window.takeAgain(0));
    QVERIFY(window.takeAgain(7));
    QVERIFY(!window.takeAgain(7));
    QVERIFY(window.takeAgain(8));
    QVERIFY(!window.takeAgain(9));
    QVERIFY(window.release(7));
    QVERIFY(!window.release(7));
    QCOMPARE(window.size(), std::size_t(1));
  }

  void oneThatStaysIsNotForgotten() {
    InFlightWindow window(100);
    QVERIFY(window.takeAgain(40'000, Awaiting::pubrec));
    std::set<PacketId> inUse;
    for (int i = 0; i < 200'000; ++i) {  // three times round
      const auto id = window.take(i % 2 == 0 ? Awaiting::puback : Awaiting::pubrec);
      QVERIFY(id && *id != 40'000 && inUse.insert(*id).second);
      if (inUse.size() < 50) continue;
      QVERIFY(window.release(*inUse.begin()));
      inUse.erase(inUse.begin());
    }
    QVERIFY(window.find(40'000) == Awaiting::pubrec);
    for (const auto id : inUse) QVERIFY(window.find(id).has_value() && window.release(id));
    QCOMPARE(window.size(), std::size_t(1));
    window.move(40'000, Awaiting::pubcomp);
    QVERIFY(window.find(40'000) == Awaiting::pubcomp);
    QVERIFY(!window.find(1) && !window.find(0));
  }

  void whatIsReleasedAgainNeedsNoRoom() {
    InFlightWindow window(1);
    QVERIFY(window.take() && window.full());
    QVERIFY(window.restoreReleased(9) && !window.restoreReleased(9) && !window.restoreReleased(0));
    QVERIFY(window.find(9) == Awaiting::pubcomp);
    window.setCapacity(3);
    QVERIFY(!window.full() && window.take());
  }

  void neverTakesEveryId() {
    InFlightWindow window(1'000'000);
    for (std::size_t i = 1; i <= InFlightWindow::kMaxCapacity; ++i) QVERIFY(window.takeAgain(PacketId(i)));
    QVERIFY(!window.take());
    window.release(1);
    QVERIFY(window.take().has_value());
  }
};

QTEST_GUILESS_MAIN(TestInFlightWindow)
#include "tst_in_flight_window.moc"
