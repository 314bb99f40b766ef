#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/day_timeline_loader.h"

#include <QSignalSpy>
#include <QtTest>

using namespace carport;
using namespace carport::ui;
using std::chrono::hours;

/// Which day of a car is shown: that of the moment that the window shows, until somebody turns the pages.
class TestDayTimelineLoader : public QObject {
  Q_OBJECT

  struct Portal {
    Portal() {
      gateway.answers["GET /api/v2/cars/car-7/history"] = {200, R"({"exact":true,"series":[]})"};
      const bool listens = gateway.listen();
      client.connectWithToken(gateway.url(), "token");
      api::Car car;
      car.principal.number = PrincipalNumber{7};
      car.principal.id = "car-7";
      store.setCars({car});
      if (!listens || !QTest::qWaitFor([this] { return client.isConnected(); })) qFatal("No tiny gateway");
      loader.setCar("car-7", PrincipalNumber{7});
    }
    bool hasAskedUpTo(TimePoint end) const {
      const QByteArray to = "to=" + QByteArray::number(qint64(toMs(end)));
      return std::any_of(gateway.requests.begin(), gateway.requests.end(),
                         [&](const auto& one) { return one.path.contains("/history") && one.path.contains(to); });
    }

    TinyGateway gateway;
    GatewayClient client;
    CarStore store;
    DayTimelineLoader loader{client, store};
  };

  static QDate dayOf(TimePoint time) { return QDateTime::fromMSecsSinceEpoch(toMs(time)).date(); }
  static TimePoint daysAgo(int days) { return SystemClock().now() - hours(24 * days); }

 private slots:
  void showsTheDayOfTheMoment() {
    Portal p;
    QVERIFY(p.loader.isToday());
    const TimePoint then = daysAgo(5);
    p.store.setMoment(then);
    QCOMPARE(p.loader.day(), dayOf(then));
    QVERIFY(!p.loader.isToday());
    QVERIFY(p.loader.range().contains(then));
    QTRY_VERIFY(p.hasAskedUpTo(p.loader.range().to));
    // Midnight passes.
    p.store.setMoment(p.loader.range().to + Milliseconds(1));
    QCOMPARE(p.loader.day(), dayOf(then).addDays(1));
    p.store.setMoment(std::nullopt);
    QVERIFY(p.loader.isToday());
  }

  void aChosenDayStaysWhileTimeRunsWithinItsOwn() {
    Portal p;
    const TimePoint then = fromMs(dayOf(daysAgo(5)).startOfDay().addSecs(3600).toMSecsSinceEpoch());
    p.store.setMoment(then);
    p.loader.setDay(dayOf(then).addDays(-2));
    p.store.setMoment(then + Milliseconds(60'000));
    QCOMPARE(p.loader.day(), dayOf(then).addDays(-2));
    // Later than the moment, too: that is how one gets there. But not what is to come.
    p.loader.setDay(dayOf(then).addDays(1));
    QCOMPARE(p.loader.day(), dayOf(then).addDays(1));
    p.loader.setDay(QDate::currentDate().addDays(3));
    QVERIFY(p.loader.isToday());
  }

  void anotherCarInThePastBeginsThere() {
    Portal p;
    const TimePoint then = daysAgo(9);
    p.store.setMoment(then);
    p.loader.setCar({}, {});
    p.loader.setCar("car-7", PrincipalNumber{7});
    QCOMPARE(p.loader.day(), dayOf(then));
  }
};

QTEST_GUILESS_MAIN(TestDayTimelineLoader)
#include "tst_day_timeline_loader.moc"
