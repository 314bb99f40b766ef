// The portal where there is no network: in a network namespace of its own that has the loopback interface alone, maps,
// an extract dropped on the window, the time machine and plots work, and nothing tries to reach anything else. The
// kernel counts that: in the namespace every packet for elsewhere is one without a route, and whoever looks up a name
// sends a datagram, which nothing else does.
#include "tests/gui/drop_file.h"
#include "tests/gui/portal_window.h"
#include "tests/support/integration_program.h"
#include "tests/support/street_extract.h"
#include "ui/models/plot_board.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/map_page.h"

#include <QHostInfo>
#include <QProcess>
#include <QSet>
#include <QTcpSocket>

#include <optional>

using namespace carport;
using namespace carport::test;

namespace {

constexpr auto kInside = "CARPORT_TEST_IN_NAMESPACE";
constexpr int kCars = 8;
constexpr double kHours = 0.5;
constexpr int kInsideTimeoutMs = 200'000;
/// Runs what follows with the loopback interface alone.
const QStringList kNamespace{"--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"",
                             "sh"};

/// What the kernel has counted in this namespace; none where it does not tell.
struct Attempts {
  qint64 withoutRoute = 0;
  qint64 datagrams = 0;

  static std::optional<Attempts> read() {
    const auto old = counter("/proc/net/snmp", "Ip:", "OutNoRoutes");
    const auto now = counter6("Ip6OutNoRoutes");
    const auto udp = counter("/proc/net/snmp", "Udp:", "OutDatagrams");
    const auto udp6 = counter6("Udp6OutDatagrams");
    if (!old || !udp) return std::nullopt;
    return Attempts{*old + now.value_or(0), *udp + udp6.value_or(0)};
  }

 private:
  /// A line of names and, below it, a line of numbers.
  static std::optional<qint64> counter(const QString& path, const char* group, const char* name) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    QList<QByteArray> names;
    for (const QByteArray& line : file.readAll().split('\n')) {
      if (!line.startsWith(group)) continue;
      if (names.isEmpty()) {
        names = line.simplified().split(' ');
        continue;
      }
      const auto at = names.indexOf(name);
      return at < 0 ? std::nullopt : std::optional(line.simplified().split(' ').value(at).toLongLong());
    }
    return std::nullopt;
  }
  static std::optional<qint64> counter6(const char* name) {
    QFile file("/proc/net/snmp6");
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    for (const QByteArray& line : file.readAll().split('\n')) {
      const QList<QByteArray> parts = line.simplified().split(' ');
      if (parts.value(0) == name) return parts.value(1).toLongLong();
    }
    return std::nullopt;
  }
};

}  // namespace

/// In the test's usual surroundings: goes into the namespace.
class PortalOfflineTest : public QObject {
  Q_OBJECT

 private slots:
  void everythingWorksWithoutNetwork() {
    QProcess allowed;
    allowed.start("unshare", kNamespace + QStringList{"true"});
    if (!allowed.waitForFinished() || allowed.exitCode() != 0) {
      const QString why = QString::fromLocal8Bit(allowed.readAllStandardError()).trimmed();
      QSKIP(qPrintable("This system allows no network namespace: " + (why.isEmpty() ? allowed.errorString() : why)));
    }
    QProcess inside;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(kInside, "1");
    inside.setProcessEnvironment(environment);
    inside.setProcessChannelMode(QProcess::MergedChannels);
    inside.start("unshare", kNamespace + QStringList{QCoreApplication::applicationFilePath()});
    const bool ended = inside.waitForFinished(kInsideTimeoutMs);
    if (!ended) inside.kill();
    const QByteArray story = inside.readAll();
    QVERIFY2(ended && inside.exitStatus() == QProcess::NormalExit && inside.exitCode() == 0, story.constData());
    QVERIFY2(story.contains(", 0 failed, 0 skipped"), story.constData());
  }
};

/// In the namespace.
class PortalInNamespaceTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    const auto before = Attempts::read();
    QVERIFY2(before, "the kernel must count packets without a route");
    m_before = *before;
    EmbeddedGateway::Settings settings = PortalWindow::settingsFor(m_folder.filePath("data"));
    settings.demonstrationCars = kCars;
    settings.historyHours = kHours;
    m_portal = std::make_unique<PortalWindow>(settings);
    m_portal->portal.streets.open(m_folder.filePath("streets"));
    QVERIFY(m_portal->waitForConnection());
    QTRY_COMPARE_WITH_TIMEOUT(store().size(), std::size_t(kCars), kPatienceMs);
    QVERIFY(QTest::qWaitFor([this] { return store().countOf(api::Activity::driving) > 0; }, 3 * kPatienceMs));
  }
  void cleanupTestCase() { m_portal.reset(); }

  void theMapDrawsStreetsAndCars() {
    QTRY_VERIFY_WITH_TIMEOUT(view().hasStreetMaps(), 3 * kPatienceMs);
    view().fitAll(false);
    QTRY_VERIFY_WITH_TIMEOUT((view().grab(), view().isSettled()), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(view().cars().size(), std::size_t(kCars), kPatienceMs);
    QVERIFY(coloursIn(view()) > 200);
    m_portal->picture("offline_map");
  }

  void anExtractOnTheWindowIsDrawn() {
    const QString extract = m_folder.filePath("harbour.osm.pbf");
    ui::test::writeStreetExtract(extract);
    QVERIFY(ui::test::dropFile(*m_portal->window, extract));
    QTRY_VERIFY_WITH_TIMEOUT(m_portal->portal.streets.nearestStreet(43.734, 7.412), kPatienceMs);
    QCOMPARE(m_portal->portal.streets.nearestStreet(43.734, 7.412)->name, QString("Quai Été"));
    view().jumpTo(ui::toWorld({43.7345, 7.412}), 16);
    QTRY_VERIFY_WITH_TIMEOUT((view().grab(), view().isSettled()), kPatienceMs);
    const QPointF harbour = view().viewport().toScreen(ui::toWorld({43.7316, 7.412}));
    QCOMPARE(view().grab().toImage().pixelColor(harbour.toPoint()), ui::Theme::light().map.water);
    m_portal->picture("offline_extract");
  }

  /// Light and dark: the harbour is where it is, and the streets have their names.
  void aRealTownIsRecognised() {
    const QString extract = testDataFolder() + "/osm/monaco.osm.pbf";
    if (testDataFolder().isEmpty() || !QFile::exists(extract)) return;
    QVERIFY(ui::test::dropFile(*m_portal->window, extract));
    QTRY_VERIFY_WITH_TIMEOUT(m_portal->portal.streets.nearestStreet(43.7348, 7.41898), kPatienceMs);
    QCOMPARE(m_portal->portal.streets.nearestStreet(43.7348, 7.41898)->name, QString("Rue Grimaldi"));
    for (const ui::Theme* theme : {&ui::Theme::dark(), &ui::Theme::light()}) {
      ui::applyTheme(*qApp, *theme);
      view().jumpTo(ui::toWorld({43.735, 7.421}), 16.5);
      QTRY_VERIFY_WITH_TIMEOUT((view().grab(), view().isSettled()), kPatienceMs);
      const QPointF harbour = view().viewport().toScreen(ui::toWorld({43.7358, 7.4245}));
      QCOMPARE(view().grab().toImage().pixelColor(harbour.toPoint()), theme->map.water);
      QVERIFY(coloursIn(view()) > 200);
      m_portal->picture(theme == &ui::Theme::dark() ? "offline_monaco_dark" : "offline_monaco_light");
    }
  }

  void theTimeMachineGoesBack() {
    ui::TimeMachine& machine = m_portal->window->timeMachine();
    const TimePoint then = machine.present() - std::chrono::minutes(10);
    machine.goTo(then);
    QTRY_VERIFY_WITH_TIMEOUT(!machine.isLoading() && !store().isLive() && store().size() > 0, kPatienceMs);
    const auto isOfThen = [&] {
      for (ui::CarStore::Row row = 0; row < store().size(); ++row) {
        if (store().position(row).time > then || !store().position(row).hasFix()) return false;
      }
      return true;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isOfThen(), kPatienceMs);
    m_portal->picture("offline_past");
    machine.goLive();
    QTRY_VERIFY_WITH_TIMEOUT(store().isLive(), kPatienceMs);
  }

  void plotsHaveLines() {
    m_portal->window->showCarPage(store().numbers()[0]);
    ui::CarPage* page = nullptr;
    for (auto* one : m_portal->window->findChildren<ui::CarPage*>()) {
      if (one->isVisible()) page = one;
    }
    QVERIFY(page);
    auto& chart = page->plots().chart();
    chart.showLive(std::chrono::minutes(20));
    QTRY_VERIFY_WITH_TIMEOUT(page->presenter().values().rowCount() > 3, kPatienceMs);
    QVERIFY(QTest::qWaitFor([&] { return coloursIn(chart.plot()) > 30; }, kPatienceMs));
    m_portal->picture("offline_plots");
  }

  /// After all of that.
  void nothingWasTriedBeyondThisComputer() {
    const auto after = Attempts::read();
    QVERIFY(after);
    QCOMPARE(after->withoutRoute - m_before.withoutRoute, 0);
    QCOMPARE(after->datagrams - m_before.datagrams, 0);
    // What counts does count.
    QTcpSocket elsewhere;
    elsewhere.connectToHost(QHostAddress("192.0.2.1"), 80);
    QVERIFY(!elsewhere.waitForConnected(5'000));
    QVERIFY(Attempts::read()->withoutRoute > after->withoutRoute);
    const auto known = Attempts::read();
    QHostInfo::fromName("tiles.example.org");
    const auto asked = Attempts::read();
    QVERIFY(asked->withoutRoute > known->withoutRoute || asked->datagrams > known->datagrams);
  }

 private:
  ui::CarStore& store() { return m_portal->portal.store; }
  ui::MapView& view() { return m_portal->window->findChild<ui::MapPage*>()->view(); }

  static qsizetype coloursIn(QWidget& widget) {
    const QImage picture = widget.grab().toImage();
    QSet<QRgb> colours;
    for (int y = 0; y < picture.height(); y += 2) {
      for (int x = 0; x < picture.width(); x += 2) colours.insert(picture.pixel(x, y));
    }
    return colours.size();
  }

  QTemporaryDir m_folder;
  Attempts m_before;
  std::unique_ptr<PortalWindow> m_portal;
};

int main(int argc, char* argv[]) {
  QApplication application(argc, argv);
  if (qEnvironmentVariableIsSet(kInside)) {
    PortalInNamespaceTest test;
    return QTest::qExec(&test, argc, argv);
  }
  PortalOfflineTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "tst_portal_offline.moc"
