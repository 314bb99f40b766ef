#include "tests/support/mbtiles_maker.h"
#include "tests/support/tile_server.h"
#include "ui/models/tile_atlas.h"
#include "ui/models/tile_mbtiles_file.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace carport;
using namespace carport::ui;
using test::TileServer;

namespace {

constexpr qint64 kNow = 1'800'000'000'000;
constexpr qint64 kHour = 3'600'000;

QByteArray png(const QByteArray& words, qsizetype size = 0) {
  return QByteArray("\x89PNG\r\n\x1a\n") + words + QByteArray(std::max<qsizetype>(size - words.size() - 8, 0), 'x');
}

QByteArray nameOf(const TileId& tile) {
  return QByteArray::number(tile.zoom) + '/' + QByteArray::number(tile.x) + '/' + QByteArray::number(tile.y);
}

QString sentence(const Error& error) {
  return QString::fromStdString(error.message());
}

}  // namespace

/// Maps of pictures: what reads, what is refused, what is kept, and what is asked of whom.
class TilesTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString path(const QString& name) const { return m_folder.filePath(name); }

  std::unique_ptr<TileCacheFile> cache(const QString& name) {
    auto opened = TileCacheFile::open(path(name));
    return opened ? std::move(*opened) : nullptr;
  }

 private slots:
  void tilesOfAPlaceAreFound() {
    QCOMPARE(tileRanges({0, 0, 1, 1}, 0), (std::vector<TileRange>{{0, 0, 0, 0, 0}}));
    QCOMPARE(tileRanges({0.25, 0.25, 0.5, 0.5}, 2), (std::vector<TileRange>{{2, 1, 1, 2, 2}}));
    QCOMPARE(tileRanges({0.26, 0.26, 0.001, 0.001}, 2), (std::vector<TileRange>{{2, 1, 1, 1, 1}}));
    // Across the 180th meridian, from either side.
    const std::vector<TileRange> around{{3, 7, 3, 7, 3}, {3, 0, 3, 0, 3}};
    QCOMPARE(tileRanges({0.9, 0.4, 0.2, 0.1}, 3), around);
    QCOMPARE(tileRanges({-0.1, 0.4, 0.2, 0.1}, 3), around);
    QCOMPARE(tileRanges({-3.2, -1, 5, 5}, 1), (std::vector<TileRange>{{1, 0, 0, 1, 1}}));
    QVERIFY(tileRanges({0.2, 1.5, 0.1, 0.1}, 4).empty() && tileRanges({}, 4).empty());
    QVERIFY(tileRanges({0, 0, 1, 1}, kMaxTileZoom + 1).empty());
    QCOMPARE(TileArea({0, {0, 0, 1, 1}, 0, 3, {}}).count(), qint64(1 + 4 + 16 + 64));
    QCOMPARE(ancestorOf({5, 21, 13}, 3), (TileId{2, 2, 1}));
    QVERIFY(isOnGrid({3, 7, 7}) && !isOnGrid({3, 8, 0}) && !isOnGrid({-1, 0, 0}));
  }

  void anAddressIsChecked_data() {
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("good") << "https://tiles.example/{z}/{x}/{y}.png"
                          << "";
    QTest::newRow("trimmed, from the south, subdomain, key") << " https://{s}.tiles.example/{z}/{x}/{-y}?key=a "
                                                             << "";
    QTest::newRow("this computer") << "http://127.0.0.1:8080/{z}/{x}/{y}"
                                   << "";
    QTest::newRow("this computer by name") << "http://localhost/{z}/{x}/{y}"
                                           << "";
    QTest::newRow("plain http") << "http://tiles.example/{z}/{x}/{y}"
                                << "https://";
    QTest::newRow("no column") << "https://tiles.example/{z}/{y}"
                               << "{x}";
    QTest::newRow("nothing") << ""
                             << "{z}";
    QTest::newRow("unknown word") << "https://tiles.example/{z}/{x}/{y}{r}.png"
                                  << "{r}";
    QTest::newRow("password") << "https://ann:secret@tiles.example/{z}/{x}/{y}"
                              << "password";
    QTest::newRow("column decides the server") << "https://{x}.example/{z}/{x}/{y}"
                                               << "look like";
    QTest::newRow("row decides the server") << "https://{-y}.example/{z}/{x}/{y}"
                                            << "look like";
    QTest::newRow("file") << "file:///tmp/{z}/{x}/{y}"
                          << "look like";
    QTest::newRow("ftp") << "ftp://tiles.example/{z}/{x}/{y}"
                         << "https://";
    QTest::newRow("too long") << "https://tiles.example/{z}/{x}/{y}?" + QString(3'000, 'k') << "too long";
  }

  void anAddressIsChecked() {
    QFETCH(QString, address);
    QFETCH(QString, complaint);
    const auto good = checked({address, "© Somebody", 18});
    QCOMPARE(good.has_value(), complaint.isEmpty());
    if (!good) QVERIFY2(sentence(good.error()).contains(complaint), qPrintable(sentence(good.error())));
  }

  void anAddressNamesATile() {
    const auto good = checked({"https://{s}.tiles.example/{z}/{x}/{-y}.png?key=k", " ©  Somebody ", 99});
    QVERIFY(good);
    QCOMPARE(good->attribution, "© Somebody");
    QCOMPARE(good->maxZoom, kMaxTileZoom);
    QCOMPARE(good->url({3, 2, 1}), QUrl("https://a.tiles.example/3/2/6.png?key=k"));
    QVERIFY(!good->key().contains("key=k"));
    QVERIFY(checked({"https://tiles.example/{z}/{x}/{y}", " ", 18}).error().is(TileErrc::noAttribution));
  }

  void attributionBecomesPlain() {
    QCOMPARE(plainAttribution("<a href=\"https://x.example\">&copy; Some &amp; Body</a> <b>2026"),
             "© Some & Body 2026");
    QCOMPARE(plainAttribution(QString(900, 'a')).size(), 200);
    QCOMPARE(plainAttribution("<script>"), "");
  }

  void freshnessIsRead() {
    QCOMPARE(parseCacheControl("public, max-age=3600").freshSeconds, 3'600);
    QCOMPARE(parseCacheControl("max-age=60, no-cache").freshSeconds, 0);
    QVERIFY(!parseCacheControl("no-store").mayStore);
    QVERIFY(!parseCacheControl("max-age=soon").freshSeconds && !parseCacheControl("").freshSeconds);
    QCOMPARE(parseCacheControl("max-age=-5").freshSeconds, 0);
    QVERIFY(*parseCacheControl("max-age=99999999999").freshSeconds <= 366LL * 24 * 3'600);
  }

  void aMapFileIsRead() {
    const QString file = path("good.mbtiles");
    test::makeMbtiles(
        file,
        {{"name", "Harbour"}, {"format", "png"}, {"bounds", "0,0,90,66.51326"}, {"attribution", "<b>&copy; Port</b>"}},
        1, 3, [](const TileId& tile) { return png(nameOf(tile)); });
    auto opened = MbtilesFile::open(file);
    QVERIFY(opened);
    const TileSourceInfo& info = (*opened)->info();
    QCOMPARE(info.name, "Harbour");
    QCOMPARE(info.attribution, "© Port");
    QCOMPARE(info.minZoom, 1);
    QCOMPARE(info.maxZoom, 3);
    QCOMPARE(info.bounds.left(), 0.5);
    QCOMPARE(info.bounds.right(), 0.75);
    QVERIFY(std::abs(info.bounds.top() - 0.25) < 1e-6 && std::abs(info.bounds.bottom() - 0.5) < 1e-9);
    // Rows are counted from the south in the file, from the north here.
    QCOMPARE((*opened)->read({3, 5, 1})->value(), png("3/5/1"));
    QVERIFY(!(*opened)->read({4, 0, 0})->has_value() && !(*opened)->read({3, 99, 0})->has_value());
  }

  void aWrongMapFileIsRefused() {
    const auto refusal = [&](const QString& name) { return MbtilesFile::open(path(name)).error(); };
    const auto make = [&](const QString& name, std::map<std::string, std::string> metadata, const QByteArray& tile) {
      test::makeMbtiles(path(name), metadata, 0, 0, [&](const TileId&) { return tile; });
    };
    make("vector.mbtiles", {{"format", "pbf"}}, QByteArray("\x1f\x8b..", 4));
    QVERIFY(refusal("vector.mbtiles").is(TileErrc::vectorTiles));
    QVERIFY(sentence(refusal("vector.mbtiles")).contains("vector tiles"));
    make("secretly-vector.mbtiles", {{"format", "png"}}, QByteArray("\x1f\x8b..", 4));
    QVERIFY(refusal("secretly-vector.mbtiles").is(TileErrc::vectorTiles));
    make("gif.mbtiles", {}, "GIF89a");
    QVERIFY(refusal("gif.mbtiles").is(TileErrc::unknownPictures));
    make("empty.mbtiles", {{"format", "png"}}, {});
    QVERIFY(refusal("empty.mbtiles").is(TileErrc::noTiles));
    QVERIFY(refusal("absent.mbtiles").is(TileErrc::cannotRead));
    QFile text(path("text.mbtiles"));
    QVERIFY(text.open(QIODevice::WriteOnly) && text.write(QByteArray(5'000, 'a')) == 5'000);
    text.close();
    QVERIFY(refusal("text.mbtiles").is(TileErrc::notMbtiles));
    SQLite::Database(path("other.mbtiles").toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE people (name TEXT)");
    QVERIFY(refusal("other.mbtiles").is(TileErrc::notMbtiles));
    // One whose view never ends is given up.
    SQLite::Database endless(path("endless.mbtiles").toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    endless.exec("CREATE TABLE metadata (name TEXT, value TEXT)");
    endless.exec(
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 0 zoom_level, 0 tile_column, 0 tile_row, i tile_data FROM n WHERE i < 0");
    QVERIFY(refusal("endless.mbtiles").is(TileErrc::tooSlow));
  }

  void aMapFileAnswersInItsOwnTime() {
    const QString file = path("async.mbtiles");
    test::makeMbtiles(file, {{"format", "png"}}, 4, 4,
                      [](const TileId& tile) { return tile.x == 3 ? QByteArray() : png(nameOf(tile)); });
    auto map = TileMbtiles::open(file);
    QVERIFY(map);
    QSignalSpy arrived(map->get(), &TileSource::arrived);
    QSignalSpy lacking(map->get(), &TileSource::lacking);
    std::vector<TileId> row;
    for (quint32 x = 0; x < 16; ++x) row.push_back({4, x, 7});
    (*map)->want(row);
    QCOMPARE(arrived.count(), 0);
    QTRY_COMPARE(arrived.count(), 15);
    QCOMPARE(lacking.count(), 1);
    // What is not wanted any more is not read, but for what was begun.
    arrived.clear();
    (*map)->want(row);
    (*map)->want({});
    QTRY_VERIFY(arrived.count() + lacking.count() > 1);
    QTest::qWait(50);
    QVERIFY(arrived.count() <= 8);
  }

  void picturesAreKept() {
    const TileId tile{5, 6, 7};
    {
      auto file = cache("kept.sqlite");
      QVERIFY(file && !file->find("a", tile, kNow)->has_value());
      QVERIFY(file->store("a", tile, {png("one"), {"\"1\"", "Mon"}, kNow + kHour}, false, kNow));
      QVERIFY(file->store("b", tile, {{}, {}, kNow}, false, kNow));
      QVERIFY(file->refresh("a", tile, kNow + 2 * kHour));
    }
    auto file = cache("kept.sqlite");
    const auto others = QFileDevice::ReadOther | QFileDevice::ReadGroup;
    QVERIFY(!(QFile::permissions(path("kept.sqlite")) & others));
    const auto found = file->find("a", tile, kNow);
    QVERIFY(found && *found);
    QCOMPARE((*found)->picture, png("one"));
    QCOMPARE((*found)->validators.etag, "\"1\"");
    QCOMPARE((*found)->freshUntilMs, kNow + 2 * kHour);
    QVERIFY(file->find("b", tile, kNow)->value().picture.isEmpty());
    QVERIFY(file->clear());
    QVERIFY(!file->find("a", tile, kNow)->has_value());
    QCOMPARE(file->use().bytes, 0);
  }

  void theOldestUsedGoFirst() {
    auto file = cache("full.sqlite");
    QVERIFY(file->setLimit(1));
    QCOMPARE(file->use().limitBytes, TileCacheFile::kMinLimitBytes);
    const qsizetype megabyte = 1024 * 1024;
    const auto put = [&](quint32 x, bool keep) {
      return file->store("a", {10, x, 0}, {png("t", megabyte), {}, kNow}, keep, kNow + x * kHour).has_value();
    };
    QVERIFY(put(0, true));
    for (quint32 x = 1; x < 15; ++x) QVERIFY(put(x, false));
    QVERIFY(file->find("a", {10, 1, 0}, kNow + 100 * kHour)->has_value());  // used just now
    for (quint32 x = 15; x < 19; ++x) QVERIFY(put(x, false));
    QVERIFY(file->use().bytes <= TileCacheFile::kMinLimitBytes);
    const auto has = [&](quint32 x) { return file->find("a", {10, x, 0}, kNow)->has_value(); };
    QVERIFY(has(0) && has(1) && has(18));
    QVERIFY(!has(2) && !has(3));
    // What is kept on purpose is never pushed out, and leaves no room for more than there is.
    for (quint32 x = 100; x < 130; ++x) QVERIFY(put(x, true));
    QVERIFY(file->use().keptBytes <= TileCacheFile::kMinLimitBytes);
    QVERIFY(has(0) && has(100) && !has(129) && !has(18));
  }

  void aDamagedCacheIsBegunAnew() {
    const TileId tile{5, 6, 7};
    QVERIFY(cache("damaged.sqlite")->store("a", tile, {png("one"), {}, kNow}, false, kNow));
    {
      SQLite::Database direct(path("damaged.sqlite").toStdString(), SQLite::OPEN_READWRITE);
      direct.exec("UPDATE tiles SET picture = x'89504e47'");
    }
    // A picture whose checksum is wrong counts as none.
    QVERIFY(!cache("damaged.sqlite")->find("a", tile, kNow)->has_value());
    QFile file(path("damaged.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(9'000, 'z')) == 9'000);
    file.close();
    auto again = cache("damaged.sqlite");
    QVERIFY(again && again->store("a", tile, {png("two"), {}, kNow}, false, kNow));
    again.reset();
    {
      SQLite::Database direct(path("damaged.sqlite").toStdString(), SQLite::OPEN_READWRITE);
      direct.exec("PRAGMA user_version = 99");
    }
    QVERIFY(TileCacheFile::open(path("damaged.sqlite")).error().is(TileErrc::cacheNewer));
    QVERIFY(!TileCacheFile::open("/proc/nowhere/online.sqlite"));
  }

  void anAreaSaysHowCompleteItIs() {
    auto file = cache("areas.sqlite");
    const auto added = file->addArea("a", {0, {0.9, 0.4, 0.2, 0.1}, 3, 4, "Date line"});
    QVERIFY(added && added->number > 0);
    QCOMPARE(file->completeness("a", *added)->all, added->count());
    QCOMPARE(file->completeness("a", *added)->kept, 0);
    std::vector<TileId> tiles;
    for (const TileRange& range : added->ranges()) {
      for (quint32 x = range.left; x <= range.right; ++x) {
        for (quint32 y = range.top; y <= range.bottom; ++y) tiles.push_back({range.zoom, x, y});
      }
    }
    QCOMPARE(qint64(tiles.size()), added->count());
    for (std::size_t n = 0; n < tiles.size(); ++n)
      QVERIFY(file->store("a", tiles[n], {n == 0 ? QByteArray() : png("x"), {}, kNow}, true, kNow));
    const TileCompleteness there = *file->completeness("a", *added);
    QCOMPARE(there.unavailable, 1);
    QCOMPARE(there.missing(), 0);
    QCOMPARE(completenessText(there), QString("%1 of %2 pictures, 1 not available").arg(there.kept).arg(there.all));
    QVERIFY(file->clear());
    QCOMPARE(*file->completeness("a", *added), there);
    QCOMPARE(file->areas("a")->size(), std::size_t(1));
    QCOMPARE(file->areas("b")->size(), std::size_t(0));
    QVERIFY(file->addArea("a", {0, {0, 0, 1, 1}, 0, 9, "World"}).error().is(TileErrc::tooManyTiles));
    QVERIFY(file->removeArea("a", *added) && file->clear());
    QCOMPARE(file->use().bytes, 0);
    for (int n = 0; n < TileCacheFile::kMaxAreas; ++n) QVERIFY(file->addArea("a", {0, {0, 0, 1, 1}, 0, 1, "Some"}));
    QVERIFY(file->addArea("a", {0, {0, 0, 1, 1}, 0, 1, "One more"}).error().is(TileErrc::tooManyAreas));
  }

  void theAtlasRemembers() {
    const QString file = path("remembered.mbtiles");
    test::makeMbtiles(file, {{"name", "Harbour"}}, 0, 0, [](const TileId&) { return png("x"); });
    QByteArray settings;
    {
      TileAtlas atlas;
      atlas.open(path("atlas.sqlite"));
      QSignalSpy changed(&atlas, &TileAtlas::settingsChanged);
      QVERIFY(atlas.addFile(file) && atlas.addFile(file));
      QCOMPARE(atlas.files().size(), std::size_t(1));
      QVERIFY(atlas.setProvider({"https://tiles.example/{z}/{x}/{y}", "© Somebody", 17}));
      QVERIFY(!atlas.setProvider({"http://tiles.example/{z}/{x}/{y}", "© Somebody", 17}));
      atlas.setCacheLimit(64 * 1024 * 1024);
      atlas.setDimmed(false);
      settings = changed.last()[0].toByteArray();
    }
    TileAtlas later;
    QSignalSpy changed(&later, &TileAtlas::settingsChanged);
    later.restore(settings);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(later.settings(), settings);
    QCOMPARE(later.files()[0]->info().name, "Harbour");
    QCOMPARE(later.online().info().attribution, "© Somebody");
    // A file that is away is said, and not forgotten.
    QVERIFY(QFile::rename(file, file + ".away"));
    TileAtlas away;
    QSignalSpy troubled(&away, &TileAtlas::troubled);
    away.restore(settings);
    QCOMPARE(troubled.count(), 1);
    QCOMPARE(away.settings(), settings);
    // Whatever else preferences may hold.
    for (const QByteArray& nonsense :
         {QByteArray(), QByteArray("[1,2"), QByteArray("{\"files\":[1,{}],\"address\":7}"),
          QByteArray("{\"address\":\"http://evil.example/{z}/{x}/{y}\",\"attribution\":\"x\"}")}) {
      TileAtlas atlas;
      atlas.restore(nonsense);
      QVERIFY(atlas.files().empty() && atlas.online().provider().isEmpty());
    }
  }

  void anAddressIsTried() {
    TileServer server;
    TileAtlas atlas;
    QString words;
    bool isGood = false;
    const auto probe = [&](const TileProvider& provider) {
      words.clear();
      atlas.probe(provider, {3, 4, 2}, [&](bool good, const QString& said) {
        isGood = good;
        words = said;
      });
      return QTest::qWaitFor([&] { return !words.isEmpty(); });
    };
    server.answer = [](const TileServer::Request& request) {
      return TileServer::Answer{200, png(request.path), {}, 0};
    };
    QVERIFY(probe({server.address(), "© Somebody", 18}) && isGood);
    QCOMPARE(server.requests[0].path, "/3/4/2.png");
    server.answer = [](const TileServer::Request&) { return TileServer::Answer{200, "<html>", {}, 0}; };
    QVERIFY(probe({server.address(), "© Somebody", 18}) && !isGood);
    server.stop();
    QVERIFY(probe({server.address(), "© Somebody", 18}) && !isGood);
    QVERIFY2(words.contains("127.0.0.1"), qPrintable(words));
    QVERIFY(probe({"nonsense", "© Somebody", 18}) && !isGood);
    QVERIFY(atlas.online().provider().isEmpty());
  }
};

QTEST_GUILESS_MAIN(TilesTest)
#include "tst_tiles.moc"
