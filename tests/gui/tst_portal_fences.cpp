// Fences as an operator has them, with the real gateway: drawn and changed by mouse and keyboard, from files and to
// files, deleted, and refused by the gateway.
#include "tests/gui/drop_file.h"
#include "tests/gui/portal_window.h"
#include "tests/gui/recorded_trips.h"
#include "ui/models/fence_file.h"
#include "ui/models/fence_geometry.h"
#include "ui/widgets/map/fence_controls.h"
#include "ui/widgets/map/fence_panel.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"

#include <QAbstractItemModelTester>
#include <QFileDialog>
#include <QListView>
#include <QListWidget>
#include <QNetworkAccessManager>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace carport;
using namespace carport::test;

namespace {

constexpr double kLatitude = 43.735;
constexpr double kLongitude = 7.42;
constexpr auto kPassword = "a long enough password";

}  // namespace

class PortalFencesTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    m_portal = std::make_unique<PortalWindow>(PortalWindow::settingsFor(m_folder.filePath("data")));
    QVERIFY(m_portal->waitForConnection());
    ui::GatewayClient& client = m_portal->portal.client;
    const QByteArray secret = QString(kSecret).toUtf8();
    client.importCars("id,name,password\nvan-1,Van one," + secret + "\nvan-2,Van two," + secret + "\nvan-3,Van three," +
                      secret + "\n");
    ui::NewPrincipal ann;
    ann.id = "ann";
    ann.name = "Ann";
    ann.role = api::kViewerRole;
    ann.password = kPassword;
    client.addPrincipal(ann);
    QTRY_COMPARE_WITH_TIMEOUT(m_portal->portal.store.size(), std::size_t(3), kPatienceMs);
    send("van-1", kLatitude, kLongitude);
    send("van-2", kLatitude + 0.001, kLongitude + 0.001);
    send("van-3", kLatitude + 0.02, kLongitude + 0.02);
    QTRY_VERIFY_WITH_TIMEOUT(m_portal->portal.store.hasFix(2), kPatienceMs);
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    QTRY_VERIFY_WITH_TIMEOUT(fences().mayChange() && fences().isLoaded(), kPatienceMs);
    view().jumpTo(ui::toWorld({kLatitude, kLongitude}), 15);
  }
  void cleanupTestCase() { m_portal.reset(); }

  void saysWhatToDoWhileThereIsNone() {
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_G);
    QTRY_VERIFY(m_portal->drawer().isOpen());
    QVERIFY(isShown(m_portal->drawer(), "No fences yet"));
  }

  void drawsAnAreaByMouse() {
    QVERIFY(press(m_portal->drawer(), "Draw area"));
    QTRY_VERIFY(!m_portal->drawer().isOpen());
    const std::array corners{QPoint(380, 200), QPoint(760, 210), QPoint(750, 520)};
    for (const QPoint& corner : corners) QTest::mouseClick(&view(), Qt::LeftButton, {}, corner);
    QCOMPARE(editor().draft().corners(), std::size_t(3));
    // A wrong corner is taken back, and one drag in between moves the map and sets none.
    QTest::mouseClick(&view(), Qt::LeftButton, {}, QPoint(300, 600));
    QTest::keyClick(&view(), Qt::Key_Backspace);
    const ui::WorldPoint before = view().viewport().centre();
    drag({900, 300}, {940, 300});
    QVERIFY(view().viewport().centre() != before);
    drag({940, 300}, {900, 300});
    QCOMPARE(editor().draft().corners(), std::size_t(3));
    QTest::mouseMove(&view(), QPoint(390, 500));
    QTest::mouseClick(&view(), Qt::LeftButton, {}, QPoint(390, 500));
    QTest::mouseDClick(&view(), Qt::LeftButton, {}, QPoint(390, 500));
    QTRY_VERIFY(m_portal->drawer().isOpen());
    QVERIFY(m_portal->drawer().isAncestorOf(QApplication::focusWidget()));
    QVERIFY(isShown(m_portal->drawer(), "around"));
    QVERIFY(!named<QPushButton>(m_portal->drawer(), "Add fence")->isEnabled());
    QVERIFY(write(m_portal->drawer(), "Name", "Depot north"));
    QVERIFY(press(m_portal->drawer(), "Violet"));
    named<QPlainTextEdit>(m_portal->drawer(), "Note")->setPlainText("Gate code 4711");
    QVERIFY(press(m_portal->drawer(), "Add fence"));
    QTRY_COMPARE_WITH_TIMEOUT(fences().fences().size(), std::size_t(1), kPatienceMs);
    const api::Fence& fence = fences().fences().front();
    QCOMPARE(fence.name, std::string("Depot north"));
    QCOMPARE(fence.note, std::string("Gate code 4711"));
    QCOMPARE(int(fence.colour), 3);
    QVERIFY(!editor().isActive());
    QTRY_VERIFY(isShown(m_portal->drawer(), "“Depot north” is added."));
    // The list counts who is inside.
    QTRY_COMPARE_WITH_TIMEOUT(list().model()->index(0, 0).data(ui::kFenceCarsRole).toInt(), 2, kPatienceMs);
  }

  void drawsACircleByKeyboard() {
    QVERIFY(press(m_portal->drawer(), "Draw circle"));
    QTRY_VERIFY(view().hasFocus());
    QTest::keyClick(&view(), Qt::Key_Space);
    QTest::keyClick(&view(), Qt::Key_Right);
    QTRY_VERIFY(view().isSettled());
    QTest::keyClick(&view(), Qt::Key_Space);
    QTRY_VERIFY(m_portal->drawer().isOpen());
    QVERIFY(write(m_portal->drawer(), "Name", "Round"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(fences().fences().size(), std::size_t(2), kPatienceMs);
    const auto circle = std::get<api::FenceCircle>(fences().fences().back().shape);
    QVERIFY(circle.radius > 100 && circle.radius < 1'000);
  }

  void changesAndTakesBack() {
    openFence("Depot north");
    const ui::FenceDraft& draft = editor().draft();
    const api::FencePoint first = *draft.place({0, 0});
    const QPoint at = pixelOf(first);
    drag(at, at - QPoint(40, 30));
    QVERIFY(!(*draft.place({0, 0}) == first));
    QTest::keyClick(&view(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(*draft.place({0, 0}), first);
    QTest::keyClick(&view(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!(*draft.place({0, 0}) == first));
    // A dot between two corners becomes one; the keys take another out.
    const QPoint middle = (pixelOf(*draft.place({0, 0})) + pixelOf(*draft.place({0, 1}))) / 2;
    drag(middle, middle - QPoint(0, 40));
    QCOMPARE(draft.corners(), std::size_t(5));
    QTest::keyClick(&view(), Qt::Key_N);
    QTest::keyClick(&view(), Qt::Key_Up, Qt::ShiftModifier);
    QTest::keyClick(&view(), Qt::Key_Delete);
    QCOMPARE(draft.corners(), std::size_t(4));
    // A bow tie is refused before the gateway hears of it.
    QVERIFY(editor().isDone());
    const QPoint corner = pixelOf(*draft.place({0, 0}));
    drag(corner, pixelOf(*draft.place({0, 2})) + QPoint(60, 20));
    QVERIFY(!editor().isDone());
    QVERIFY(!named<QPushButton>(m_portal->drawer(), "Save fence")->isEnabled());
    m_portal->picture("fence_bow_tie");
    QTest::keyClick(&view(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(editor().isDone());
    QVERIFY(press(m_portal->drawer(), "Save fence"));
    QTRY_VERIFY_WITH_TIMEOUT(!editor().isActive(), kPatienceMs);
    QCOMPARE(api::pointsOf(find("Depot north")->shape), std::size_t(4));
  }

  void backsOutStepByStep() {
    const api::FenceShape before = find("Depot north")->shape;
    openFence("Depot north");
    const QPoint at = pixelOf(*editor().draft().place({0, 1}));
    drag(at, at + QPoint(30, 0));
    QTest::keyClick(&view(), Qt::Key_Escape);  // the corner
    QVERIFY(editor().draft().isChanged());
    QTest::keyClick(&view(), Qt::Key_Escape);  // what was changed
    QVERIFY(editor().isActive() && !editor().draft().isChanged());
    // The drawer may go: the drawing stays, and its bar leads back.
    m_portal->drawer().close();
    QVERIFY(editor().isActive());
    QVERIFY(press(*m_portal->window, "Name and save…"));
    QTRY_VERIFY(m_portal->drawer().isOpen());
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(!editor().isActive());
    QVERIFY(find("Depot north")->shape == before);
  }

  void choosesByAClickAndShowsTheCarsInside() {
    openList();
    const QPoint inside = pixelInside("Depot north", "Round");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, inside);
    QTRY_COMPARE(list().currentIndex().data().toString(), QString("Depot north"));
    QVERIFY(press(m_portal->drawer(), "Show the cars inside"));
    QTRY_COMPARE(view().chosen().size(), 2);
  }

  void importsGeoJsonAfterALook() {
    drop(write("sites.geojson", R"({"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"name":"Harbour","colour":2},"geometry":{"type":"Polygon","coordinates":[
        [[7.42,43.73],[7.43,43.73],[7.43,43.738],[7.42,43.738],[7.42,43.73]]]}},
      {"type":"Feature","properties":{"name":"Casino"},"geometry":{"type":"Polygon","coordinates":[
        [[7.426,43.738],[7.43,43.738],[7.43,43.741],[7.426,43.738]]]}},
      {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[7.4,43.7],[7.5,43.7]]}}]})"));
    ui::Drawer& drawer = m_portal->drawer();
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "sites.geojson would make these fences"), kPatienceMs);
    QVERIFY(isShown(drawer, "Left out: 1 line."));
    QCOMPARE(fences().fences().size(), std::size_t(2));
    auto* lines = named<QListWidget>(drawer, "Fences that would be made");
    QCOMPARE(lines->count(), 2);
    lines->setCurrentRow(1);
    QTest::keyClick(lines, Qt::Key_Space);
    QVERIFY(press(drawer, "Import 1 fence"));
    QTRY_COMPARE_WITH_TIMEOUT(fences().fences().size(), std::size_t(3), kPatienceMs);
    QVERIFY(find("Harbour") != nullptr);
    QTRY_VERIFY(isShown(drawer, "1 fence is imported."));
  }

  void importsKmlAndRefusesWhatIsNone() {
    drop(write("broken.kml", "<kml>\n<Document>\n<oops>"));
    ui::Drawer& drawer = m_portal->drawer();
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "Line 3"), kPatienceMs);
    QVERIFY(press(drawer, "Cancel"));
    drop(write("sites.kml",
               "<kml><Document><Folder><Placemark><name>Heliport</name><Polygon><outerBoundaryIs><LinearRing>"
               "<coordinates>7.418,43.725 7.42,43.725 7.42,43.727 7.418,43.725</coordinates></LinearRing>"
               "</outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "sites.kml would make"), kPatienceMs);
    QVERIFY(press(drawer, "Import 1 fence"));
    QTRY_VERIFY_WITH_TIMEOUT(find("Heliport") != nullptr, kPatienceMs);
  }

  void whatIsExportedComesBackAsItWas() {
    openList();
    for (const QString& suffix : {QString("geojson"), QString("kml")}) {
      const QString path = m_folder.filePath("all." + suffix);
      list().clearSelection();
      QVERIFY(press(m_portal->drawer(), "Export all…"));
      auto* dialog = m_portal->window->findChild<QFileDialog*>();
      emit dialog->fileSelected(path);
      delete dialog;
      QVERIFY(takesActivityBack());
      QTRY_VERIFY(isShown(m_portal->drawer(), "4 fences are saved"));
      const auto file = ui::readFenceFile(path);
      QVERIFY(file.has_value());
      QCOMPARE(file->fences.size(), fences().fences().size());
      for (const api::Fence& back : file->fences) {
        const api::Fence* was = find(QString::fromStdString(back.name));
        QVERIFY(was != nullptr);
        QVERIFY(was->shape == back.shape && was->colour == back.colour && was->note == back.note);
      }
    }
  }

  void drawsManyOnTheWorker() {
    std::vector<api::Fence> many;
    for (int n = 0; n < 40; ++n) {
      api::Fence fence;
      fence.name = "Block " + std::to_string(n);
      fence.colour = std::uint8_t(n % 8);
      fence.shape = api::FenceArea{
          {ui::circleRing({{kLatitude + 0.002 * (n / 8 - 2), kLongitude + 0.003 * (n % 8 - 4)}, 90}, 96), {}}};
      many.push_back(fence);
    }
    drop(write("many.geojson", ui::writeFences(many, ui::FenceFileKind::geoJson)));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(m_portal->drawer(), "many.geojson would make"), kPatienceMs);
    QVERIFY(press(m_portal->drawer(), "Import 40 fences"));
    QTRY_COMPARE_WITH_TIMEOUT(fences().fences().size(), std::size_t(44), kPatienceMs);
    view().jumpTo(ui::toWorld({kLatitude, kLongitude}), 14.5);
    QTRY_VERIFY_WITH_TIMEOUT(view().isSettled(), kPatienceMs);
    m_portal->picture("fences_many");
    // A wash that is not there without them.
    const QImage with = view().grab().toImage();
    m_portal->window->findChild<ui::MapPage*>()->layers().layer("fences")->setOn(false);
    QTRY_VERIFY_WITH_TIMEOUT(view().isSettled(), kPatienceMs);
    QVERIFY(view().grab().toImage() != with);
    m_portal->window->findChild<ui::MapPage*>()->layers().layer("fences")->setOn(true);
  }

  void searchesAndDeletes() {
    openList();
    QVERIFY(write(m_portal->drawer(), "Search fences", "block"));
    QCOMPARE(list().model()->rowCount(), 40);
    list().setFocus();
    list().selectAll();
    answerDialogWith("Cancel");
    QTest::keyClick(&list(), Qt::Key_Delete);
    QCOMPARE(fences().fences().size(), std::size_t(44));
    QVERIFY(takesActivityBack());
    list().setFocus();
    answerDialogWith("Delete fences");
    QTest::keyClick(&list(), Qt::Key_Delete);
    QTRY_COMPARE_WITH_TIMEOUT(fences().fences().size(), std::size_t(4), kPatienceMs);
    QTRY_VERIFY(isShown(m_portal->drawer(), "40 fences are deleted."));
  }

  void saysWhatTheGatewayRefuses() {
    openFence("Harbour");
    QVERIFY(write(m_portal->drawer(), "Name", "Port"));
    // Somebody else is quicker.
    api::Fence theirs = *find("Harbour");
    theirs.name = "Hercule";
    bool isChanged = false;
    fences().replace(theirs, this, [&](const Result<api::Fence>& done) { isChanged = done.has_value(); });
    QTRY_VERIFY_WITH_TIMEOUT(isChanged, kPatienceMs);
    QVERIFY(press(m_portal->drawer(), "Save fence"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(m_portal->drawer(), "Somebody else has changed this fence meanwhile"),
                             kPatienceMs);
    QVERIFY(press(m_portal->drawer(), "Save fence"));
    QTRY_VERIFY_WITH_TIMEOUT(find("Port") != nullptr, kPatienceMs);
  }

  void showsWhoMayNotChangeWhy() {
    m_portal->portal.client.connectWithPassword(m_portal->gateway.url(), "ann", kPassword);
    QTRY_VERIFY_WITH_TIMEOUT(fences().isLoaded() && !fences().whyNot().isEmpty(), kPatienceMs);
    openList();
    QTRY_VERIFY(isShown(m_portal->drawer(), fences().whyNot()));
    QVERIFY(!named<QPushButton>(m_portal->drawer(), "Draw area")->isEnabled());
    m_portal->picture("fences_read_only");
    list().setCurrentIndex(list().model()->index(0, 0));
    QVERIFY(press(m_portal->drawer(), "Details"));
    QTRY_VERIFY(named<QLineEdit>(m_portal->drawer(), "Name") != nullptr);
    QVERIFY(named<QLineEdit>(m_portal->drawer(), "Name")->isReadOnly());
    QVERIFY(!editor().isActive());
  }

 private:
  ui::MapView& view() { return m_portal->window->findChild<ui::MapPage*>()->view(); }
  ui::FenceStore& fences() { return m_portal->portal.fences; }
  ui::FenceControls& controls() { return *m_portal->window->findChild<ui::FenceControls*>(); }
  ui::FenceEditor& editor() { return controls().editor(); }
  QListView& list() { return *named<QListView>(m_portal->drawer(), "Fences"); }

  /// After a dialog: without a window manager nobody else gives it back.
  bool takesActivityBack() {
    m_portal->window->activateWindow();
    return QTest::qWaitForWindowActive(m_portal->window.get());
  }
  const api::Fence* find(const QString& name) {
    for (const api::Fence& fence : fences().fences())
      if (fence.name == name.toStdString()) return &fence;
    return nullptr;
  }
  QPoint pixelOf(api::FencePoint place) {
    return view().viewport().toScreen(ui::toWorld({place.latitude, place.longitude})).toPoint();
  }
  /// A place on the map that is in the one fence and not in the other.
  QPoint pixelInside(const QString& name, const QString& other) {
    for (int y = 100; y < 500; y += 20) {
      for (int x = 100; x < 700; x += 20) {
        const ui::GeoPoint place = ui::toGeo(view().viewport().fromScreen(QPointF(x, y)));
        const auto isIn = [&](const QString& fence) {
          return api::contains(*find(fence), place.latitude, place.longitude);
        };
        if (isIn(name) && !isIn(other)) return {x + 15, y + 15};
      }
    }
    return {};
  }
  void drag(QPoint from, QPoint to) {
    QTest::mousePress(&view(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&view(), from + (to - from) / 2);
    QTest::mouseMove(&view(), to);
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, to);
  }
  void openList() {
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_G);
    QTRY_VERIFY(named<QListView>(m_portal->drawer(), "Fences") != nullptr);
    new QAbstractItemModelTester(list().model(), QAbstractItemModelTester::FailureReportingMode::QtTest, &list());
  }
  void openFence(const QString& name) {
    openList();
    for (int row = 0; row < list().model()->rowCount(); ++row)
      if (list().model()->index(row, 0).data() == name) list().setCurrentIndex(list().model()->index(row, 0));
    QCOMPARE(list().currentIndex().data().toString(), name);
    QTest::keyClick(&list(), Qt::Key_Return);
    QTRY_VERIFY(editor().isActive());
    view().setFocus();
  }
  void send(const QString& car, double latitude, double longitude) {
    QVERIFY(postRows(m_network, m_portal->gateway.url(), car,
                     {{QDateTime::currentMSecsSinceEpoch(), latitude, longitude, 0.0, 50.0}}));
  }
  QString write(const QString& name, const QByteArray& text) {
    QFile file(m_folder.filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
  }
  static bool write(QWidget& root, const QString& field, const QString& text) { return test::write(root, field, text); }
  void drop(const QString& path) { QVERIFY(ui::test::dropFile(*m_portal->window, path)); }

  QTemporaryDir m_folder;
  QNetworkAccessManager m_network;
  std::unique_ptr<PortalWindow> m_portal;
};

QTEST_MAIN(PortalFencesTest)
#include "tst_portal_fences.moc"
