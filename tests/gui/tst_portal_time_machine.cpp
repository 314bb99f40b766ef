// Recorded trips in the time machine, with the real gateway inside: map, table, plots, the car's page and its day, and
// the slider show the same moment, at samples, between them and at moments picked at random, by mouse and by keyboard;
// commands are refused there.
#include "tests/gui/portal_window.h"
#include "tests/gui/recorded_trips.h"
#include "tests/support/integration_program.h"
#include "ui/models/car_roles.h"
#include "ui/models/time_machine.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/day_bar.h"
#include "ui/widgets/car/day_panel.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/map_feed.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QDateTimeEdit>
#include <QNetworkAccessManager>
#include <QPushButton>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>

using namespace carport;
using namespace carport::test;

namespace {
constexpr int kRandomMoments = 30;
}  // namespace

class PortalTimeMachineTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    m_portal = std::make_unique<PortalWindow>(PortalWindow::settingsFor(m_folder.filePath("data")));
    QVERIFY(m_portal->waitForConnection());
    const qint64 begin = (QDateTime::currentMSecsSinceEpoch() - 3 * 3'600'000) / 60'000 * 60'000;
    // One begins after the other, and they overlap.
    for (qsizetype i = 0; i < kRecordings.size(); ++i) {
      Trip trip{i == 0 ? "twizy" : QString("twizy-%1").arg(i + 1), {}, {}};
      trip.rows = recordedRows(kRecordings[i], begin + i * kBetweenTripsMs);
      if (trip.rows.isEmpty()) trip.rows = madeUpRows(begin + i * kBetweenTripsMs);
      QVERIFY(trip.rows.size() > 300);
      QVERIFY(send(trip));
      m_trips.push_back(trip);
    }
    m_rows = m_trips[0].rows;
    m_car = m_trips[0].car;
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
  }
  void cleanupTestCase() { m_portal.reset(); }

  void everyPartShowsTheSameMoment_data() {
    QTest::addColumn<int>("row");
    QTest::addColumn<qint64>("later");
    for (const int share : {0, 13, 37, 50, 62, 88, 100}) {
      const auto row = static_cast<int>((m_rows.size() - 1) * share / 100);
      QTest::addRow("at %d %%", share) << row << qint64(0);
      if (share == 100) break;
      QTest::addRow("after %d %%", share) << row << (m_rows[row + 1].ms - m_rows[row].ms) / 2;
    }
  }
  void everyPartShowsTheSameMoment() {
    QFETCH(int, row);
    QFETCH(qint64, later);
    const Row& then = m_rows[row];
    const qint64 moment = then.ms + later;
    m_portal->window->showCarPage(m_car);
    machine().goTo(fromMs(moment));
    QTRY_VERIFY_WITH_TIMEOUT(!machine().isLoading() && position().time == fromMs(then.ms), kPatienceMs);
    checkFleet(moment);
    if (QTest::currentTestFailed()) return;
    checkTable(moment);
    checkPage(then, moment);
    checkPlots(then, moment);
    checkDay(moment);
    checkSlider(moment);
  }

  /// Only what costs little, but anywhere: before the first trip's end as well as where one has not begun.
  void theWholeFleetIsWhereItWasAtAnyMoment() {
    QRandomGenerator random(5);
    const qint64 begin = m_rows.first().ms, end = m_trips.back().rows.last().ms;
    m_portal->window->showPage(ui::Page::map);
    for (int i = 0; i < kRandomMoments; ++i) {
      const qint64 moment = begin + random.bounded(end - begin);
      machine().goTo(fromMs(moment));
      QTRY_VERIFY_WITH_TIMEOUT(!machine().isLoading() && toMs(store().now()) == moment, kPatienceMs);
      QTRY_VERIFY_WITH_TIMEOUT(agrees(moment), kPatienceMs);
      checkFleet(moment);
      checkSlider(moment);
      if (QTest::currentTestFailed()) return;
    }
  }

  void theCarIsDrawnWhereItWas() {
    m_portal->window->showPage(ui::Page::map);
    m_portal->window->resize(1280, 720);
    for (const int share : {10, 40, 75}) {
      const Row& then = m_rows[(m_rows.size() - 1) * share / 100];
      machine().goTo(fromMs(then.ms));
      QTRY_VERIFY_WITH_TIMEOUT(!machine().isLoading() && position().time == fromMs(then.ms), kPatienceMs);
      ui::MapView& view = m_portal->window->findChild<ui::MapPage*>()->view();
      view.jumpTo(ui::toWorld({then.latitude, then.longitude}), 15);
      // Nobody else there: the colour of its state stands on the place of then.
      const QColor colour = ui::Theme::light().stateColour(position().activity);
      const auto isThere = [&] {
        const QPoint pixel = view.viewport().toScreen(ui::toWorld({then.latitude, then.longitude})).toPoint();
        const QImage picture = view.grab(QRect(pixel - QPoint(5, 5), QSize(11, 11))).toImage();
        for (int x = 0; x < picture.width(); ++x) {
          for (int y = 0; y < picture.height(); ++y) {
            if (picture.pixelColor(x, y) == colour) return true;
          }
        }
        return false;
      };
      QTRY_VERIFY_WITH_TIMEOUT(isThere(), kPatienceMs);
    }
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

  /// Adds the car and sends its trip with the times of then.
  bool send(Trip& trip) {
    bool added = false;
    ui::NewCar car{trip.id.toStdString(), trip.id.toStdString(), kSecret.toStdString()};
    m_portal->portal.client.addCar(car).then(this, [&](const auto& made) { added = made.has_value(); });
    if (!QTest::qWaitFor([&] { return added; }, kPatienceMs)) return false;
    for (qsizetype at = 0; at < trip.rows.size(); at += kRowsAPost) {
      if (!postRows(m_network, m_portal->gateway.url(), trip.id, trip.rows.mid(at, kRowsAPost))) return false;
    }
    if (!QTest::qWaitFor([&] { return store().rowOfId(trip.id).has_value(); }, kPatienceMs)) return false;
    trip.car = store().numbers()[*store().rowOfId(trip.id)];
    return true;
  }

  /// Whether the store, from which lists and map read, has every car where it was.
  bool agrees(qint64 moment) {
    return std::ranges::all_of(m_trips, [&](const Trip& trip) {
      const Row* then = trip.at(moment);
      const auto row = store().rowOf(trip.car);
      return row && (then ? toMs(store().position(*row).time) == then->ms : !store().position(*row).hasFix());
    });
  }

  /// The store and the map.
  void checkFleet(qint64 moment) {
    QCOMPARE(toMs(store().now()), moment);
    const auto cars = m_portal->window->findChild<ui::MapFeed*>()->snapshot();
    std::size_t expected = 0;
    for (const Trip& trip : m_trips) {
      const Row* then = trip.at(moment);
      const auto drawn =
          std::ranges::find_if(*cars, [&](const ui::MapCar& car) { return car.position.car == trip.car; });
      QCOMPARE(drawn != cars->end(), then != nullptr);
      if (!then) continue;
      ++expected;
      const api::CarPosition& position = store().position(*store().rowOf(trip.car));
      QCOMPARE(toMs(position.time), then->ms);
      QCOMPARE(position.latitude, then->latitude);
      QCOMPARE(position.longitude, then->longitude);
      QCOMPARE(position.speed, float(then->speed));
      const ui::GeoPoint place = ui::toGeo(drawn->drawnAt(ui::CarStore::steadyMs()));
      QVERIFY(std::abs(place.latitude - then->latitude) < 1e-9 && std::abs(place.longitude - then->longitude) < 1e-9);
    }
    QCOMPARE(cars->size(), expected);
  }

  /// What the table of cars says.
  void checkTable(qint64 moment) {
    const auto* table = m_portal->window->findChild<ui::CarsPage*>()->findChild<QTableView*>();
    const QAbstractItemModel& model = *table->model();
    for (const Trip& trip : m_trips) {
      const Row* then = trip.at(moment);
      if (!then) continue;
      const auto found = model.match(model.index(0, 0), ui::kCarIdRole, trip.id, 1, Qt::MatchExactly);
      QCOMPARE(found.size(), 1);
      QTRY_COMPARE_WITH_TIMEOUT(found[0].data(ui::kCarSpeedRole).toFloat(), float(then->speed), kPatienceMs);
    }
  }

  /// The newest values of then.
  void checkPage(const Row& then, qint64 moment) {
    QTRY_VERIFY_WITH_TIMEOUT(store().state(m_car) != nullptr && store().state(m_car)->position.time == fromMs(then.ms),
                             kPatienceMs);
    QCOMPARE(toMs(store().now()), moment);
    const auto& metrics = store().state(m_car)->metrics;
    QCOMPARE(metrics.at("speed").value, then.speed);
    QCOMPARE(metrics.at("soc").value, then.soc);
    QVERIFY(page().presenter().values().rowCount() >= 4);
  }

  /// What the lines have at the mark, and where the mark is.
  void checkPlots(const Row& then, qint64 moment) {
    ui::TimeChart& chart = page().plots().chart();
    chart.showRange({fromMs(moment - 60'000), fromMs(moment + 60'000)});
    const auto newest = [&](const char* metric) -> std::optional<api::HistoryPoint> {
      std::optional<api::HistoryPoint> found;
      for (const auto& point : page().plots().board().points({m_car, metric})) {
        if (toMs(point.time) <= moment) found = point;
      }
      return found;
    };
    QTRY_VERIFY_WITH_TIMEOUT(newest("speed") && toMs(newest("speed")->time) == then.ms, kPatienceMs);
    QCOMPARE(newest("speed")->last, then.speed);
    QCOMPARE(newest("soc")->last, then.soc);
    for (std::size_t plot = 0; plot < chart.plotCount(); ++plot) {
      QCOMPARE(chart.plot(plot).scene().moment, std::optional(fromMs(moment)));
    }
  }

  /// The car's day: its mark, and what it says of that moment where the car did the same for minutes.
  void checkDay(qint64 moment) {
    ui::DayPanel& day = page().day();
    QTRY_COMPARE_WITH_TIMEOUT(day.bar().moment(), std::optional(fromMs(moment)), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!day.loader().isLoading() && day.loader().timeline().at(fromMs(moment)), kPatienceMs);
    constexpr qint64 kAroundMs = 120'000;  // a day is drawn by the minute
    const bool isInside = moment - kAroundMs > m_rows.first().ms && moment + kAroundMs < m_rows.last().ms;
    if (!isInside) return;
    bool drives = true, stands = true;
    for (const Row& row : m_rows) {
      if (std::abs(row.ms - moment) > kAroundMs) continue;
      (row.speed >= api::kDrivingKmh ? stands : drives) = false;
    }
    const api::Activity told = day.loader().timeline().at(fromMs(moment))->activity;
    if (drives) QCOMPARE(told, api::Activity::driving);
    if (stands) QVERIFY(told != api::Activity::driving);
  }

  /// The handle and the words of the slider.
  void checkSlider(qint64 moment) {
    auto* bar = m_portal->window->findChild<ui::TimeBar*>();
    const auto& track = bar->track();
    QCOMPARE(toMs(machine().moment()), moment);
    const double x = track.xOf(fromMs(moment));
    QVERIFY(x > 0 && x < track.width());
    const QString time = QDateTime::fromMSecsSinceEpoch(moment).toString("HH:mm:ss");
    const auto buttons = bar->findChildren<QPushButton*>();
    QVERIFY2(std::ranges::any_of(buttons, [&](const auto* button) { return button->text().contains(time); }),
             qPrintable(time));
    const QImage picture = bar->track().grab().toImage();
    bool isMarked = false;
    for (int at = int(x) - 1; at <= int(x) + 2; ++at) {
      for (int y = 0; y < picture.height(); ++y) {
        isMarked =
            isMarked || picture.pixelColor(std::clamp(at, 0, picture.width() - 1), y) == ui::Theme::light().accent;
      }
    }
    QVERIFY(isMarked);
  }

  ui::CarPage& page() {
    for (auto* page : m_portal->window->findChildren<ui::CarPage*>()) {
      if (page->isVisible()) return *page;
    }
    return *m_portal->window->findChild<ui::CarPage*>();
  }

  QTemporaryDir m_folder;
  std::unique_ptr<PortalWindow> m_portal;
  QNetworkAccessManager m_network;
  QList<Trip> m_trips;
  QList<Row> m_rows;  // of the first trip
  PrincipalNumber m_car;
};

QTEST_MAIN(PortalTimeMachineTest)
#include "tst_portal_time_machine.moc"
