#include "tests/gui/map_fleet.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/client/heat_answer.h"
#include "ui/widgets/map/heat_controls.h"
#include "ui/widgets/map/heat_layer.h"
#include "ui/widgets/map/heat_legend.h"
#include "ui/widgets/map/heat_painter.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/colour_math.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QUrlQuery>

#include <numeric>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr GeoPoint kTown{43.7345, 7.4200};

MapViewport townAt(double zoom, QSizeF size = {1000, 700}) {
  return {toWorld(kTown), zoom, size};
}

/// So many seconds in the cell in the middle of the town, and around it some less.
api::FleetHeat heatIn(const api::HeatGrid& grid, float seconds) {
  api::FleetHeat heat;
  heat.from = fromMs(1000);
  heat.to = fromMs(2000);
  heat.grid = grid;
  heat.cars = 3;
  heat.seconds.resize(grid.size());
  const double cells = std::ldexp(1.0, grid.level);
  const WorldPoint town = toWorld(kTown);
  const int column = int(std::floor(town.x() * cells)) - int(grid.column);
  const int row = int(std::floor(town.y() * cells)) - int(grid.row);
  for (int y = -6; y <= 6; ++y) {
    for (int x = -6; x <= 6; ++x) {
      const bool isInside =
          column + x >= 0 && column + x < int(grid.columns) && row + y >= 0 && row + y < int(grid.rows);
      if (!isInside) continue;
      heat.seconds[std::size_t(row + y) * grid.columns + std::size_t(column + x)] = seconds / float(1 + x * x + y * y);
    }
  }
  heat.total = std::accumulate(heat.seconds.begin(), heat.seconds.end(), 0.0);
  return heat;
}

}  // namespace

/// Where the fleet was: the cells that a view asks for, their colours, and the layer with its switch and legend.
class MapHeatTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyTheme(*qApp, Theme::light()); }

  void aViewHasItsCells() {
    for (const double zoom : {0.0, 1.3, 2.0, 5.9, 9.0, 14.2, 17.0, 20.0}) {
      for (const QSizeF size : {QSizeF(1000, 700), QSizeF(2560, 1440), QSizeF(3840, 2160), QSizeF(200, 900)}) {
        const MapViewport view = townAt(zoom, size);
        const api::HeatGrid grid = heatGridFor(view);
        QVERIFY(grid.columns <= api::kMaxHeatSide && grid.rows <= api::kMaxHeatSide);
        QVERIFY(heatCovers(grid, view));
        QVERIFY(api::HeatGrid::of(grid.middles(), grid.level) == grid);
        // A small drag needs no others, another zoom level does.
        if (zoom >= 9 && size.width() == 1000) {
          QVERIFY(heatCovers(grid, view.panned({60, -40})));
          QVERIFY(!heatCovers(grid, view.panned({2000, 0})));
          if (zoom < 18) QVERIFY(!heatCovers(grid, view.zoomedAt({500, 350}, zoom + 1)));
        }
      }
    }
    // Around the antimeridian.
    const MapViewport fiji(toWorld({-17, 179.99}), 10, QSizeF(1000, 700));
    const api::HeatGrid grid = heatGridFor(fiji);
    QVERIFY(grid.column + grid.columns > (1U << grid.level));
    QVERIFY(heatCovers(grid, fiji) && heatCovers(grid, fiji.panned({-50, 0})));
  }

  void periodsEndNow() {
    const TimePoint now = fromMs(1'700'006'400'000);
    const TimeRange slider{now - std::chrono::hours(5), now + std::chrono::hours(1)};
    QCOMPARE(heatRange(HeatPeriod::lastHour, now, slider), (TimeRange{now - std::chrono::hours(1), now}));
    QCOMPARE(heatRange(HeatPeriod::lastWeek, now, slider).length(), Milliseconds(std::chrono::hours(168)));
    QCOMPARE(heatRange(HeatPeriod::slider, now, slider), (TimeRange{slider.from, now}));
    QCOMPARE(heatRange(HeatPeriod::slider, now, {fromMs(0), now}).length(), api::kMaxHeatRange);
    const TimeRange today = heatRange(HeatPeriod::today, now, slider);
    QVERIFY(today.to == now && today.length() <= Milliseconds(std::chrono::hours(25)));
    QCOMPARE(QDateTime::fromMSecsSinceEpoch(toMs(today.from)).time(), QTime(0, 0));
  }

  void scalesAreRoundAndLeaveOutWhatStandsOut() {
    std::vector<float> seconds(1000, 0.0F);
    for (std::size_t i = 0; i < 500; ++i) seconds[i] = 20.0F + float(i);
    seconds[999] = 9e8F;
    const HeatScale scale = heatScaleFor(seconds);
    QCOMPARE(scale.high, 600.0);
    QCOMPARE(scale.low, 60.0);
    QCOMPARE(scale.part(10), 0.0);
    QCOMPARE(scale.part(9e9), 1.0);
    QCOMPARE(scale.part(0), 0.0);
    QVERIFY(scale.part(100) > scale.part(60));
    QCOMPARE(heatTicks(scale), (std::vector<double>{60, 180, 600}));
    QCOMPARE(heatScaleFor({}), HeatScale());
    const std::vector<float> one{5.0F};
    QVERIFY(heatScaleFor(one).low < heatScaleFor(one).high);
  }

  void thePictureShowsTimeWhereItWasSpent_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void thePictureShowsTimeWhereItWasSpent() {
    QFETCH(bool, dark);
    const Theme& theme = dark ? Theme::dark() : Theme::light();
    const MapViewport view = townAt(14);
    const api::FleetHeat heat = heatIn(heatGridFor(view), 36'000);
    const auto smooth = smoothedHeat(heat);
    QVERIFY(std::abs(std::accumulate(smooth.begin(), smooth.end(), 0.0) - heat.total) < heat.total * 1e-4);
    const HeatScale scale = heatScaleFor(smooth);
    const QImage image = paintHeat(heat, view, scale, theme, 2);
    QCOMPARE(image.size(), QSize(2000, 1400));
    const QColor middle = image.pixelColor(1000, 700), beside = image.pixelColor(1000 + 40, 700);
    QVERIFY(middle.alpha() > beside.alpha() && beside.alpha() > 0);
    QCOMPARE(image.pixelColor(200, 200).alpha(), 0);
    // More is told by lightness too, over land as it is seen: whoever tells no colours apart sees it.
    double before = 0;
    for (int n = 0; n <= 8; ++n) {
      const QColor ink = heatColour(theme, n / 8.0);
      const auto over = [&](double a, double b) { return a * ink.alphaF() + b * (1 - ink.alphaF()); };
      const QColor seen = QColor::fromRgbF(float(over(ink.redF(), theme.map.land.redF())),
                                           float(over(ink.greenF(), theme.map.land.greenF())),
                                           float(over(ink.blueF(), theme.map.land.blueF())));
      const double far = contrastRatio(seen, theme.map.land);
      QVERIFY2(far > before, qPrintable(QString("%1: %2 after %3").arg(n).arg(far).arg(before)));
      before = far;
    }
    QVERIFY(before > 3);
    // Another copy of the world shows it, too.
    const MapViewport around(view.centre() + QPointF(1, 0), view.zoom(), view.size());
    QVERIFY(paintHeat(heat, around, scale, theme, 1).pixelColor(500, 350).alpha() > 0);
  }

  void anAnswerThatMakesNoSenseIsRefused() {
    const api::FleetHeat heat = heatIn(heatGridFor(townAt(12)), 60);
    const QByteArray good = QByteArray::fromStdString(api::toPackedCbor(heat));
    const auto read = answers::fleetHeat({good, "application/cbor"});
    QVERIFY(read.has_value());
    QVERIFY(read->grid == heat.grid && read->seconds == heat.seconds && read->cars == 3);
    QVERIFY(!answers::fleetHeat({good.left(good.size() / 2), "application/cbor"}));
    QVERIFY(!answers::fleetHeat({"{}", "application/json"}));
    api::FleetHeat odd = heat;
    odd.seconds.pop_back();
    QVERIFY(!answers::fleetHeat({QByteArray::fromStdString(api::toPackedCbor(odd)), {}}));
    odd = heat;
    odd.seconds[0] = -1;
    QVERIFY(!answers::fleetHeat({QByteArray::fromStdString(api::toPackedCbor(odd)), {}}));
    odd = heat;
    odd.grid.level = 60;
    QVERIFY(!answers::fleetHeat({QByteArray::fromStdString(api::toPackedCbor(odd)), {}}));
  }

  void theSwitchShowsItAndTheLegendSaysWhatItIs() {
    Rig rig;
    auto* toggle = rig.page.layers().layer("heat");
    auto* legend = rig.page.findChild<HeatLegend*>("heatLegend");
    QVERIFY(toggle && legend && !toggle->isOn() && legend->isHidden());
    QTest::qWait(HeatLoader::kRestMs + 50);
    QCOMPARE(rig.asked(), 0);  // nobody looks
    rig.answer(36'000);
    toggle->setOn(true);
    QVERIFY(legend->isVisible());
    QTRY_VERIFY(rig.heat().loader().heat());
    QCOMPARE(rig.asked(), 1);
    QVERIFY(legend->scale().has_value());
    QVERIFY(legend->accessibleName().contains("Time of all cars in"));
    QVERIFY(legend->accessibleDescription().contains("Last 24 hours"));
    QTRY_VERIFY(rig.page.view().isSettled());
    const QColor with = rig.middle();
    // What is asked for is the view.
    const QUrlQuery query(QUrl(QString::fromUtf8(rig.lastPath())));
    const auto box = api::parseGeoBox(query.queryItemValue("bbox").toStdString());
    QVERIFY(box && box->west < kTown.longitude && box->east > kTown.longitude && box->south < kTown.latitude);
    QVERIFY(query.queryItemValue("to").toLongLong() - query.queryItemValue("from").toLongLong() == 86'400'000);
    // A small drag asks for nothing; far away it does.
    rig.page.view().setViewport(rig.page.view().viewport().panned({30, 20}));
    QTest::qWait(HeatLoader::kRestMs + 100);
    QCOMPARE(rig.asked(), 1);
    rig.page.view().setViewport(rig.page.view().viewport().panned({-30, -20}));
    toggle->setOn(false);
    QVERIFY(legend->isHidden());
    QTRY_VERIFY(rig.page.view().isSettled());
    QVERIFY(rig.middle() != with);
    rig.page.view().setViewport(rig.page.view().viewport().panned({3000, 0}));
    QTest::qWait(HeatLoader::kRestMs + 50);
    QCOMPARE(rig.asked(), 1);
    toggle->setOn(true);
    QTRY_COMPARE(rig.asked(), 2);
  }

  void periodAndCarsAreChosenByHand() {
    Rig rig;
    rig.answer(60);
    auto* toggle = rig.page.layers().layer("heat");
    toggle->setOn(true);
    QTRY_COMPARE(rig.asked(), 1);
    auto* period = rig.page.findChild<QComboBox*>("heatPeriod");
    auto* only = rig.page.findChild<QCheckBox*>("heatChosenOnly");
    QVERIFY(period && only);
    period->setCurrentIndex(period->findData(int(HeatPeriod::lastHour)));
    emit period->activated(period->currentIndex());
    QTRY_COMPARE(rig.asked(), 2);
    QUrlQuery query(QUrl(QString::fromUtf8(rig.lastPath())));
    QCOMPARE(query.queryItemValue("to").toLongLong() - query.queryItemValue("from").toLongLong(), 3'600'000);
    QVERIFY(!query.hasQueryItem("car"));
    only->click();
    auto* legend = rig.page.findChild<HeatLegend*>("heatLegend");
    QTRY_VERIFY(legend->note().contains("No car is chosen"));
    rig.page.view().chooseCars({2, 3});
    QTRY_COMPARE(rig.asked(), 3);
    query = QUrlQuery(QUrl(QString::fromUtf8(rig.lastPath())));
    QCOMPARE(query.allQueryItemValues("car"), QStringList({"car-2", "car-3"}));
    QTRY_VERIFY(legend->accessibleDescription().contains("2 chosen car"));
    // By the time slider, of which what is to come is left out.
    const TimePoint now = rig.store.now();
    rig.heat().setSlider({now - std::chrono::hours(3), now + std::chrono::hours(1)});
    period->setCurrentIndex(period->findData(int(HeatPeriod::slider)));
    emit period->activated(period->currentIndex());
    QTRY_COMPARE(rig.asked(), 4);
    query = QUrlQuery(QUrl(QString::fromUtf8(rig.lastPath())));
    QCOMPARE(query.queryItemValue("from").toLongLong(), toMs(now - std::chrono::hours(3)));
    // In the past it ends at the moment that is shown.
    period->setCurrentIndex(period->findData(int(HeatPeriod::lastHour)));
    emit period->activated(period->currentIndex());
    QTRY_COMPARE(rig.asked(), 5);
    rig.store.setMoment(now - std::chrono::hours(48));
    QTRY_COMPARE(rig.asked(), 6);
    query = QUrlQuery(QUrl(QString::fromUtf8(rig.lastPath())));
    QCOMPARE(query.queryItemValue("to").toLongLong(), toMs(now - std::chrono::hours(48)));
  }

  void itIsStoppedAndSaysWhatWentWrong() {
    Rig rig;
    rig.gateway.answers["GET /api/v2/fleet/heat"] = {200, {}, {}, true};
    auto* toggle = rig.page.layers().layer("heat");
    auto* legend = rig.page.findChild<HeatLegend*>("heatLegend");
    auto* stop = rig.page.findChild<QToolButton*>("heatStop");
    toggle->setOn(true);
    QTRY_COMPARE(rig.asked(), 1);
    QTRY_VERIFY(rig.heat().loader().isLoading());
    QVERIFY(legend->note().contains("Counting"));
    QVERIFY(stop && !stop->isHidden());
    const int open = rig.gateway.openConnections();
    stop->click();
    // That the connection ends is how the gateway learns that nobody waits.
    QTRY_COMPARE(rig.gateway.openConnections(), open - 1);
    QVERIFY(!rig.heat().loader().isLoading());
    QVERIFY(legend->note().contains("Stopped"));
    QVERIFY(stop->isHidden());
    QTest::qWait(HeatLoader::kRestMs + 100);
    QCOMPARE(rig.asked(), 1);
    // The next move counts again; this time the gateway refuses.
    rig.gateway.answers["GET /api/v2/fleet/heat"] = {
        400, R"({"status":400,"kind":"invalid","detail":"Ask for a shorter time"})", "application/problem+json"};
    rig.page.view().setViewport(rig.page.view().viewport().panned({10, 0}));
    QTRY_COMPARE(rig.asked(), 2);
    QTRY_VERIFY(legend->note().contains("shorter time"));
    // And where nobody was it says so.
    rig.answer(0);
    auto* period = rig.page.findChild<QComboBox*>("heatPeriod");
    period->setCurrentIndex(period->findData(int(HeatPeriod::today)));
    emit period->activated(period->currentIndex());
    QTRY_VERIFY(legend->note().contains("No car was here"));
    QVERIFY(!legend->scale());
  }

 private:
  struct Rig {
    Rig() {
      gateway.answers["GET /api/v2/cars"] = {200, R"({"cars":[]})"};
      const bool listens = gateway.listen();
      store.setCars({ui::test::makeCar(1, 43.73, 7.41, api::Activity::parked),
                     ui::test::makeCar(2, 43.74, 7.42, api::Activity::parked),
                     ui::test::makeCar(3, 43.735, 7.43, api::Activity::parked)});
      client.connectWithToken(gateway.url(), "token");
      const bool connected = listens && QTest::qWaitFor([this] { return client.isConnected(); });
      if (!connected) qFatal("The tiny gateway does not answer");
      page.resize(1000, 700);
      page.setClient(client);
      page.show();
      page.view().jumpTo(toWorld(kTown), 14);
    }
    HeatControls& heat() { return *page.heat(); }
    /// What the gateway answers from now on: in the cells of the view.
    void answer(float seconds) {
      const auto body = api::toPackedCbor(heatIn(heatGridFor(page.view().viewport()), seconds));
      gateway.answers["GET /api/v2/fleet/heat"] = {200, QByteArray::fromStdString(body), "application/cbor"};
    }
    int asked() const {
      return int(std::count_if(gateway.requests.begin(), gateway.requests.end(),
                               [](const auto& one) { return one.path.contains("/fleet/heat"); }));
    }
    QByteArray lastPath() const {
      for (auto one = gateway.requests.rbegin(); one != gateway.requests.rend(); ++one) {
        if (one->path.contains("/fleet/heat")) return one->path;
      }
      return {};
    }
    QColor middle() { return page.view().grab().toImage().pixelColor(500, 350); }

    TinyGateway gateway;
    GatewayClient client;
    CarStore store;
    MapPage page{store};
  };
};

QTEST_MAIN(MapHeatTest)
#include "tst_map_heat.moc"
