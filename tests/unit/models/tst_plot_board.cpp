#include "gateway/api/json_codec.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/fleet_feed.h"
#include "ui/models/phrases.h"
#include "ui/models/plot_board.h"
#include "ui/models/plot_csv_export.h"
#include "ui/models/plot_series_model.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <memory>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr PrincipalNumber kVan{1};
constexpr PrincipalNumber kTruck{2};

QByteArray bytes(const nlohmann::json& json) {
  return QByteArray::fromStdString(json.dump());
}

nlohmann::json carJson(PrincipalNumber number, const char* id, const char* name) {
  api::Car car;
  car.principal.number = number;
  car.principal.id = id;
  car.principal.name = name;
  return api::toJson(car);
}

/// A hundred samples of each metric, a second apart, ending now.
QByteArray historyOf(std::initializer_list<const char*> metrics, bool exact = true, int daysBefore = 0) {
  nlohmann::json series = nlohmann::json::array();
  const TimePoint now = SystemClock().now();
  const std::int64_t to = toMs(now);
  for (const char* metric : metrics) {
    nlohmann::json points = nlohmann::json::array();
    // Before it a hundred of so many days earlier, each 100 larger.
    const std::int64_t then = toMs(now - PlotComparison{daysBefore}.offsetAt(now));
    for (int i = 0; i < 100 && daysBefore > 0; ++i) {
      points.push_back({then - 1'000 * (100 - i), 100 + i, 100 + i, 100 + i, 100 + i, 1});
    }
    for (int i = 0; i < 100; ++i) points.push_back({to - 1'000 * (100 - i), i, i, i, i, 1});
    series.push_back({{"metric", metric}, {"points", points}});
  }
  return bytes({{"exact", exact}, {"series", series}});
}

}  // namespace

class TestPlotBoard : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    m_gateway->answers["GET /api/v2/cars"] = {
        200, bytes({{"cars", {carJson(kVan, "van", "Van 1"), carJson(kTruck, "truck", "Truck 2")}}})};
    m_gateway->answers["GET /api/v2/cars/van/metrics"] = {200, R"({"metrics":["speed","soc","rpm"]})"};
    m_gateway->answers["GET /api/v2/cars/truck/metrics"] = {200, R"({"metrics":["fuel","speed"]})"};
    m_gateway->answers["GET /api/v2/cars/van/history"] = {200, historyOf({"speed", "soc", "rpm"})};
    m_gateway->answers["GET /api/v2/cars/truck/history"] = {200, historyOf({"speed", "fuel"})};
    m_client = std::make_unique<GatewayClient>();
    m_store = std::make_unique<CarStore>();
    m_feed = std::make_unique<FleetFeed>(*m_client, *m_store);
    m_client->connectWithToken(m_gateway->url(), "t");
    QTRY_COMPARE(m_store->size(), std::size_t(2));
    m_board = std::make_unique<PlotBoard>(*m_client, *m_store);
    const TimePoint now = SystemClock().now();
    m_range = {now - std::chrono::minutes(5), now + std::chrono::seconds(1)};
    m_board->setView(m_range, 400);
  }
  void cleanup() {
    m_board.reset();
    m_feed.reset();
    m_store.reset();
    m_client.reset();
    m_gateway.reset();
  }

  void beginsWithWhatIsUsual() {
    QCOMPARE(m_board->plots().size(), std::size_t(1));
    m_board->setCar(kVan);
    QTRY_COMPARE(m_board->plots().front().size(), std::size_t(2));
    QCOMPARE(m_board->plots().front()[0].id, (PlotSeriesId{kVan, "speed"}));
    QTRY_VERIFY(m_board->hasData());
    QCOMPARE(m_board->points({kVan, "speed"}).size(), std::size_t(100));
    QVERIFY(!m_board->hasSeveralCars());
    // Nobody chose: the next car begins with its own.
    m_board->setCar(kTruck);
    QTRY_COMPARE(m_board->plots().front().size(), std::size_t(2));
    QCOMPARE(m_board->plots().front()[1].id, (PlotSeriesId{kTruck, "fuel"}));
  }

  void plotsSeveralCarsTogether() {
    m_board->setCar(kVan);
    QTRY_VERIFY(m_board->hasData());
    QTRY_VERIFY(m_gateway->liveTexts.join(' ').contains("\"states\":[1]"));
    QCOMPARE(m_board->addSeries(0, {kTruck, "fuel"}), QString());
    QVERIFY(m_board->hasSeveralCars());
    QVERIFY(m_board->seriesName({kTruck, "fuel"}).startsWith("Truck 2"));
    QTRY_COMPARE(m_board->points({kTruck, "fuel"}).size(), std::size_t(100));
    QTRY_VERIFY(m_gateway->liveTexts.last().contains(",2]"));
    QCOMPARE(m_board->summary({kTruck, "fuel"}, m_range).max, 99.0);
    m_board->removeSeries(0, {kTruck, "fuel"});
    QVERIFY(m_board->points({kTruck, "fuel"}).empty());
    QTRY_VERIFY(!m_gateway->liveTexts.last().contains("2]"));
  }

  void theChoiceFollowsThePage() {
    m_board->setCar(kVan);
    QTRY_COMPARE(m_board->plots().front().size(), std::size_t(2));
    QCOMPARE(m_board->addPlot(), QString());
    QCOMPARE(m_board->addSeries(1, {kTruck, "speed"}), QString());
    QCOMPARE(m_board->addSeries(1, {kVan, "speed"}), QString());
    m_board->setColour(1, {kTruck, "speed"}, 5);
    m_board->setCar(kTruck);
    QCOMPARE(m_board->plots().size(), std::size_t(2));
    // The truck stood there for comparison and is the car itself now: once is enough.
    QCOMPARE(m_board->plots()[1].size(), std::size_t(1));
    QCOMPARE(m_board->plots()[1][0].colour, std::size_t(5));
    QCOMPARE(m_board->plots()[0][0].id.car, kTruck);
    m_board->removePlot(1);
    m_board->removePlot(0);
    QCOMPARE(m_board->plots().size(), std::size_t(1));
  }

  void refusesMoreThanOneCanRead() {
    m_board->setCar(kVan);
    for (std::size_t i = 0; i < PlotBoard::kMaxSeries; ++i) {
      QCOMPARE(m_board->addSeries(0, {kVan, "m" + std::to_string(i)}), QString());
      QCOMPARE(m_board->plots()[0].back().colour, i);
    }
    QVERIFY(!m_board->addSeries(0, {kVan, "more"}).isEmpty());
    while (m_board->plots().size() < PlotBoard::kMaxPlots) QCOMPARE(m_board->addPlot(), QString());
    QVERIFY(m_board->addPlot().contains(QString::number(PlotBoard::kMaxPlots)));
    for (std::size_t i = 0; i < PlotBoard::kMaxSeries; ++i) {
      QCOMPARE(m_board->addSeries(1, {kVan, "n" + std::to_string(i)}), QString());
    }
    QVERIFY(m_board->addSeries(2, {kVan, "one more metric"}).contains("metrics"));
    // A colour that is free again is taken first.
    m_board->removeSeries(0, {kVan, "m3"});
    QCOMPARE(m_board->addSeries(0, {kVan, "m0"}), QString());
    QCOMPARE(m_board->addSeries(0, {kVan, "n0"}), QString());
    QCOMPARE(m_board->plots()[0].back().colour, std::size_t(3));
  }

  void refusesMoreCarsThanOneCanRead() {
    m_board->setCar(kVan);
    for (std::uint32_t i = 0; i < PlotBoard::kMaxCars; ++i) {
      QCOMPARE(m_board->addSeries(0, {PrincipalNumber{10 + i}, "speed"}), QString());
    }
    QCOMPARE(m_board->addPlot(), QString());
    QVERIFY(m_board->addSeries(1, {PrincipalNumber{99}, "speed"}).contains("cars"));
  }

  void saysWhyNothingIsThere() {
    using Action = PlotBoard::Message::Action;
    m_gateway->answers["GET /api/v2/cars/van/history"] = {503, R"({"kind":"unavailable","detail":"The disk is gone"})"};
    m_board->setCar(kVan);
    QTRY_COMPARE(m_board->trouble(), QString("The disk is gone"));
    QVERIFY(m_board->message().action == Action::retry);
    m_gateway->answers["GET /api/v2/cars/van/history"] = {200, historyOf({"speed", "soc"})};
    m_board->retry();
    QTRY_VERIFY(m_board->trouble().isEmpty());
    const TimePoint now = SystemClock().now();
    m_board->setView({now - std::chrono::hours(9), now - std::chrono::hours(8)}, 400);
    QTRY_VERIFY(m_board->message().action == Action::showNewest);
    for (const char* metric : {"speed", "soc"}) m_board->removeSeries(0, {kVan, metric});
    QVERIFY(m_board->message().action == Action::addSeries);
  }

  void findsWhereEverythingBegins() {
    m_board->setCar(kVan);
    QTRY_VERIFY(m_board->hasData());
    QSignalSpy found(m_board.get(), &PlotBoard::rangeFound);
    m_board->findEverything();
    QTRY_COMPARE(found.count(), 1);
    const auto range = found[0][0].value<TimeRange>();
    QVERIFY(range.length() > std::chrono::seconds(99) && range.length() < std::chrono::minutes(3));
  }

  void aTableSaysItInFigures() {
    PlotSeriesModel model(*m_board);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRange(m_range);
    m_board->setCar(kVan);
    QTRY_COMPARE(model.rowCount(), 2);
    const auto text = [&](PlotSeriesColumn column) { return model.index(0, int(column)).data().toString(); };
    QTRY_COMPARE(text(PlotSeriesColumn::count), QString("100"));
    QCOMPARE(text(PlotSeriesColumn::min), QString("0 km/h"));
    QCOMPARE(text(PlotSeriesColumn::mean), QString("49.5 km/h"));
    QCOMPARE(text(PlotSeriesColumn::max), QString("99 km/h"));
    QCOMPARE(text(PlotSeriesColumn::last), QString("99 km/h"));
    QCOMPARE(text(PlotSeriesColumn::cursor), QString::fromUtf8("–"));
    model.setCursor(m_board->points({kVan, "speed"})[40].time);
    QCOMPARE(text(PlotSeriesColumn::cursor), QString("40 km/h"));
    QVERIFY(model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(m_board->plots()[0][0].isHidden);
    QCOMPARE(model.index(0, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    model.removeSeries(1);
    QCOMPARE(model.rowCount(), 1);
    model.setRange({m_range.from - std::chrono::hours(3), m_range.from - std::chrono::hours(2)});
    QCOMPARE(text(PlotSeriesColumn::mean), QString::fromUtf8("–"));
  }

  void writesWhatIsSeen() {
    m_board->setCar(kVan);
    QTRY_VERIFY(m_board->hasData());
    QCOMPARE(m_board->addSeries(0, {kTruck, "fuel"}), QString());
    m_board->setHidden(0, {kVan, "soc"}, true);
    m_gateway->answers["GET /api/v2/cars/van/history"] = {200, historyOf({"speed"}, false)};
    m_gateway->answers["GET /api/v2/cars/truck/history"] = {200, historyOf({"fuel"})};
    PlotCsvExport writer(*m_client, *m_board);
    QSignalSpy finished(&writer, &PlotCsvExport::finished);
    m_gateway->requests.clear();
    writer.start(m_range);
    QTRY_COMPARE(finished.count(), 1);
    const QByteArray csv = finished[0][0].toByteArray();
    QCOMPARE(csv.count("\r\n"), 201);
    QVERIFY(csv.contains(",van,Van 1,speed,km/h,"));
    QVERIFY(csv.contains(",truck,Truck 2,fuel,"));
    QVERIFY(!finished[0][1].toBool());
    bool isAskedFinely = false;
    for (const auto& request : m_gateway->requests) isAskedFinely = isAskedFinely || request.path.contains("20000");
    QVERIFY(isAskedFinely);
  }

  void saysWhyNothingWasWritten() {
    PlotCsvExport writer(*m_client, *m_board);
    QSignalSpy failed(&writer, &PlotCsvExport::failed);
    writer.start(m_range);
    QCOMPARE(failed.count(), 1);
    m_board->setCar(kVan);
    QTRY_VERIFY(m_board->hasData());
    m_gateway->answers["GET /api/v2/cars/van/history"] = {503, R"({"kind":"unavailable","detail":"The disk is gone"})"};
    writer.start(m_range);
    QTRY_COMPARE(failed.count(), 2);
    QCOMPARE(failed[1][0].toString(), QString("The disk is gone"));
    QVERIFY(!writer.isRunning());
  }

  void anEarlierPeriodIsLaidOverThisOne() {
    m_gateway->answers["GET /api/v2/cars/van/history"] = {200, historyOf({"speed", "soc"}, true, 7)};
    PlotSeriesModel model(*m_board);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRange(m_range);
    m_board->setCar(kVan);
    QTRY_COMPARE(model.rowCount(), 2);
    QTRY_VERIFY(m_board->points({kVan, "speed"}).size() >= 100);
    QVERIFY(m_board->earlierPoints({kVan, "speed"}).empty());
    m_board->setComparison({7});
    QCOMPARE(model.rowCount(), 6);
    const PlotSeriesId speed{kVan, "speed"};
    QTRY_VERIFY(m_board->earlierPoints(speed).size() >= 100);
    // At the times of this week, so that the same hours lie one over the other.
    const auto now = nearestPoint(m_board->points(speed), m_range.from + std::chrono::minutes(4));
    const auto then = nearestPoint(m_board->earlierPoints(speed), now->time);
    QCOMPARE(then->time, now->time);
    QCOMPARE(then->last, now->last + 100);
    QCOMPARE(m_board->earlierSummary(speed, m_range).mean, 149.5);
    QCOMPARE(m_board->earlierSummary(speed, m_range).count, 100U);
    QVERIFY(m_board->earlierName(speed).endsWith("a week before"));
    // The table has both, and the difference.
    const auto text = [&](int row, PlotSeriesColumn column) { return model.index(row, int(column)).data().toString(); };
    QTRY_COMPARE(text(1, PlotSeriesColumn::max), QString("199 km/h"));
    QCOMPARE(text(0, PlotSeriesColumn::max), QString("99 km/h"));
    QVERIFY(text(1, PlotSeriesColumn::name).endsWith("a week before"));
    QCOMPARE(text(2, PlotSeriesColumn::name), QString("Difference"));
    QCOMPARE(text(2, PlotSeriesColumn::mean), phrases::metricValue("speed", -100));
    QCOMPARE(text(2, PlotSeriesColumn::count), QString::fromUtf8("–"));
    model.setCursor(now->time);
    QCOMPARE(text(2, PlotSeriesColumn::cursor), phrases::metricValue("speed", -100));
    QVERIFY(!(model.index(2, 0).flags() & Qt::ItemIsUserCheckable));
    QVERIFY(!model.setData(model.index(2, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(model.setData(model.index(1, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(m_board->isEarlierHidden(speed) && !m_board->plots()[0][0].isHidden);
    // It moves along with the view, and a line that comes brings its own.
    const auto asked = m_gateway->requests.size();
    m_board->setView({m_range.from - std::chrono::hours(2), m_range.to}, 400);
    QTRY_VERIFY(m_gateway->requests.size() >= asked + 2);
    QCOMPARE(m_board->addSeries(0, {kTruck, "fuel"}), QString());
    QCOMPARE(model.rowCount(), 9);
    m_board->setComparison({});
    QCOMPARE(model.rowCount(), 3);
    QVERIFY(m_board->earlierPoints(speed).empty());
    QVERIFY(!m_board->isEarlierHidden(speed));
  }

  void whatIsComparedIsWrittenWithItsOwnTimes() {
    m_gateway->answers["GET /api/v2/cars/van/history"] = {200, historyOf({"speed"}, true, 1)};
    m_board->setCar(kVan);
    QTRY_VERIFY(m_board->hasData());
    m_board->removeSeries(0, {kVan, "soc"});
    m_board->setComparison({1});
    PlotCsvExport writer(*m_client, *m_board);
    QSignalSpy finished(&writer, &PlotCsvExport::finished);
    writer.start(m_range);
    QTRY_COMPARE(finished.count(), 1);
    const auto rows = finished[0][0].toByteArray().split('\n');
    QVERIFY(rows[0].contains(",samples,compared_at"));
    QCOMPARE(rows.size(), 202);
    const auto first = rows[1].trimmed().split(','), other = rows[101].trimmed().split(',');
    QCOMPARE(first[0], first[10]);
    QCOMPARE(other[10], first[0]);
    QVERIFY(other[0] < first[0]);
    QCOMPARE(other[5].toDouble(), first[5].toDouble() + 100);
    m_board->setEarlierHidden({kVan, "speed"}, true);
    writer.start(m_range);
    QTRY_COMPARE(finished.count(), 2);
    QVERIFY(!finished[1][0].toByteArray().contains("compared_at"));
  }

  void anotherDayIsSoManyDaysBefore() {
    const QDateTime shown(QDate(2026, 3, 30), QTime(9, 0));
    const TimeRange range{fromMs(shown.toMSecsSinceEpoch()), fromMs(shown.addSecs(3600).toMSecsSinceEpoch())};
    const PlotComparison comparison = PlotComparison::with(QDate(2026, 3, 20), range);
    QCOMPARE(comparison.days, 10);
    QCOMPARE(QDateTime::fromMSecsSinceEpoch(toMs(comparison.earlier(range).from)),
             QDateTime(QDate(2026, 3, 20), QTime(9, 0)));
    QCOMPARE(comparison.earlier(range).length(), range.length());
    QVERIFY(comparison.words(range).contains("20"));
    QVERIFY(!PlotComparison::with(QDate(2026, 4, 2), range).isOn());
    QVERIFY(PlotComparison{1}.words(range).contains("day before"));
  }

  void theNearestPointIsTheNearest() {
    std::vector<api::HistoryPoint> points;
    QVERIFY(!nearestPoint(points, fromMs(5)));
    for (const int time : {10, 20, 40}) points.push_back({fromMs(time), 0, 0, 0, double(time), 1});
    QCOMPARE(nearestPoint(points, fromMs(0))->last, 10.0);
    QCOMPARE(nearestPoint(points, fromMs(29))->last, 20.0);
    QCOMPARE(nearestPoint(points, fromMs(31))->last, 40.0);
    QCOMPARE(nearestPoint(points, fromMs(900))->last, 40.0);
  }

 private:
  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<FleetFeed> m_feed;
  std::unique_ptr<PlotBoard> m_board;
  TimeRange m_range;
};

QTEST_GUILESS_MAIN(TestPlotBoard)
#include "tst_plot_board.moc"
