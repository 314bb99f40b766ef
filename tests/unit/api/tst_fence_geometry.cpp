#include "gateway/api/fence_geometry.h"

#include <QtTest>

#include <algorithm>

using namespace carport::api;

class TestFenceGeometry : public QObject {
  Q_OBJECT

 private slots:
  /// Rings of files are turned before anybody counts their corners: the area of all rounds does not fit into 64 bits.
  void aRingThatGoesRoundThousandsOfTimesHasItsWinding() {
    fencing::Ring ring;
    for (int round = 0; round < 5'000; ++round) {
      for (const auto& [latitude, longitude] : {std::pair(-90, -540), {-90, 540}, {90, 540}, {90, -540}})
        ring.push_back(fencing::placeOf(latitude, longitude));
    }
    QCOMPARE(fencing::windingOf(ring), 1);
    std::reverse(ring.begin(), ring.end());
    QCOMPARE(fencing::windingOf(ring), -1);
  }

  void asMuchOneWayAsTheOtherIsNoWinding() {
    const fencing::Ring bowTie{{0, 0}, {200, 200}, {200, 0}, {0, 200}};
    QCOMPARE(fencing::windingOf(bowTie), 0);
    QCOMPARE(fencing::windingOf({}), 0);
    QCOMPARE(fencing::windingOf({{0, 0}, {2, 0}, {2, 2}}), 1);
    QCOMPARE(fencing::windingOf({{0, 0}, {2, 2}, {2, 0}}), -1);
  }
};

QTEST_GUILESS_MAIN(TestFenceGeometry)
#include "tst_fence_geometry.moc"
