#include "tests/gui/map_fleet.h"
#include "ui/widgets/map/chosen_list.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_fleet.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/map_welcome.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

using namespace carport;
using namespace carport::ui;
using api::Activity;

/// The map under the hand: mouse, wheel, keyboard, search.
class MapPageTest : public QObject {
  Q_OBJECT

  CarStore* m_store = nullptr;
  MapPage* m_page = nullptr;

  MapView& view() { return m_page->view(); }
  QPoint pixelOf(std::uint32_t car) {
    for (const MapCar& one : view().cars()) {
      if (one.position.car.value == car) return view().viewport().toScreen(one.world).toPoint();
    }
    return {};
  }
  void wheel(QPoint at, int notches) {
    QWheelEvent event(at, view().mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&view(), &event);
  }

 private slots:
  void initTestCase() {
    qputenv("CARPORT_REDUCED_MOTION", "1");
    applyTheme(*qApp, Theme::light());
  }

  void init() {
    m_store = new CarStore;
    m_store->setCars({test::makeCar(1, 50.80, 4.30, Activity::parked), test::makeCar(2, 50.90, 4.50, Activity::idling),
                      test::makeCar(3, 50.85, 4.40, Activity::alarm)});
    m_page = new MapPage(*m_store);
    m_page->resize(1000, 700);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page));
    view().setFocus();
  }

  void cleanup() {
    delete m_page;
    delete m_store;
  }

  void firstSightShowsEveryCar() {
    for (const std::uint32_t car : {1U, 2U, 3U}) QVERIFY(view().rect().contains(pixelOf(car)));
    QVERIFY(view().viewport().zoom() > 8);
  }

  void draggingMovesTheMapWithTheHand() {
    const WorldPoint under = view().viewport().fromScreen({500, 300});
    QTest::mousePress(&view(), Qt::LeftButton, {}, {500, 300});
    QTest::mouseMove(&view(), {540, 330});
    QTest::mouseMove(&view(), {620, 380});
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, {620, 380});
    QVERIFY((view().viewport().toScreen(under) - QPointF(620, 380)).manhattanLength() < 1);
    QVERIFY(!view().selected());
  }

  void wheelZoomsAtThePointer() {
    const QPoint pointer(700, 200);
    const WorldPoint under = view().viewport().fromScreen(pointer);
    const double before = view().viewport().zoom();
    wheel(pointer, 2);
    QCOMPARE(view().viewport().zoom(), before + 1);
    QVERIFY((view().viewport().toScreen(under) - QPointF(pointer)).manhattanLength() < 0.5);
    for (int n = 0; n < 200; ++n) wheel(pointer, 1);
    QCOMPARE(view().viewport().zoom(), kMaxZoom);
    for (int n = 0; n < 200; ++n) wheel(pointer, -1);
    QCOMPARE(view().viewport().zoom(), minimumZoom(view().size()));
  }

  void clickSelectsAndEscapeBacksOut() {
    QSignalSpy selected(&view(), &MapView::carSelected);
    QTest::mouseClick(&view(), Qt::LeftButton, {}, pixelOf(2));
    QCOMPARE(view().selected(), PrincipalNumber{2});
    QCOMPARE(selected.count(), 1);
    QTest::keyClick(&view(), Qt::Key_F);
    QVERIFY(view().isFollowing());
    QVERIFY((QPointF(pixelOf(2)) - QPointF(500, 350)).manhattanLength() < 3);
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(!view().isFollowing());
    QCOMPARE(view().selected(), PrincipalNumber{2});
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(!view().selected());
    QCOMPARE(selected.count(), 2);
  }

  void doubleClickAndEnterOpenTheCar() {
    QSignalSpy opened(m_page, &MapPage::carActivated);
    QTest::mouseDClick(&view(), Qt::LeftButton, {}, pixelOf(3));
    QCOMPARE(opened.count(), 1);
    view().select(PrincipalNumber{1});
    QTest::keyClick(&view(), Qt::Key_Return);
    QCOMPARE(opened.count(), 2);
    QCOMPARE(opened.last().first().value<PrincipalNumber>(), PrincipalNumber{1});
  }

  void keysPanAndZoom() {
    const MapViewport before = view().viewport();
    QTest::keyClick(&view(), Qt::Key_Right);
    QVERIFY(view().viewport().centre().x() > before.centre().x());
    QTest::keyClick(&view(), Qt::Key_Down);
    QVERIFY(view().viewport().centre().y() > before.centre().y());
    QTest::keyClick(&view(), Qt::Key_Plus);
    QCOMPARE(view().viewport().zoom(), before.zoom() + 1);
    QTest::keyClick(&view(), Qt::Key_Home);
    QCOMPARE(view().viewport(), before);
  }

  void draggingStopsFollowing() {
    view().select(PrincipalNumber{1});
    view().setFollowing(true);
    QTest::mousePress(&view(), Qt::LeftButton, {}, {300, 300});
    QTest::mouseMove(&view(), {400, 380});
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, {400, 380});
    QVERIFY(!view().isFollowing());
  }

  void buttonsFollowTheSelection() {
    auto* follow = m_page->findChild<QToolButton*>(QStringLiteral("follow"));
    QVERIFY(!follow->isEnabled());
    view().select(PrincipalNumber{1});
    QVERIFY(follow->isEnabled());
    follow->click();
    QVERIFY(view().isFollowing() && follow->isChecked());
  }

  void theCardOfLayersUsesTheRoomThereIs() {
    LayerPanel& layers = m_page->layers();
    for (int n = 0; n < 8; ++n) layers.add({QString::number(n), "Layer", "What it shows", n, true});
    auto* nearer = m_page->findChild<QToolButton*>(QStringLiteral("nearer"));
    m_page->findChild<QToolButton*>(QStringLiteral("layers"))->click();
    for (const int height : {400, 700, 1200}) {
      m_page->resize(1000, height);
      QTest::qWait(0);
      const QRect card = layers.geometry();
      const QRect buttons = nearer->parentWidget()->geometry();
      const QRect scale = m_page->findChild<MapScale*>()->geometry();
      QVERIFY(!card.intersects(buttons) && !card.intersects(scale));
      // Whole above the map's buttons, whole beside them, or as much as the map is high.
      if (height == 400) QCOMPARE(card.bottom() + 1, scale.top() - space::kInside);
      QCOMPARE(card.bottom() > buttons.top(), height < 1200);
    }
    // A drawer leaves it what is beside it.
    m_page->setRightMargin(800);
    QVERIFY(layers.geometry().right() < 200 && layers.x() >= 0);
  }

  void searchFindsCarsByKeyboard() {
    auto* field = m_page->findChild<QLineEdit*>(QStringLiteral("mapSearch"));
    auto* results = m_page->findChild<QListWidget*>(QStringLiteral("mapSearchResults"));
    QSignalSpy selected(m_page, &MapPage::carSelected);
    m_page->focusSearch();
    QTest::keyClicks(field, QStringLiteral("car"));
    QVERIFY(results->isVisible());
    QCOMPARE(results->count(), 3);
    QTest::keyClick(field, Qt::Key_Down);
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!results->isVisible());
    QCOMPARE(selected.count(), 1);
    QCOMPARE(view().selected(), PrincipalNumber{2});
    QTest::keyClicks(field, QStringLiteral("nothing like it"));
    QCOMPARE(results->count(), 1);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(view().selected(), PrincipalNumber{2});
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(field->text().isEmpty() && !results->isVisible());
  }

  void searchGoesToCoordinates() {
    auto* field = m_page->findChild<QLineEdit*>(QStringLiteral("mapSearch"));
    QTest::keyClicks(field, QStringLiteral("-33.86, 151.2"));
    QTest::keyClick(field, Qt::Key_Return);
    const GeoPoint centre = toGeo(view().viewport().centre());
    QVERIFY(std::abs(centre.latitude + 33.86) < 1e-6 && std::abs(centre.longitude - 151.2) < 1e-6);
  }

  void liveFixesMoveTheCarAndGrowItsTrail() {
    view().select(PrincipalNumber{1});
    QCOMPARE(view().trail().points().size(), std::size_t(1));
    api::CarPosition next = m_store->position(*m_store->rowOf(PrincipalNumber{1}));
    next.latitude += 0.01;
    next.time += std::chrono::seconds(5);
    m_store->applyPositions(std::vector{next});
    QTRY_COMPARE(view().trail().points().size(), std::size_t(2));
  }

  void anEmptyMapSaysWhatToDo() {
    m_store->setCars({});
    QSignalSpy demonstration(m_page, &MapPage::demonstrationWanted);
    QSignalSpy add(m_page, &MapPage::addCarWanted);
    QSignalSpy elsewhere(m_page, &MapPage::connectWanted);
    for (QPushButton* button : m_page->findChild<MapWelcome*>()->findChildren<QPushButton*>()) {
      QVERIFY(button->isVisible());
      QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(demonstration.count() + add.count() + elsewhere.count(), 3);
  }

  void crowdsBecomeClustersAndOpenWithAClick() {
    m_store->setCars(test::makeFleet(30'000));
    QTRY_COMPARE(view().cars().size(), std::size_t(30'000));
    view().setViewport({toWorld({50, 8}), 5, QSizeF(view().size())});
    const CarScene scene = makeCarScene(view().cars(), view().viewport(), CarStore::steadyMs(), {});
    QVERIFY(!scene.clusters.empty());
    const QPoint pixel = scene.clusters.front().pixel.toPoint();
    QVERIFY(scene.clusterAt(pixel) != nullptr);
    QTest::mouseClick(&view(), Qt::LeftButton, {}, pixel);
    QVERIFY(view().viewport().zoom() >= 6);
  }

  void aLargeFleetIsDrawnByTheWorkerAndChosenInItsPicture() {
    QSignalSpy drawn(&view(), &MapView::carsDrawn);
    m_store->setCars(test::makeFleet(CarLayer::kDirectCars + 500));
    QTRY_COMPARE(view().cars().size(), CarLayer::kDirectCars + 500);
    const auto parked = std::find_if(view().cars().begin(), view().cars().end(),
                                     [](const MapCar& one) { return one.position.activity == Activity::parked; });
    QVERIFY(parked != view().cars().end());
    const std::uint32_t car = parked->position.car.value;
    view().setViewport({parked->world, 16, QSizeF(view().size())});
    drawn.clear();
    QTRY_VERIFY(drawn.count() > 0);
    QTest::mouseClick(&view(), Qt::LeftButton, {}, view().rect().center());
    QCOMPARE(view().selected().value, car);
    // Panned it is clicked where it is then; the selected car itself is not part of the picture.
    view().select({});
    drawn.clear();
    QTRY_VERIFY(drawn.count() > 0);
    view().setViewport(view().viewport().panned({60, 40}));
    QTest::mouseClick(&view(), Qt::LeftButton, {}, view().rect().center() + QPoint(60, 40));
    QCOMPARE(view().selected().value, car);
  }

  void theMapsFleetFollowsTheChanges() {
    const auto change = [](std::uint32_t row, double latitude, std::int64_t atMs) {
      MapChanges::Change one;
      one.row = row;
      one.position.car = PrincipalNumber{row + 10};
      one.position.latitude = latitude;
      one.position.longitude = 5;
      one.position.time = fromMs(atMs);
      one.moved = true;
      return one;
    };
    MapFleet fleet;
    MapChanges first;
    first.labels = std::vector<QString>{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
    first.cars = {change(0, 50, 1), change(2, 52, 1)};
    const MapCars before = fleet.apply(first);
    QCOMPARE(before->size(), std::size_t(2));
    QCOMPARE((*before)[1].label, QStringLiteral("c"));
    // A value alone does not move it; one without a fix goes, and the last one takes its place.
    MapChanges second;
    MapChanges::Change valued;
    valued.row = 2;
    valued.value = 7;
    second.cars = {valued, change(0, std::nan(""), 2), change(1, 51, 2), change(99, 1, 2)};
    const MapCars after = fleet.apply(second);
    QCOMPARE(after->size(), std::size_t(2));
    QCOMPARE((*after)[0].position.car.value, 12U);
    QCOMPARE((*after)[0].value, 7.0F);
    QCOMPARE((*after)[0].position.latitude, 52.0);
    QCOMPARE((*after)[1].label, QStringLiteral("b"));
    // Whoever still reads the snapshot before has it as it was.
    QCOMPARE((*before)[0].position.latitude, 50.0);
    QVERIFY(std::isnan((*before)[1].value));
    MapChanges reset;
    reset.labels = std::vector<QString>{QStringLiteral("z")};
    reset.cars = {change(0, 1, 3)};
    QCOMPARE(fleet.apply(reset)->at(0).label, QStringLiteral("z"));
  }

  void theListOfChosenCarsShowsAndOpensThem() {
    ChosenList list(*m_store);
    list.setCars({1, 2, 3});
    QCOMPARE(list.count(), 3);
    QVERIFY(list.item(2)->text().contains(QStringLiteral("Alarm")));
    QSignalSpy shown(&list, &ChosenList::carShown);
    QSignalSpy opened(&list, &ChosenList::carActivated);
    list.show();
    QTest::keyClick(&list, Qt::Key_Home);
    QTest::keyClick(&list, Qt::Key_End);
    QCOMPARE(shown.last().first().value<PrincipalNumber>(), PrincipalNumber{3});
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    m_store->setCars(test::makeFleet(1'500));
    CarSet all;
    for (quint32 car = 1; car <= 1'500; ++car) all.insert(car);
    list.setCars(all);
    QCOMPARE(list.count(), ChosenList::kMaxListed + 1);
    QVERIFY(list.item(ChosenList::kMaxListed)->text().contains(QStringLiteral("500")));
  }

  void whatIsOutOfSightIsNotDrawn() {
    const MapViewport far(toWorld({-30, 150}), 10, {800, 600});
    QVERIFY(makeCarScene(view().cars(), far, 0, {}).signs.empty());
    QCOMPARE(makeCarScene(view().cars(), view().viewport(), 0, {}).signs.size(), std::size_t(3));
  }
};

QTEST_MAIN(MapPageTest)
#include "tst_map_page.moc"
