#include "tests/gui/map_fleet.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/colour_panel.h"
#include "ui/widgets/map/hover_card.h"
#include "ui/widgets/map/map_bars.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_legend.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/style/apply_theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace carport;
using namespace carport::ui;
using api::Activity;

/// The map's tools under the hand: choosing cars, following them, colours by figures, measuring; by mouse and by
/// keyboard. With CARPORT_MAP_SHOTS=DIR pictures are written there.
class MapToolsPageTest : public QObject {
  Q_OBJECT

  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<MapPage> m_page;

  MapView& view() { return m_page->view(); }
  QPoint pixelOf(std::uint32_t car) {
    for (const MapCar& one : view().cars()) {
      if (one.position.car.value == car) return view().viewport().toScreen(one.world).toPoint();
    }
    return {};
  }
  void click(QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseClick(&view(), Qt::LeftButton, modifiers, at);
  }
  /// QTest::mouseMove carries no modifiers, and needs none here.
  void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
    QTest::mousePress(&view(), Qt::LeftButton, modifiers, from);
    QTest::mouseMove(&view(), (from + to) / 2);
    QTest::mouseMove(&view(), to);
    QTest::mouseRelease(&view(), Qt::LeftButton, modifiers, to);
  }
  template <class W>
  W* part(const char* name) {
    return m_page->findChild<W*>(QString::fromLatin1(name));
  }
  void key(int which, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(&view(), static_cast<Qt::Key>(which), modifiers);
  }
  void move(std::uint32_t car, double latitude, double longitude) {
    api::CarPosition next = m_store->position(*m_store->rowOf(PrincipalNumber{car}));
    next.latitude = latitude;
    next.longitude = longitude;
    next.time += std::chrono::seconds(5);
    m_store->applyPositions(std::vector{next});
  }
  void picture(const QString& name) {
    const QString folder = qEnvironmentVariable("CARPORT_MAP_SHOTS");
    if (folder.isEmpty()) return;
    [&] { QTRY_VERIFY_WITH_TIMEOUT(view().isSettled(), 10'000); }();
    QTest::qWait(200);
    m_page->grab().save(QDir(folder).filePath(name + QStringLiteral(".png")));
  }

 private slots:
  void initTestCase() {
    qputenv("CARPORT_REDUCED_MOTION", "1");
    applyTheme(*qApp, Theme::light());
  }

  void init() {
    m_store = std::make_unique<CarStore>();
    m_store->setCars({test::makeCar(1, 50.80, 4.30, Activity::parked), test::makeCar(2, 50.90, 4.50, Activity::idling),
                      test::makeCar(3, 50.85, 4.40, Activity::alarm),
                      test::makeCar(4, 50.82, 4.46, Activity::driving, 90)});
    m_page = std::make_unique<MapPage>(*m_store);
    m_page->resize(1000, 700);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    view().setFocus();
  }
  void cleanup() {
    m_page.reset();
    m_store.reset();
  }

  void controlClickChoosesFurther() {
    QSignalSpy selected(&view(), &MapView::carSelected);
    click(pixelOf(1));
    click(pixelOf(2), Qt::ControlModifier);
    QCOMPARE(view().chosen(), (CarSet{1, 2}));
    QVERIFY(!view().selected());
    QCOMPARE(selected.last().first().value<PrincipalNumber>(), PrincipalNumber{});
    auto* bar = part<ChosenBar>("chosenBar");
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->accessibleName(), QStringLiteral("2 cars chosen"));
    // A near miss with Ctrl keeps the choice; the same car again lets go of it.
    click({20, 400}, Qt::ControlModifier);
    QCOMPARE(view().chosen().size(), 2);
    picture(QStringLiteral("chosen-two"));
    click(pixelOf(1), Qt::ControlModifier);
    QCOMPARE(view().selected(), PrincipalNumber{2});
    QVERIFY(!bar->isVisible());
  }

  void aRubberBandChoosesWhatItHolds() {
    const MapViewport before = view().viewport();
    const QPoint from = pixelOf(1) - QPoint(20, -20);
    const QPoint to = pixelOf(3) + QPoint(20, -20);
    drag(from, to, Qt::ShiftModifier);
    QCOMPARE(view().chosen(), (CarSet{1, 3}));
    QCOMPARE(view().viewport(), before);
    drag(pixelOf(2) - QPoint(9, 9), pixelOf(2) + QPoint(9, 9), Qt::ShiftModifier | Qt::ControlModifier);
    QCOMPARE(view().chosen(), (CarSet{1, 2, 3}));
    drag({10, 300}, {30, 330}, Qt::ShiftModifier);
    QVERIFY(view().chosen().isEmpty());
  }

  void escapeTakesARubberBandBack() {
    click(pixelOf(1));
    QTest::mousePress(&view(), Qt::LeftButton, Qt::ShiftModifier, {100, 100});
    QTest::mouseMove(&view(), {800, 600});
    key(Qt::Key_Escape);
    QTest::mouseRelease(&view(), Qt::LeftButton, Qt::ShiftModifier, {800, 600});
    QCOMPARE(view().chosen(), CarSet{1});
  }

  void anAreaChoosesWhatIsInside() {
    QTest::mouseClick(part<QToolButton>("area"), Qt::LeftButton);
    QCOMPARE(view().tool(), MapTool::area);
    QVERIFY(part<SketchBar>("sketchBar")->isVisible());
    const QPoint corners[] = {pixelOf(1) + QPoint(-30, 0), pixelOf(1) + QPoint(0, 30), pixelOf(3) + QPoint(30, 0),
                              pixelOf(3) + QPoint(0, -30)};
    for (const QPoint& corner : corners) click(corner);
    QTest::mouseMove(&view(), pixelOf(3) + QPoint(-80, 0));
    picture(QStringLiteral("area-open"));
    QVERIFY(view().chosen().isEmpty());
    click(corners[0]);  // on the first corner again
    QCOMPARE(view().chosen(), (CarSet{1, 3}));
    QCOMPARE(view().tool(), MapTool::none);
    QVERIFY(!part<QToolButton>("area")->isChecked());
  }

  void anAreaByKeyboard() {
    key(Qt::Key_A);
    QCOMPARE(view().tool(), MapTool::area);
    view().zoomBy(-1);
    // The middle wanders around all cars, and a corner is set with Space.
    for (const int way : {Qt::Key_Left, Qt::Key_Up, Qt::Key_Right, Qt::Key_Down}) {
      for (int n = 0; n < (way == Qt::Key_Left || way == Qt::Key_Up ? 4 : 8); ++n) key(way);
      key(Qt::Key_Space);
    }
    QCOMPARE(view().sketch().line().points().size(), std::size_t(4));
    key(Qt::Key_Backspace);
    QCOMPARE(view().sketch().line().points().size(), std::size_t(3));
    key(Qt::Key_Space);
    key(Qt::Key_Return);
    QVERIFY(!view().chosen().isEmpty());
  }

  void controlAChoosesAllInSight() {
    key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(view().chosen().size(), 4);
    QSignalSpy list(m_page.get(), &MapPage::listWanted);
    QSignalSpy command(m_page.get(), &MapPage::commandWanted);
    QTest::mouseClick(part<QPushButton>("chosenList"), Qt::LeftButton);
    QCOMPARE(list.first().first().value<CarSet>().size(), 4);
    QTest::mouseClick(part<QPushButton>("chosenCommand"), Qt::LeftButton);
    QCOMPARE(command.first().first().toStringList().size(), 4);
    QCOMPARE(command.first().first().toStringList().first(), QStringLiteral("car-1"));
    QTest::mouseClick(part<QToolButton>("chosenNone"), Qt::LeftButton);
    QVERIFY(view().chosen().isEmpty());
  }

  void tooManyCarsForACommandIsSaid() {
    m_store->setCars(test::makeFleet(600));
    QTRY_COMPARE(view().cars().size(), std::size_t(600));
    view().fitAll(false);
    key(Qt::Key_A, Qt::ControlModifier);
    QVERIFY(view().chosen().size() > 500);
    auto* button = part<QPushButton>("chosenCommand");
    QVERIFY(!button->isEnabled() && button->toolTip().contains(QStringLiteral("500")));
    picture(QStringLiteral("chosen-many"));
  }

  void severalAreKeptInView() {
    click(pixelOf(1));
    click(pixelOf(3), Qt::ControlModifier);
    key(Qt::Key_F);
    QVERIFY(view().isFollowing());
    move(3, 51.6, 5.9);
    QTRY_VERIFY(view().rect().contains(pixelOf(3)) && view().rect().contains(pixelOf(1)));
    QTRY_VERIFY(toGeo(view().viewport().centre()).latitude > 51);
    // Close together again: nearer again.
    const double far = view().viewport().zoom();
    move(3, 50.81, 4.31);
    QTRY_VERIFY(view().viewport().zoom() > far + 2);
    // Dragging is the operator's word.
    QTest::mousePress(&view(), Qt::LeftButton, {}, {300, 300});
    QTest::mouseMove(&view(), {400, 380});
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, {400, 380});
    QVERIFY(!view().isFollowing());
    const MapViewport left = view().viewport();
    move(3, 53, 9);
    QTest::qWait(200);
    QCOMPARE(view().viewport(), left);
  }

  void escapeBacksOutStepByStep() {
    click(pixelOf(1));
    click(pixelOf(3), Qt::ControlModifier);
    view().setFollowing(true);
    key(Qt::Key_M);
    click({300, 300});
    key(Qt::Key_Escape);
    QVERIFY(view().sketch().isEmpty() && view().tool() == MapTool::measure);
    key(Qt::Key_Escape);
    QVERIFY(view().tool() == MapTool::none && view().isFollowing());
    key(Qt::Key_Escape);
    QVERIFY(!view().isFollowing() && view().chosen().size() == 2);
    key(Qt::Key_Escape);
    QVERIFY(view().chosen().isEmpty());
  }

  void measuringByMouse() {
    QTest::mouseClick(part<QToolButton>("measure"), Qt::LeftButton);
    auto* bar = part<SketchBar>("sketchBar");
    click({200, 200});
    click({500, 200});
    const double one = view().sketch().line().length();
    QVERIFY(one > 1000);
    click({500, 500});
    QVERIFY(bar->accessibleName().contains(QStringLiteral("2 legs")));
    QTest::mouseMove(&view(), {700, 450});
    picture(QStringLiteral("measure-open"));
    click({200, 200});  // on the first point: closed
    QVERIFY(view().sketch().line().isClosed());
    QVERIFY(view().sketch().line().area() > 1e6);
    QVERIFY(bar->accessibleName().contains(QStringLiteral("km²")));
    QVERIFY(!view().selected() && view().chosen().isEmpty());
    picture(QStringLiteral("measure-closed"));
    // What is drawn next is a new line, and dragging still moves the map.
    click({600, 300});
    QCOMPARE(view().sketch().line().points().size(), std::size_t(1));
    const MapViewport before = view().viewport();
    drag({300, 300}, {420, 300}, {});
    QVERIFY(!(view().viewport() == before));
    QCOMPARE(view().sketch().line().points().size(), std::size_t(1));
    QTest::mouseDClick(&view(), Qt::LeftButton, {}, {650, 350});
    QVERIFY(view().viewport().zoom() == before.zoom());
  }

  void measuringByKeyboard() {
    key(Qt::Key_M);
    for (const int way : {Qt::Key_Right, Qt::Key_Down, Qt::Key_Left}) {
      key(Qt::Key_Space);
      key(way);
    }
    picture(QStringLiteral("measure-keys"));
    QCOMPARE(view().sketch().line().points().size(), std::size_t(3));
    key(Qt::Key_C);
    QVERIFY(view().sketch().line().isClosed());
    key(Qt::Key_Backspace);
    QVERIFY(!view().sketch().line().isClosed());
    key(Qt::Key_Return);
    QVERIFY(!view().sketch().isOpen() && !view().sketch().line().isClosed());
    key(Qt::Key_M);
    QCOMPARE(view().tool(), MapTool::none);
  }

  void coloursBySpeedWithALegend() {
    auto* panel = part<ColourPanel>("colourPanel");
    key(Qt::Key_L);
    QVERIFY(panel->isVisible());
    auto* by = part<QComboBox>("colourBy");
    QVERIFY(by->hasFocus());
    QTest::keyClick(by, Qt::Key_Down);
    QCOMPARE(m_page->colours().colouring().metric, QStringLiteral("speed"));
    auto* legend = part<MapLegend>("mapLegend");
    QVERIFY(legend->isVisible());
    QCOMPARE(legend->scale(), (ColourScale{0, 100}));
    QVERIFY(legend->accessibleName().contains(QStringLiteral("km/h")));
    QTRY_VERIFY(!std::isnan(view().cars().back().value));
    picture(QStringLiteral("colours-speed"));
    // A fixed range, and one that is none.
    auto* fixed = part<QCheckBox>("fixedRange");
    QTest::mouseClick(fixed, Qt::LeftButton, {}, {10, fixed->height() / 2});
    auto* high = part<QLineEdit>("rangeHigh");
    QVERIFY(high->isVisible());
    high->selectAll();
    QTest::keyClicks(high, QStringLiteral("50"));
    QTest::keyClick(high, Qt::Key_Return);
    QCOMPARE(legend->scale(), (ColourScale{0, 50}));
    high->selectAll();
    QTest::keyClicks(high, QStringLiteral("-3"));
    QTest::keyClick(high, Qt::Key_Return);
    QCOMPARE(legend->scale(), (ColourScale{0, 50}));
    picture(QStringLiteral("colours-mistake"));
    QTest::keyClick(high, Qt::Key_Escape);
    QVERIFY(!panel->isVisible());
    QVERIFY(view().hasFocus());
    m_page->colours().setColouring({});
    QVERIFY(!legend->isVisible());
  }

  void signsAreColouredByTheirValue() {
    m_page->colours().setColouring({QStringLiteral("speed"), ColourScale{0, 90}});
    QTRY_VERIFY(!std::isnan(view().cars().back().value));
    QTRY_VERIFY(view().isSettled());
    const QImage image = view().grab().toImage();
    QCOMPARE(image.pixelColor(pixelOf(4)), Theme::light().rampColour(1));
    QCOMPARE(image.pixelColor(pixelOf(1)), Theme::light().rampColour(0));
  }

  void aTrailHasALegend() {
    auto* legend = part<MapLegend>("trailLegend");
    click(pixelOf(4));
    QVERIFY(!legend->isVisible());
    const MapCar& car = view().cars().back();
    std::vector<TrailPoint> points;
    for (int n = 1; n < 60; ++n) {
      points.push_back({car.world - QPointF(n * 2e-6, std::sin(n / 9.0) * 2e-5), float(n * 2),
                        car.position.time - std::chrono::seconds(n)});
    }
    m_page->setTrail(PrincipalNumber{4}, points);
    QVERIFY(legend->isVisible());
    m_page->colours().setColouring({QStringLiteral("speed"), {}});
    QVERIFY(!legend->geometry().intersects(part<MapLegend>("mapLegend")->geometry()));
    picture(QStringLiteral("trail-and-colours"));
    click({20, 300});
    QVERIFY(!legend->isVisible());
  }

  void theHoverCardSaysWhatIsKnown() {
    view().setStreetFinder([](GeoPoint) { return QStringLiteral("Rue de la Loi"); });
    QTest::mouseMove(&view(), pixelOf(4) + QPoint(2, 2));
    auto* card = m_page->findChild<HoverCard*>();
    QTRY_VERIFY(card->isVisible());
    QStringList lines;
    for (const QLabel* label : card->findChildren<QLabel*>()) {
      if (label->isVisible()) lines << label->text();
    }
    QCOMPARE(lines.value(0), QStringLiteral("Car 0004"));
    QVERIFY2(lines.value(1).contains(QStringLiteral("90 km/h")), qPrintable(lines.join(u'|')));
    QVERIFY(lines.contains(QStringLiteral("Rue de la Loi")));
    QVERIFY(lines.last().startsWith(QStringLiteral("Last message")));
    picture(QStringLiteral("hover"));
    // With a tool at hand the card is in the way.
    key(Qt::Key_M);
    QVERIFY(!card->isVisible());
  }

  void aLongNameStaysOnTheMap() {
    api::Car car = test::makeCar(9, 50.85, 4.40, Activity::driving);
    car.principal.name = std::string(400, 'w');
    m_store->setCars({car});
    QTRY_COMPARE(view().cars().size(), std::size_t(1));
    view().fitAll(false);
    QTest::mouseMove(&view(), pixelOf(9) + QPoint(2, 2));
    auto* card = m_page->findChild<HoverCard*>();
    QTRY_VERIFY(card->isVisible());
    QVERIFY(card->width() < 400);
    QVERIFY(view().rect().contains(card->geometry()));
    picture(QStringLiteral("hover-long"));
  }

  void everyButtonHasAName() {
    key(Qt::Key_A, Qt::ControlModifier);
    key(Qt::Key_M);
    for (const QAbstractButton* button : m_page->findChildren<QAbstractButton*>()) {
      // What decorates a field is no button of its own.
      if (!button->isVisible() || qobject_cast<QLineEdit*>(button->parentWidget()) != nullptr) continue;
      QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(), qPrintable(button->objectName()));
      QVERIFY2(button->focusPolicy() != Qt::NoFocus, qPrintable(button->objectName()));
    }
    // Nothing that floats covers another thing that floats.
    const QList<QWidget*> floating{part<QWidget>("chosenBar"), part<QWidget>("sketchBar"),
                                   m_page->findChild<MapButtons*>(), m_page->findChild<MapToolButtons*>()};
    for (const QWidget* a : floating) {
      for (const QWidget* b : floating) QVERIFY(a == b || !a->geometry().intersects(b->geometry()));
    }
  }
};

QTEST_MAIN(MapToolsPageTest)
#include "tst_map_hands.moc"
