#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/metric_feed.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace carport;
using namespace carport::ui;

namespace {

api::Car carOf(std::uint32_t number, float speed) {
  api::Car car;
  car.principal.number = PrincipalNumber{number};
  car.principal.id = "car-" + std::to_string(number);
  api::CarPosition position;
  position.car = car.principal.number;
  position.time = fromMs(1'000);
  position.latitude = 50;
  position.longitude = 5;
  position.speed = speed;
  car.position = position;
  return car;
}

/// What `GET /cars/car-N` answers of a car with that state of charge.
QByteArray answerOf(int number, double soc) {
  return QStringLiteral(
             R"({"number":%1,"id":"car-%1","name":"","type":"device","role":"","blocked":false,"groups":[],)"
             R"("createdAt":1,"state":{"position":{"car":%1,"time":1000,"activity":"parked","connected":true},)"
             R"("arrival":1000,"metrics":{"soc":{"value":%2,"time":1000},"lat":{"value":50,"time":1000}},)"
             R"("attributes":{},"activeAlarms":[],"refusals":[]}})")
      .arg(number)
      .arg(soc)
      .toUtf8();
}

}  // namespace

/// What the map is coloured by: values come with positions, or are asked for, those in sight first.
class MetricFeedTest : public QObject {
  Q_OBJECT

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<MetricFeed> m_feed;

  QByteArrayList asked() const {
    QByteArrayList paths;
    for (const auto& request : m_gateway->requests) {
      if (request.path.startsWith("/api/v2/cars/")) paths << request.path.mid(13);
    }
    return paths;
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    m_client = std::make_unique<GatewayClient>();
    m_store = std::make_unique<CarStore>();
    m_store->setCars({carOf(1, 10), carOf(2, 20), carOf(3, NAN)});
    for (int n = 1; n <= 3; ++n) {
      m_gateway->answers["GET /api/v2/cars/car-" + QByteArray::number(n)] = {200, answerOf(n, 10.0 * n)};
    }
    m_feed = std::make_unique<MetricFeed>(*m_store);
    m_feed->setClient(m_client.get());
    m_client->connectWithToken(m_gateway->url(), QStringLiteral("secret"));
    QTRY_VERIFY(m_client->isConnected());
  }
  void cleanup() {
    m_feed.reset();
    m_client.reset();
    m_store.reset();
    m_gateway.reset();
  }

  void speedCostsNothing() {
    m_feed->setMetric(QStringLiteral("speed"));
    QCOMPARE(m_feed->value(0), 10.0F);
    QVERIFY(std::isnan(m_feed->value(2)));
    QCOMPARE(m_feed->known(), std::size_t(2));
    QTest::qWait(200);
    QVERIFY(asked().isEmpty());
  }

  void othersAreAskedForThoseInSightFirst() {
    std::vector<api::Car> cars;
    for (std::uint32_t n = 1; n <= 40; ++n) cars.push_back(carOf(n, 10));
    m_store->setCars(cars);
    m_gateway->answers["GET /api/v2/cars/car-40"] = {200, answerOf(40, 40)};
    m_feed->setInSight({PrincipalNumber{40}});
    QSignalSpy changed(m_feed.get(), &MetricFeed::changed);
    m_feed->setMetric(QStringLiteral("soc"));
    QCOMPARE(m_feed->known(), std::size_t(0));
    // Four of the forty have an answer.
    QTRY_COMPARE(m_feed->known(), std::size_t(4));
    QTRY_COMPARE(asked().size(), 40);
    QVERIFY(asked().first(MetricFeed::kMaxPending).contains("car-40"));
    QCOMPARE(m_feed->value(*m_store->rowOf(PrincipalNumber{40})), 40.0F);
    QTRY_VERIFY(changed.count() > 0);
    // Whoever was asked is not asked again at once.
    QTest::qWait(300);
    QCOMPARE(asked().size(), 40);
    QCOMPARE(m_feed->names(), QStringList({QStringLiteral("speed"), QStringLiteral("soc")}));
  }

  void nobodyLooksNobodyAsks() {
    m_feed->setActive(false);
    m_feed->setMetric(QStringLiteral("soc"));
    QTest::qWait(300);
    QVERIFY(asked().isEmpty());
    m_feed->setActive(true);
    QTRY_COMPARE(m_feed->known(), std::size_t(3));
  }

  void aCarThatIsGoneHoldsNothingUp() {
    m_gateway->answers.remove("GET /api/v2/cars/car-1");
    m_feed->setMetric(QStringLiteral("soc"));
    QTRY_COMPARE(m_feed->known(), std::size_t(2));
    QVERIFY(std::isnan(m_feed->value(0)));
  }

  void metricsAreDiscovered() {
    QSignalSpy names(m_feed.get(), &MetricFeed::namesChanged);
    QCOMPARE(m_feed->names(), QStringList(QStringLiteral("speed")));
    m_feed->discover();
    QTRY_VERIFY(names.count() > 0);
    QVERIFY(m_feed->names().contains(QStringLiteral("soc")));
    QVERIFY(!m_feed->names().contains(QStringLiteral("lat")));
  }

  void anotherMetricHasOtherValues() {
    m_feed->setMetric(QStringLiteral("soc"));
    QTRY_COMPARE(m_feed->known(), std::size_t(3));
    QSignalSpy other(m_feed.get(), &MetricFeed::metricChanged);
    m_feed->setMetric(QStringLiteral("fuel"));
    QCOMPARE(other.count(), 1);
    QCOMPARE(m_feed->known(), std::size_t(0));
    QVERIFY(m_feed->names().contains(QStringLiteral("fuel")));
    m_feed->setMetric({});
    QVERIFY(m_feed->metric().isEmpty());
  }
};

QTEST_GUILESS_MAIN(MetricFeedTest)
#include "tst_metric_feed.moc"
