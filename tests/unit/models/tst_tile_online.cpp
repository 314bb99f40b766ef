#include "tests/support/tile_server.h"
#include "ui/models/tile_areas.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace carport;
using namespace carport::ui;
using test::TileServer;

namespace {

QByteArray png(const QByteArray& words, qsizetype size = 0) {
  return QByteArray("\x89PNG\r\n\x1a\n") + words + QByteArray(std::max<qsizetype>(size - words.size() - 8, 0), 'x');
}

QByteArray nameOf(const TileId& tile) {
  return QByteArray::number(tile.zoom) + '/' + QByteArray::number(tile.x) + '/' + QByteArray::number(tile.y);
}

}  // namespace

/// Online maps: what is asked of whom and when, and the areas that are kept.
class TileOnlineTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString path(const QString& name) const { return m_folder.filePath(name); }

  /// An online map that asks `server`, with a cache of its own.
  struct Online {
    Online(const QString& file, const TileServer& server) : Online(file, server.address()) {}
    Online(const QString& file, const QString& address) : online(cache) {
      cache.open(file);
      online.setPatience(std::chrono::milliseconds(30), std::chrono::milliseconds(60));
      online.setProvider({address, "© Somebody", 18});
      QObject::connect(&online, &TileSource::arrived,
                       [this](const TileId& tile, const QByteArray& picture) { pictures[nameOf(tile)] << picture; });
      QObject::connect(&online, &TileSource::lacking,
                       [this](const TileId& tile, TileLack why) { lacks[nameOf(tile)] = why; });
    }
    TileCache cache;
    TileOnline online;
    std::map<QByteArray, QList<QByteArray>> pictures;
    std::map<QByteArray, TileLack> lacks;
  };

 private slots:
  void nothingIsAskedForBeforeThereIsAnAddress() {
    TileServer server;
    Online map(path("none.sqlite"), server);
    map.online.setProvider({});
    map.online.want({{0, 0, 0}});
    QTest::qWait(50);
    QVERIFY(server.requests.isEmpty() && map.pictures.empty());
  }

  void anOnlineMapIsFetchedOnceAndKept() {
    TileServer server;
    server.answer = [](const TileServer::Request& request) {
      return TileServer::Answer{200, png(request.path), {"Cache-Control: max-age=600", "Set-Cookie: a=b"}, 10};
    };
    {
      Online map(path("once.sqlite"), server);
      std::vector<TileId> all;
      for (quint32 x = 0; x < 16; ++x) all.push_back({4, x, 3});
      map.online.want(all);
      QTRY_COMPARE(map.pictures.size(), std::size_t(16));
      QCOMPARE(map.pictures["4/2/3"], QList<QByteArray>{png("/4/2/3.png")});
      QVERIFY(server.mostAtOnce <= TileOnline::kMaxParallel);
      QVERIFY(server.requests[0].headers["user-agent"].startsWith("Carport/"));
      QVERIFY(std::none_of(server.requests.begin(), server.requests.end(), [](const TileServer::Request& request) {
        return request.headers.contains("cookie") || request.headers.contains("referer");
      }));
    }
    const QString address = server.address();
    server.stop();
    Online later(path("once.sqlite"), address);
    later.online.want({{4, 2, 3}});
    QTRY_COMPARE(later.pictures.size(), std::size_t(1));
    QCOMPARE(server.requests.size(), 16);
  }

  void anOldPictureIsAskedAbout() {
    TileServer server;
    QByteArray now = "one";
    server.answer = [&](const TileServer::Request& request) {
      const QByteArray etag = '"' + now + '"';
      if (request.headers["if-none-match"] == etag) return TileServer::Answer{304, {}, {"Cache-Control: max-age=0"}, 0};
      return TileServer::Answer{200, png(now), {"Cache-Control: max-age=0", "ETag: " + etag}, 0};
    };
    Online map(path("old.sqlite"), server);
    const auto ask = [&](int requests) {
      map.online.want({});
      map.online.want({{2, 1, 1}});
      return QTest::qWaitFor([&] { return server.requests.size() == requests; }) && QTest::qWaitFor([&] {
               QTest::qWait(20);
               return true;
             });
    };
    QVERIFY(ask(1));
    QVERIFY(ask(2));
    QCOMPARE(server.requests[1].headers["if-none-match"], "\"one\"");
    QTRY_COMPARE(map.pictures["2/1/1"], (QList<QByteArray>{png("one"), png("one")}));
    now = "two";
    QVERIFY(ask(3));
    // The old one first, the new one once it is there.
    QTRY_COMPARE(map.pictures["2/1/1"], (QList<QByteArray>{png("one"), png("one"), png("one"), png("two")}));
  }

  void whatIsNotThereIsRemembered() {
    TileServer server;
    Online map(path("missing.sqlite"), server);
    map.online.want({{2, 1, 1}});
    QTRY_COMPARE(map.lacks.size(), std::size_t(1));
    QCOMPARE(map.lacks["2/1/1"], TileLack::notThere);
    map.lacks.clear();
    map.online.want({});
    map.online.want({{2, 1, 1}});
    QTRY_COMPARE(map.lacks.size(), std::size_t(1));
    QCOMPARE(server.requests.size(), 1);
    QCOMPARE(map.online.trouble(), "");
  }

  void troubleIsSaidAndWaitedOut_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("words");
    QTest::newRow("error") << 503 << QByteArray("down") << "error (503)";
    QTest::newRow("too many") << 429 << QByteArray() << "fewer requests";
    QTest::newRow("a page") << 200 << QByteArray("<html>Sign in</html>") << "no PNG";
    QTest::newRow("too large") << 200 << png("x", 5 * 1024 * 1024) << "more than a map picture";
  }

  void troubleIsSaidAndWaitedOut() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, words);
    TileServer server;
    bool isWell = false;
    server.answer = [&](const TileServer::Request&) {
      return isWell ? TileServer::Answer{200, png("well"), {}, 0} : TileServer::Answer{status, body, {}, 0};
    };
    Online map(path(QString("trouble-%1.sqlite").arg(QTest::currentDataTag())), server);
    QSignalSpy recovered(&map.online, &TileSource::recovered);
    map.online.want({{2, 1, 1}, {2, 2, 1}});
    QTRY_COMPARE(map.lacks.size(), std::size_t(2));
    QCOMPARE(map.lacks["2/1/1"], TileLack::notNow);
    QVERIFY2(map.online.trouble().contains(words), qPrintable(map.online.trouble()));
    isWell = true;
    QTRY_VERIFY(recovered.count() > 0);
    map.online.want({{2, 1, 1}, {2, 2, 1}});
    QTRY_COMPARE(map.pictures.size(), std::size_t(2));
    QCOMPARE(map.online.trouble(), "");
  }

  void aRefusalEndsTheAsking() {
    TileServer server;
    server.answer = [](const TileServer::Request&) { return TileServer::Answer{403, {}, {}, 0}; };
    Online map(path("refused.sqlite"), server);
    map.online.want({{2, 1, 1}});
    QTRY_COMPARE(map.lacks.size(), std::size_t(1));
    QVERIFY(map.online.trouble().contains("key"));
    map.online.want({{2, 2, 1}});
    QTRY_COMPARE(map.lacks.size(), std::size_t(2));
    QCOMPARE(server.requests.size(), 1);
  }

  void whatMustNotBeStoredIsNot() {
    TileServer server;
    server.answer = [](const TileServer::Request&) {
      return TileServer::Answer{200, png("fleeting"), {"Cache-Control: no-store"}, 0};
    };
    Online map(path("fleeting.sqlite"), server);
    map.online.want({{2, 1, 1}});
    QTRY_COMPARE(map.pictures.size(), std::size_t(1));
    TileAreas areas(map.cache, map.online);
    areas.add({0, {0.3, 0.3, 0.01, 0.01}, 3, 4, "Somewhere"});
    QTRY_COMPARE(areas.download().state(), TileDownload::State::paused);
    QVERIFY(areas.download().trouble().contains("does not allow"));
    QCOMPARE(map.cache.use().bytes, 0);
  }

  void anAreaIsFetchedAndToldHonestly() {
    TileServer server;
    server.answer = [](const TileServer::Request& request) {
      return request.path == "/5/9/9.png" ? TileServer::Answer{404, {}, {}, 0}
                                          : TileServer::Answer{200, png(request.path, 3'000), {}, 2};
    };
    Online map(path("area.sqlite"), server);
    TileAreas areas(map.cache, map.online);
    QSignalSpy finished(&areas.download(), &TileDownload::finished);
    const TileArea wanted{0, {0.251, 0.251, 0.12, 0.12}, 3, 6, "Somewhere"};
    QCOMPARE(areas.estimate(wanted).bytes, wanted.count() * TileAreas::kUsualTileBytes);
    areas.add(wanted);
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(server.mostAtOnce <= int(TileDownload::kParallel));
    QCOMPARE(server.requests.size(), wanted.count());
    QTRY_COMPARE(areas.areas().size(), std::size_t(1));
    QTRY_COMPARE(areas.areas()[0].there.missing(), 0);
    QCOMPARE(areas.areas()[0].there.unavailable, 1);
    // By now it is known how large this map's pictures are.
    QTRY_VERIFY(areas.estimate(wanted).bytes < wanted.count() * 3'500);
    // What is there is not fetched twice.
    areas.complete(areas.areas()[0].area);
    QTRY_COMPARE(finished.count(), 2);
    QCOMPARE(server.requests.size(), wanted.count());
    areas.remove(areas.areas()[0].area);
    QTRY_VERIFY(areas.areas().empty());
  }

  void anAreaWaitsAndGoesOn() {
    TileServer server;
    int left = 10;
    server.answer = [&](const TileServer::Request& request) {
      return --left < 0 ? TileServer::Answer{500, {}, {}, 0} : TileServer::Answer{200, png(request.path), {}, 0};
    };
    Online map(path("pause.sqlite"), server);
    TileAreas areas(map.cache, map.online);
    QSignalSpy finished(&areas.download(), &TileDownload::finished);
    const TileArea wanted{0, {0.251, 0.251, 0.12, 0.12}, 5, 6, "Somewhere"};
    areas.add(wanted);
    QTRY_COMPARE(areas.download().state(), TileDownload::State::paused);
    QVERIFY(areas.download().trouble().contains("error (500)"));
    QTRY_COMPARE(areas.areas().size(), std::size_t(1));
    QTRY_COMPARE(areas.areas()[0].there.kept, 10);
    left = 1'000;
    areas.resume();
    QTRY_VERIFY(areas.download().done() > 12);
    areas.pause();
    QCOMPARE(areas.download().state(), TileDownload::State::paused);
    QVERIFY(areas.download().trouble().isEmpty());
    areas.resume();
    QTRY_COMPARE(finished.count(), 1);
    QTRY_COMPARE(areas.areas()[0].there.missing(), 0);
    // Cancelled in its middle, what is there stays and is told.
    areas.add({0, {0.6, 0.6, 0.12, 0.12}, 5, 8, "Elsewhere"});
    QTRY_VERIFY(areas.download().area().name == "Elsewhere" && areas.download().done() > 3);
    areas.cancel();
    QCOMPARE(areas.download().state(), TileDownload::State::none);
    QTRY_COMPARE(areas.areas().size(), std::size_t(2));
    QTRY_VERIFY(areas.areas()[1].there.kept > 3 && areas.areas()[1].there.missing() > 0);
  }

  void anAreaThatIsTooMuchIsRefused() {
    TileServer server;
    Online map(path("large.sqlite"), server);
    TileAreas areas(map.cache, map.online);
    QSignalSpy troubled(&areas, &TileAreas::troubled);
    areas.add({0, {0, 0, 1, 1}, 0, 10, "World"});
    QCOMPARE(troubled.count(), 1);
    QVERIFY(troubled[0][0].toString().contains("20"));
    map.cache.ask<void>([](TileCacheFile& file) { return file.setLimit(1); }, this, [](const Result<void>&) {});
    QTRY_COMPARE(map.cache.use().limitBytes, TileCacheFile::kMinLimitBytes);
    QVERIFY(areas.check({0, {0, 0, 1, 1}, 0, 6, "World"}).error().is(TileErrc::cacheTooSmall));
    map.online.setProvider({});
    QVERIFY(areas.check({0, {0, 0, 1, 1}, 0, 1, "World"}).error().is(TileErrc::noProvider));
  }
};

QTEST_GUILESS_MAIN(TileOnlineTest)
#include "tst_tile_online.moc"
