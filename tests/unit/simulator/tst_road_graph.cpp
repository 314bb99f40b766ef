#include "gateway/simulator/osm_extract.h"
#include "gateway/simulator/road_graph.h"
#include "gateway/simulator/road_source.h"
#include "gateway/simulator/route_finder.h"
#include "gateway/simulator/sim_errc.h"
#include "gateway/simulator/town.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <map>

using namespace carport;
using namespace carport::sim;

namespace {
TagLookup lookup(const std::map<std::string, std::string>& tags) {
  return [&tags](const char* key) -> const char* {
    const auto found = tags.find(key);
    return found == tags.end() ? nullptr : found->second.c_str();
  };
}

/// Two squares side by side: 1-2-3 above, 4-5-6 below; 1-2 only eastward, 2-5 private.
OsmExtract squares() {
  OsmExtract extract;
  for (int i = 0; i < 6; ++i) {
    extract.nodes.push_back({i + 1, {50.002 - 0.002 * (i / 3), 10.0 + 0.003 * (i % 3)}, {}});
  }
  extract.ways.push_back({1, {1, 2}, {{"highway", "residential"}, {"oneway", "yes"}}});
  extract.ways.push_back({2, {2, 3, 6, 5}, {{"highway", "tertiary"}, {"maxspeed", "30 mph"}}});
  extract.ways.push_back({3, {5, 4, 1}, {{"highway", "residential"}}});
  extract.ways.push_back({4, {2, 5}, {{"highway", "residential"}, {"access", "private"}}});
  extract.ways.push_back({5, {4, 99}, {{"highway", "footway"}}});
  return extract;
}
}  // namespace

class TestRoadGraph : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::filesystem::path file(const char* name) const { return m_folder.filePath(name).toStdString(); }

 private slots:
  void aLimitIsReadAsItIsWritten() {
    QCOMPARE(limitKmhOf("50").value(), 50.0);
    QVERIFY(std::abs(limitKmhOf("30 mph").value() - 48.28) < 0.1);
    QCOMPARE(limitKmhOf("FR:urban").value(), 50.0);
    QVERIFY(limitKmhOf("walk").value() < 10);
    QVERIFY(!limitKmhOf("signals") && !limitKmhOf("") && !limitKmhOf(nullptr) && !limitKmhOf("-4"));
    QVERIFY(limitKmhOf("1e300").value() <= 130);
  }

  void whatACarMayUse_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("may");
    QTest::newRow("nothing else") << "name"
                                  << "x" << true;
    QTest::newRow("access") << "access"
                            << "private" << false;
    QTest::newRow("no cars") << "motor_vehicle"
                             << "no" << false;
    QTest::newRow("destination") << "motor_vehicle"
                                 << "destination" << true;
    QTest::newRow("driveway") << "service"
                              << "driveway" << false;
    QTest::newRow("area") << "area"
                          << "yes" << false;
  }
  void whatACarMayUse() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(bool, may);
    const std::map<std::string, std::string> tags{{"highway", "residential"}, {key.toStdString(), value.toStdString()}};
    QCOMPARE(roadRulesOf(lookup(tags)).has_value(), may);
    QVERIFY(!roadRulesOf(lookup({{"highway", "footway"}})));
    QVERIFY(!roadRulesOf(lookup({})));
  }

  void theMostParticularAccessDecides() {
    const std::map<std::string, std::string> tags{{"highway", "service"}, {"access", "no"}, {"motorcar", "yes"}};
    QVERIFY(roadRulesOf(lookup(tags)).has_value());
    const std::map<std::string, std::string> round{{"highway", "primary"}, {"junction", "roundabout"}};
    QVERIFY(roadRulesOf(lookup(round))->oneWay == OneWay::forward);
  }

  void anExtractComesBackAsItWasWritten() {
    QVERIFY(writeOsmExtract(squares(), file("squares.osm.pbf")));
    const auto source = RoadSource::read(file("squares.osm.pbf"));
    QVERIFY2(source.has_value(), source ? "" : source.error().message().c_str());
    QCOMPARE(source->roads.size(), std::size_t{3});
    QCOMPARE(source->points.size(), std::size_t{6});
    QVERIFY(std::abs(source->points[0].place.latitude - 50.002) < 1e-6);
    const auto graph = RoadGraph::build(*source);
    QVERIFY(graph);
    // 1-2 one way, 2-5 and 5-1 both ways; cut at junctions alone.
    QCOMPARE(graph->edges().size(), std::size_t{5});
    for (const RoadGraph::Edge& edge : graph->edges()) {
      if (edge.roadClass == RoadClass::tertiary) QVERIFY(std::abs(edge.limit * 3.6F - 48.28F) < 0.1F);
    }
  }

  void routesObeyOneWayStreets() {
    QVERIFY(writeOsmExtract(squares(), file("one-way.osm.pbf")));
    const auto graph = RoadGraph::read(file("one-way.osm.pbf"));
    QVERIFY(graph);
    RouteFinder finder(*graph);
    for (std::uint32_t from = 0; from < graph->edges().size(); ++from) {
      for (std::uint32_t to = 0; to < graph->edges().size(); ++to) {
        const Route route = finder.find({from, 5}, {to, 3});
        QVERIFY(!route.empty());
        QCOMPARE(route.front(), from);
        QCOMPARE(route.back(), to);
        for (std::size_t i = 1; i < route.size(); ++i) {
          QCOMPARE(graph->edge(route[i]).from, graph->edge(route[i - 1]).to);
        }
      }
    }
  }

  void whatIsNoExtractIsRefusedWithASentence() {
    const auto missing = RoadGraph::read(file("nowhere.osm.pbf"));
    QVERIFY(!missing && missing.error().message().find("carport-sim town") != std::string::npos);
    QFile text(m_folder.filePath("text.osm.pbf"));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write("This is no extract, but a letter.");
    text.close();
    const auto letter = RoadGraph::read(file("text.osm.pbf"));
    QVERIFY(!letter && letter.error().message().find("no whole extract") != std::string::npos);
  }

  void aCutOrDamagedExtractNeverDoesHarm() {
    QVERIFY(writeOsmExtract(squares(), file("whole.osm.pbf")));
    QFile whole(m_folder.filePath("whole.osm.pbf"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    QVERIFY(bytes.size() > 100);
    int refused = 0;
    for (int i = 0; i < bytes.size(); i += 7) {
      for (const bool cut : {true, false}) {
        QByteArray damaged = cut ? bytes.left(i) : bytes;
        if (!cut) damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
        QFile out(m_folder.filePath("damaged.osm.pbf"));
        QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
        out.write(damaged);
        out.close();
        const auto read = RoadGraph::read(file("damaged.osm.pbf"));
        if (read) continue;  // the damage was in something that nobody needs
        ++refused;
        QVERIFY(!read.error().message().empty());
      }
    }
    QVERIFY2(refused > 20, qPrintable(QString::number(refused)));
  }

  void anExtractWithoutRoadsIsRefused() {
    OsmExtract extract = squares();
    extract.ways.erase(extract.ways.begin(), extract.ways.begin() + 4);
    QVERIFY(writeOsmExtract(extract, file("paths.osm.pbf")));
    const auto read = RoadGraph::read(file("paths.osm.pbf"));
    QVERIFY(!read && read.error().message().find("no road") != std::string::npos);
  }

  void whatCannotBeWrittenIsSaid() {
    const auto written = writeOsmExtract(squares(), file("no such folder/x.osm.pbf"));
    QVERIFY(!written && written.error().message().find("cannot be written") != std::string::npos);
  }

  void theSameSeedMakesTheSameTown() {
    const OsmExtract one = makeTown({.seed = 4});
    const OsmExtract same = makeTown({.seed = 4});
    const OsmExtract other = makeTown({.seed = 5});
    QCOMPARE(one.nodes.size(), same.nodes.size());
    QCOMPARE(one.ways.size(), same.ways.size());
    for (std::size_t i = 0; i < one.nodes.size(); i += 97) {
      QCOMPARE(one.nodes[i].place.latitude, same.nodes[i].place.latitude);
      QVERIFY(one.nodes[i].tags == same.nodes[i].tags);
    }
    QVERIFY(one.nodes.size() != other.nodes.size());
  }

  void aTownHasAllThatATownHas() {
    const OsmExtract town = makeTown({});
    std::map<std::string, int> count;
    std::map<std::string, int> names;
    for (const OsmNode& node : town.nodes) {
      for (const auto& [key, value] : node.tags) ++count[key + "=" + value];
    }
    for (const OsmWay& way : town.ways) {
      for (const auto& [key, value] : way.tags) {
        ++count[key + "=" + value];
        if (key == "name") ++names[value];
      }
    }
    for (const char* wanted : {"highway=trunk", "highway=primary", "highway=secondary", "highway=tertiary",
                               "highway=residential", "highway=living_street", "highway=service", "oneway=yes",
                               "junction=roundabout", "tunnel=yes", "bridge=yes", "highway=traffic_signals",
                               "natural=water", "leisure=park", "landuse=industrial", "building=yes", "place=town"}) {
      QVERIFY2(count[wanted] > 0, wanted);
    }
    QVERIFY(count["building=yes"] > 2000);
    QVERIFY(names.size() > 80);
    QVERIFY(names.contains("Inner Ring"));
    for (std::size_t i = 1; i < town.nodes.size(); ++i) QVERIFY(town.nodes[i].id > town.nodes[i - 1].id);
  }

  void aTownIsOneNetOfRoads() {
    QVERIFY(writeOsmExtract(makeTown({}), file("town.osm.pbf")));
    const auto source = RoadSource::read(file("town.osm.pbf"));
    QVERIFY(source);
    const auto graph = RoadGraph::build(*source);
    QVERIFY(graph);
    QVERIFY2(graph->edges().size() > 3000, qPrintable(QString::number(graph->edges().size())));
    std::size_t points = 0;
    for (const RoadSource::Road& road : source->roads) points += road.points.size();
    std::size_t kept = 0;
    for (const RoadGraph::Edge& edge : graph->edges()) kept += edge.pointCount;
    QVERIFY2(kept > points, "most of the streets, in both directions, are in the net");
    RouteFinder finder(*graph);
    const auto last = static_cast<std::uint32_t>(graph->edges().size() - 1);
    QVERIFY(finder.find({0, 0}, {last, 1}).size() > 3);
  }
};

QTEST_GUILESS_MAIN(TestRoadGraph)
#include "tst_road_graph.moc"
