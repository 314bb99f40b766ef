// Other gateways, a gateway that goes away, one that cannot start; and the keyboard's way through the window.
#include "tests/gui/portal_window.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QSet>
#include <QStackedWidget>
#include <QTcpServer>

using namespace carport;
using namespace carport::test;

namespace {
constexpr auto kPassword = "a long enough password";
}

class PortalConnectionsTest : public QObject {
  Q_OBJECT

 private slots:
  void attachesElsewhereAndComesBack() {
    QTemporaryDir own, other;
    GatewayProcess remote(other.filePath("data"));
    QVERIFY(remote.start());
    QVERIFY(
        carportd({"user", "add", "ann", "--role", "operator", "--data", remote.data(), "--password", kPassword}).ok());
    QVERIFY(remote.addCar("far-car", "a secret of the far car"));
    PortalWindow portal(PortalWindow::settingsFor(own.filePath("data")));
    QVERIFY(portal.waitForConnection());
    ui::MainWindow& window = *portal.window;
    portal.keys(Qt::Key_Escape, Qt::NoModifier);

    portal.keys(Qt::Key_O);
    ui::Drawer& drawer = portal.drawer();
    auto* address = named<QLineEdit>(drawer, "Address of the gateway");
    QVERIFY(address);
    QTRY_COMPARE(QApplication::focusWidget(), address);
    QTest::keyClicks(address, remote.http());
    QVERIFY(press(drawer, "Connect"));
    QVERIFY(isShown(drawer, "Fill in id and password"));
    QVERIFY(write(drawer, "Id", "ann"));
    QVERIFY(write(drawer, "Password", "not her password"));
    QVERIFY(press(drawer, "Connect"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "Signing in to"), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "failed"), kPatienceMs);
    portal.picture("connect_wrong_password");
    QVERIFY(write(drawer, "Password", kPassword));
    QTest::keyClick(named<QLineEdit>(drawer, "Password"), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(portal.portal.client.isConnected(), kPatienceMs);
    QTRY_VERIFY(!drawer.isOpen());
    QVERIFY(named<QLabel>(window, remote.http()));
    QTRY_VERIFY_WITH_TIMEOUT(portal.portal.store.rowOfId("far-car").has_value(), kPatienceMs);
    QCOMPARE(portal.notice(), QString());

    // It dies, and says so; it returns, and nobody has to do anything.
    const QString mqtt = remote.mqtt(), http = remote.http();
    remote.killNow();
    QTRY_VERIFY_WITH_TIMEOUT(portal.notice().contains("trying again"), kPatienceMs);
    QVERIFY(named<QAbstractButton>(window, "Try now"));
    QVERIFY(!isShown(window, "all on disk"));
    portal.picture("gateway_gone");
    GatewayProcess again(other.filePath("data"));
    QVERIFY(again.start(mqtt, http));
    QTRY_VERIFY_WITH_TIMEOUT(portal.portal.client.isConnected(), kPatienceMs);
    QCOMPARE(portal.notice(), QString());

    for (QAction* action : window.menuBar()->actions().first()->menu()->actions())
      if (action->text().remove('&') == "Use the gateway on this computer") action->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(named<QLabel>(window, "This computer"), kPatienceMs);
  }

  void attachesOverTlsWithTheOperatorsAuthority() {
    QTemporaryDir own, other;
    GatewayProcess remote(other.filePath("data"));
    QVERIFY(carportd({"tls", "init", "--data", remote.data()}).ok());
    QVERIFY(remote.start("127.0.0.1:0", "127.0.0.1:0", {"--https", "127.0.0.1:0"}));
    const QString address = "https://localhost:" + remote.port("https");
    PortalWindow portal(PortalWindow::settingsFor(own.filePath("data")));
    QVERIFY(portal.waitForConnection());
    portal.keys(Qt::Key_O);
    ui::Drawer& drawer = portal.drawer();
    auto* authority = named<QLineEdit>(drawer, "Authority of the gateway");
    QVERIFY(!authority || !authority->isVisible());  // nothing that http has no use for
    QVERIFY(write(drawer, "Address of the gateway", address));
    QVERIFY(write(drawer, "Token", QString::fromUtf8(remote.token())));
    portal.picture("connect_https");
    QVERIFY(press(drawer, "Connect"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "does not know"), kPatienceMs);
    portal.picture("connect_https_unknown_authority");
    QVERIFY(write(drawer, "Authority of the gateway", other.filePath("none.pem")));
    QVERIFY(press(drawer, "Connect"));
    QVERIFY(isShown(drawer, "cannot be read"));
    QVERIFY(write(drawer, "Authority of the gateway", remote.data() + "/tls/authority.pem"));
    QVERIFY(press(drawer, "Connect"));
    QTRY_VERIFY_WITH_TIMEOUT(portal.portal.client.isConnected(), kPatienceMs);
    QTRY_VERIFY(!drawer.isOpen());
    QCOMPARE(portal.preferences.lastAuthority(), remote.data() + "/tls/authority.pem");
  }

  void replacesAOneTimePassword() {
    QTemporaryDir own, other;
    GatewayProcess remote(other.filePath("data"));
    QVERIFY(remote.start());
    // As a person reads it on the daemon's first start.
    QVERIFY(remote.waitForLog("one-time password"));
    const auto told =
        QRegularExpression("as “([^”]+)” with the one-time password (\\S+) and").match(QString::fromUtf8(remote.log()));
    QVERIFY(told.hasMatch());
    PortalWindow portal(PortalWindow::settingsFor(own.filePath("data")));
    QVERIFY(portal.waitForConnection());
    portal.keys(Qt::Key_O);
    ui::Drawer& drawer = portal.drawer();
    QVERIFY(write(drawer, "Address of the gateway", remote.http()));
    QVERIFY(write(drawer, "Id", told.captured(1)));
    QVERIFY(write(drawer, "Password", told.captured(2)));
    QVERIFY(press(drawer, "Connect"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "for one sign-in"), kPatienceMs);
    QVERIFY(write(drawer, "New password", kPassword));
    QVERIFY(write(drawer, "New password once more", "something else"));
    QVERIFY(press(drawer, "Change password and connect"));
    QVERIFY(isShown(drawer, "differ"));
    QVERIFY(write(drawer, "New password once more", kPassword));
    portal.picture("one_time_password");
    QVERIFY(press(drawer, "Change password and connect"));
    QTRY_VERIFY_WITH_TIMEOUT(portal.portal.client.isConnected(), kPatienceMs);
    QTRY_VERIFY(!drawer.isOpen());
    QVERIFY(named<QLabel>(*portal.window, remote.http()));
  }

  void saysWhyItsOwnGatewayDoesNotRun_data() {
    QTest::addColumn<QString>("trouble");
    QTest::addColumn<QString>("word");
    QTest::newRow("impossible folder") << "file"
                                       << "data folder";
    QTest::newRow("damaged registry") << "damaged"
                                      << "registry.db";
    QTest::newRow("port in use") << "port"
                                 << "in use by another program";
    QTest::newRow("second instance") << "second"
                                     << "data folder";
  }
  void saysWhyItsOwnGatewayDoesNotRun() {
    QFETCH(QString, trouble);
    QFETCH(QString, word);
    QTemporaryDir folder;
    EmbeddedGateway::Settings settings = PortalWindow::settingsFor(folder.filePath("data"));
    QTcpServer taken;
    GatewayProcess first(settings.dataFolder);
    if (trouble == "file" || trouble == "damaged") {
      if (trouble == "damaged") QVERIFY(QDir().mkpath(settings.dataFolder));
      QFile file(trouble == "file" ? settings.dataFolder : settings.dataFolder + "/registry.db");
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(QByteArray(8192, 'x'));
    } else if (trouble == "port") {
      QVERIFY(taken.listen(QHostAddress::LocalHost));
      settings.mqtt = {{"127.0.0.1", taken.serverPort()}, false};
    } else {
      QVERIFY(first.start());
    }
    PortalWindow portal(settings);
    QTRY_VERIFY_WITH_TIMEOUT(portal.notice().startsWith("The gateway on this computer did not start."), kPatienceMs);
    QVERIFY2(portal.notice().contains(word), qPrintable(portal.notice()));
    portal.picture("trouble_" + trouble);
    // What needs that gateway is not offered or says so, and the rest of the window works.
    QVERIFY(!named<QAbstractButton>(*portal.window, "Start a demonstration fleet"));
    for (QAction* action : portal.window->menuBar()->actions().first()->menu()->actions())
      if (action->text().remove('&') == "Start a demonstration fleet") action->trigger();
    QTRY_VERIFY(portal.notice().contains("does not run"));
    QVERIFY(press(*portal.window, "Connect to another gateway"));
    QTRY_VERIFY(named<QLineEdit>(portal.drawer(), "Address of the gateway"));
    if (trouble != "second") return;
    QVERIFY(write(portal.drawer(), "Address of the gateway", first.http()));
    QVERIFY(write(portal.drawer(), "Token", QString::fromLatin1(first.token())));
    QVERIFY(press(portal.drawer(), "Connect"));
    QTRY_VERIFY_WITH_TIMEOUT(portal.portal.client.isConnected(), kPatienceMs);
  }

  void startsOnceTheTroubleIsOver() {
    QTemporaryDir folder;
    EmbeddedGateway::Settings settings = PortalWindow::settingsFor(folder.filePath("data"));
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    settings.mqtt = {{"127.0.0.1", taken.serverPort()}, false};
    PortalWindow portal(settings);
    QTRY_VERIFY_WITH_TIMEOUT(portal.notice().contains("in use"), kPatienceMs);
    taken.close();
    for (QAction* action : portal.window->menuBar()->actions().first()->menu()->actions())
      if (action->text().remove('&') == "Use the gateway on this computer") action->trigger();
    QVERIFY(portal.waitForConnection());
    QCOMPARE(portal.notice(), QString());
  }

  void movesToTheNextPortAndSaysSo() {
    QTemporaryDir folder;
    EmbeddedGateway::Settings settings = PortalWindow::settingsFor(folder.filePath("data"));
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    settings.mqtt = {{"127.0.0.1", taken.serverPort()}, true};
    PortalWindow portal(settings);
    QVERIFY(portal.waitForConnection());
    const QString port = QString::number(taken.serverPort());
    QTRY_VERIFY(portal.notice().contains("Port " + port + " is in use by another program"));
    portal.picture("port_moved");
  }

  void isReachedByTheKeyboard() {
    QTemporaryDir folder;
    PortalWindow portal(PortalWindow::settingsFor(folder.filePath("data")));
    QVERIFY(portal.waitForConnection());
    auto* pages = portal.window->findChild<QStackedWidget*>();
    for (int page = 0; page < 5; ++page) {
      portal.keys(Qt::Key_1 + page);
      QCOMPARE(pages->currentIndex(), page);
      QVERIFY(QApplication::focusWidget());
    }
    portal.picture("gateway_page");
    portal.keys(Qt::Key_1);
    QCOMPARE(pages->currentIndex(), 0);
    // Tab visits everything and never gets stuck.
    QSet<QWidget*> visited;
    for (int step = 0; step < 60; ++step) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      visited.insert(QApplication::focusWidget());
    }
    QVERIFY2(visited.size() >= 6, qPrintable(QString::number(visited.size())));
  }

  void hasNoClashingMnemonicsOrShortcuts() {
    QTemporaryDir folder;
    PortalWindow portal(PortalWindow::settingsFor(folder.filePath("data")));
    QSet<QString> shortcuts;
    for (QAction* top : portal.window->menuBar()->actions()) {
      QSet<QChar> letters;
      for (QAction* action : top->menu()->actions()) {
        if (action->isSeparator()) continue;
        const auto at = action->text().indexOf('&');
        QVERIFY2(at >= 0, qPrintable(action->text()));
        const QChar letter = action->text().at(at + 1).toLower();
        QVERIFY2(!letters.contains(letter), qPrintable(action->text()));
        letters.insert(letter);
        const QString keys = action->shortcut().toString();
        QVERIFY2(keys.isEmpty() || !shortcuts.contains(keys), qPrintable(keys));
        shortcuts.insert(keys);
      }
    }
  }

  void changesItsLookAndRemembersIt() {
    QTemporaryDir folder;
    PortalWindow portal(PortalWindow::settingsFor(folder.filePath("data")));
    QVERIFY(portal.waitForConnection());
    const auto choose = [&](const QString& look) {
      for (QAction* action : portal.window->menuBar()->actions()[1]->menu()->actions())
        if (action->text().remove('&') == look) action->trigger();
    };
    choose("Dark");
    QCOMPARE(portal.window->palette().color(QPalette::Window), ui::Theme::dark().window);
    QCOMPARE(portal.preferences.look(), ui::Preferences::Look::dark);
    for (const int page : {1, 2, 3, 4, 5}) {
      portal.keys(Qt::Key_0 + page);
      portal.picture(QString("dark_%1").arg(page));
    }
    choose("Light");
    QCOMPARE(portal.window->palette().color(QPalette::Window), ui::Theme::light().window);
    portal.keys(Qt::Key_Plus);
    QCOMPARE(portal.preferences.textScale(), 1.25);
    portal.keys(Qt::Key_0);
    QCOMPARE(portal.preferences.textScale(), 1.0);
  }
};

QTEST_MAIN(PortalConnectionsTest)
#include "tst_portal_connections.moc"
