#include "ui/models/car_filter_model.h"
#include "ui/models/car_store.h"
#include "ui/models/car_table_model.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <cmath>

using namespace carport;
using namespace carport::ui;

namespace {

api::Car makeCar(std::uint32_t number, const std::string& id, const std::string& name = {}) {
  api::Car car;
  car.principal.number = PrincipalNumber{number};
  car.principal.id = id;
  car.principal.name = name;
  return car;
}

api::CarPosition makePosition(std::uint32_t number, double latitude, double longitude, float speed,
                              api::Activity activity, std::int64_t time = 1'000'000) {
  api::CarPosition position;
  position.car = PrincipalNumber{number};
  position.time = fromMs(time);
  position.latitude = latitude;
  position.longitude = longitude;
  position.speed = speed;
  position.heading = 90;
  position.activity = activity;
  return position;
}

std::vector<api::Car> fleet(std::uint32_t count) {
  std::vector<api::Car> cars;
  for (std::uint32_t i = 1; i <= count; ++i)
    cars.push_back(makeCar(i, QString("car-%1").arg(i, 5, 10, QChar('0')).toStdString()));
  return cars;
}

QStringList shown(const QAbstractItemModel& model) {
  QStringList ids;
  for (int row = 0; row < model.rowCount(); ++row) ids.append(model.index(row, 0).data(kCarIdRole).toString());
  return ids;
}

}  // namespace

class TestCarModels : public QObject {
  Q_OBJECT

 private slots:
  void storeKeepsColumnsAndCounts() {
    CarStore store;
    store.setCars({makeCar(9, "b"), makeCar(4, "a", "Anna")});
    QCOMPARE(store.size(), std::size_t(2));
    QCOMPARE(store.id(0), QString("a"));
    QCOMPARE(store.label(0), QString("Anna"));
    QCOMPARE(store.label(1), QString("b"));
    QVERIFY(!store.hasFix(0));
    QCOMPARE(store.countOf(api::Activity::unknown), std::size_t(2));
    const std::vector positions{makePosition(9, 50, 4, 60, api::Activity::driving),
                                makePosition(777, 1, 1, 1, api::Activity::driving)};
    QSignalSpy changed(&store, &CarStore::positionsChanged);
    store.applyPositions(positions);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(store.countOf(api::Activity::driving), std::size_t(1));
    QCOMPARE(store.latitudes()[1], 50.0);
    QVERIFY(store.rowOf(PrincipalNumber{4}) == std::optional<CarStore::Row>(0));
    QVERIFY(!store.rowOf(PrincipalNumber{5}));
    QVERIFY(store.rowOfId("b") == std::optional<CarStore::Row>(1));
  }

  void storeKeepsNewerPositionsOverARefresh() {
    CarStore store;
    store.setCars(fleet(3));
    store.applyPositions(std::vector{makePosition(2, 50, 4, 60, api::Activity::driving, 5'000)});
    auto cars = fleet(4);
    cars[1].position = makePosition(2, 10, 10, 0, api::Activity::parked, 4'000);
    cars[3].position = makePosition(4, 11, 12, 0, api::Activity::parked, 4'000);
    store.setCars(cars);
    QCOMPARE(store.latitudes()[1], 50.0);
    QCOMPARE(store.latitudes()[3], 11.0);
    QCOMPARE(store.countOf(api::Activity::driving), std::size_t(1));
    store.clear();
    QCOMPARE(store.size(), std::size_t(0));
  }

  void tableTellsChangesInFewRanges() {
    CarStore store;
    store.setCars(fleet(1000));
    CarTableModel table(store);
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    std::vector<api::CarPosition> positions;
    for (const std::uint32_t number : {5U, 6U, 7U, 5U, 100U})
      positions.push_back(makePosition(number, 1, 2, 3, api::Activity::driving));
    store.applyPositions(positions);
    QCOMPARE(changed.count(), 0);
    table.flush();
    QCOMPARE(changed.count(), 2);
    QCOMPARE(changed[0][0].toModelIndex().row(), 4);
    QCOMPARE(changed[0][1].toModelIndex().row(), 6);
    changed.clear();
    positions.clear();
    for (std::uint32_t number = 1; number <= 1000; number += 2)
      positions.push_back(makePosition(number, 1, 2, 3, api::Activity::driving));
    store.applyPositions(positions);
    table.flush();
    QCOMPARE(changed.count(), 1);
    table.flush();
    QCOMPARE(changed.count(), 1);
  }

  void tableSaysWhatPeopleRead() {
    CarStore store;
    store.setCars({makeCar(1, "one")});
    CarTableModel table(store);
    QCOMPARE(table.index(0, int(CarColumn::speed)).data().toString(), QString("–"));
    QCOMPARE(table.index(0, int(CarColumn::age)).data().toString(), QString("never"));
    QVERIFY(!table.index(0, 0).data(kCarSpeedRole).isValid());
    store.applyPositions(std::vector{makePosition(1, 50.84512, 4.35721, 62.6F, api::Activity::driving)});
    QCOMPARE(table.index(0, int(CarColumn::speed)).data().toString(), QString("63 km/h"));
    QCOMPARE(table.index(0, int(CarColumn::position)).data().toString(), QString("50.84512, 4.35721"));
    QCOMPARE(table.index(0, int(CarColumn::activity)).data().toString(), QString("Driving"));
    api::CarState state;
    state.position.car = PrincipalNumber{1};
    state.metrics["soc"] = {70.6, fromMs(1)};
    store.applyState(state);
    QCOMPARE(table.index(0, int(CarColumn::battery)).data().toString(), QString("71 %"));
    QVERIFY(store.state(PrincipalNumber{1}) != nullptr);
  }

  void filtersByWordsAndActivity() {
    CarStore store;
    auto cars = fleet(50);
    cars[6].principal.name = "Van of Ünal";
    cars[7].principal.groups = {"north"};
    store.setCars(cars);
    CarTableModel table(store);
    CarFilterModel filter(table);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(filter.rowCount(), 50);
    filter.setText(QString::fromUtf8("  van \xc3\x9cNAL"));
    QCOMPARE(shown(filter), QStringList("car-00007"));
    filter.setText("north 00008");
    QCOMPARE(shown(filter), QStringList("car-00008"));
    filter.setText("nowhere");
    QCOMPARE(filter.rowCount(), 0);
    filter.setText({});
    filter.setText("state:driving");
    QCOMPARE(filter.rowCount(), 0);
    store.applyPositions(std::vector{makePosition(3, 1, 1, 50, api::Activity::driving)});
    filter.update();
    QCOMPARE(shown(filter), QStringList("car-00003"));
    QCOMPARE(filter.indexOf(PrincipalNumber{3}).row(), 0);
    QVERIFY(!filter.indexOf(PrincipalNumber{4}).isValid());
    QCOMPARE(filter.mapToSource(filter.index(0, 0)).row(), 2);
    QVERIFY(!filter.mapFromSource(table.index(0, 0)).isValid());
  }

  void sortsAndKeepsPersistentIndexes() {
    CarStore store;
    store.setCars(fleet(5));
    CarTableModel table(store);
    CarFilterModel filter(table);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    store.applyPositions(std::vector{makePosition(2, 1, 1, 80, api::Activity::driving),
                                     makePosition(4, 1, 1, 20, api::Activity::driving)});
    const QPersistentModelIndex fourth = filter.index(3, 0);
    filter.sort(int(CarColumn::speed), Qt::DescendingOrder);
    // Unknown speeds are last in either order.
    QCOMPARE(shown(filter).first(2), QStringList({"car-00002", "car-00004"}));
    QCOMPARE(fourth.row(), 1);
    QCOMPARE(fourth.data(kCarIdRole).toString(), QString("car-00004"));
    store.applyPositions(std::vector{makePosition(4, 1, 1, 99, api::Activity::driving)});
    filter.update();
    QCOMPARE(fourth.row(), 0);
    store.setCars(fleet(2));
    QVERIFY(!fourth.isValid());
    QCOMPARE(filter.rowCount(), 2);
  }

  void thirtyThousandCarsStayUsable() {
    CarStore store;
    store.setCars(fleet(30'000));
    CarTableModel table(store);
    CarFilterModel filter(table);
    std::vector<api::CarPosition> positions;
    for (std::uint32_t n = 1; n <= 18'000; ++n)
      positions.push_back(makePosition(n, 1, n * 0.001, float(n % 130), api::Activity::driving));
    store.applyPositions(positions);
    table.flush();
    filter.sort(int(CarColumn::speed));
    QCOMPARE(filter.rowCount(), 30'000);
    filter.setText("0001");
    QVERIFY(filter.rowCount() > 0 && filter.rowCount() < 30'000);
  }
};

QTEST_GUILESS_MAIN(TestCarModels)
#include "tst_car_models.moc"
