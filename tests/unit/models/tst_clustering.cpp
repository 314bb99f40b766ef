#include "ui/models/clustering.h"
#include "ui/models/declutter.h"

#include <QTest>

#include <cmath>
#include <numeric>
#include <random>

using namespace carport::ui;
using carport::api::Activity;

class ClusteringTest : public QObject {
  Q_OBJECT

  static std::vector<ClusterInput> crowd(std::size_t count, double spread) {
    std::mt19937 random(3);
    std::normal_distribution<double> at(600, spread);
    std::vector<ClusterInput> cars;
    for (std::uint32_t n = 0; n < count; ++n) cars.push_back({{at(random), at(random)}, n, Activity(n % 6)});
    return cars;
  }

 private slots:
  void noCarIsLostOrCountedTwice() {
    const auto cars = crowd(20'000, 300);
    const ClusterResult result = Clustering::gather(cars, {});
    std::uint64_t total = result.singles.size();
    for (const Cluster& cluster : result.clusters) {
      total += cluster.count;
      QCOMPARE(std::accumulate(cluster.byActivity.begin(), cluster.byActivity.end(), 0U), cluster.count);
    }
    QCOMPARE(total, cars.size());
  }

  void discsDoNotOverlap() {
    const ClusterResult result = Clustering::gather(crowd(5'000, 250), {13, 57});
    for (std::size_t a = 0; a < result.clusters.size(); ++a) {
      for (std::size_t b = a + 1; b < result.clusters.size(); ++b) {
        const QPointF apart = result.clusters[a].pixel - result.clusters[b].pixel;
        QVERIFY(std::hypot(apart.x(), apart.y()) >= result.clusters[a].radius() + result.clusters[b].radius());
      }
    }
  }

  void panningKeepsTheClusters() {
    auto cars = crowd(3'000, 200);
    const ClusterResult before = Clustering::gather(cars, {0, 0});
    for (ClusterInput& car : cars) car.pixel += QPointF(37, -91);
    const ClusterResult after = Clustering::gather(cars, {37, -91});
    QCOMPARE(after.clusters.size(), before.clusters.size());
    for (std::size_t n = 0; n < after.clusters.size(); ++n) {
      QCOMPARE(after.clusters[n].count, before.clusters[n].count);
      QVERIFY((after.clusters[n].pixel - before.clusters[n].pixel - QPointF(37, -91)).manhattanLength() < 1e-6);
    }
  }

  void fewStaySingle() {
    const auto cars = crowd(Clustering::kMinCluster - 1, 1);
    const ClusterResult result = Clustering::gather(cars, {});
    QVERIFY(result.clusters.empty());
    QCOMPARE(result.singles.size(), cars.size());
    QVERIFY(Clustering::gather({}, {}).clusters.empty());
  }

  void countsFitIntoADisc() {
    QCOMPARE(clusterCountText(7), QStringLiteral("7"));
    QCOMPARE(clusterCountText(999), QStringLiteral("999"));
    QCOMPARE(clusterCountText(1'240), QStringLiteral("1.2k"));
    QCOMPARE(clusterCountText(9'949), QStringLiteral("9.9k"));
    QCOMPARE(clusterCountText(9'960), QStringLiteral("10k"));
    QCOMPARE(clusterCountText(30'000), QStringLiteral("30k"));
  }

  void labelsNeverOverlap() {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> at(-50, 1000);
    Declutter declutter({1000, 800});
    std::vector<QRectF> placed;
    for (int n = 0; n < 3'000; ++n) {
      const QRectF box(at(random), at(random), 20 + n % 90, 14);
      if (declutter.place(box)) placed.push_back(box);
    }
    QVERIFY(placed.size() > 50);
    for (std::size_t a = 0; a < placed.size(); ++a) {
      for (std::size_t b = a + 1; b < placed.size(); ++b) QVERIFY(!placed[a].intersects(placed[b]));
    }
  }

  void blockedRoomStaysFree() {
    Declutter declutter({400, 400});
    declutter.block({100, 100, 150, 20});
    QVERIFY(!declutter.place({240, 110, 30, 30}));
    QVERIFY(!declutter.place({-80, 0, 40, 20}));
    QVERIFY(declutter.place({251, 110, 30, 30}));
  }
};

QTEST_GUILESS_MAIN(ClusteringTest)
#include "tst_clustering.moc"
