#include "ui/models/car_edit.h"
#include "ui/models/car_filter_model.h"
#include "ui/models/car_query.h"
#include "ui/models/car_query_help.h"
#include "ui/models/car_store.h"
#include "ui/models/car_table_model.h"
#include "ui/models/car_tags.h"
#include "ui/models/car_text.h"
#include "ui/models/car_view.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace carport;
using namespace carport::ui;

namespace {

api::Car carOf(std::uint32_t number, const std::string& id, std::vector<std::string> groups,
               api::Activity activity = api::Activity::parked, float speed = 0) {
  api::Car car;
  car.principal.number = PrincipalNumber{number};
  car.principal.id = id;
  car.principal.groups = std::move(groups);
  api::CarPosition position;
  position.car = car.principal.number;
  position.time = SystemClock().now();
  position.activity = activity;
  position.speed = speed;
  car.position = position;
  return car;
}

/// Four cars: one drives, one is silent, one has tags and an attribute, one was never heard of.
void fill(CarStore& store) {
  auto driving = carOf(1, "van-1", {"north"}, api::Activity::driving, 90);
  auto silent = carOf(2, "van-2", {"northwest"}, api::Activity::silent);
  silent.position->time -= std::chrono::minutes(30);
  auto tagged = carOf(3, "bus-3", {"south"});
  tagged.principal.attributes.set("tags", "winter tyres, spare");
  tagged.principal.attributes.set("depot", "Ghent");
  tagged.principal.blocked = true;
  auto unheard = carOf(4, "bus-4", {});
  unheard.position.reset();
  store.setCars({driving, silent, tagged, unheard});
  api::CarState state;
  state.position = *driving.position;
  state.metrics["soc"] = {19.6, state.position.time};
  store.applyState(state);
}

}  // namespace

class TestCarQuery : public QObject {
  Q_OBJECT

 private slots:
  void findsWhatWasAskedFor_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("ids");
    const QStringList all{"bus-3", "bus-4", "van-1", "van-2"};
    QTest::newRow("nothing") << "" << all;
    QTest::newRow("words") << "VAN 1" << QStringList{"van-1"};
    QTest::newRow("state") << "state:driving" << QStringList{"van-1"};
    QTest::newRow("several states") << "state:driving,silent" << QStringList{"van-1", "van-2"};
    QTest::newRow("not a state") << "-state:driving" << QStringList{"bus-3", "bus-4", "van-2"};
    QTest::newRow("unequal") << "state!=driving" << QStringList{"bus-3", "bus-4", "van-2"};
    QTest::newRow("a group by its whole name") << "group:north" << QStringList{"van-1"};
    QTest::newRow("groups by their beginning") << "group:nor" << QStringList{"van-1", "van-2"};
    QTest::newRow("tag in quotation marks") << "tag:\"winter tyres\"" << QStringList{"bus-3"};
    QTest::newRow("attribute") << "depot:ghe" << QStringList{"bus-3"};
    QTest::newRow("speed") << "state:driving speed>80 group:north" << QStringList{"van-1"};
    QTest::newRow("speed not met") << "speed>90" << QStringList{};
    QTest::newRow("speed equal") << "speed=90" << QStringList{"van-1"};
    QTest::newRow("age") << "age>20min" << QStringList{"bus-4", "van-2"};
    QTest::newRow("metric by its digits") << "soc=20" << QStringList{"van-1"};
    QTest::newRow("metric with decimals") << "soc=20.0" << QStringList{};
    QTest::newRow("battery") << "battery<20" << QStringList{"van-1"};
    QTest::newRow("blocked") << "is:blocked" << QStringList{"bus-3"};
    QTest::newRow("quoted is a word") << "\"state:driving\"" << QStringList{};
    QTest::newRow("being typed") << "state:" << all;
    QTest::newRow("unknown is left out") << "sped>80 van" << QStringList{"van-1", "van-2"};
  }

  void findsWhatWasAskedFor() {
    QFETCH(QString, text);
    QFETCH(QStringList, ids);
    CarStore store;
    fill(store);
    CarTableModel table(store);
    CarFilterModel filter(table);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    filter.setText(text);
    QStringList shown;
    for (int row = 0; row < filter.rowCount(); ++row) shown.append(filter.index(row, 0).data(kCarIdRole).toString());
    QCOMPARE(shown, ids);
  }

  void saysWhatItCannotRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("misspelt") << "sped>80"
                              << "Did you mean “speed”?";
    QTest::newRow("unknown") << "wheels:4"
                             << "Nothing is called “wheels” here";
    QTest::newRow("no state") << "state:flying"
                              << "driving, idling, parked";
    QTest::newRow("no number") << "speed>fast"
                               << "“fast” is no number";
    QTest::newRow("no unit") << "age>5"
                             << "5min";
    QTest::newRow("no figure") << "group>5"
                               << "write group:TEXT";
    QTest::newRow("is what") << "is:red"
                             << "connected, disconnected, blocked or located";
  }

  void saysWhatItCannotRead() {
    QFETCH(QString, text);
    QFETCH(QString, part);
    CarStore store;
    fill(store);
    const QString problem = CarQuery::parse(text, CarWords::of(store)).problem();
    QVERIFY2(problem.contains(part), qPrintable(problem));
  }

  void looksAtNoMoreThanItsLimit() {
    QString text;
    for (int i = 0; i < 100; ++i) text += QStringLiteral("a%1 ").arg(i);
    const CarQuery query = CarQuery::parse(text, {});
    QCOMPARE(query.terms().size(), std::size_t(CarQuery::kMaxTerms));
    QVERIFY(!query.problem().isEmpty());
  }

  void completesTheWordAtTheCursor() {
    const CarWords words{{"north", "far west"}, {"spare"}, {"depot"}, {"soc"}};
    QCOMPARE(CarQueryHelp::at("st", 2, words).offers, QStringList{"state:"});
    QVERIFY(CarQueryHelp::at("state:", 6, words).offers.contains("state:driving"));
    QCOMPARE(CarQueryHelp::at("group:fa", 8, words).offers, QStringList{"group:\"far west\""});
    QCOMPARE(CarQueryHelp::at("-so", 3, words).offers, QStringList{"-soc>"});
    QVERIFY(CarQueryHelp::at("\"st", 3, words).offers.isEmpty());
    qsizetype cursor = 0;
    const CarQueryHelp help = CarQueryHelp::at("van gro speed>5", 7, words);
    QCOMPARE(help.taken("van gro speed>5", help.offers.value(0), &cursor), QString("van group: speed>5"));
    QCOMPARE(cursor, qsizetype(10));
  }

  void statesAreAPartOfTheText() {
    QCOMPARE(CarQuery::withStates("van state:idling x", {api::Activity::driving, api::Activity::alarm}),
             QString("state:driving,alarm van x"));
    QCOMPARE(CarQuery::withStates("state:idling", {}), QString());
  }

  void ownColumnsShowAndSortWhatIsKnown() {
    CarStore store;
    fill(store);
    CarTableModel table(store);
    CarFilterModel filter(table);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    table.setColumns({CarColumnSpec::of(CarColumn::car), CarColumnSpec::ofMetric("soc"),
                      CarColumnSpec::ofAttribute("depot"), CarColumnSpec::ofMetric("soc")});
    QCOMPARE(filter.columnCount(), 3);
    filter.sort(1, Qt::DescendingOrder);
    QCOMPARE(filter.index(0, 0).data(kCarIdRole).toString(), QString("van-1"));
    QCOMPARE(filter.index(0, 1).data().toString(), QString("19.6 %"));
    QCOMPARE(filter.index(1, 1).data().toString(), QString("–"));
    filter.sort(2, Qt::AscendingOrder);
    QCOMPARE(filter.index(0, 2).data().toString(), QString("Ghent"));
    QCOMPARE(filter.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QString("State of charge"));
    // What is known of a car stays with it when others come.
    std::vector<api::Car> cars{carOf(9, "aaa", {}), carOf(1, "van-1", {})};
    store.setCars(cars);
    QCOMPARE(store.metrics().value(0, *store.rowOf(PrincipalNumber{1})), 19.6);
    QVERIFY(std::isnan(store.metrics().value(0, *store.rowOf(PrincipalNumber{9}))));
  }

  void offersNoColumnTwice() {
    CarStore store;
    fill(store);
    api::CarState state;
    state.position.car = PrincipalNumber{1};
    state.position.time = SystemClock().now();
    for (const char* metric : {"speed", "heading", "soc"}) state.metrics[metric] = {1, state.position.time};
    store.applyState(state);
    const CarColumns possible = possibleCarColumns(store);
    const auto offered = [&](const char* metric) {
      return std::count(possible.begin(), possible.end(), CarColumnSpec::ofMetric(metric));
    };
    QCOMPARE(offered("speed"), 0);
    QCOMPARE(offered("heading"), 0);
    QCOMPARE(offered("soc"), 1);
  }

  void smallChangesKeepPersistentIndexes() {
    CarStore store;
    std::vector<api::Car> cars;
    for (std::uint32_t i = 1; i <= 40; ++i) cars.push_back(carOf(i, "c" + std::to_string(100 + i), {}));
    store.setCars(cars);
    CarTableModel table(store);
    CarFilterModel filter(table);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    filter.setText("state:parked");
    QSignalSpy resets(&filter, &QAbstractItemModel::modelReset);
    const QPersistentModelIndex tenth = filter.index(9, 0);
    api::CarPosition moved = *cars[4].position;
    moved.activity = api::Activity::driving;
    store.applyPositions(std::vector{moved});
    filter.update();
    QCOMPARE(filter.rowCount(), 39);
    QCOMPARE(tenth.row(), 8);
    moved.activity = api::Activity::parked;
    store.applyPositions(std::vector{moved});
    filter.update();
    QCOMPARE(tenth.row(), 9);
    QCOMPARE(tenth.data(kCarIdRole).toString(), QString("c110"));
    QCOMPARE(resets.count(), 0);
  }

  void whatIsOldIsStale() {
    CarStore store;
    fill(store);
    CarTableModel table(store);
    const auto stale = [&](int row) { return table.index(row, 0).data(kCarStaleRole).toBool(); };
    QVERIFY(!stale(2) && stale(3));
    QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    table.setOffline(true);
    QCOMPARE(changed.count(), 1);
    QVERIFY(stale(2));
  }

  void viewsComeBackAsTheyWere() {
    CarViews views;
    views.last = usualCarView();
    CarView night = usualCarView();
    night.name = "Night, \"north\"";
    night.query = "state:driving group:north";
    night.sortColumn = CarColumnSpec::ofMetric("soc");
    night.descending = true;
    night.columns.push_back(CarColumnSpec::ofAttribute("depot"));
    night.widths.append(77);
    QVERIFY(views.put(night));
    QCOMPARE(CarViews::fromText(views.toText()), views);
    QCOMPARE(CarViews::fromText("not JSON").last, usualCarView());
    QVERIFY(CarViews::fromText("{\"views\":[{\"name\":\"x\",\"columns\":[{\"column\":7}]}]}").find("x") != nullptr);
    for (std::size_t i = 0; i < CarViews::kMaxViews + 3; ++i) {
      night.name = QString::number(i);
      const bool taken = views.put(night);
      QCOMPARE(taken, i + 1 < CarViews::kMaxViews);
    }
  }

  void copiesAsTextAndAsCsv() {
    CarStore store;
    auto car = carOf(1, "van-1", {"a", "b"});
    car.principal.name = "=1+1,\t\"x\"";
    store.setCars({car});
    const std::vector<CarStore::Row> rows{0};
    const CarColumns columns{CarColumnSpec::of(CarColumn::car), CarColumnSpec::of(CarColumn::groups)};
    QCOMPARE(carsAsText(store, rows, columns, CarTextForm::csv),
             QString("Car,Groups\r\n\"'=1+1,\t\"\"x\"\"\",\"a, b\"\r\n"));
    QCOMPARE(carsAsText(store, rows, columns, CarTextForm::tabs), QString("Car\tGroups\n'=1+1, \"x\"\ta, b\n"));
  }

  void editsSayAndMakeChanges() {
    CarStore store;
    fill(store);
    CarEdit edit;
    QVERIFY(edit.isEmpty());
    edit.joinGroups = {"north"};
    edit.addTags = {"Spare", "new"};
    edit.blocked = true;
    QVERIFY(edit.problem().isEmpty());
    const QString preview = edit.preview(store, {0, 1, 2, 3});
    QVERIFY2(preview.contains("3 come into the group north") && preview.contains("3 are blocked"), qPrintable(preview));
    api::Principal tagged = carOf(3, "bus-3", {"south"}).principal;
    tagged.attributes.set("tags", "spare");
    tagged.attributes.set("depot", "Ghent");
    QString problem;
    const auto change = edit.changeFor(tagged, &problem);
    QVERIFY(change && problem.isEmpty());
    QCOMPARE(change->groups->size(), std::size_t(2));
    QCOMPARE(tagsOf(*change->attributes), QStringList({"spare", "new"}));
    QVERIFY(change->attributes->find("depot") != nullptr);
    edit = {};
    edit.addTags = {"spare"};
    QVERIFY(!edit.changeFor(tagged, &problem));
    QVERIFY(problem.isEmpty());
    edit.addTags = {QString(300, u'x')};
    QVERIFY(!edit.changeFor(tagged, &problem));
    QVERIFY(problem.contains("256"));
    edit = {};
    edit.joinGroups = {"two words"};
    QVERIFY(!edit.problem().isEmpty());
  }
};

QTEST_GUILESS_MAIN(TestCarQuery)
#include "tst_car_query.moc"
