#include "gateway/protocol/mqtt/encoder.h"
#include "tests/unit/mqtt/decoded_packet.h"
#include "tests/unit/mqtt/hex_bytes.h"

#include <QtTest>

#include <random>

using namespace carport;
using namespace carport::mqtt;

namespace {

void row(const char* name, const char* type, const char* body, MqttErrc code = MqttErrc::malformedPacket) {
  QTest::newRow(name) << packet(type, body) << int(code);
}

/// CONNECT of client "a", keep alive 60, with these flags, properties (their length in front) and further fields.
void connectRow(const char* name, const char* flags, const char* properties, const char* rest,
                MqttErrc code = MqttErrc::malformedPacket) {
  const QByteArray body = QByteArray("0004 4d515454 05") + flags + "003c" + properties + "0001 61" + rest;
  QTest::newRow(name) << packet("10", body.constData()) << int(code);
}

constexpr auto kProtocolError = MqttErrc::protocolError;

void addConnectRows() {
  connectRow("[MQTT-3.1.2-3] reserved flag", "03", "00", "");
  connectRow("[MQTT-3.1.2-11] will QoS without will", "0a", "00", "");
  connectRow("[MQTT-3.1.2-12] will QoS 3", "1e", "00", "00 0001 74 0001 70");
  connectRow("[MQTT-3.1.2-13] will retain without will", "22", "00", "");
  connectRow("[MQTT-3.1.2-9] will without its fields", "06", "00", "");
  connectRow("[MQTT-3.1.2-17] no user name", "82", "00", "");
  connectRow("[MQTT-3.1.2-19] no password", "42", "00", "");
  connectRow("[MQTT-3.1.2-16] user name without its flag", "02", "00", "0001 61");
  connectRow("[MQTT-3.1.3-11] will topic not UTF-8", "06", "00", "00 0001 ff 0001 70");
  connectRow("will topic with wildcard", "06", "00", "00 0001 23 0001 70", MqttErrc::badTopic);
  connectRow("[MQTT-3.1.3-12] user name not UTF-8", "82", "00", "0001 80");
  connectRow("no property length", "02", "", "");
  connectRow("property length beyond the packet", "02", "7f", "");
  connectRow("[MQTT-1.5.5-1] property length too long", "02", "8000", "");
  connectRow("receive maximum 0", "02", "03 21 0000", "", kProtocolError);
  connectRow("receive maximum twice", "02", "06 21 0001 21 0001", "", kProtocolError);
  connectRow("maximum packet size 0", "02", "05 27 00000000", "", kProtocolError);
  connectRow("session expiry twice", "02", "0a 11 00000001 11 00000001", "", kProtocolError);
  connectRow("topic alias maximum twice", "02", "06 22 0001 22 0001", "", kProtocolError);
  connectRow("request problem information 2", "02", "02 17 02", "", kProtocolError);
  connectRow("request response information 2", "02", "02 19 02", "", kProtocolError);
  connectRow("authentication data alone", "02", "04 16 0001 61", "", kProtocolError);
  connectRow("authentication method not UTF-8", "02", "04 15 0001 ff", "");
  connectRow("[MQTT-1.5.7-1] user property name not UTF-8", "02", "07 26 0001 ff 0001 61", "");
  connectRow("[MQTT-1.5.4-2] user property value with U+0000", "02", "07 26 0001 61 0001 00", "");
  connectRow("a property of PUBLISH", "02", "02 01 00", "");
  connectRow("a property of CONNACK", "02", "03 13 0001", "");
  connectRow("a property of the will", "02", "05 18 00000001", "");
  connectRow("an unknown property", "02", "02 7d 00", "");
  connectRow("a property cut off", "02", "02 21 00", "");
  connectRow("will: delay twice", "06", "00", "0a 18 00000001 18 00000002 0001 74 0001 70", kProtocolError);
  connectRow("will: a property of CONNECT", "06", "00", "03 21 0001 0001 74 0001 70");
  connectRow("will: response topic with wildcard", "06", "00", "04 08 0001 2b 0001 74 0001 70", kProtocolError);
  row("[MQTT-2.1.3-1] CONNECT flags", "11", "0004 4d515454 05 02 003c 00 0001 61");
  row("[MQTT-3.1.2-2] level 6", "10", "0004 4d515454 06 02 003c 00 0001 61", MqttErrc::unsupportedVersion);
}

void addPublishRows() {
  row("[MQTT-3.3.1-4] QoS 3", "36", "0001 74 0001 00");
  row("[MQTT-3.3.1-2] duplicate of QoS 0", "38", "0001 74 00");
  row("[MQTT-3.3.2-1] topic not UTF-8", "30", "0001 ff 00");
  row("[MQTT-1.5.4-1] surrogate in the topic", "30", "0003 eda080 00");
  row("[MQTT-4.7.3-2] U+0000 in the topic", "30", "0001 00 00");
  row("[MQTT-3.3.2-2] topic with wildcard", "30", "0001 2b 00", MqttErrc::badTopic);
  row("[MQTT-4.7.3-1] no topic and no alias", "30", "0000 00", kProtocolError);
  row("[MQTT-2.2.1-3] packet id 0", "32", "0001 74 0000 00");
  row("[MQTT-2.2.2-1] no property length", "30", "0001 74");
  row("[MQTT-3.3.2-8] topic alias 0", "30", "0001 74 03 23 0000", MqttErrc::topicAliasInvalid);
  row("topic alias twice", "30", "0001 74 06 23 0001 23 0002", kProtocolError);
  row("payload format 2", "30", "0001 74 02 01 02", kProtocolError);
  row("payload format twice", "30", "0001 74 04 01 01 01 01", kProtocolError);
  row("message expiry twice", "30", "0001 74 0a 02 00000001 02 00000001", kProtocolError);
  row("[MQTT-3.3.2-13] response topic not UTF-8", "30", "0001 74 04 08 0001 ff");
  row("[MQTT-3.3.2-14] response topic with wildcard", "30", "0001 74 04 08 0001 23", kProtocolError);
  row("response topic twice", "30", "0001 74 08 08 0001 61 08 0001 61", kProtocolError);
  row("correlation data twice", "30", "0001 74 08 09 0001 61 09 0001 61", kProtocolError);
  row("[MQTT-3.3.2-19] content type not UTF-8", "30", "0001 74 04 03 0001 ff");
  row("content type twice", "30", "0001 74 08 03 0001 61 03 0001 61", kProtocolError);
  row("subscription identifier 0", "30", "0001 74 02 0b 00", kProtocolError);
  row("a property of CONNECT", "30", "0001 74 03 21 0001");
  row("a property beyond the property length", "30", "0001 74 02 23 0001");
}

void addAcknowledgementRows() {
  for (const auto& [name, type] : {std::pair("PUBACK", "40"), {"PUBREC", "50"}, {"PUBREL", "62"}, {"PUBCOMP", "70"}}) {
    const QByteArray text(name);
    row((text + ": no packet id").constData(), type, "00");
    row((text + ": packet id 0").constData(), type, "0000");
    row((text + ": a reason that is none").constData(), type, "0001 03", kProtocolError);
    row((text + ": reason of SUBACK").constData(), type, "0001 01", kProtocolError);
    row((text + ": properties cut off").constData(), type, "0001 00 05 1f 0001");
    row((text + ": bytes behind the properties").constData(), type, "0001 00 00 00");
    row((text + ": reason string twice").constData(), type, "0001 00 08 1f 0001 61 1f 0001 61", kProtocolError);
    row((text + ": reason string not UTF-8").constData(), type, "0001 00 04 1f 0001 ff");
    row((text + ": property of CONNECT").constData(), type, "0001 00 03 21 0001");
  }
  row("[MQTT-3.4.2-1] PUBACK: reason of PUBREL", "40", "0001 92", kProtocolError);
  row("[MQTT-3.6.2-1] PUBREL: reason of PUBACK", "62", "0001 87", kProtocolError);
  row("[MQTT-2.1.3-1] PUBACK flags", "41", "0001");
  row("[MQTT-3.6.1-1] PUBREL flags", "60", "0001");
}

void addSubscribeRows() {
  row("[MQTT-3.8.1-1] SUBSCRIBE flags", "80", "0001 00 0001 61 00");
  row("[MQTT-2.2.1-3] SUBSCRIBE: packet id 0", "82", "0000 00 0001 61 00");
  row("[MQTT-3.8.3-1] filter not UTF-8", "82", "0001 00 0001 ff 00");
  row("[MQTT-3.8.3-2] SUBSCRIBE: no filter", "82", "0001 00");
  row("[MQTT-3.8.3-4] no local of a shared subscription", "82", "0001 00 000a 2473686172652f672f74 04", kProtocolError);
  row("[MQTT-3.8.3-5] reserved bit 6", "82", "0001 00 0001 61 40");
  row("[MQTT-3.8.3-5] reserved bit 7", "82", "0001 00 0001 61 80");
  row("QoS 3", "82", "0001 00 0001 61 03");
  row("retain handling 3", "82", "0001 00 0001 61 30", kProtocolError);
  row("subscription identifier 0", "82", "0001 02 0b 00 0001 61 00", kProtocolError);
  row("subscription identifier twice", "82", "0001 04 0b 01 0b 02 0001 61 00", kProtocolError);
  row("subscription identifier of five bytes", "82", "0001 06 0b ffffffff01 0001 61 00");
  row("SUBSCRIBE: property of PUBLISH", "82", "0001 02 01 00 0001 61 00");
  row("[MQTT-4.7.1-1] # inside", "82", "0001 00 0003 232f61 00", MqttErrc::badTopicFilter);
  row("[MQTT-4.7.1-2] + beside something", "82", "0001 00 0002 612b 00", MqttErrc::badTopicFilter);
  row("[MQTT-4.8.2-1] no share name", "82", "0001 00 0009 2473686172652f2f74 00", MqttErrc::badTopicFilter);
  row("[MQTT-4.8.2-2] share name with +", "82", "0001 00 000a 2473686172652f2b2f74 00", MqttErrc::badTopicFilter);
  row("[MQTT-4.8.2-2] nothing after the share name", "82", "0001 00 0008 2473686172652f67 00",
      MqttErrc::badTopicFilter);
  row("[MQTT-4.8.2-2] no filter after the share name", "82", "0001 00 0009 2473686172652f672f 00",
      MqttErrc::badTopicFilter);
  row("[MQTT-3.10.1-1] UNSUBSCRIBE flags", "a0", "0001 00 0001 61");
  row("[MQTT-3.10.3-1] UNSUBSCRIBE: filter not UTF-8", "a2", "0001 00 0001 ff");
  row("[MQTT-3.10.3-2] UNSUBSCRIBE: no filter", "a2", "0001 00");
  row("UNSUBSCRIBE: subscription identifier", "a2", "0001 02 0b 01 0001 61");
}

void addEndRows() {
  row("[MQTT-3.14.1-1] DISCONNECT flags", "e1", "");
  row("[MQTT-3.14.2-1] DISCONNECT: a reason that is none", "e0", "05", kProtocolError);
  row("DISCONNECT: reason of CONNACK", "e0", "84", kProtocolError);
  row("DISCONNECT: session expiry twice", "e0", "00 0a 11 00000001 11 00000001", kProtocolError);
  row("DISCONNECT: property of PUBLISH", "e0", "00 02 01 00");
  row("DISCONNECT: bytes behind the properties", "e0", "00 00 00");
  row("[MQTT-3.15.1-1] AUTH flags", "f1", "");
  row("[MQTT-3.15.2-1] AUTH: a reason that is none", "f0", "01 00", kProtocolError);
  row("AUTH: reason without properties", "f0", "18");
  row("AUTH: no authentication method", "f0", "18 00", kProtocolError);
  row("type 0", "00", "");
  row("PINGREQ with a body", "c0", "00");
}

void addServersRows() {
  row("[MQTT-3.2.2-1] CONNACK reserved flags", "20", "02 00 00");
  row("[MQTT-3.2.2-6] session present in a refusal", "20", "01 87 00");
  row("[MQTT-3.2.2-8] CONNACK: a reason that is none", "20", "00 8d 00", kProtocolError);
  row("CONNACK: no properties", "20", "00 00");
  row("CONNACK: maximum QoS 2", "20", "00 00 02 24 02", kProtocolError);
  row("CONNACK: receive maximum 0", "20", "00 00 03 21 0000", kProtocolError);
  row("CONNACK: property of CONNECT", "20", "00 00 02 17 01");
  row("[MQTT-3.9.3-2] SUBACK: a reason that is none", "90", "0001 00 03");
  row("SUBACK: no reason", "90", "0001 00");
  row("[MQTT-3.11.3-2] UNSUBACK: a reason that is none", "b0", "0001 00 01");
  row("UNSUBACK: no reason", "b0", "0001 00");
}

}  // namespace

/// What a 5.0 packet must not be, one row for each rule.
class TestDecoderV5Refusals : public QObject {
  Q_OBJECT

 private slots:
  void refuses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    addConnectRows();
    addPublishRows();
    addAcknowledgementRows();
    addSubscribeRows();
    addEndRows();
    addServersRows();
  }
  void refuses() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    DecodeScratch scratch;
    const auto data = bytes.toStdString();
    const auto read = decoded(data, scratch);
    QVERIFY(!read);
    QVERIFY2(read.error().message() != "incomplete", "the test's own packet is not whole");
    QVERIFY2(read.error().is(MqttErrc(code)), read.error().message().c_str());
    QVERIFY(read.error().message().size() > 15);
  }

  void everyCutConnectIsRefused() {
    const std::string body = hexBytes(
        "0004 4d515454 05 ee 003c 05 11 0000003c 0003 616263 05 18 00000001 0001 74 0001 70 0002 6d65 0002 6869");
    DecodeScratch scratch;
    QVERIFY(decodePacket(Frame{0x10, body}, scratch).has_value());
    for (std::size_t length = 0; length < body.size(); ++length) {
      QVERIFY(!decodePacket(Frame{0x10, std::string_view(body).substr(0, length)}, scratch));
    }
  }

  void garbageNeverCrashes() {
    std::mt19937 random(5);
    for (int round = 0; round < 100'000; ++round) {
      std::string body(random() % 40, '\0');
      for (char& c : body) c = char(random() % (round % 2 == 0 ? 256 : 40));
      DecodeScratch scratch;
      const auto read = decodePacket(Frame{std::uint8_t(random()), body}, scratch, ProtocolLevel::v5);
      if (!read) {
        QVERIFY(!read.error().message().empty());
        continue;
      }
      std::string once;
      encode(*read, once, ProtocolLevel::v5);
      const auto again = decoded(once, scratch);
      QVERIFY(again.has_value());
      std::string twice;
      encode(*again, twice, ProtocolLevel::v5);
      QVERIFY(once == twice);
    }
  }
};

QTEST_GUILESS_MAIN(TestDecoderV5Refusals)
#include "tst_decoder_v5_refusals.moc"
