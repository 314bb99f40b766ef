// Everything that the window shows, in both looks, at the sizes of a small and a large screen and with text of 100 and
// 200 %: nothing is cut off, covered or out of reach. The same walk makes the pictures in docs/screenshots
// (./dev screenshots): CARPORT_PICTURES names their folder, CARPORT_PICTURE_CARS and _HOURS the fleet,
// CARPORT_PICTURE_DATA the folder with its data, which can be read there, and with CARPORT_PICTURE_LARGE there are some
// with text of 200 % too.
#include "tests/gui/clipped_text.h"
#include "tests/gui/portal_views.h"
#include "tests/support/integration_program.h"

#include <QAction>
#include <QNetworkAccessManager>
#include <QNetworkReply>

using namespace carport;
using namespace carport::test;

namespace {

constexpr int kCars = 12;
constexpr double kHours = 0.2;
constexpr QSize kSmall(1280, 720), kLarge(2560, 1440);

double environmentNumber(const char* name, double otherwise) {
  const QString text = qEnvironmentVariable(name);
  return text.isEmpty() ? otherwise : text.toDouble();
}

}  // namespace

class PortalViewsTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    qputenv("TZ", "UTC");
    EmbeddedGateway::Settings settings =
        PortalWindow::settingsFor(qEnvironmentVariable("CARPORT_PICTURE_DATA", m_folder.filePath("data")));
    settings.demonstrationCars = static_cast<int>(environmentNumber("CARPORT_PICTURE_CARS", kCars));
    settings.historyHours = environmentNumber("CARPORT_PICTURE_HOURS", kHours);
    m_portal = std::make_unique<PortalWindow>(settings);
    m_portal->portal.streets.open(m_folder.filePath("streets"));
    m_views = std::make_unique<PortalViews>(*m_portal);
    m_views->setPast(Milliseconds(static_cast<qint64>(settings.historyHours * 1'800'000)));
    QVERIFY(m_portal->waitForConnection());
    const auto cars = static_cast<std::size_t>(settings.demonstrationCars);
    QTRY_COMPARE_WITH_TIMEOUT(store().size(), cars, kPatienceMs);
    QVERIFY(QTest::qWaitFor([this] { return haveArrivedInThePresent(); }, 10 * kPatienceMs));
    QVERIFY(m_views->findCar());
    auto& view = m_portal->window->findChild<ui::MapPage*>()->view();
    QTRY_VERIFY_WITH_TIMEOUT(view.hasStreetMaps(), 3 * kPatienceMs);
    makePeopleAndCommands();
  }
  void cleanupTestCase() {
    m_views.reset();
    m_portal.reset();
  }

  void everythingFits_data() { addLooks(); }
  void everythingFits() {
    takeLook();
    QStringList problems;
    for (const PortalView& view : m_views->all()) {
      m_views->leave();
      QVERIFY2(view.open(), qPrintable(view.name));
      note(view.name, *m_portal, problems);
    }
    m_views->leave();
    QVERIFY2(problems.isEmpty(), qPrintable("\n" + problems.join("\n")));
  }

  void whatIsThereWithoutAGatewayFits_data() { addLooks(); }
  void whatIsThereWithoutAGatewayFits() {
    takeLook();
    QStringList problems;
    auto& client = m_portal->portal.client;
    const QUrl gateway = m_portal->gateway.url();
    // Nobody is there.
    client.connectWithToken(QUrl(QString("http://127.0.0.1:%1").arg(freePort())), m_portal->gateway.token());
    QTRY_VERIFY_WITH_TIMEOUT(!m_portal->notice().isEmpty(), kPatienceMs);
    m_portal->window->showPage(ui::Page::map);
    m_portal->window->findChild<ui::MapPage*>()->view().fitAll(false);
    QTest::qWait(1'000);
    note("not-connected", *m_portal, problems);
    m_portal->window->showPage(ui::Page::cars);
    note("not-connected-cars", *m_portal, problems);
    client.connectWithToken(gateway, m_portal->gateway.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isConnected() && m_portal->notice().isEmpty(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(store().size() > 0, kPatienceMs);
    QVERIFY2(problems.isEmpty(), qPrintable("\n" + problems.join("\n")));
  }

  void longAndForeignNamesFit_data() { addLooks(); }
  void longAndForeignNamesFit() {
    if (isForPictures()) QSKIP("Pictures are of a fleet with usual names");
    takeLook();
    const QStringList names{QString(200, 'W'), QString("Lieferwagen mit einem sehr langen Namen ").repeated(5),
                            "سيارة التوصيل رقم سبعة في المدينة القديمة",
                            "配送車 東京都千代田区霞が関一丁目 第十二号車"};
    auto& client = m_portal->portal.client;
    for (qsizetype i = 0; i < names.size(); ++i) {
      ui::NewCar car;
      car.id = QString("named-%1").arg(i).toStdString();
      car.name = names[i].trimmed().toStdString();
      client.addCar(car);
    }
    QTRY_VERIFY_WITH_TIMEOUT(store().rowOfId(QString("named-%1").arg(names.size() - 1)), kPatienceMs);
    QStringList problems;
    for (qsizetype i = 0; i < names.size(); ++i) {
      const PrincipalNumber car = store().numbers()[*store().rowOfId(QString("named-%1").arg(i))];
      m_portal->window->showCarPage(car);
      QTest::qWait(300);
      note(QString("name-%1").arg(i), *m_portal, problems);
      m_portal->window->showPage(ui::Page::map);
      m_portal->window->findChild<ui::MapPage*>()->showCar(car);
      QTRY_VERIFY_WITH_TIMEOUT(m_portal->drawer().isOpen(), kPatienceMs);
      QTest::qWait(300);
      note(QString("name-drawer-%1").arg(i), *m_portal, problems);
      m_portal->drawer().close();
    }
    QVERIFY2(problems.isEmpty(), qPrintable("\n" + problems.join("\n")));
  }

  /// Last: a window of its own.
  void theFirstStartFits_data() { addLooks(); }
  void theFirstStartFits() {
    QStringList problems;
    m_portal->window->hide();
    QTemporaryDir folder;
    PortalWindow first(PortalWindow::settingsFor(folder.filePath("data")));
    takeLook(first);
    QVERIFY(first.waitForConnection());
    QTRY_VERIFY_WITH_TIMEOUT(first.drawer().isOpen(), kPatienceMs);
    QTest::qWait(500);
    note("first-start", first, problems);
    first.keys(Qt::Key_Escape, Qt::NoModifier);
    QTest::qWait(500);
    note("empty-map", first, problems);
    first.keys(Qt::Key_2);
    note("empty-cars", first, problems);
    QVERIFY2(problems.isEmpty(), qPrintable("\n" + problems.join("\n")));
  }

 private:
  ui::CarStore& store() { return m_portal->portal.store; }
  static bool isForPictures() { return !qEnvironmentVariableIsEmpty("CARPORT_PICTURES"); }

  /// Whether every car has told of its history.
  bool haveArrivedInThePresent() {
    for (ui::CarStore::Row row = 0; row < store().size(); ++row) {
      const api::CarPosition& position = store().position(row);
      if (store().now() - position.time > std::chrono::seconds(5)) return false;
    }
    return true;
  }

  /// What somebody has who has worked with it: people, a rule of their own, commands in several states.
  void makePeopleAndCommands() {
    auto& client = m_portal->portal.client;
    for (const auto& [id, name, role] :
         {std::tuple{"ann", "Ann Baker", api::kOperatorRole}, std::tuple{"vera", "Vera Lindt", api::kViewerRole}}) {
      ui::NewPrincipal person;
      person.id = id;
      person.name = name;
      person.role = role;
      client.addPrincipal(person);
    }
    api::Rule rule;
    rule.who = {api::Selector::Kind::principal, "vera"};
    rule.about = {api::Selector::Kind::principal, "demo-0004"};
    rule.note = "Rented out until December";
    client.addRule(rule);
    postFence(R"({"name":"Old town","colour":2,"geometry":{"type":"Polygon","coordinates":[[
        [1.338,46.694],[1.352,46.692],[1.361,46.699],[1.356,46.707],[1.341,46.708],[1.334,46.701],[1.338,46.694]]]}})");
    postFence(R"({"name":"Depot Northgate","colour":1,"geometry":{"type":"Polygon","coordinates":[[
        [1.372,46.697],[1.381,46.697],[1.381,46.703],[1.372,46.703],[1.372,46.697]]]}})");
    for (const char* name : {"lock", "honk", "unlock", "lights"}) {
      client.sendCommand("demo-0002", {name, "{}", {}});
      client.sendCommand("demo-0007", {name, "{}", {}});
    }
    QTest::qWait(1'500);
  }

  void postFence(const QByteArray& fence) {
    QNetworkRequest request(QUrl(m_portal->gateway.url().toString() + "/api/v2/fences"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    request.setRawHeader("Authorization", "Bearer " + m_portal->gateway.token().toUtf8());
    QNetworkReply* reply = m_network.post(request, fence);
    QVERIFY(QTest::qWaitFor([reply] { return reply->isFinished(); }, kPatienceMs));
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    QVERIFY2(status == 201, reply->readAll().constData());
    reply->deleteLater();
  }

  void addLooks() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("percent");
    const auto add = [](bool dark, QSize size, int percent) {
      QTest::addRow("%s-%dx%d%s", dark ? "dark" : "light", size.width(), size.height(), percent > 100 ? "-200" : "")
          << dark << size << percent;
    };
    add(false, kSmall, 100);
    if (!isForPictures() || !qEnvironmentVariableIsEmpty("CARPORT_PICTURE_LARGE")) {
      add(true, kSmall, 200);
      add(false, kLarge, 200);
    }
    if (!isForPictures()) return;
    add(true, kSmall, 100);
    add(false, kLarge, 100);
    add(true, kLarge, 100);
  }

  void takeLook() { takeLook(*m_portal); }
  /// As a person does it: by the menu, at once.
  void takeLook(PortalWindow& portal) {
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    QFETCH(int, percent);
    QVERIFY(trigger(*portal.window, dark ? "Dark" : "Light"));
    QVERIFY(trigger(*portal.window, "Usual text"));
    while (qRound(portal.preferences.textScale() * 100) < percent) QVERIFY(trigger(*portal.window, "Larger text"));
    portal.window->resize(size);
    QVERIFY(QTest::qWaitFor([&] { return portal.window->size() == size; }));
  }

  /// The entry of a menu whose words begin so.
  static bool trigger(ui::MainWindow& window, const QString& words) {
    for (QAction* action : window.findChildren<QAction*>()) {
      if (QString(action->text()).remove('&').startsWith(words)) return action->trigger(), true;
    }
    return false;
  }

  /// Looks the window over, and saves its picture where those of this text size are wanted.
  void note(const QString& view, PortalWindow& portal, QStringList& problems) {
    for (const QString& problem : clippedTexts(*portal.window)) {
      problems << view + ": " + problem;
      qWarning("%s", qPrintable(problems.last()));  // all of them: the verdict has room for a few
    }
    const QString name = view + "-" + QTest::currentDataTag();
    if (!isForPictures()) return;
    // What is still being drawn is no picture of a map.
    const auto* map = portal.window->findChild<ui::MapView*>();
    const auto isReady = [&] { return !map->isVisible() || (portal.window->grab(), map->isSettled()); };
    if (map != nullptr && !QTest::qWaitFor(isReady, kPatienceMs)) qWarning("The map of %s is not settled.", qPrintable(name));
    portal.window->grab().save(QDir(qEnvironmentVariable("CARPORT_PICTURES")).filePath(name + ".png"));
  }

  QTemporaryDir m_folder;
  QNetworkAccessManager m_network;
  std::unique_ptr<PortalWindow> m_portal;
  std::unique_ptr<PortalViews> m_views;
};

QTEST_MAIN(PortalViewsTest)
#include "tst_portal_views.moc"
