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
Result<Packet> decoded(const std::string& bytes, DecodeScratch& scratch, ProtocolLevel level = ProtocolLevel::v5) {
  FrameReader reader(kMaxRemainingLength);
  reader.feed(bytes);
  const auto frame = reader.next();
  if (!frame) return failFrom(frame);
  if (!*frame) return fail(MqttErrc::malformedPacket, "incomplete");
  return decodePacket(**frame, scratch, level);
}

/// A packet with the first byte `type` and this body, its Remaining Length filled in. Bodies are shorter than 128.
QByteArray packet(const char* type, const char* body) {
  const QByteArray bytes = QByteArray::fromHex(body);
  return QByteArray::fromHex(type) + QByteArray(1, char(bytes.size())) + bytes;
}

/// The same, for reading from.
std::string bytesOf(const char* type, const char* body) {
  return packet(type, body).toStdString();
}

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

std::string properties(std::initializer_list<std::pair<std::string_view, std::string_view>> users) {
  std::string encoded;
  for (const auto& [name, value] : users) PropertyWriter(encoded).userProperty(name, value);
  return encoded;
}

}  // namespace

class TestDecoderV5 : public QObject {
  Q_OBJECT

 private slots:
  void readsAConnectWithEverything() {  // §3.1.2.11, §3.1.3
    DecodeScratch scratch;
    const auto bytes = bytesOf("10",
                               "0004 4d515454 05 ee 003c 14 11 0000003c 21 0010 27 00000400 22 0005 17 00 19 01"
                               "0003 636172 05 18 0000000a 0001 74 0001 70 0002 6d65 0002 6869");
    const auto read = decoded(bytes, scratch);
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    const auto& connect = std::get<Connect>(*read);
    QVERIFY(connect.level == ProtocolLevel::v5 && connect.cleanSession && connect.clientId == "car");
    QCOMPARE(connect.sessionExpirySeconds(), 60u);
    QCOMPARE(*connect.properties.number(PropertyId::receiveMaximum), 16u);
    QCOMPARE(*connect.properties.number(PropertyId::maximumPacketSize), 1024u);
    QCOMPARE(*connect.properties.number(PropertyId::topicAliasMaximum), 5u);
    QCOMPARE(*connect.properties.number(PropertyId::requestProblemInformation), 0u);
    QVERIFY(connect.will && connect.will->topic == "t" && connect.will->payload == "p");
    QVERIFY(connect.will->qos == Qos::atLeastOnce && connect.will->retain);
    QCOMPARE(*connect.will->properties.number(PropertyId::willDelayInterval), 10u);
    QVERIFY(connect.userName == "me" && connect.password == "hi");
  }

  void takesWhat311DoesNot() {
    DecodeScratch scratch;
    // A password without a user name (§3.1.2.9), and no client identifier without a clean start (§3.1.3.1).
    const auto password = packet("10", "0004 4d515454 05 42 003c 00 0001 61 0001 70");
    const auto noId = packet("10", "0004 4d515454 05 00 003c 00 0000");
    for (const auto& bytes : {password, noId}) QVERIFY(decoded(bytes.toStdString(), scratch).has_value());
  }

  void sessionExpiryInBothLevels() {  // §3.1.2.11.2; 3.1.1 §3.1.2.4
    Connect connect;
    QCOMPARE(connect.sessionExpirySeconds(), 0u);
    connect.cleanSession = false;
    QCOMPARE(connect.sessionExpirySeconds(), kNeverExpires);
    connect.level = ProtocolLevel::v5;
    QCOMPARE(connect.sessionExpirySeconds(), 0u);
  }

  void readsSubscriptionOptions() {  // §3.8.3.1
    DecodeScratch scratch;
    const auto bytes = bytesOf("82", "0001 02 0b 07 0001 61 2e 0003 622f23 11 000a 2473686172652f672f74 01");
    const auto read = decoded(bytes, scratch);
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    const auto& subscribe = std::get<Subscribe>(*read);
    QCOMPARE(subscribe.subscriptionId(), 7u);
    QCOMPARE(subscribe.topics.size(), std::size_t(3));
    const auto& first = subscribe.topics[0];
    QVERIFY(first.qos == Qos::exactlyOnce && first.noLocal && first.retainAsPublished && !first.shared);
    QVERIFY(first.retainHandling == RetainHandling::doNotSend && first.matched() == "a");
    QVERIFY(subscribe.topics[1].retainHandling == RetainHandling::sendIfNew && !subscribe.topics[1].noLocal);
    const auto& shared = subscribe.topics[2];  // §4.8.2
    QVERIFY(shared.filter == "$share/g/t" && shared.shared && shared.shared->group == "g" && shared.matched() == "t");
  }

  void sharedFiltersIn311AreThereButNotDemanded() {
    DecodeScratch scratch;
    const auto good = decoded(hexBytes("82 0f 0001 000a 2473686172652f672f74 01"), scratch, ProtocolLevel::v311);
    QVERIFY(good && std::get<Subscribe>(*good).topics[0].shared);
    const auto plain = decoded(hexBytes("82 0d 0001 0008 2473686172652f67 01"), scratch, ProtocolLevel::v311);
    QVERIFY(plain && !std::get<Subscribe>(*plain).topics[0].shared);
  }

  void serversPublishMayHaveSeveralSubscriptionIdentifiers() {  // [MQTT-3.3.4-4]
    DecodeScratch scratch;
    QVERIFY(decoded(packet("30", "0001 74 04 0b 01 0b 02").toStdString(), scratch).has_value());
  }

  void anAliasStandsForTheTopic() {  // §3.3.2.3.4
    DecodeScratch scratch;
    const auto bytes = bytesOf("30", "0000 03 23 0005 78");
    const auto read = decoded(bytes, scratch);
    QVERIFY(read.has_value());
    const auto& publish = std::get<Publish>(*read);
    QVERIFY(publish.topic.empty() && publish.topicAlias == 5 && publish.payload == "x");
  }

  void shortFormsOfAcknowledgements() {  // §3.4.2.1, §3.14.2.1
    DecodeScratch scratch;
    const auto reasonOf = [&](const char* type, const char* body) {
      const auto read = decoded(packet(type, body).toStdString(), scratch);
      return read ? int(std::get<Puback>(*read).reason) : -1;
    };
    QCOMPARE(reasonOf("40", "0001"), 0);
    QCOMPARE(reasonOf("40", "0001 10"), 0x10);
    QCOMPARE(reasonOf("40", "0001 87 00"), 0x87);
    QVERIFY(decoded(hexBytes("e0 00"), scratch).has_value());
    QVERIFY(decoded(hexBytes("e0 01 04"), scratch).has_value());
    QVERIFY(decoded(hexBytes("f0 00"), scratch).has_value());
  }

  void everyPacketSurvivesEncodingAndDecoding() {
    const std::string users = properties({{"b", "1"}, {"a", "ü"}, {"b", "2"}});
    std::string auth;
    PropertyWriter(auth).text(PropertyId::authenticationMethod, "SCRAM").text(PropertyId::authenticationData, "x");
    std::string connack;
    PropertyWriter(connack).number(PropertyId::receiveMaximum, 7).text(PropertyId::assignedClientIdentifier, "c-1");
    std::string alias;
    PropertyWriter(alias).number(PropertyId::topicAlias, 9).number(PropertyId::messageExpiryInterval, 1);
    const std::vector<TopicRequest> topics{{"a/+", Qos::exactlyOnce, true, true, RetainHandling::doNotSend, {}},
                                           {"$share/g/#", Qos::atLeastOnce}};
    const std::vector<std::string_view> filters{"a/+", "b"};
    const std::vector<ReasonCode> codes{ReasonCode::grantedQos2, ReasonCode::quotaExceeded};
    const std::vector<ReasonCode> gone{ReasonCode::success, ReasonCode::noSubscriptionExisted};
    Connect connect;
    connect.level = ProtocolLevel::v5;
    connect.password = "only";
    connect.properties = {users};
    connect.will = Will{"gone", "x", Qos::exactlyOnce, true, {users}};
    const std::vector<Packet> packets{connect,
                                      Connack{true, ReasonCode::success, {connack}},
                                      Connack{false, ReasonCode::banned, {users}},
                                      Publish{"t", "x", Qos::atMostOnce, true, false, 0, {}},
                                      Publish{"", "x", Qos::exactlyOnce, false, true, 3, {alias}},
                                      Puback{1},
                                      Puback{1, ReasonCode::noMatchingSubscribers},
                                      Pubrec{2, ReasonCode::notAuthorised, {users}},
                                      Pubrel{3, ReasonCode::packetIdentifierNotFound},
                                      Pubcomp{256, ReasonCode::success, {users}},
                                      Subscribe{5, topics, {users}},
                                      Suback{6, codes, {users}},
                                      Unsubscribe{7, filters, {users}},
                                      Unsuback{8, gone},
                                      Pingreq{},
                                      Pingresp{},
                                      Disconnect{},
                                      Disconnect{ReasonCode::disconnectWithWill},
                                      Disconnect{ReasonCode::success, {users}},
                                      Auth{ReasonCode::continueAuthentication, {auth}},
                                      Auth{}};
    for (const Packet& packet : packets) {
      std::string bytes;
      encode(packet, bytes, ProtocolLevel::v5);
      DecodeScratch scratch;
      const auto read = decoded(bytes, scratch);
      QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
      QCOMPARE(read->index(), packet.index());
      std::string again;
      encode(*read, again, ProtocolLevel::v5);
      QVERIFY(again == bytes);
    }
  }

  void additionsStandInFront() {  // §3.3.2.3
    const std::string users = properties({{"a", "b"}});
    const std::vector<std::uint32_t> ids{1, 200};
    const Publish publish{"t", "x", Qos::atLeastOnce, false, false, 5, {users}};
    const PublishAdditions added{3, 60, ids};
    std::string bytes;
    encode(publish, added, bytes);
    QCOMPARE(encodedBytes(publish, added), bytes.size());
    DecodeScratch scratch;
    const auto read = decoded(bytes, scratch);
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    const auto& back = std::get<Publish>(*read);
    QCOMPARE(back.topicAlias, std::uint16_t(3));
    QCOMPARE(*back.properties.number(PropertyId::messageExpiryInterval), 60u);
    std::vector<std::uint32_t> found;
    PropertyReader reader(back.properties.encoded);
    while (const auto property = reader.next()) {
      if (property->id == PropertyId::subscriptionIdentifier) found.push_back(property->number);
    }
    QVERIFY(found == ids && back.payload == "x");
    QVERIFY(back.properties.encoded.ends_with(users));
    std::string plain;
    encode(publish, PublishAdditions{}, plain);
    std::string same;
    encode(publish, same, ProtocolLevel::v5);
    QVERIFY(plain == same);
  }

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

  void byteOrderMarksStay() {  // [MQTT-1.5.4-3], [MQTT-4.7.3-4]
    DecodeScratch scratch;
    const auto bytes = bytesOf("30", "0004 efbbbf61 00");
    const auto read = decoded(bytes, scratch);
    QVERIFY(read.has_value());
    QVERIFY(std::get<Publish>(*read).topic ==
            "\xEF\xBB\xBF"
            "a");
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

QTEST_GUILESS_MAIN(TestDecoderV5)
#include "tst_decoder_v5.moc"
