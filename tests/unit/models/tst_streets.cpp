#include "tests/support/street_extract.h"
#include "ui/models/street_atlas.h"
#include "ui/models/street_errc.h"
#include "ui/models/street_finder.h"
#include "ui/models/street_importer.h"
#include "ui/models/street_map.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>

using namespace carport;
using namespace carport::ui;

namespace {

QByteArray contentOf(const QString& file) {
  QFile in(file);
  return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

void writeFile(const QString& file, const QByteArray& bytes) {
  QFile out(file);
  QVERIFY(out.open(QIODevice::WriteOnly));
  QCOMPARE(out.write(bytes), qint64(bytes.size()));
}

bool goOn(double) {
  return true;
}

const StreetBox kWorld{0, 0, kStreetWorld, kStreetWorld};

}  // namespace

class StreetsTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_extract;
  QString m_index;

  /// How many things of each kind a level has.
  static std::map<StreetKind, int> kindsOf(StreetMap& map, StreetLevel level) {
    std::map<StreetKind, int> kinds;
    for (const std::size_t number : map.tilesIn(level, kWorld)) {
      for (const auto& feature : (*map.tile(number))->features) ++kinds[feature.kind];
    }
    return kinds;
  }

 private slots:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    m_extract = m_folder.filePath(QStringLiteral("small harbour-latest.osm.pbf"));
    test::writeStreetExtract(m_extract);
    const auto imported = importStreets(m_extract, m_folder.filePath("maps"), goOn);
    QVERIFY2(imported.has_value(), imported ? "" : imported.error().message().c_str());
    QCOMPARE(imported->name, QStringLiteral("small harbour"));
    QCOMPARE(imported->id, QStringLiteral("small_harbour"));
    QCOMPARE(imported->streets, 4U);
    QCOMPARE(imported->buildings, 1U);
    m_index = imported->file;
  }

  void everyThingIsInItsLevel() {
    auto map = StreetMap::open(m_index);
    QVERIFY(map.has_value());
    auto street = kindsOf(**map, StreetLevel::street);
    QCOMPARE(street[StreetKind::primary], 1);
    QCOMPARE(street[StreetKind::residential], 1);
    QCOMPARE(street[StreetKind::path], 1);
    QCOMPARE(street[StreetKind::green], 1);
    QCOMPARE(street[StreetKind::rail], 1);
    QCOMPARE(street[StreetKind::placeName], 1);
    QCOMPARE(street[StreetKind::greenName], 1);
    QVERIFY(street[StreetKind::sea] > 0);
    QCOMPARE(street[StreetKind::building], 0);
    QCOMPARE(kindsOf(**map, StreetLevel::building)[StreetKind::building], 1);
    auto city = kindsOf(**map, StreetLevel::city);
    QCOMPARE(city[StreetKind::residential], 1);
    QCOMPARE(city[StreetKind::path], 0);
    auto region = kindsOf(**map, StreetLevel::region);
    QCOMPARE(region[StreetKind::primary], 1);
    QCOMPARE(region[StreetKind::residential], 0);
  }

  void aBuildingOfARelationHasItsHole() {
    auto map = StreetMap::open(m_index);
    for (const std::size_t number : (*map)->tilesIn(StreetLevel::building, kWorld)) {
      const auto tile = *(*map)->tile(number);
      QCOMPARE(tile->features.size(), std::size_t(1));
      QCOMPARE(tile->features[0].rings, 2U);
      QCOMPARE(tile->ring(tile->features[0].first).size(), std::size_t(4));
    }
  }

  void pointsComeBackWhereTheyWere() {
    auto map = StreetMap::open(m_index);
    bool found = false;
    for (const std::size_t number : (*map)->tilesIn(StreetLevel::street, kWorld)) {
      const auto tile = *(*map)->tile(number);
      for (const auto& feature : tile->features) {
        if (feature.kind != StreetKind::primary) continue;
        found = true;
        QCOMPARE(tile->names[int(feature.name)], QStringLiteral("Quai Été"));
        const GeoPoint first = toGeo(toWorldPoint(tile->ring(feature.first)[0]));
        QVERIFY(std::abs(first.latitude - 43.734) < 2e-6 && std::abs(first.longitude - 7.410) < 2e-6);
      }
    }
    QVERIFY(found);
  }

  void nothingIsFoundElsewhere() {
    auto map = StreetMap::open(m_index);
    const StreetPoint berlin = toStreetPoint(toWorld({52.5, 13.4}));
    QVERIFY((*map)->tilesIn(StreetLevel::street, {berlin.x, berlin.y, berlin.x + 1000, berlin.y + 1000}).empty());
  }

  void theNearestStreetIsTold() {
    StreetFinder finder(std::move(*StreetMap::open(m_index)));
    const auto quay = finder.nearest({43.7341, 7.412}, 60);
    QVERIFY(quay.has_value());
    QCOMPARE(quay->name, QStringLiteral("Quai Été"));
    QVERIFY(quay->metres > 5 && quay->metres < 17);
    // Ten metres from the street and eight from the footpath beside it: a car is on the street.
    QCOMPARE(finder.nearest({43.73609, 7.412}, 60)->name, QStringLiteral("Rue du Port"));
    QVERIFY(!finder.nearest({43.739, 7.412}, 60).has_value());
    QVERIFY(!finder.nearest({52.5, 13.4}, 60).has_value());
    QVERIFY(!finder.nearest({std::nan(""), 7.4}, 60).has_value());
    QVERIFY(!finder.nearest({90, 180}, 60).has_value());
  }

  void damagedIndexesAreRefused() {
    const QByteArray whole = contentOf(m_index);
    const QString file = m_folder.filePath("broken.streets");
    for (qsizetype length = 0; length < whole.size(); length += 1 + length / 40) {
      writeFile(file, whole.first(length));
      QVERIFY2(!StreetMap::open(file).has_value(), qPrintable(QString::number(length)));
    }
    // Any byte that is not what it was is noticed: in the header and the directory at once, in a tile when it is read.
    for (qsizetype at = 0; at < whole.size(); at += 7) {
      QByteArray other = whole;
      other[at] = char(other[at] ^ 0x55);
      writeFile(file, other);
      auto map = StreetMap::open(file);
      if (!map) continue;
      int refused = 0;
      for (const auto level : {StreetLevel::region, StreetLevel::city, StreetLevel::street, StreetLevel::building}) {
        for (const std::size_t number : (*map)->tilesIn(level, kWorld)) refused += (*map)->tile(number) ? 0 : 1;
      }
      QCOMPARE(refused, 1);
    }
    QByteArray newer = whole;
    newer[8] = 9;
    writeFile(file, newer);
    QVERIFY(StreetMap::open(file).error().is(StreetErrc::newerVersion));
  }

  void anOlderIndexIsRefusedWithASentence() {
    QByteArray older = contentOf(m_index);
    older[8] = 1;
    const QString file = m_folder.filePath("older.streets");
    writeFile(file, older);
    const auto map = StreetMap::open(file);
    QVERIFY(!map && map.error().is(StreetErrc::olderVersion));
    QVERIFY(QString::fromStdString(map.error().message()).contains("Add the extract again"));
  }

  void aMadeUpTownIsNotOpenStreetMaps() {
    QVERIFY(!(*StreetMap::open(m_index))->info().isMadeUp);
    const QString extract = m_folder.filePath("town-1.osm.pbf");
    test::writeStreetExtract(extract, "carport-sim");
    const auto town = importStreets(extract, m_folder.filePath("maps"), goOn);
    QVERIFY(town.has_value() && town->isMadeUp);
    QVERIFY((*StreetMap::open(town->file))->info().isMadeUp);
  }

  void tilesThatLieAreRefused() {
    // One name of 2^34 bytes; a million features in three bytes; points outside of the world.
    const QByteArray lies[] = {QByteArray("\x01\xff\xff\xff\xff\x3f", 6), QByteArray("\x00\xc0\x84\x3d", 4),
                               QByteArray("\x00\x01\x26\x00\x00\x00\x01\x01\x01\x01", 10), QByteArray()};
    for (const QByteArray& bytes : lies) QVERIFY(!decodeStreetTile(bytes, StreetLevel::street).has_value());
    QVERIFY(decodeStreetTile(QByteArray("\x00\x00", 2), StreetLevel::street).has_value());
  }

  void wrongExtractsGetASentence() {
    const QString folder = m_folder.filePath("none");
    const auto refusal = [&](const QString& file) {
      const auto result = importStreets(file, folder, goOn);
      return result ? QString() : QString::fromStdString(result.error().message());
    };
    QVERIFY(refusal(m_folder.filePath("missing.osm.pbf")).contains("cannot be read"));
    writeFile(m_folder.filePath("photo.pbf"), QByteArray(5000, 'x'));
    QVERIFY(refusal(m_folder.filePath("photo.pbf")).contains("is no OpenStreetMap extract"));
    const QByteArray whole = contentOf(m_extract);
    for (const qsizetype length : {whole.size() - 1, whole.size() / 2, qsizetype(60)}) {
      writeFile(m_folder.filePath("cut.osm.pbf"), whole.first(length));
      const QString sentence = refusal(m_folder.filePath("cut.osm.pbf"));
      QVERIFY2(sentence.contains("damaged or incomplete") || sentence.contains("There are no streets"),
               qPrintable(sentence));
    }
    QByteArray flipped = whole;
    for (qsizetype at = flipped.size() / 2; at < flipped.size(); at += 11) flipped[at] = char(flipped[at] ^ 0xA5);
    writeFile(m_folder.filePath("flipped.osm.pbf"), flipped);
    QVERIFY(!refusal(m_folder.filePath("flipped.osm.pbf")).isEmpty());
    QVERIFY(QDir(folder).entryList({"*.streets"}).isEmpty());
  }

  void aCancelledImportLeavesNothing() {
    const QString folder = m_folder.filePath("cancelled");
    const auto result = importStreets(m_extract, folder, [](double) { return false; });
    QVERIFY(!result && result.error().is(StreetErrc::cancelled));
    QVERIFY(QDir(folder).entryList({"*"}, QDir::Files).isEmpty());
  }

  void theAtlasRemembersWhatWasAdded() {
    const QString folder = m_folder.filePath("atlas");
    {
      StreetAtlas atlas;
      atlas.open(folder);
      QSignalSpy imported(&atlas, &StreetAtlas::imported);
      QSignalSpy troubled(&atlas, &StreetAtlas::troubled);
      atlas.add(m_extract);
      QTRY_COMPARE(imported.count(), 1);
      QVERIFY(!atlas.isImporting());
      QCOMPARE(atlas.nearestStreet(43.7341, 7.412)->name, QStringLiteral("Quai Été"));
      atlas.add(m_extract);  // the same once more: told, not imported
      QCOMPARE(imported.count(), 2);
      QVERIFY(!atlas.isImporting());
      atlas.add(m_folder.filePath("missing.osm.pbf"));
      QTRY_COMPARE(troubled.count(), 1);
      QCOMPARE(atlas.maps().size(), std::size_t(1));
    }
    StreetAtlas again;
    again.open(folder);
    QCOMPARE(again.maps().size(), std::size_t(1));
    QVERIFY(again.remove(again.maps()[0].id).has_value());
    QVERIFY(again.maps().empty());
    QVERIFY(!again.nearestStreet(43.7341, 7.412).has_value());
    QVERIFY(QDir(folder).entryList({"*.streets"}).isEmpty());
  }

  void aRealCityIsImported() {
    const QString monaco = QStringLiteral(CARPORT_SOURCE_DIR "/../shared/data/osm/monaco.osm.pbf");
    if (!QFile::exists(monaco)) QSKIP("there is no extract of Monaco beside the project");
    const auto imported = importStreets(monaco, m_folder.filePath("monaco"), goOn);
    QVERIFY2(imported.has_value(), imported ? "" : imported.error().message().c_str());
    QVERIFY(imported->streets > 800 && imported->buildings > 900);
    StreetFinder finder(std::move(*StreetMap::open(imported->file)));
    QVERIFY(finder.nearest({43.7384, 7.4246}, 60).has_value());
  }
};

QTEST_GUILESS_MAIN(StreetsTest)
#include "tst_streets.moc"
