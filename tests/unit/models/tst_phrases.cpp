#include "ui/models/phrases.h"
#include "ui/models/plain_tip.h"

#include <QLocale>
#include <QtTest>

#include <cmath>

using namespace carport;
namespace phrases = carport::ui::phrases;

class TestPhrases : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

  void durations() {
    QCOMPARE(phrases::duration(Milliseconds(-5)), QString("0 s"));
    QCOMPARE(phrases::duration(Milliseconds(12'900)), QString("12 s"));
    QCOMPARE(phrases::duration(Milliseconds(60'000)), QString("1 min"));
    QCOMPARE(phrases::duration(std::chrono::hours(47)), QString("47 h"));
    QCOMPARE(phrases::duration(std::chrono::hours(49)), QString("2 d"));
    QCOMPARE(phrases::duration(std::chrono::hours(24 * 1500)), QString("1,500 d"));
  }

  void tooltipsShowNamesAsTheyAre() {
    QCOMPARE(ui::plainTip("Van 12"), QString("Van 12"));
    QCOMPARE(ui::plainTip("Tom & <b>Jerry</b>\n2"), QString("<span>Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;<br>2</span>"));
    QVERIFY(!ui::plainTip("<img src='//host/share/x.png'>").contains("<img"));
  }

  void ages() {
    const TimePoint now = fromMs(1'700'000'000'000);
    QCOMPARE(phrases::age(fromMs(0), now), QString("never"));
    QCOMPARE(phrases::age(now, now), QString("now"));
    QCOMPARE(phrases::age(now + Milliseconds(50'000), now), QString("now"));
    QCOMPARE(phrases::age(now - Milliseconds(180'000), now), QString("3 min"));
  }

  void saysWhatACarIsDoing() {
    const TimePoint now = fromMs(1'700'000'000'000);
    api::CarPosition position;
    QCOMPARE(phrases::doing(position, now), QString("No message yet"));
    position.time = now - std::chrono::minutes(12);
    position.activity = api::Activity::silent;
    QCOMPARE(phrases::doing(position, now), QString("Silent for 12 min"));
    position.activity = api::Activity::driving;
    QCOMPARE(phrases::doing(position, now), QString("Driving"));
    position.speed = 62.7F;
    QCOMPARE(phrases::doing(position, now), QString("Driving, 63 km/h"));
  }

  void measures() {
    QCOMPARE(phrases::distance(340), QString("340 m"));
    QCOMPARE(phrases::distance(999.9), QString("1.00 km"));
    QCOMPARE(phrases::distance(12'440), QString("12.4 km"));
    QCOMPARE(phrases::distance(1'240'000), QString("1,240 km"));
    QCOMPARE(phrases::bytes(512), QString("512 B"));
    QCOMPARE(phrases::bytes(3'400'000), QString("3.40 MB"));
    QCOMPARE(phrases::bytes(999'999), QString("1.00 MB"));
    QCOMPARE(phrases::bytes(~0ULL), QString("18,447 PB"));
    QCOMPARE(phrases::messageRate(0), QString("0 messages/s"));
    QCOMPARE(phrases::messageRate(0.4), QString("0.4 messages/s"));
    QCOMPARE(phrases::messageRate(1240.4), QString("1,240 messages/s"));
    QCOMPARE(phrases::speed(std::nan("")), QString("–"));
    QCOMPARE(phrases::coordinates(std::nan(""), 4), QString("–"));
  }

  void figures_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("whole") << 63.0 << "63";
    QTest::newRow("hundreds keep their noughts") << 100.0 << "100";
    QTest::newRow("thousands") << 12'345.6 << "12,346";
    QTest::newRow("decimals") << 71.50 << "71.5";
    QTest::newRow("small") << 0.0042 << "0.0042";
    QTest::newRow("tiny") << 1.5e-7 << "1.5E-07";
    QTest::newRow("nearly nothing below") << -0.00001 << "-1E-05";
    QTest::newRow("not a number") << std::nan("") << "–";
  }
  void figures() {
    QFETCH(double, value);
    QTEST(phrases::figure(value), "text");
  }

  void metrics() {
    QCOMPARE(phrases::metricName("soc"), QString("State of charge"));
    QCOMPARE(phrases::metricName("hv_battery_v"), QString("hv_battery_v"));
    QCOMPARE(phrases::metricValue("hv_battery_v", 58.2), QString("58.2 V"));
    QCOMPARE(phrases::metricValue("speed", 63), QString("63 km/h"));
    QCOMPARE(phrases::metricValue("heading", 270), QString::fromUtf8("270°"));
    QCOMPARE(phrases::metricValue("doors", 4), QString("4"));
    QCOMPARE(phrases::attributeValue(api::AttributeValue(true)), QString("yes"));
    QCOMPARE(phrases::attributeValue(api::AttributeValue(std::string("D"))), QString("D"));
  }
};

QTEST_GUILESS_MAIN(TestPhrases)
#include "tst_phrases.moc"
