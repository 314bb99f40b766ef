#include "tests/support/street_extract.h"
#include "ui/models/street_atlas.h"
#include "ui/models/street_tile.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace carport;
using namespace carport::ui;

/// Imports one after the other, and what a tile may not claim.
class StreetAtlasTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString extract(const QString& name) {
    const QString file = m_folder.filePath(name + ".osm.pbf");
    test::writeStreetExtract(file);
    return file;
  }

 private slots:
  void oneImportRunsAtATime() {
    StreetAtlas atlas;
    atlas.open(m_folder.filePath("maps"));
    int running = 0;
    int most = 0;
    connect(&atlas, &StreetAtlas::importStarted, this, [&] { most = std::max(most, ++running); });
    connect(&atlas, &StreetAtlas::importEnded, this, [&] { --running; });
    const QString third = extract("third");
    QSignalSpy imported(&atlas, &StreetAtlas::imported);
    connect(&atlas, &StreetAtlas::imported, this, [&](const StreetMapInfo& map) {
      if (map.id == "first") atlas.add(third);
    });
    atlas.add(extract("first"));
    atlas.add(extract("second"));
    QTRY_COMPARE(imported.count(), 3);
    QCOMPARE(most, 1);
    QCOMPARE(running, 0);
    QVERIFY(!atlas.isImporting());
    QCOMPARE(atlas.maps().size(), std::size_t(3));
  }

  void moreMapsThanAreShownAreSaid() {
    const QString folder = m_folder.filePath("many");
    {
      StreetAtlas atlas;
      atlas.open(folder);
      QSignalSpy imported(&atlas, &StreetAtlas::imported);
      atlas.add(extract("one"));
      QTRY_COMPARE(imported.count(), 1);
    }
    for (std::size_t n = 0; n < StreetAtlas::kMaxMaps; ++n)
      QVERIFY(QFile::copy(folder + "/one.streets", folder + QStringLiteral("/copy%1.streets").arg(n)));
    StreetAtlas atlas;
    QSignalSpy troubled(&atlas, &StreetAtlas::troubled);
    atlas.open(folder);
    QCOMPARE(atlas.maps().size(), StreetAtlas::kMaxMaps);
    QCOMPARE(troubled.count(), 1);
    QVERIFY(troubled[0][0].toString().contains("more than 16"));
  }

  void namesWithoutTextAreRefused() {
    // Three names of no bytes each: a tile full of them would take far more memory than it has bytes.
    QVERIFY(!decodeStreetTile(QByteArray("\x03\x00\x00\x00\x00\x00\x00", 7), StreetLevel::street).has_value());
    QVERIFY(decodeStreetTile(QByteArray("\x01\x01x\x00", 4), StreetLevel::street).has_value());
  }

  void namesCountAsMemory() {
    StreetTileWriter tile(StreetLevel::street);
    const StreetFeature street{StreetKind::residential, 0, 0, QString(200, u'x'), {{{10, 10}, {500, 500}}}};
    tile.add(street);
    const qsizetype once = tile.bytes();
    QVERIFY(once >= 400);
    tile.add(street);
    QVERIFY(tile.bytes() < once + 100);
  }
};

QTEST_GUILESS_MAIN(StreetAtlasTest)
#include "tst_street_atlas.moc"
