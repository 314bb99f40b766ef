// A recorded trip in the time machine, with the real gateway inside: map, plots, the car's page and the slider show the
// same moment, by mouse and by keyboard, and commands are refused there.
#include "tests/gui/portal_window.h"
#include "tests/support/integration_program.h"
#include "ui/models/time_machine.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/map_feed.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QDateTimeEdit>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <cmath>

using namespace carport;
using namespace carport::test;

namespace {

struct Row {
  qint64 ms = 0;
  double latitude = 0, longitude = 0, speed = 0, soc = 0;
};

constexpr qsizetype kMostRows = 900;
constexpr qsizetype kRowsAPost = 300;
const QString kSecret = QStringLiteral("a secret of sixteen");

/// The rows of a real trip where there is one, as if it had begun at `begin`.
QList<Row> recordedRows(qint64 begin) {
  QFile file(testDataFolder() + "/twizy/T3_05_31_2021.csv");
  QList<Row> rows;
  if (testDataFolder().isEmpty() || !file.open(QIODevice::ReadOnly)) return rows;
  const QList<QByteArray> header = file.readLine().trimmed().split(',');
  QTime first;
  while (!file.atEnd() && rows.size() < kMostRows) {
    const QList<QByteArray> fields = file.readLine().trimmed().split(',');
    const auto field = [&](const char* name) { return fields.value(header.indexOf(name)); };
    const QTime time = QTime::fromString(QString::fromLatin1(field("Time")), "HH:mm:ss");
    if (!first.isValid()) first = time;
    const Row row{begin + first.msecsTo(time), field("LAT").toDouble(), field("LON").toDouble(),
                  field("Speed").toDouble(), field("Soc").toDouble()};
    if (std::abs(row.longitude) <= 180 && (rows.isEmpty() || row.ms > rows.last().ms)) rows.push_back(row);
  }
  return rows;
}

/// A made-up trip: round a block, a sample a second, a stop in the middle.
QList<Row> madeUpRows(qint64 begin) {
  QList<Row> rows;
  for (int second = 0; second < 600; ++second) {
    const bool stands = second > 250 && second < 350;
    const double way = stands ? 250 : second < 350 ? second : second - 100;
    rows.push_back({begin + second * qint64(1000), 43.73 + 0.01 * std::sin(way / 80), 7.42 + 0.01 * std::cos(way / 80),
                    stands ? 0.0 : 30 + way / 20, 80 - second / 60.0});
  }
  return rows;
}

}  // namespace

class PortalTimeMachineTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    m_portal = std::make_unique<PortalWindow>(PortalWindow::settingsFor(m_folder.filePath("data")));
    QVERIFY(m_portal->waitForConnection());
    const qint64 begin = (QDateTime::currentMSecsSinceEpoch() - 3 * 3'600'000) / 60'000 * 60'000;
    m_rows = recordedRows(begin);
    if (m_rows.isEmpty()) m_rows = madeUpRows(begin);
    QVERIFY(m_rows.size() > 300);
    bool added = false;
    ui::NewCar car{"twizy", "Twizy", kSecret.toStdString()};
    m_portal->portal.client.addCar(car).then(this, [&](const auto& made) { added = made.has_value(); });
    QTRY_VERIFY_WITH_TIMEOUT(added, kPatienceMs);
    for (qsizetype at = 0; at < m_rows.size(); at += kRowsAPost) QVERIFY(post(m_rows.mid(at, kRowsAPost)));
    QTRY_VERIFY_WITH_TIMEOUT(store().rowOfId("twizy"), kPatienceMs);
    m_car = store().numbers()[*store().rowOfId("twizy")];
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
  }
  void cleanupTestCase() { m_portal.reset(); }

  void everyPartShowsTheSameMoment_data() {
    QTest::addColumn<int>("row");
    for (const int share : {0, 13, 37, 50, 62, 88, 100}) {
      QTest::addRow("at %d %%", share) << int((m_rows.size() - 1) * share / 100);
    }
  }
  void everyPartShowsTheSameMoment() {
    QFETCH(int, row);
    const Row& then = m_rows[row];
    m_portal->window->showCarPage(m_car);
    auto* page = m_portal->window->findChild<ui::CarPage*>();
    machine().goTo(fromMs(then.ms));
    QTRY_VERIFY_WITH_TIMEOUT(!machine().isLoading() && position().time == fromMs(then.ms), kPatienceMs);
    // The store, from which lists and map read.
    QCOMPARE(position().latitude, then.latitude);
    QCOMPARE(position().longitude, then.longitude);
    QCOMPARE(position().speed, float(then.speed));
    QCOMPARE(toMs(store().now()), then.ms);
    // The map.
    auto* feed = m_portal->window->findChild<ui::MapFeed*>();
    const auto cars = feed->snapshot();
    QCOMPARE(cars->size(), std::size_t(1));
    const auto drawn = cars->front().glide.at(ui::CarStore::steadyMs());
    QVERIFY(std::abs(drawn.latitude - then.latitude) < 1e-9 && std::abs(drawn.longitude - then.longitude) < 1e-9);
    // The car's page: its newest values of then.
    QTRY_VERIFY_WITH_TIMEOUT(store().state(m_car) != nullptr && store().state(m_car)->position.time == fromMs(then.ms),
                             kPatienceMs);
    const auto& metrics = store().state(m_car)->metrics;
    QCOMPARE(metrics.at("speed").value, then.speed);
    QCOMPARE(metrics.at("soc").value, then.soc);
    QVERIFY(page->presenter().values().rowCount() >= 4);
    // The plots: what is stored of that very moment, and the mark in them.
    QCOMPARE(plottedSpeedAt(then.ms), then.speed);
    QTRY_VERIFY(page->plots().chart().range().to >= fromMs(then.ms));
    // The slider.
    auto& track = m_portal->window->findChild<ui::TimeBar*>()->track();
    QVERIFY(std::abs(double((track.timeAt(track.xOf(machine().moment())) - fromMs(then.ms)).count())) < 1000);
    QVERIFY(track.xOf(machine().moment()) > 0 && track.xOf(machine().moment()) < track.width());
  }

  void theBarFitsTheWindow_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    for (const bool dark : {false, true}) {
      for (const QSize size : {QSize(1280, 720), QSize(2560, 1440)}) {
        QTest::addRow("%s_%dx%d", dark ? "dark" : "light", size.width(), size.height()) << dark << size;
      }
    }
  }
  void theBarFitsTheWindow() {
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    ui::applyTheme(*qApp, ui::Theme::of(dark ? ui::ThemeKind::dark : ui::ThemeKind::light));
    m_portal->window->resize(size);
    m_portal->window->showPage(ui::Page::map);
    m_portal->window->findChild<ui::MapPage*>()->showCar(m_car);
    machine().goTo(fromMs(m_rows[m_rows.size() / 3].ms));
    QTRY_VERIFY_WITH_TIMEOUT(!machine().isLoading() && store().state(m_car) != nullptr, kPatienceMs);
    auto* bar = m_portal->window->findChild<ui::TimeBar*>();
    QVERIFY(bar->track().width() > size.width() / 2);
    for (const auto* part : bar->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
      QVERIFY(!part->isVisible() || bar->rect().contains(part->geometry()));
      QVERIFY2(!part->isVisible() || !part->accessibleName().isEmpty(), part->metaObject()->className());
    }
    m_portal->picture(QString("time_map_%1").arg(QTest::currentDataTag()));
    m_portal->window->showCarPage(m_car);
    m_portal->picture(QString("time_car_%1").arg(QTest::currentDataTag()));
    machine().goLive();
    m_portal->window->showPage(ui::Page::map);
    m_portal->picture(QString("time_live_%1").arg(QTest::currentDataTag()));
    m_portal->window->resize(1280, 720);
    ui::applyTheme(*qApp, ui::Theme::of(ui::ThemeKind::light));
  }

  void beforeTheTripItSaysThatThereIsNothing() {
    m_portal->window->showPage(ui::Page::map);
    machine().goTo(fromMs(m_rows.first().ms - 60'000));
    QTRY_VERIFY_WITH_TIMEOUT(machine().message().contains("Nothing is stored"), kPatienceMs);
    QVERIFY(m_portal->window->findChild<ui::MapFeed*>()->snapshot()->empty());
    m_portal->picture("time_nothing");
  }

  void commandsAreRefusedThere() {
    QString why;
    m_portal->portal.client.sendCommand("twizy", {"honk", "{}", {}}).then(this, [&](const Result<api::Command>& sent) {
      why = sent ? QString("sent") : QString::fromStdString(sent.error().message());
    });
    QTRY_VERIFY_WITH_TIMEOUT(!why.isEmpty(), kPatienceMs);
    QVERIFY2(why.contains("past"), qPrintable(why));
  }

  void theMouseGoesToAMomentAndTheWheelZooms() {
    machine().goLive();
    auto& track = m_portal->window->findChild<ui::TimeBar*>()->track();
    const double x = track.xOf(fromMs(m_rows[m_rows.size() / 2].ms));
    const QPoint place(int(std::lround(x)), track.height() / 2);
    QTest::mouseClick(&track, Qt::LeftButton, {}, place);
    QVERIFY(!machine().isLive());
    const Milliseconds pixel = track.view().length() / track.width();
    const auto off = std::chrono::abs(machine().moment() - fromMs(m_rows[m_rows.size() / 2].ms));
    QVERIFY(off <= 2 * pixel);
    const Milliseconds before = track.view().length();
    QWheelEvent wheel(QPointF(place), track.mapToGlobal(QPointF(place)), {}, QPoint(0, 120), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&track, &wheel);
    QVERIFY(track.view().length() < before);
    QVERIFY(track.view().to <= machine().present());
    QTest::mousePress(&track, Qt::LeftButton, {}, place);
    QTest::mouseMove(&track, place - QPoint(40, 0));
    QTest::mouseRelease(&track, Qt::LeftButton, {}, place - QPoint(40, 0));
    QVERIFY(machine().moment() < fromMs(m_rows[m_rows.size() / 2].ms));
    QVERIFY(press(*m_portal->window, "Back to live"));
    QVERIFY(machine().isLive());
  }

  void theKeyboardDoesItAll() {
    auto& track = m_portal->window->findChild<ui::TimeBar*>()->track();
    m_portal->keys(Qt::Key_T);
    QVERIFY(track.hasFocus());
    machine().goTo(fromMs(m_rows.first().ms));
    const TimePoint begin = machine().moment();
    QTest::keyClick(&track, Qt::Key_Left);
    QVERIFY(machine().moment() < begin);
    QTest::keyClick(&track, Qt::Key_Right);
    QCOMPARE(machine().moment(), begin);
    QTest::keyClick(&track, Qt::Key_Up);
    QTest::keyClick(&track, Qt::Key_Up);
    QCOMPARE(machine().speed(), 5.0);
    QTest::keyClick(&track, Qt::Key_Space);
    QVERIFY(machine().isPlaying());
    QTRY_VERIFY_WITH_TIMEOUT(machine().moment() > begin + Milliseconds(2000), kPatienceMs);
    m_portal->picture("time_playing");
    QTest::keyClick(&track, Qt::Key_Space);
    QVERIFY(!machine().isPlaying());
    // What stands is exact again.
    QTRY_VERIFY_WITH_TIMEOUT(!machine().isLoading(), kPatienceMs);
    const Row* newest = nullptr;
    for (const Row& row : m_rows) {
      if (row.ms <= toMs(machine().moment())) newest = &row;
    }
    QVERIFY(newest != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(toMs(position().time), newest->ms, kPatienceMs);
    QCOMPARE(position().latitude, newest->latitude);
    // A date and a time, written.
    m_portal->keys(Qt::Key_G);
    auto* edit = m_portal->window->findChild<QDateTimeEdit*>();
    QVERIFY(edit && edit->isVisible());
    const TimePoint written = fromMs(m_rows[m_rows.size() / 2].ms / 1000 * 1000);
    edit->setDateTime(QDateTime::fromMSecsSinceEpoch(toMs(written)));
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(machine().moment(), written);
    QTRY_VERIFY(m_portal->window->findChild<QDateTimeEdit*>() == nullptr);
    track.setFocus();
    QTest::keyClick(&track, Qt::Key_End);
    QVERIFY(machine().isLive());
    QVERIFY(store().isLive());
    QTRY_COMPARE_WITH_TIMEOUT(toMs(position().time), m_rows.last().ms, kPatienceMs);
  }

 private:
  ui::TimeMachine& machine() { return m_portal->window->timeMachine(); }
  ui::CarStore& store() { return m_portal->portal.store; }
  api::CarPosition position() { return store().position(*store().rowOf(m_car)); }

  double plottedSpeedAt(qint64 ms) {
    api::HistoryQuery query;
    query.metrics = {"speed"};
    query.from = fromMs(ms);
    query.to = fromMs(ms + 1);
    double value = std::nan("");
    bool answered = false;
    m_portal->portal.client.history("twizy", query).then(this, [&](const Result<api::History>& history) {
      answered = true;
      if (history && !history->series[0].points.empty()) value = history->series[0].points[0].last;
    });
    return QTest::qWaitFor([&] { return answered; }, kPatienceMs) ? value : std::nan("");
  }

  bool post(const QList<Row>& rows) {
    QJsonArray array;
    for (const Row& row : rows) {
      array.append(QJsonObject{
          {"ts", row.ms}, {"lat", row.latitude}, {"lon", row.longitude}, {"speed", row.speed}, {"soc", row.soc}});
    }
    QNetworkRequest request(QUrl(m_portal->gateway.url().toString() + "/api/v2/cars/twizy/telemetry"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    request.setRawHeader("Authorization", "Basic " + ("twizy:" + kSecret).toUtf8().toBase64());
    QNetworkReply* reply = m_network.post(request, QJsonDocument(array).toJson(QJsonDocument::Compact));
    const bool ended = QTest::qWaitFor([reply] { return reply->isFinished(); }, kPatienceMs);
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status != 200) qWarning("%d %s", status, reply->readAll().constData());
    reply->deleteLater();
    return ended && status == 200;
  }

  QTemporaryDir m_folder;
  std::unique_ptr<PortalWindow> m_portal;
  QNetworkAccessManager m_network;
  QList<Row> m_rows;
  PrincipalNumber m_car;
};

QTEST_MAIN(PortalTimeMachineTest)
#include "tst_portal_time_machine.moc"
