#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/client/moment_answers.h"
#include "ui/models/metric_feed.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

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

/// What `GET /fleet/latest` answers of cars 1, 2 and so on that have these states of charge.
QByteArray answerOf(const std::vector<double>& socs, bool isWhole) {
  api::FleetLatest latest;
  latest.at = fromMs(5'000);
  latest.isWhole = isWhole;
  latest.columns = {{"soc", socs, std::vector<std::int64_t>(socs.size(), 1'000)}};
  if (isWhole) {
    const std::vector<double> latitudes(socs.size(), 50.0);
    latest.columns.push_back({"lat", latitudes, std::vector<std::int64_t>(socs.size(), 1'000)});
  }
  for (std::uint32_t n = 1; n <= socs.size(); ++n) latest.cars.push_back(PrincipalNumber{n});
  return QByteArray::fromStdString(api::toPackedCbor(latest));
}

}  // namespace

/// What the map is coloured by: values come with positions, or are asked for, of all cars at once.
class MetricFeedTest : public QObject {
  Q_OBJECT

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<MetricFeed> m_feed;

  int asked() const {
    return int(std::count_if(m_gateway->requests.begin(), m_gateway->requests.end(),
                             [](const auto& one) { return one.path.startsWith("/api/v2/fleet/latest"); }));
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    m_client = std::make_unique<GatewayClient>();
    m_store = std::make_unique<CarStore>();
    m_store->setCars({carOf(1, 10), carOf(2, 20), carOf(3, NAN)});
    m_gateway->answers["GET /api/v2/fleet/latest"] = {200, answerOf({10, 20, NAN}, false)};
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
    QCOMPARE(asked(), 0);
  }

  void anotherOneIsAskedForOfAllCarsAtOnce() {
    QSignalSpy changed(m_feed.get(), &MetricFeed::changed);
    m_feed->setMetric(QStringLiteral("soc"));
    QCOMPARE(m_feed->known(), std::size_t(0));
    QTRY_COMPARE(m_feed->known(), std::size_t(2));
    QCOMPARE(asked(), 1);
    QVERIFY(m_gateway->requests.back().path.contains("metric=soc"));
    QCOMPARE(m_feed->value(0), 10.0F);
    QCOMPARE(m_feed->value(1), 20.0F);
    QVERIFY(std::isnan(m_feed->value(2)));
    QTRY_VERIFY(changed.count() > 0);
    QCOMPARE(m_feed->names(), QStringList({QStringLiteral("speed"), QStringLiteral("soc")}));
    // The same values are the table's: of these cars one metric is known, not everything.
    const auto column = m_store->metrics().columnOf(QStringLiteral("soc"));
    QVERIFY(column && m_store->metrics().value(*column, 1) == 20 && !m_store->metrics().isKnown(1));
    QCOMPARE(m_store->batteries()[1], 20.0F);
  }

  void nobodyLooksNobodyAsks() {
    m_feed->setActive(false);
    m_feed->setMetric(QStringLiteral("soc"));
    QTest::qWait(300);
    QCOMPARE(asked(), 0);
    m_feed->setActive(true);
    QTRY_COMPARE(m_feed->known(), std::size_t(2));
    m_store->setMoment(fromMs(2'000));
    const int before = asked();
    m_feed->setActive(false);
    m_feed->setActive(true);
    QTest::qWait(200);
    QCOMPARE(asked(), before);
  }

  void metricsAreDiscovered() {
    QSignalSpy names(m_feed.get(), &MetricFeed::namesChanged);
    QCOMPARE(m_feed->names(), QStringList(QStringLiteral("speed")));
    m_gateway->answers["GET /api/v2/fleet/latest"] = {200, answerOf({10, 20}, true)};
    m_feed->discover();
    QTRY_VERIFY(names.count() > 0);
    QVERIFY(m_gateway->requests.back().path.contains("car=car-1"));
    QVERIFY(m_feed->names().contains(QStringLiteral("soc")));
    QVERIFY(!m_feed->names().contains(QStringLiteral("lat")));
    // Of those two everything is known.
    QCOMPARE(m_store->metrics().knownRows(), std::size_t(2));
  }

  void aWholeAnswerTakesThePlaceOfWhatWas() {
    api::CarState state;
    state.position.car = PrincipalNumber{1};
    state.position.time = fromMs(1'000);
    state.metrics["door"] = {1, fromMs(1'000)};
    m_store->applyState(state);
    api::FleetLatest latest;
    latest.isWhole = true;
    latest.cars = {PrincipalNumber{1}, PrincipalNumber{99}};
    latest.columns = {{"fuel", {7, 8}, {500, 500}}};
    m_store->applyLatest(latest);
    const CarMetrics& metrics = m_store->metrics();
    QVERIFY(std::isnan(metrics.value(*metrics.columnOf(QStringLiteral("door")), 0)));
    QCOMPARE(metrics.value(*metrics.columnOf(QStringLiteral("fuel")), 0), 7.0);
    QCOMPARE(toMs(metrics.time(*metrics.columnOf(QStringLiteral("fuel")), 0)), 500);
    QCOMPARE(metrics.knownRows(), std::size_t(1));
  }

  void anAnswerThatDoesNotFitIsRefused() {
    api::FleetLatest latest;
    latest.cars = {PrincipalNumber{1}, PrincipalNumber{2}};
    latest.columns = {{"soc", {1, 2}, {0, 0}}};
    const QByteArray right = QByteArray::fromStdString(api::toPackedCbor(latest));
    const auto read = answers::fleetLatest({right, {}});
    QVERIFY(read && read->cars.size() == 2 && read->columns[0].values[1] == 2);
    latest.columns[0].values.pop_back();
    QVERIFY(!answers::fleetLatest({QByteArray::fromStdString(api::toPackedCbor(latest)), {}}));
    for (int size = 0; size < right.size(); ++size) QVERIFY(!answers::fleetLatest({right.left(size), {}}));
  }

  void anotherMetricHasOtherValues() {
    m_feed->setMetric(QStringLiteral("soc"));
    QTRY_COMPARE(m_feed->known(), std::size_t(2));
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
