#include "tests/gui/car_page_rig.h"
#include "ui/widgets/car/day_bar.h"
#include "ui/widgets/car/day_panel.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPushButton>
#include <QTableView>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr PrincipalNumber kCar{427};

TimePoint now() {
  return SystemClock().now();
}

api::Car exampleCar() {
  api::Car car;
  car.principal.number = kCar;
  car.principal.id = "car-0427";
  car.principal.name = "Delivery van 427, north depot";
  car.principal.groups = {"north", "vans"};
  car.principal.createdAt = now() - std::chrono::hours(24 * 90);
  api::CarPosition position;
  position.car = kCar;
  position.time = now() - Milliseconds(1'200);
  position.latitude = 50.84512;
  position.longitude = 4.35721;
  position.speed = 63;
  position.heading = 75;
  position.activity = api::Activity::driving;
  position.connected = true;
  car.position = position;
  return car;
}

api::CarState exampleState() {
  api::CarState state;
  state.position = *exampleCar().position;
  state.arrival = now();
  const TimePoint time = state.position.time;
  for (const auto& [name, value] : {std::pair<const char*, double>{"speed", 63.2},
                                    {"soc", 71.4},
                                    {"lat", 50.84512},
                                    {"lon", 4.35721},
                                    {"heading", 75},
                                    {"alt", 41.8},
                                    {"odometer", 48123.4},
                                    {"hv_voltage_v", 58.22},
                                    {"motor_temperature_c", 41},
                                    {"cabin_humidity_pct", 38}}) {
    state.metrics[name] = {value, time};
  }
  state.metrics["charger_power_kw"] = {0, time - std::chrono::hours(3)};
  state.attributes["gear"] = {api::AttributeValue(std::string("D")), time};
  state.attributes["doors_locked"] = {api::AttributeValue(true), time};
  state.activeAlarms = {"Tyre pressure low, front left"};
  state.refusals = {
      {time, "lat", "lat is 123.4; a latitude lies between -90 and 90 degrees"},
      {time - std::chrono::minutes(4), "ts", "ts lies 10 years ahead of the clock; the time of arrival was taken"}};
  return state;
}

nlohmann::json exampleHistory() {
  nlohmann::json speed = nlohmann::json::array();
  nlohmann::json soc = nlohmann::json::array();
  const std::int64_t to = toMs(now());
  for (int i = 0; i < 900; ++i) {
    const std::int64_t time = to - std::int64_t(900 - i) * 4'000;
    const double v = 55 + 25 * std::sin(i / 40.0) + 8 * std::sin(i / 5.0);
    speed.push_back({time, v - 7, v + 6, v, v, 8});
    const double s = 88.0 - i * 0.018;
    soc.push_back({time, s, s, s, s, 1});
  }
  return {{"exact", false},
          {"series", {{{"metric", "speed"}, {"points", speed}}, {{"metric", "soc"}, {"points", soc}}}}};
}

nlohmann::json exampleCommands() {
  nlohmann::json list = nlohmann::json::array();
  const api::CommandState states[] = {api::CommandState::queued, api::CommandState::done, api::CommandState::failed,
                                      api::CommandState::expired};
  for (int i = 0; i < 4; ++i) {
    api::Command command;
    command.id = "01J000000000000000000000" + std::to_string(20 - i);
    command.car = kCar;
    command.name = i == 1 ? "setChargeLimit" : "lock";
    command.arguments = i == 1 ? R"({"percent":80})" : "{}";
    command.state = states[i];
    command.createdAt = now() - std::chrono::minutes(3 + 40 * i);
    command.changedAt = command.createdAt;
    command.expiresAt = command.createdAt + std::chrono::minutes(10);
    command.result = i == 2 ? R"({"message":"door 3 is open"})" : "";
    list.push_back(api::toJson(command));
  }
  return {{"commands", list}};
}

nlohmann::json exampleEvents() {
  nlohmann::json list = nlohmann::json::array();
  const api::Severity severities[] = {api::Severity::alarm, api::Severity::warning, api::Severity::info};
  const char* names[] = {"Tyre pressure low, front left", "Harsh braking", "Trip started"};
  for (int i = 0; i < 3; ++i) {
    api::Event event;
    event.number = EventNumber{10 - i};
    event.car = kCar;
    event.time = now() - std::chrono::minutes(2 + 30 * i);
    event.arrival = event.time;
    event.name = names[i];
    event.severity = severities[i];
    event.message = i == 0 ? "1.6 bar, should be 2.4 bar" : "";
    list.push_back(api::toJson(event));
  }
  return {{"events", list}};
}

}  // namespace

class TestCarPage : public CarPageRig {
  Q_OBJECT

 private slots:
  void init() {
    makeGateway();
    QVERIFY(m_gateway->listen());
    api::Car car = exampleCar();
    m_gateway->answers["GET /api/v2/cars"] = {200, bytes({{"cars", {api::toJson(car)}}})};
    car.state = exampleState();
    m_gateway->answers["GET /api/v2/cars/car-0427"] = {200, bytes(api::toJson(car))};
    m_gateway->answers["GET /api/v2/cars/car-0427/metrics"] = {200, R"({"metrics":["speed","soc","rpm"]})"};
    m_gateway->answers["GET /api/v2/cars/car-0427/history"] = {200, bytes(exampleHistory())};
    m_gateway->answers["GET /api/v2/cars/car-0427/commands"] = {200, bytes(exampleCommands())};
    m_gateway->answers["GET /api/v2/cars/car-0427/events"] = {200, bytes(exampleEvents())};
    attach(1);
  }
  void cleanup() { takeDown(); }

  void saysWhatTheCarIsDoing() {
    open({1280, 1400});
    QTRY_COMPARE(m_page->presenter().values().rowCount(), 13);
    QCOMPARE(m_page->presenter().title(), QString("Delivery van 427, north depot"));
    QCOMPARE(m_page->presenter().doing(), QString("Driving, 63 km/h"));
    QCOMPARE(m_page->presenter().alarms().size(), 1);
    QCOMPARE(m_page->presenter().refusals().front().field, QString("lat"));
    QTRY_VERIFY(showsText("a latitude lies between"));
    QTRY_COMPARE(m_page->presenter().commands().rowCount(), 4);
    QTRY_COMPARE(m_page->presenter().events().rowCount(), 3);
    QTRY_VERIFY(m_page->plots().board().hasData());
    shoot("light");
    applyTheme(*qApp, Theme::dark());
    shoot("dark");
  }

  void fitsIntoTheDrawer() {
    open({360, 1500}, true);
    QTRY_VERIFY(m_page->plots().board().hasData());
    QTRY_COMPARE(m_page->presenter().commands().rowCount(), 4);
    QCoreApplication::processEvents();
    shoot("drawer");
    applyTheme(*qApp, Theme::dark());
    shoot("drawer-dark");
    for (const QWidget* child : m_page->findChildren<QWidget*>()) {
      // What a table scrolls may be wider than the table.
      if (!child->isVisible() || child->window() != m_page.get() || child->inherits("QHeaderView")) continue;
      const int right = child->mapTo(m_page.get(), QPoint(child->width(), 0)).x();
      QVERIFY2(right <= m_page->width(),
               qPrintable(QString("%1 in %2 ends at %3")
                              .arg(child->metaObject()->className(), child->parentWidget()->metaObject()->className())
                              .arg(right)));
    }
  }

  void columnsComeBackWithTheText() {
    open({1280, 2'000});
    QTRY_COMPARE(m_page->presenter().commands().rowCount(), 4);
    QTRY_COMPARE(m_page->presenter().events().rowCount(), 3);
    // What is stretched goes by the room there is.
    const auto widths = [this] {
      QMap<QString, int> all;
      for (const QTableView* table : m_page->findChildren<QTableView*>()) {
        const QHeaderView& header = *table->horizontalHeader();
        const int count = header.count() - (header.stretchLastSection() ? 1 : 0);
        for (int column = 0; column < count; ++column) {
          if (header.sectionResizeMode(column) == QHeaderView::Interactive && !header.isSectionHidden(column))
            all[QString("%1, column %2").arg(table->accessibleName()).arg(column)] = header.sectionSize(column);
        }
      }
      return all;
    };
    const QMap<QString, int> usual = widths();
    QVERIFY(usual.size() > 8);
    for (const double scale : {1.5, 2.0, 1.5, 1.0}) {
      applyTheme(*qApp, Theme::light(), scale);
      const QMap<QString, int> now = widths();
      for (auto width = now.begin(); width != now.end(); ++width) {
        const int before = usual.value(width.key());
        QVERIFY2(std::abs(*width - before * textScale()) <= 2,
                 qPrintable(QString("%1: %2 at %3, usually %4").arg(width.key()).arg(*width).arg(scale).arg(before)));
      }
    }
  }

  void plotsAtMostTwoPointsAPixel() {
    open({1000, 900});
    QTRY_VERIFY(m_page->plots().board().hasData());
    QVERIFY(m_page->plots().board().points({kCar, "speed"}).size() <=
            std::size_t(m_page->plots().chart().plotWidth()) * 2 + 2);
    QVERIFY(std::any_of(m_gateway->requests.begin(), m_gateway->requests.end(), [](const auto& request) {
      return request.path.contains("/history") && request.path.contains("metric=speed&metric=soc");
    }));
  }

  void saysWhyAHistoryIsMissing() {
    m_gateway->answers["GET /api/v2/cars/car-0427/history"] = {
        503, R"({"kind":"unavailable","detail":"The day file of 3 May cannot be read"})"};
    open({1000, 900});
    QTRY_COMPARE(m_page->plots().board().trouble(), QString("The day file of 3 May cannot be read"));
    QTRY_VERIFY(showsText("3 May"));
    shoot("error");
  }

  void composesACommand() {
    open({1000, 1400});
    QTRY_COMPARE(m_page->presenter().commands().rowCount(), 4);
    api::Command sent;
    sent.id = "01J9";
    sent.car = kCar;
    sent.name = "unlock";
    sent.createdAt = sent.changedAt = now();
    sent.expiresAt = now() + std::chrono::minutes(10);
    m_gateway->answers["POST /api/v2/cars/car-0427/commands"] = {201, bytes(api::toJson(sent))};
    auto* name = m_page->findChild<QComboBox*>();
    QVERIFY(name);
    name->setEditText("unlock");
    QSignalSpy refused(&m_page->presenter(), &CarPresenter::commandRefused);
    m_page->presenter().sendCommand({"unlock", "[1]", std::chrono::minutes(10)});
    QCOMPARE(refused.count(), 1);
    for (QPushButton* button : m_page->findChildren<QPushButton*>()) {
      if (button->text() == "Send") button->click();
    }
    QTRY_COMPARE(m_page->presenter().commands().rowCount(), 5);
    nlohmann::json body;
    for (const auto& request : m_gateway->requests) {
      if (request.method == "POST") body = nlohmann::json::parse(request.body.toStdString());
    }
    QCOMPARE(QString::fromStdString(body.at("name").get<std::string>()), QString("unlock"));
    QVERIFY(body.at("expiresAt").get<std::int64_t>() > toMs(now()));
  }

  void followsLiveStates() {
    open({1000, 900});
    QTRY_VERIFY(m_gateway->liveTexts.join(' ').contains("427"));
    api::CarState state = exampleState();
    state.metrics["speed"].value = 12.5;
    state.metrics["brandNew"] = {1, now()};
    state.arrival = now() + std::chrono::seconds(1);
    m_gateway->live->sendTextMessage(
        QString::fromUtf8(bytes({{"type", "state"}, {"car", kCar.value}, {"state", api::toJson(state)}})));
    QTRY_COMPARE(m_page->presenter().values().rowCount(), 14);
    const auto& names = m_page->plots().board().metricNames(kCar);
    QVERIFY(std::find(names.begin(), names.end(), "brandNew") != names.end());
    m_page->showCar({});
    QTRY_VERIFY(!m_gateway->liveTexts.last().contains("states"));
  }

  void theDayIsThatOfTheMoment() {
    open({1280, 1400});
    const auto saysToday = [this] {
      const auto labels = m_page->day().findChildren<QLabel*>();
      return std::any_of(labels.begin(), labels.end(), [](const QLabel* label) { return label->text() == "Today"; });
    };
    QTRY_VERIFY(saysToday());
    QVERIFY(!m_page->day().bar().moment());
    const TimePoint then = now() - std::chrono::hours(3 * 24);
    m_store->setMoment(then);
    QVERIFY(m_page->day().bar().day().contains(then));
    QVERIFY(m_page->day().bar().moment() == then);
    QVERIFY(!saysToday());
    shoot("past");
    // A click into it leads on from there, to later than the moment too.
    QSignalSpy chosen(m_page.get(), &CarPage::momentChosen);
    DayBar& bar = m_page->day().bar();
    QTest::mouseClick(&bar, Qt::LeftButton, {}, QPoint(bar.width() - 2, 5));
    QCOMPARE(chosen.count(), 1);
    QVERIFY(chosen[0][0].value<TimePoint>() > then || bar.day().to - then < std::chrono::minutes(10));
    m_store->setMoment(std::nullopt);
    QVERIFY(saysToday());
    QVERIFY(!bar.moment());
  }

  void saysThatTheCarIsGone() {
    open({800, 700});
    m_gateway->answers["GET /api/v2/cars"] = {200, R"({"cars":[]})"};
    m_gateway->live->sendTextMessage(R"({"type":"cars"})");
    QTRY_VERIFY(m_page->presenter().isGone());
    QVERIFY(m_page->presenter().doing().contains("removed"));
  }

 private:
  void open(QSize size, bool compact = false) { CarPageRig::open(kCar, size, compact); }

  /// For looking at: CARPORT_SCREENSHOTS names a folder.
  void shoot(const QString& name) {
    QTest::qWait(50);
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(m_page->grab().save(folder + "/car-" + name + ".png"));
  }
};

QTEST_MAIN(TestCarPage)
#include "tst_car_page.moc"
