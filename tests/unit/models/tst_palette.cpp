// The palette's models: what is typed finds what is meant, quickly and within limits; and how the window was left.
#include "tests/support/street_extract.h"
#include "ui/models/palette_cars.h"
#include "ui/models/palette_model.h"
#include "ui/models/palette_moments.h"
#include "ui/models/palette_places.h"
#include "ui/models/plot_board.h"
#include "ui/models/street_importer.h"
#include "ui/models/window_layout.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QtTest>

using namespace carport;
using namespace carport::ui;

namespace {

QStringList titles(const PaletteModel& model) {
  QStringList all;
  for (int row = 0; row < model.rowCount(); ++row) all << model.index(row).data().toString();
  return all;
}

QStringList groups(const PaletteModel& model) {
  QStringList all;
  for (int row = 0; row < model.rowCount(); ++row) {
    const QString group = model.index(row).data(kPaletteGroupRole).toString();
    if (!group.isEmpty()) all << group;
  }
  return all;
}

PaletteItem item(const QString& key, const QString& title, const QString& further = {}) {
  PaletteItem made;
  made.key = key;
  made.title = title;
  made.further = further;
  return made;
}

std::vector<api::Car> someCars(int count) {
  std::vector<api::Car> cars;
  for (int n = 0; n < count; ++n) {
    api::Car car;
    car.principal.number = PrincipalNumber{std::uint32_t(n + 1)};
    car.principal.id = QStringLiteral("car-%1").arg(n, 5, 10, QLatin1Char('0')).toStdString();
    car.principal.name = n % 2 == 0 ? QStringLiteral("Van %1").arg(n).toStdString() : std::string();
    cars.push_back(std::move(car));
  }
  return cars;
}

/// Two groups, one of pages and one of actions, that say what was run.
struct Rig {
  QString ran;
  bool hasLive = true;
  PaletteItem running(PaletteItem made) {
    made.run = [this, key = made.key] { ran = key; };
    return made;
  }
  PaletteList pages{"Pages",
                    [this] {
                      PaletteItem cars = running(item("page:cars", "Cars"));
                      cars.detail = "all of them";
                      cars.hint = "Ctrl+2";
                      return std::vector{running(item("page:map", "Map")), cars};
                    },
                    2};
  PaletteList actions{"Actions", [this] {
                        std::vector<PaletteItem> all{running(item("action:add", "Add car", "new")),
                                                     running(item("action:map", "Add street map"))};
                        for (int n = 0; n < 20; ++n)
                          all.push_back(running(item(QString("action:%1").arg(n), QString("Thing %1").arg(n))));
                        if (hasLive) all.push_back(running(item("action:live", "Back to live")));
                        return all;
                      }};
  PaletteModel model;
  Rig() {
    model.addSource(pages);
    model.addSource(actions);
  }
};

}  // namespace

class TestPalette : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

  void foldsLettersInTheirPlaces() {
    QCOMPARE(paletteFold(u"Zürich ÉTÉ"), QString("zurich ete"));
    QCOMPARE(paletteFold(u"Straße 7"), QString("straße 7"));
    QCOMPARE(paletteFold(u"Åland").size(), qsizetype(5));
    QVERIFY((paletteMask(u"abc1") & paletteMask(u"b1")) == paletteMask(u"b1"));
    QVERIFY((paletteMask(u"abc1") & paletteMask(u"bd")) != paletteMask(u"bd"));
  }

  void ranksByHowMuchIsMeant() {
    const PaletteQuery query("van 4");
    const auto score = [&](const char* title) { return query.score(paletteFold(QString(title))).value_or(-1); };
    QVERIFY(score("Van 4") > score("Van 42"));
    QVERIFY(score("Van 42") > score("Old van 42"));
    QVERIFY(score("Old van 42") > score("Caravan 42"));
    QCOMPARE(score("Van 5"), -1);
    // Whatever the order of the words.
    QVERIFY(PaletteQuery("4 van").score(u"van 4"));
    // The first letters of words, and their beginnings.
    QVERIFY(PaletteQuery("lt").score(u"larger text"));
    QVERIFY(PaletteQuery("lartex").score(u"larger text"));
    QVERIFY(!PaletteQuery("tl").score(u"larger text"));
    // What it is called counts more than what else is known of it.
    QVERIFY(PaletteQuery("north").score(u"north 1") > PaletteQuery("north").score(u"van 1", u"van-1 north"));
    QVERIFY(PaletteQuery("north").score(u"van 1", u"van-1 north"));
    QCOMPARE(PaletteQuery("  ").score(u"anything"), std::optional(0));
    QCOMPARE(PaletteQuery(QString(1'000, 'a')).typed().size(), PaletteQuery::kMaxLength);
  }

  void saysWhatMatched() {
    const auto matches = [](const char* query, const char* title) {
      QStringList parts;
      const QString text = QString::fromUtf8(title);
      for (const auto& [first, length] : PaletteQuery(query).matchesIn(text)) parts << text.mid(first, length);
      return parts.join('|');
    };
    QCOMPARE(matches("zur", "Zürich"), QString("Zür"));
    QCOMPARE(matches("st main", "Main Street"), QString("Main|St"));
    QCOMPARE(matches("lt", "Larger text"), QString("L|t"));
    QCOMPARE(matches("x", "Larger"), QString());
    // A match at a word's beginning is shown there.
    QCOMPARE(PaletteQuery("car").matchesIn("Oscar car").front().first, qsizetype(6));
  }

  void findsAmongManyAndNoMoreThanThereIsRoomFor() {
    PaletteIndex index;
    for (int n = 0; n < 40'000; ++n)
      QVERIFY(index.add(QStringLiteral("Car %1").arg(n), QStringLiteral("id-%1").arg(n)));
    const auto hits = index.find(PaletteQuery("car 777"), 5);
    QCOMPARE(hits.size(), std::size_t(5));
    QCOMPARE(hits[0].number, 777U);
    // Equally good ones stay in their order.
    QCOMPARE(hits[1].number, 7770U);
    QCOMPARE(hits[2].number, 7771U);
    QCOMPARE(index.find(PaletteQuery("id-39999"), 5).front().number, 39'999U);
    QVERIFY(index.find(PaletteQuery("nothing"), 5).empty());
    index.clear();
    QVERIFY(index.find(PaletteQuery("car"), 5).empty());
    const QString large(60'000, 'a');
    int added = 0;
    while (index.add(large)) ++added;
    QVERIFY(added > 500 && added * large.size() <= PaletteIndex::kMaxCharacters);
  }

  void understandsMoments_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("moment");
    // Now is Saturday, 21 November 2026, 15:00.
    QTest::newRow("time before") << "14:30"
                                 << "2026-11-21T14:30:00";
    QTest::newRow("time after is yesterday's") << "16:00:30"
                                               << "2026-11-20T16:00:30";
    QTest::newRow("yesterday") << "Yesterday 14:30"
                               << "2026-11-20T14:30:00";
    QTest::newRow("yesterday alone") << "yesterday"
                                     << "2026-11-20T15:00:00";
    QTest::newRow("today") << "today 8:00"
                           << "2026-11-21T08:00:00";
    QTest::newRow("iso") << "2026-11-21 08:00"
                         << "2026-11-21T08:00:00";
    QTest::newRow("iso joined") << "2026-11-20T08:00:05"
                                << "2026-11-20T08:00:05";
    QTest::newRow("time first") << "08:00 2026-11-20"
                                << "2026-11-20T08:00:00";
    QTest::newRow("dotted") << "20.11. 8:00"
                            << "2026-11-20T08:00:00";
    QTest::newRow("dotted, last year's") << "24.12. 8:00"
                                         << "2025-12-24T08:00:00";
    QTest::newRow("dotted with year") << "1.2.2024"
                                      << "2024-02-01T15:00:00";
    QTest::newRow("leap day") << "29.2. 12:00"
                              << "2024-02-29T12:00:00";
    QTest::newRow("weekday") << "monday 9:15"
                             << "2026-11-16T09:15:00";
    QTest::newRow("the same weekday is a week ago") << "sat 9:15"
                                                    << "2026-11-14T09:15:00";
    QTest::newRow("ago") << "10 min ago"
                         << "2026-11-21T14:50:00";
    QTest::newRow("hours ago") << "2h ago"
                               << "2026-11-21T13:00:00";
    QTest::newRow("days ago") << "3 days ago"
                              << "2026-11-18T15:00:00";
    for (const char* none : {"tomorrow", "22.11. 8:00 9:00", "2026-11-22 08:00", "2027-01-01", "25:00", "8:75", "8.15.",
                             "car 12", "12", "today", "5 cars ago", "29.2.2025", "", "999999 weeks ago x"}) {
      QTest::newRow(none) << none << QString();
    }
  }
  void understandsMoments() {
    QFETCH(QString, text);
    QFETCH(QString, moment);
    const QDateTime now(QDate(2026, 11, 21), QTime(15, 0));
    const auto read = parsePaletteMoment(text, now);
    QCOMPARE(read ? read->toString(Qt::ISODate) : QString(), moment);
  }

  void findsCarsByWhatIsKnownOfThem() {
    CarStore store;
    auto cars = someCars(30'000);
    cars[5].principal.attributes.set("tags", "night school");
    cars[6].principal.groups = {"north"};
    store.setCars(cars);
    PrincipalNumber chosen;
    PaletteCars source(store, [&](PrincipalNumber car) { chosen = car; });
    source.prepare();
    QVERIFY(source.find(PaletteQuery(""), 5).empty());
    QCOMPARE(source.find(PaletteQuery("van 28"), 5).front().title, QString("Van 28"));
    QCOMPARE(source.find(PaletteQuery("car-00028"), 5).front().title, QString("Van 28"));
    QCOMPARE(source.find(PaletteQuery("school"), 5).front().title, QString("car-00005"));
    const auto north = source.find(PaletteQuery("north"), 5);
    QCOMPARE(north.size(), std::size_t(1));
    QVERIFY(north.front().detail.contains("car-00006"));
    north.front().run();
    QCOMPARE(chosen, PrincipalNumber{7});
    QCOMPARE(source.recall("car:car-00028")->title, QString("Van 28"));
    QVERIFY(!source.recall("car:gone"));
    QVERIFY(!source.recall("action:car-00028"));
    // Other cars while it is open.
    store.setCars(someCars(10));
    QVERIFY(source.find(PaletteQuery("van 28"), 5).empty());
    QCOMPARE(source.find(PaletteQuery("van 8"), 5).front().title, QString("Van 8"));
    source.release();
    QVERIFY(source.find(PaletteQuery("van 8"), 5).empty());
  }

  void findsPlacesOfTheWorldAndOfStreetMaps() {
    QTemporaryDir folder;
    const QString town = folder.filePath("harbour.osm.pbf");
    ui::test::writeStreetExtract(town);
    const auto imported = importStreets(town, folder.path(), [](double) { return true; });
    QVERIFY2(imported, imported ? "" : imported.error().message().c_str());
    std::optional<GeoPoint> chosen;
    PalettePlaces source(QStringLiteral(CARPORT_SOURCE_DIR "/resources/basemap/world.cpm"),
                         [&](GeoPoint place, double) { chosen = place; });
    source.setStreetMaps({imported->file, folder.filePath("none.cpstreets")});
    // Not before somebody asks.
    QVERIFY(!source.isReading());
    source.prepare();
    QVERIFY(source.isReading());
    QTRY_VERIFY_WITH_TIMEOUT(!source.isReading(), 20'000);
    const auto belgium = source.find(PaletteQuery("belgium"), 5);
    QCOMPARE(belgium.front().title, QString("Belgium"));
    QCOMPARE(belgium.front().detail, QString("Country"));
    belgium.front().run();
    QVERIFY(chosen && std::abs(chosen->latitude - 50.6) < 1.5 && std::abs(chosen->longitude - 4.7) < 1.5);
    QCOMPARE(source.recall(belgium.front().key)->title, QString("Belgium"));

    const PaletteNames names = PaletteNames::read({}, {imported->file}, std::atomic_bool(false));
    const auto street = std::find_if(names.places.begin(), names.places.end(),
                                     [](const auto& place) { return place.kind == PlaceKind::street; });
    QVERIFY(street != names.places.end());
    const auto found = source.find(PaletteQuery(street->name), 5);
    QCOMPARE(found.front().title, street->name);
    QCOMPARE(found.front().detail, QString("Street in %1").arg(imported->name));
    // A street is one thing, however many pieces it is drawn in.
    QCOMPARE(std::count_if(names.places.begin(), names.places.end(),
                           [&](const auto& place) { return place.name == street->name && place.kind == street->kind; }),
             std::ptrdiff_t(1));

    const auto typed = source.find(PaletteQuery("50.5, 4.25"), 5);
    typed.front().run();
    QCOMPARE(chosen, std::optional(GeoPoint{50.5, 4.25}));
    // Without its map a street is gone.
    source.setStreetMaps({});
    QTRY_VERIFY_WITH_TIMEOUT(!source.isReading(), 20'000);
    QVERIFY(source.find(PaletteQuery(street->name), 5).empty() ||
            source.find(PaletteQuery(street->name), 5).front().title != street->name);
    std::atomic_bool cancelled = true;
    QCOMPARE(PaletteNames::read({}, {imported->file}, cancelled).index.size(), std::size_t(0));
  }

  void showsGroups() {
    Rig rig;
    PaletteModel& model = rig.model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setText("map");
    QCOMPARE(model.rowCount(), 0);  // not before it is open
    model.open();
    QCOMPARE(titles(model), QStringList({"Map", "Cars"}));
    QCOMPARE(groups(model), QStringList({"Pages"}));
    model.setText("map");
    QCOMPARE(titles(model), QStringList({"Map", "Add street map"}));
    QCOMPARE(groups(model), QStringList({"Pages", "Actions"}));
    model.setText("add");
    QCOMPARE(titles(model), QStringList({"Add car", "Add street map"}));
    model.setText("new");
    QCOMPARE(titles(model), QStringList({"Add car"}));
    model.setText("thing");
    QCOMPARE(model.rowCount(), 20);  // a group that is alone has room
    model.setText("zzz");
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.use(0) && !model.use(-1));
    model.setText("cars");
    QCOMPARE(model.index(0).data(Qt::AccessibleTextRole).toString(), QString("Cars, all of them, Ctrl+2"));
    model.close();
    QCOMPARE(model.rowCount(), 0);
  }

  void remembersWhatWasUsed() {
    Rig rig;
    PaletteModel& model = rig.model;
    QSignalSpy remembered(&model, &PaletteModel::recentChanged);
    model.open();
    model.setText("live");
    model.use(0)();
    QCOMPARE(rig.ran, QString("action:live"));
    QCOMPARE(remembered.size(), 1);
    model.setText("cars");
    model.use(0)();
    QCOMPARE(model.recent(), QStringList({"page:cars", "action:live"}));
    model.close();
    model.open();
    QCOMPARE(titles(model), QStringList({"Cars", "Back to live", "Map"}));
    QCOMPARE(groups(model), QStringList({"Used last", "Pages"}));
    // Of equals the one that was used lately is first.
    model.setText("thing");
    model.use(int(titles(model).indexOf("Thing 7")));
    model.setText("thin");
    QCOMPARE(titles(model).front(), QString("Thing 7"));
    // What is gone is not offered.
    rig.hasLive = false;
    model.close();
    model.open();
    QCOMPARE(titles(model), QStringList({"Thing 7", "Cars", "Map"}));
    QStringList many{"", "page:cars", "page:cars", QString(1'000, 'x')};
    for (int n = 0; n < 100; ++n) many << QString("action:%1").arg(n);
    model.setRecent(many);
    QCOMPARE(model.recent().size(), PaletteModel::kMaxRecent);
    QCOMPARE(model.recent().front(), QString("page:cars"));
  }

  void layoutReadsBackAndSurvivesDamage() {
    WindowLayout layout;
    layout.page = "car:demo-0001";
    layout.map = WindowLayout::MapPlace{{43.73, 7.42}, 15.5};
    layout.timeLengthMs = 3'600'000;
    layout.timeSpeed = 60;
    layout.drawerWidth = 480;
    layout.plots.plots = {{{"speed", 0, false}, {"soc", 3, true}}, {{"battery_v", 1, false}}};
    QCOMPARE(WindowLayout::fromText(layout.toText()), layout);
    QCOMPARE(WindowLayout::fromText({}), WindowLayout());
    QCOMPARE(WindowLayout::fromText("{"), WindowLayout());
    QCOMPARE(WindowLayout::fromText("[1]"), WindowLayout());
    QByteArray newer = layout.toText();
    newer.replace("\"version\":1", "\"version\":2");
    QCOMPARE(WindowLayout::fromText(newer), WindowLayout());
    const WindowLayout odd = WindowLayout::fromText(
        R"({"version":1,"page":7,"map":{"latitude":900,"longitude":1,"zoom":3},"timeLengthMs":-5,"timeSpeed":0,)"
        R"("drawerWidth":1e9,"plots":[[{"metric":""},{"metric":"a","colour":99},{"metric":"a"}],{},[],[],[],[]]})");
    QVERIFY(odd.page.isEmpty() && !odd.map && odd.timeLengthMs == 0 && odd.timeSpeed == 1);
    QVERIFY(odd.drawerWidth <= WindowLayout::kMaxDrawerWidth);
    QCOMPARE(odd.plots.plots.size(), PlotBoard::kMaxPlots);
    QCOMPARE(odd.plots.plots[0].size(), std::size_t(1));
    QCOMPARE(odd.plots.plots[0][0].colour, PlotBoard::kMaxSeries - 1);
    QCOMPARE(WindowLayout::fromText(QByteArray(WindowLayout::kMaxBytes + 1, ' ')), WindowLayout());
  }
};

QTEST_GUILESS_MAIN(TestPalette)
#include "tst_palette.moc"
