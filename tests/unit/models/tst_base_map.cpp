#include "ui/models/base_map.h"
#include "ui/models/base_map_errc.h"
#include "ui/models/projection.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace carport;
using namespace carport::ui;

class BaseMapTest : public QObject {
  Q_OBJECT

  QByteArray m_file;
  BaseMap m_map;

 private slots:
  void initTestCase() {
    QFile file(QStringLiteral(CARPORT_SOURCE_DIR "/resources/basemap/world.cpm"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_file = file.readAll();
    QVERIFY(m_file.size() < 1'500'000);
    auto decoded = BaseMap::decode(m_file);
    QVERIFY2(decoded.has_value(), decoded ? "" : decoded.error().message().c_str());
    m_map = std::move(*decoded);
  }

  void landIsWhereLandIs_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<bool>("land");
    QTest::newRow("Brussels") << 50.85 << 4.35 << true;
    QTest::newRow("Atlantic") << 40.0 << -35.0 << false;
    QTest::newRow("Chukotka, east of 180") << 66.5 << -175.0 << true;
    QTest::newRow("Chukotka, west of 180") << 67.0 << 178.0 << true;
    QTest::newRow("Fiji, Vanua Levu") << -16.6 << 179.2 << true;
    QTest::newRow("sea beside Fiji") << -20.5 << 180.0 << false;
    QTest::newRow("Antarctica") << -80.0 << 100.0 << true;
    QTest::newRow("Transantarctic Mountains") << -84.3 << 165.0 << true;
    QTest::newRow("Southern Ocean") << -60.0 << 100.0 << false;
    QTest::newRow("Caspian Sea") << 42.0 << 50.5 << false;
    QTest::newRow("Sydney") << -33.8 << 150.9 << true;
  }

  void landIsWhereLandIs() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QTEST(m_map.isLand(toWorld({latitude, longitude})), "land");
  }

  void noLineJumpsAcrossTheMap() {
    for (const BaseMap::Line& line : m_map.lines()) {
      for (std::uint32_t n = 1; n < line.run.count; ++n) {
        const BaseMap::Point& a = m_map.points()[line.run.first + n - 1];
        const BaseMap::Point& b = m_map.points()[line.run.first + n];
        QVERIFY(std::abs(a.x - b.x) < 0.1F);
      }
    }
  }

  void everyRingComesBackToItsBeginning() {
    for (const BaseMap::Run& ring : m_map.land()) {
      const BaseMap::Point& a = m_map.points()[ring.first];
      const BaseMap::Point& b = m_map.points()[ring.first + ring.count - 1];
      QVERIFY(std::abs(a.x - b.x) < 1e-5F);
    }
  }

  void countriesAreNamedInsideThemselves() {
    const auto& labels = m_map.labels();
    QVERIFY(labels.size() > 200);
    QVERIFY(std::is_sorted(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a.size > b.size; }));
    for (const char* name : {"Belgium", "Fiji", "Russia", "United States", "New Zealand"}) {
      const auto found = std::find_if(labels.begin(), labels.end(),
                                      [&](const auto& label) { return label.name == QLatin1String(name); });
      QVERIFY2(found != labels.end(), name);
      QVERIFY2(m_map.isLand(found->place), name);
    }
  }

  void brokenFilesAreRefused() {
    QVERIFY(!BaseMap::decode({}));
    QVERIFY(BaseMap::decode("not a map at all").error().is(BaseMapErrc::notABaseMap));
    const QByteArray plain = qUncompress(m_file);
    for (const qsizetype length : {0, 3, 20, 36, 40, 5'000, 700'000, int(plain.size()) - 1}) {
      QVERIFY(!BaseMap::decode(qCompress(plain.left(length))));
    }
    QByteArray lying = plain.left(36);
    lying.append("\xFF\xFF\xFF\xFF\x7F");  // billions of arcs
    QVERIFY(BaseMap::decode(qCompress(lying)).error().is(BaseMapErrc::inconsistent));
  }
};

QTEST_GUILESS_MAIN(BaseMapTest)
#include "tst_base_map.moc"
