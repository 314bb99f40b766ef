#include "gateway/protocol/mqtt/utf8.h"
#include "tests/unit/mqtt/hex_bytes.h"

#include <QtTest>

using carport::mqtt::isMqttUtf8;

class TestUtf8 : public QObject {
  Q_OBJECT

 private slots:
  void accepts_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("ASCII, longer than a word") << QByteArray("cars/WDB-0001/telemetry");
    QTest::newRow("two bytes, lowest") << QByteArray::fromHex("c280");
    QTest::newRow("two bytes, highest") << QByteArray::fromHex("dfbf");
    QTest::newRow("three bytes, lowest") << QByteArray::fromHex("e0a080");
    QTest::newRow("below the surrogates") << QByteArray::fromHex("ed9fbf");
    QTest::newRow("above the surrogates") << QByteArray::fromHex("ee8080");
    QTest::newRow("three bytes, highest") << QByteArray::fromHex("efbfbf");
    QTest::newRow("[MQTT-1.5.3-3] U+FEFF is kept") << QByteArray::fromHex("efbbbf61");
    QTest::newRow("four bytes, lowest") << QByteArray::fromHex("f0908080");
    QTest::newRow("four bytes, highest") << QByteArray::fromHex("f48fbfbf");
    QTest::newRow("other characters after eight plain ones") << QByteArray("12345678\xC3\xA4");
  }
  void accepts() {
    QFETCH(QByteArray, text);
    QVERIFY(isMqttUtf8(text.toStdString()));
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("[MQTT-1.5.3-2] U+0000") << QByteArray("\0", 1);
    QTest::newRow("[MQTT-1.5.3-2] U+0000 in a word of plain characters") << QByteArray("abc\0defg", 8);
    QTest::newRow("[MQTT-1.5.3-1] first surrogate") << QByteArray::fromHex("eda080");
    QTest::newRow("[MQTT-1.5.3-1] last surrogate") << QByteArray::fromHex("edbfbf");
    QTest::newRow("overlong slash, two bytes") << QByteArray::fromHex("c0af");
    QTest::newRow("overlong slash, three bytes") << QByteArray::fromHex("e080af");
    QTest::newRow("overlong, four bytes") << QByteArray::fromHex("f08080af");
    QTest::newRow("above U+10FFFF") << QByteArray::fromHex("f4908080");
    QTest::newRow("five bytes") << QByteArray::fromHex("f888808080");
    QTest::newRow("lone continuation") << QByteArray::fromHex("80");
    QTest::newRow("two bytes, cut") << QByteArray::fromHex("c2");
    QTest::newRow("three bytes, cut") << QByteArray::fromHex("e282");
    QTest::newRow("four bytes, cut") << QByteArray::fromHex("f09f98");
    QTest::newRow("no continuation") << QByteArray::fromHex("c241");
    QTest::newRow("FF") << QByteArray::fromHex("ff");
    QTest::newRow("bad after eight plain ones") << QByteArray("12345678\xFF");
  }
  void refuses() {
    QFETCH(QByteArray, text);
    QVERIFY(!isMqttUtf8(text.toStdString()));
  }
};

QTEST_GUILESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
