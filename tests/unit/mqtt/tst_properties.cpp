#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/properties.h"
#include "gateway/protocol/mqtt/reason_text.h"
#include "gateway/protocol/mqtt/utf8.h"
#include "tests/unit/mqtt/hex_bytes.h"

#include <QtTest>

using namespace carport::mqtt;

class TestProperties : public QObject {
  Q_OBJECT

 private slots:
  void everyTypeComesBack() {  // §2.2.2.2
    std::string encoded;
    PropertyWriter(encoded)
        .number(PropertyId::payloadFormatIndicator, 1)
        .number(PropertyId::topicAlias, 0x1234)
        .number(PropertyId::messageExpiryInterval, 0x89ABCDEF)
        .number(PropertyId::subscriptionIdentifier, 268'435'455)
        .text(PropertyId::contentType, "json")
        .text(PropertyId::correlationData, std::string_view("\0\xFF", 2))
        .userProperty("name", "value");
    QVERIFY(encoded == hexBytes("01 01  23 1234  02 89abcdef  0b ffffff7f  03 0004 6a736f6e  09 0002 00ff"
                                "26 0004 6e616d65 0005 76616c7565"));
    const Properties properties{encoded};
    QCOMPARE(*properties.number(PropertyId::payloadFormatIndicator), 1u);
    QCOMPARE(*properties.number(PropertyId::topicAlias), 0x1234u);
    QCOMPARE(*properties.number(PropertyId::messageExpiryInterval), 0x89ABCDEFu);
    QCOMPARE(*properties.number(PropertyId::subscriptionIdentifier), 268'435'455u);
    QVERIFY(properties.text(PropertyId::contentType) == "json");
    QVERIFY(properties.text(PropertyId::correlationData) == std::string_view("\0\xFF", 2));
    QVERIFY(!properties.number(PropertyId::receiveMaximum) && !properties.text(PropertyId::reasonString));
  }

  void variableIntegersAreShort() {  // §1.5.5, table 1-1
    const std::vector<std::pair<std::uint32_t, const char*>> rows{
        {1, "0b 01"},          {127, "0b 7f"},           {128, "0b 8001"},          {16'383, "0b ff7f"},
        {16'384, "0b 808001"}, {2'097'151, "0b ffff7f"}, {2'097'152, "0b 80808001"}};
    for (const auto& [value, hex] : rows) {
      std::string encoded;
      PropertyWriter(encoded).number(PropertyId::subscriptionIdentifier, value);
      QVERIFY2(encoded == hexBytes(hex), hex);
      QCOMPARE(*Properties{encoded}.number(PropertyId::subscriptionIdentifier), value);
    }
  }

  void readerStopsAtWhatIsNoProperty_data() {
    QTest::addColumn<QByteArray>("hex");
    for (const char* hex : {"00", "04 00", "7f 00", "80 01 00", "01", "21 00", "02 000000", "0b", "0b 80", "0b 8000",
                            "0b ffffffff01", "03 0002 61", "03 00", "26 0001 61", "26 0001 61 0001"}) {
      QTest::newRow(hex) << QByteArray(hex);
    }
  }
  void readerStopsAtWhatIsNoProperty() {
    QFETCH(QByteArray, hex);
    const std::string encoded = hexBytes("01 00") + hexBytes(hex.constData());
    PropertyReader reader(encoded);
    QVERIFY(reader.next().has_value());
    QVERIFY(!reader.next() && reader.failed());
    QVERIFY(!reader.next());
  }

  void forwardsWhatReceiversGetInItsOrder() {  // [MQTT-3.3.2-4], [MQTT-3.3.2-15] to [MQTT-3.3.2-18], [MQTT-3.3.2-20]
    std::string encoded;
    PropertyWriter(encoded)
        .userProperty("b", "1")
        .number(PropertyId::topicAlias, 3)
        .number(PropertyId::payloadFormatIndicator, 1)
        .number(PropertyId::messageExpiryInterval, 60)
        .text(PropertyId::contentType, "text/plain")
        .userProperty("a", "2")
        .text(PropertyId::responseTopic, "reply/here")
        .number(PropertyId::willDelayInterval, 5)
        .text(PropertyId::correlationData, std::string_view("\0\1", 2))
        .userProperty("b", "3");
    std::string expected;
    PropertyWriter(expected)
        .userProperty("b", "1")
        .number(PropertyId::payloadFormatIndicator, 1)
        .text(PropertyId::contentType, "text/plain")
        .userProperty("a", "2")
        .text(PropertyId::responseTopic, "reply/here")
        .text(PropertyId::correlationData, std::string_view("\0\1", 2))
        .userProperty("b", "3");
    std::string forwarded;
    appendForwarded({encoded}, forwarded);
    QVERIFY(forwarded == expected);
    std::string users;
    Properties{forwarded}.forEachUserProperty(
        [&](std::string_view name, std::string_view value) { users.append(name).append(value); });
    QVERIFY(users == "b1a2b3");
  }

  void reasonTextsStayWholeCharacters() {
    const std::string euros = [] {
      std::string text;
      for (int i = 0; i < 200; ++i) text += "€";
      return text;
    }();
    const auto cut = reasonText(euros);
    QVERIFY(cut.size() <= kMaxReasonBytes && cut.size() > kMaxReasonBytes - 3 && cut.size() % 3 == 0);
    QVERIFY(isMqttUtf8(cut));
    QVERIFY(reasonText("short") == "short");
    QVERIFY(reasonText("\xFF").empty());
  }
};

QTEST_GUILESS_MAIN(TestProperties)
#include "tst_properties.moc"
