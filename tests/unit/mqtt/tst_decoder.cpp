#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "tests/unit/mqtt/hex_bytes.h"

#include <QtTest>

#include <random>

using namespace carport;
using namespace carport::mqtt;

namespace {

/// The one packet in `bytes`.
Result<Packet> decoded(const std::string& bytes, DecodeScratch& scratch) {
  FrameReader reader(kMaxRemainingLength);
  reader.feed(bytes);
  const auto frame = reader.next();
  if (!frame) return failFrom(frame);
  if (!*frame) return fail(MqttErrc::malformedPacket, "incomplete");
  return decodePacket(**frame, scratch);
}

void row(const char* name, const char* hex, MqttErrc code = MqttErrc::malformedPacket) {
  QTest::newRow(name) << QByteArray(hex) << int(code);
}

void addConnectRows() {
  row("[MQTT-2.2.2-2] CONNECT flags", "11 0d 0004 4d515454 04 02 003c 0001 61");
  row("[MQTT-3.1.2-1] protocol name", "10 0d 0004 4d515458 04 02 003c 0001 61");
  row("[MQTT-3.1.2-2] level 6", "10 0d 0004 4d515454 06 02 003c 0001 61", MqttErrc::unsupportedVersion);
  row("[MQTT-3.1.2-2] level 3", "10 0d 0004 4d515454 03 02 003c 0001 61", MqttErrc::unsupportedVersion);
  row("MQTT 3.1", "10 0f 0006 4d5149736470 03 02 003c 0001 61", MqttErrc::unsupportedVersion);
  row("[MQTT-3.1.2-3] reserved flag", "10 0d 0004 4d515454 04 03 003c 0001 61");
  row("[MQTT-3.1.2-13] will QoS without will", "10 0d 0004 4d515454 04 0a 003c 0001 61");
  row("[MQTT-3.1.2-14] will QoS 3", "10 13 0004 4d515454 04 1e 003c 0001 61 0001 74 0001 70");
  row("[MQTT-3.1.2-15] will retain without will", "10 0d 0004 4d515454 04 22 003c 0001 61");
  row("[MQTT-3.1.2-22] password without user name", "10 10 0004 4d515454 04 42 003c 0001 61 0001 70");
  row("[MQTT-3.1.3-3] no client identifier", "10 0a 0004 4d515454 04 02 003c");
  row("[MQTT-3.1.3-4] client identifier not UTF-8", "10 0d 0004 4d515454 04 02 003c 0001 ff");
  row("[MQTT-3.1.3-8] empty client identifier", "10 0c 0004 4d515454 04 00 003c 0000", MqttErrc::clientIdRejected);
  row("[MQTT-3.1.3-10] will topic not UTF-8", "10 13 0004 4d515454 04 06 003c 0001 61 0001 ff 0001 70",
      MqttErrc::badTopic);
  row("will topic with wildcard", "10 13 0004 4d515454 04 06 003c 0001 61 0001 23 0001 70", MqttErrc::badTopic);
  row("[MQTT-3.1.3-11] user name not UTF-8", "10 10 0004 4d515454 04 82 003c 0001 61 0001 80");
  row("CONNECT with more", "10 0e 0004 4d515454 04 02 003c 0001 61 00");
}

void addPublishRows() {
  row("[MQTT-3.3.1-4] QoS 3", "36 05 0001 74 0001");
  row("[MQTT-3.3.1-2] duplicate of QoS 0", "38 03 0001 74");
  row("[MQTT-3.3.2-1] topic not UTF-8", "30 03 0001 ff", MqttErrc::badTopic);
  row("[MQTT-1.5.3-2] topic with U+0000", "30 03 0001 00", MqttErrc::badTopic);
  row("[MQTT-3.3.2-2] topic with wildcard", "30 03 0001 2b", MqttErrc::badTopic);
  row("[MQTT-4.7.3-1] empty topic", "30 02 0000", MqttErrc::badTopic);
  row("[MQTT-2.3.1-1] PUBLISH with id 0", "32 05 0001 74 0000");
  row("PUBLISH without id", "32 03 0001 74");
  row("PUBLISH cut in its topic", "30 03 0002 74");
  row("PUBLISH empty", "30 00");
  row("[MQTT-2.2.2-2] PUBACK flags", "41 02 0001");
  row("[MQTT-2.2.2-2] PUBREC flags", "52 02 0001");
  row("[MQTT-3.6.1-1] PUBREL flags", "60 02 0001");
  row("[MQTT-2.2.2-2] PUBCOMP flags", "72 02 0001");
  row("PUBACK with id 0", "40 02 0000");
  row("PUBACK too short", "40 01 00");
  row("PUBACK too long", "40 03 0001 00");
}

void addSubscribeAndBareRows() {
  row("[MQTT-3.8.1-1] SUBSCRIBE flags", "80 06 0001 0001 61 00");
  row("[MQTT-2.3.1-1] SUBSCRIBE with id 0", "82 06 0000 0001 61 00");
  row("[MQTT-3.8.3-1] filter not UTF-8", "82 06 0001 0001 ff 00", MqttErrc::badTopicFilter);
  row("[MQTT-3.8.3-3] no filter", "82 02 0001");
  row("[MQTT-3-8.3-4] QoS 3", "82 06 0001 0001 61 03");
  row("[MQTT-3-8.3-4] reserved bits of the QoS", "82 06 0001 0001 61 04");
  row("SUBSCRIBE without QoS", "82 05 0001 0001 61");
  row("[MQTT-4.7.1-2] filter with # inside", "82 08 0001 0003 232f61 00", MqttErrc::badTopicFilter);
  row("[MQTT-3.10.1-1] UNSUBSCRIBE flags", "a0 05 0001 0001 61");
  row("[MQTT-3.10.3-1] filter not UTF-8", "a2 05 0001 0001 ff", MqttErrc::badTopicFilter);
  row("[MQTT-3.10.3-2] no filter", "a2 02 0001");
  row("UNSUBSCRIBE with id 0", "a2 05 0000 0001 61");
  row("PINGREQ with a body", "c0 01 00");
  row("[MQTT-2.2.2-2] PINGREQ flags", "c1 00");
  row("[MQTT-3.14.1-1] DISCONNECT flags", "e1 00");
  row("DISCONNECT with a body", "e0 01 00");
  row("type 0", "00 00");
  row("type 15", "f0 00");
}

void addServersRows() {
  row("CONNACK reserved flags", "20 02 02 00");
  row("CONNACK reserved code", "20 02 00 06");
  row("[MQTT-3.2.2-4] session present in a refusal", "20 02 01 05");
  row("CONNACK too long", "20 03 00 00 00");
  row("[MQTT-3.9.3-2] SUBACK code", "90 03 0001 03");
  row("SUBACK without code", "90 02 0001");
  row("[MQTT-2.2.2-2] UNSUBACK flags", "b2 02 0001");
}

}  // namespace

class TestDecoder : public QObject {
  Q_OBJECT

 private slots:
  void readsTheStandardsConnect() {  // figure 3.6
    DecodeScratch scratch;
    const auto bytes = hexBytes("10 17 0004 4d515454 04 c2 003c 0003 616263 0002 6d65 0002 6869");
    const auto packet = decoded(bytes, scratch);
    QVERIFY(packet.has_value());
    const auto& connect = std::get<Connect>(*packet);
    QVERIFY(connect.level == ProtocolLevel::v311 && connect.cleanSession && !connect.will);
    QCOMPARE(connect.keepAliveSeconds, std::uint16_t(60));
    QVERIFY(connect.clientId == "abc" && connect.userName == "me" && connect.password == "hi");
  }

  void everyPacketSurvivesEncodingAndDecoding() {
    const std::vector<TopicRequest> topics{{"a/+", Qos::atLeastOnce}, {"#", Qos::exactlyOnce}};
    const std::vector<std::string_view> filters{"a/+", "b"};
    const std::vector<ReasonCode> codes{ReasonCode::grantedQos1, ReasonCode::unspecifiedError};
    Connect connect;
    connect.clientId = "car";
    connect.keepAliveSeconds = 300;
    connect.cleanSession = false;
    connect.will = Will{"cars/1/gone", std::string_view("\0x", 2), Qos::exactlyOnce, true, {}};
    connect.userName = "ü";
    connect.password = std::string_view("\0\xFF", 2);
    const std::string large(70'000, 'p');
    const std::vector<Packet> packets{connect,
                                      Connack{true, ReasonCode::success},
                                      Connack{false, ReasonCode::notAuthorised},
                                      Publish{"t", "", Qos::atMostOnce, true, false, 0, {}},
                                      Publish{"t/u", large, Qos::atLeastOnce, false, true, 65'535, {}},
                                      Publish{"t", "x", Qos::exactlyOnce, false, false, 1, {}},
                                      Puback{1},
                                      Pubrec{2},
                                      Pubrel{3},
                                      Pubcomp{256},
                                      Unsuback{65'535},
                                      Subscribe{5, topics, {}},
                                      Suback{6, codes},
                                      Unsubscribe{7, filters},
                                      Pingreq{},
                                      Pingresp{},
                                      Disconnect{}};
    for (const Packet& packet : packets) {
      std::string bytes;
      encode(packet, bytes);
      DecodeScratch scratch;
      const auto read = decoded(bytes, scratch);
      QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
      QCOMPARE(read->index(), packet.index());
      std::string again;
      encode(*read, again);
      QVERIFY(again == bytes);
      if (const auto* publish = std::get_if<Publish>(&packet)) QCOMPARE(encodedBytes(*publish), bytes.size());
    }
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<int>("code");
    addConnectRows();
    addPublishRows();
    addSubscribeAndBareRows();
    addServersRows();
  }
  void refuses() {
    QFETCH(QByteArray, hex);
    QFETCH(int, code);
    DecodeScratch scratch;
    const auto bytes = hexBytes(hex.constData());
    const auto packet = decoded(bytes, scratch);
    QVERIFY(!packet);
    QVERIFY2(packet.error().message() != "incomplete", "the test's own packet is not whole");
    QVERIFY2(packet.error().is(MqttErrc(code)), packet.error().message().c_str());
    QVERIFY(packet.error().message().size() > 15);
  }

  void everyCutPacketIsRefused() {
    // A packet whose Remaining Length is right but whose fields do not fit into it.
    for (const char* hex : {"0004 4d515454 04 ee 003c 0003 616263 0001 74 0001 70 0002 6d65 0002 6869"}) {
      const std::string body = hexBytes(hex);
      for (std::size_t length = 0; length < body.size(); ++length) {
        DecodeScratch scratch;
        QVERIFY(!decodePacket(Frame{0x10, std::string_view(body).substr(0, length)}, scratch));
      }
    }
  }

  void refusesTooManyFilters() {
    std::string body = hexBytes("0001");
    for (std::size_t i = 0; i < kMaxFiltersPerPacket; ++i) body += hexBytes("0001 61 00");
    DecodeScratch scratch;
    QVERIFY(decodePacket(Frame{0x82, body}, scratch).has_value());
    body += hexBytes("0001 61 00");
    QVERIFY(!decodePacket(Frame{0x82, body}, scratch));
  }

  void garbageNeverCrashes() {
    std::mt19937 random(99);
    for (int round = 0; round < 100'000; ++round) {
      std::string body(random() % 40, '\0');
      for (char& c : body) c = char(random() % (round % 2 == 0 ? 256 : 8));
      DecodeScratch scratch;
      const Frame frame{std::uint8_t(random()), body};
      const auto packet = decodePacket(frame, scratch);
      if (packet) {
        std::string again;
        encode(*packet, again);
        QVERIFY(!again.empty());
      } else {
        QVERIFY(!packet.error().message().empty());
      }
    }
  }
};

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
