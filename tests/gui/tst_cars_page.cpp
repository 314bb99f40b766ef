// The table of cars as an operator uses it: by mouse and by keyboard, against a scripted gateway.
#include "gateway/api/json_codec.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_roles.h"
#include "ui/models/fleet_feed.h"
#include "ui/widgets/cars/car_search_field.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/cars/cars_table.h"
#include "ui/widgets/cars/edit_cars_form.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QClipboard>
#include <QCompleter>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

using namespace carport;
using namespace carport::ui;

namespace {

api::Car makeCar(std::uint32_t number, const std::string& id, api::Activity activity, float speed) {
  api::Car car;
  car.principal.number = PrincipalNumber{number};
  car.principal.id = id;
  car.principal.groups = {number % 2 == 0 ? "north" : "south"};
  car.principal.createdAt = SystemClock().now();
  api::CarPosition position;
  position.car = car.principal.number;
  position.time = SystemClock().now();
  position.latitude = 43.73;
  position.longitude = 7.42;
  position.activity = activity;
  position.speed = speed;
  car.position = position;
  return car;
}

/// Holds what a page opens in the drawer.
struct TestDrawer : DrawerHost {
  void openDrawer(const QString& newTitle, QWidget* newContent) override {
    title = newTitle;
    content.reset(newContent);
    content->resize(360, 700);
    content->show();
  }
  void closeDrawer() override { content.reset(); }
  QString title;
  std::unique_ptr<QWidget> content;
};

}  // namespace

class TestCarsPage : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    applyTheme(*qApp, Theme::light());
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    nlohmann::json cars = nlohmann::json::array();
    for (std::uint32_t i = 1; i <= 6; ++i) {
      const auto car = makeCar(i, "van-" + std::to_string(i), i <= 2 ? api::Activity::driving : api::Activity::parked,
                               float(i <= 2 ? 40 * i : 0));
      cars.push_back(api::toJson(car));
      nlohmann::json whole = api::toJson(car);
      whole.erase("position");
      whole["revision"] = "r" + std::to_string(i);
      m_gateway->answers[QByteArray("GET /api/v2/cars/van-") + QByteArray::number(i)] = {
          200, QByteArray::fromStdString(whole.dump())};
      m_gateway->answers[QByteArray("PATCH /api/v2/cars/van-") + QByteArray::number(i)] = {
          200, QByteArray::fromStdString(whole.dump())};
    }
    m_gateway->answers["GET /api/v2/cars"] = {200, QByteArray::fromStdString(nlohmann::json{{"cars", cars}}.dump())};
    m_client = std::make_unique<GatewayClient>();
    m_store = std::make_unique<CarStore>();
    m_feed = std::make_unique<FleetFeed>(*m_client, *m_store);
    m_page = std::make_unique<CarsPage>(*m_client, *m_store, *m_feed, m_drawer);
    m_page->resize(1280, 720);
    m_page->show();
    m_client->connectWithToken(m_gateway->url(), "t");
    QTRY_COMPARE(table().model()->rowCount(), 6);
  }
  void cleanup() {
    m_drawer.closeDrawer();
    m_page.reset();
    m_feed.reset();
    m_store.reset();
    m_client.reset();
    m_gateway.reset();
  }

  void theContextMenuOutlivesItsCars() {
    table().selectRow(1);
    const PrincipalNumber chosen{table().model()->index(1, 0).data(kCarNumberRole).toUInt()};
    QSignalSpy activated(m_page.get(), &CarsPage::carActivated);
    emit table().customContextMenuRequested(QPoint(20, 20));
    QPointer<QMenu> menu;
    for (QMenu* one : m_page->findChildren<QMenu*>(Qt::FindDirectChildrenOnly)) menu = one;
    QVERIFY(menu && menu->isVisible());
    // The gateway takes all cars away while the menu is open.
    m_store->setCars({});
    menu->actions().first()->trigger();
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated[0][0].value<PrincipalNumber>(), chosen);
    menu->close();
    QTRY_VERIFY(menu.isNull());
  }

  void columnsGrowWithTheTextAndShrinkAgain() {
    const QHeaderView& header = *table().horizontalHeader();
    const int usual = header.sectionSize(1);
    for (const double scale : {1.5, 2.0, 1.0, 2.0, 1.0}) {
      applyTheme(*qApp, Theme::light(), scale);
      // In whole pixels of the font.
      QVERIFY2(std::abs(header.sectionSize(1) - usual * textScale()) <= 2, qPrintable(QString::number(scale)));
      QVERIFY(std::abs(table().shownView().widths[1] - usual) <= 2);
    }
  }

  void searchesWithCompletionAndSaysWhatItCannotRead() {
    m_page->focusFilter();
    QTest::keyClicks(&search(), "stat");
    QTest::keyClick(&search(), Qt::Key_Tab);
    search().setText("state:driving speed>60");
    QCOMPARE(table().model()->rowCount(), 1);
    QCOMPARE(shown(0), QString("van-2"));
    QTRY_VERIFY(says("1 of 6 cars"));
    search().setText("sped>60");
    QTRY_VERIFY(says("Did you mean “speed”?"));
    search().setText("nowhere");
    QTRY_VERIFY(says("No car matches"));
    QTest::keyClick(&search(), Qt::Key_Escape);
    QCOMPARE(table().model()->rowCount(), 6);
  }

  void chipsAreAPartOfTheSearch() {
    for (auto* chip : m_page->findChildren<QAbstractButton*>()) {
      if (chip->accessibleName().endsWith("Driving")) QTest::mouseClick(chip, Qt::LeftButton);
    }
    QCOMPARE(search().text(), QString("state:driving"));
    QCOMPARE(table().model()->rowCount(), 2);
  }

  void walksAndChoosesByKeyboard() {
    QSignalSpy selected(m_page.get(), &CarsPage::carSelected);
    QSignalSpy activated(m_page.get(), &CarsPage::carActivated);
    QTest::keyClick(&search(), Qt::Key_Down);
    QCOMPARE(table().chosenCount(), 1);
    QTRY_COMPARE(selected.count(), 1);
    // Those that are passed quickly are not told one by one.
    for (int step = 0; step < 3; ++step) QTest::keyClick(&table(), Qt::Key_Down);
    QTRY_COMPARE(selected.count(), 2);
    QCOMPARE(table().currentIndex().row(), 3);
    QTest::keyClick(&table(), Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    QTest::keyClick(&table(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(table().chosenCount(), 6);
    QTRY_VERIFY(says("6 cars chosen"));
    // Who is chosen stays so in another order, and what is filtered away is let go.
    table().sortByColumn(int(CarColumn::speed), Qt::DescendingOrder);
    QCOMPARE(table().chosenCount(), 6);
    search().setText("group:north");
    QCOMPARE(table().chosenCount(), 3);
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QApplication::clipboard()->text().startsWith("Car,Doing,Speed"));
    QCOMPARE(QApplication::clipboard()->text().count("\r\n"), 4);
  }

  /// However quickly Enter follows an arrow key: first the car is chosen, then its page is opened, and that is all.
  void enterOpensWhatTheArrowReached() {
    QStringList told;
    connect(m_page.get(), &CarsPage::carSelected, this, [&] { told << "selected"; });
    connect(m_page.get(), &CarsPage::carActivated, this, [&] { told << "activated"; });
    QTest::keyClick(&search(), Qt::Key_Down);
    QTest::keyClick(&table(), Qt::Key_Return);
    QTest::qWait(300);
    QCOMPARE(told, QStringList({"selected", "activated"}));
  }

  /// However quickly another key follows an arrow key, what it does comes after the car has been chosen.
  void anotherKeyFindsWhatTheArrowReached() {
    QSignalSpy selected(m_page.get(), &CarsPage::carSelected);
    QTest::keyClick(&search(), Qt::Key_Down);
    QTest::keyClick(&table(), Qt::Key_Down);
    QCOMPARE(selected.count(), 0);
    QTest::keyClick(&table(), Qt::Key_Escape);
    QCOMPARE(selected.count(), 1);
    QTest::qWait(300);
    QCOMPARE(selected.count(), 1);
  }

  void changesManyCarsAfterSayingWhatWouldHappen() {
    table().selectAll();
    press(*m_page, "Change…");
    QVERIFY(m_drawer.content);
    const auto fields = m_drawer.content->findChildren<QLineEdit*>();
    QTest::keyClicks(fields.front(), "north");
    bool previewed = false;
    for (auto* label : m_drawer.content->findChildren<QLabel*>())
      previewed = previewed || label->text() == "Of 6 cars 3 come into the group north.";
    QVERIFY(previewed);
    press(*m_drawer.content, "Change 6 cars");
    const auto patched = [this] {
      int count = 0;
      for (const auto& request : m_gateway->requests) {
        if (request.method != "PATCH") continue;
        ++count;
        if (!request.headers.value("if-match").startsWith("\"r") || !request.body.contains("north")) return -1;
      }
      return count;
    };
    // Those that are in it already are not changed.
    QTRY_COMPARE(patched(), 3);
    QTRY_VERIFY(m_drawer.content->findChild<Notice*>()->text().contains("6 cars are as you wanted them"));
  }

  void viewsKeepSearchOrderAndColumns() {
    QSignalSpy kept(m_page.get(), &CarsPage::viewsChanged);
    table().setColumns({CarColumnSpec::of(CarColumn::car), CarColumnSpec::of(CarColumn::id)});
    table().horizontalHeader()->moveSection(1, 0);
    search().setText("group:south");
    QTRY_VERIFY(!kept.isEmpty());
    m_page->setViews({});
    QCOMPARE(table().model()->rowCount(), 6);
    QCOMPARE(table().model()->columnCount(), 7);
    m_page->setViews(kept.last().front().toByteArray());
    QCOMPARE(search().text(), QString("group:south"));
    QCOMPARE(table().model()->headerData(0, Qt::Horizontal).toString(), QString("Id"));
  }

  void offlineIsTheLastKnown() {
    QVERIFY(!table().cars().isOffline());
    m_gateway->stop();
    QTRY_VERIFY(table().cars().isOffline());
    QTRY_VERIFY(says("this is what was known last"));
    QCOMPARE(table().model()->rowCount(), 6);
  }

  void withoutAGatewayAnotherOneIsOffered() {
    QSignalSpy wanted(m_page.get(), &CarsPage::connectWanted);
    TinyGateway gone;
    QVERIFY(gone.listen());
    const QUrl url = gone.url();
    gone.stop();
    m_client->connectWithToken(url, "t");
    QTRY_VERIFY(says("The cars appear as soon as the gateway answers."));
    press(*m_page, "Connect to another gateway");
    QCOMPARE(wanted.count(), 1);
    QVERIFY(!m_drawer.content);
  }

 private:
  CarsTable& table() { return *m_page->findChild<CarsTable*>(); }
  CarSearchField& search() { return *m_page->findChild<CarSearchField*>(); }
  QString shown(int row) { return table().model()->index(row, 0).data().toString(); }
  bool says(const QString& part) {
    for (auto* label : m_page->findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(part)) return true;
    }
    return false;
  }
  static void press(QWidget& root, const QString& text) {
    for (auto* button : root.findChildren<QPushButton*>()) {
      if (button->text() == text) QTest::mouseClick(button, Qt::LeftButton);
    }
  }

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<FleetFeed> m_feed;
  TestDrawer m_drawer;
  std::unique_ptr<CarsPage> m_page;
};

QTEST_MAIN(TestCarsPage)
#include "tst_cars_page.moc"
