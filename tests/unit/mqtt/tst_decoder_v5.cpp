#include "gateway/protocol/mqtt/encoder.h"
#include "tests/unit/mqtt/decoded_packet.h"
#include "tests/unit/mqtt/hex_bytes.h"

#include <QtTest>

using namespace carport;
using namespace carport::mqtt;

namespace {

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

  void byteOrderMarksStay() {  // [MQTT-1.5.4-3], [MQTT-4.7.3-4]
    DecodeScratch scratch;
    const auto bytes = bytesOf("30", "0004 efbbbf61 00");
    const auto read = decoded(bytes, scratch);
    QVERIFY(read.has_value());
    QVERIFY(std::get<Publish>(*read).topic ==
            "\xEF\xBB\xBF"
            "a");
  }
};

QTEST_GUILESS_MAIN(TestDecoderV5)
#include "tst_decoder_v5.moc"
