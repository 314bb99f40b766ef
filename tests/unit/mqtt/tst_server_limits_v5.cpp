#include "tests/unit/mqtt/hex_bytes.h"
#include "tests/unit/mqtt/server_fixture.h"

#include <QtTest>

using namespace carport;
using namespace carport::mqtt;
using Lines = std::vector<std::string>;
using Fixture = ServerFixture;

/// What the two sides of a 5.0 connection allow each other: topic aliases, receive maximum, packet size, reasons.
class TestServerLimitsV5 : public QObject {
  Q_OBJECT

 private slots:
  void aliasesOfTheClient() {  // [MQTT-3.3.2-12], [MQTT-3.3.2-7]
    ConnectionOptions options;
    options.topicAliasMaximum = 2;
    Fixture f(options);
    const auto alias = [](std::uint32_t number) { return numberAs(PropertyId::topicAlias, number); };
    const auto one = alias(1);
    const auto two = alias(2);
    f.connected().feed(bytes5(messageOf(Qos::atMostOnce, 0, "a", one), messageOf(Qos::atMostOnce, 0, "b", two),
                              messageOf(Qos::atMostOnce, 0, "", one), messageOf(Qos::atLeastOnce, 7, "", two),
                              messageOf(Qos::atMostOnce, 0, "c", one), messageOf(Qos::atMostOnce, 0, "", one)));
    Lines topics;
    for (const auto& line : f.handler.lines) topics.push_back(line.substr(8, 1));
    QVERIFY((topics == Lines{"a", "b", "a", "b", "c", "c"}));
    Fixture next(options);
    next.connected().feed(bytes5(messageOf(Qos::atMostOnce, 0, "", one)));
    QVERIFY(next.failedWith(MqttErrc::protocolError));
  }

  void aliasesToTheClient() {  // [MQTT-3.1.2-26], [MQTT-3.3.2-11]
    Fixture f;
    f.connected(Fixture::connect5(numberAs(PropertyId::topicAliasMaximum, 2)));
    const auto send = [&](std::string_view topic) {
      const auto sent = f.connection.sendPublish({topic, "x", Qos::atMostOnce, false});
      const auto publish = std::get<Publish>(f.only(f.output()));
      return sent ? std::string(publish.topic) + std::to_string(publish.topicAlias) : "refused";
    };
    QVERIFY(send("first") == "first1");
    QVERIFY(send("first") == "1");
    QVERIFY(send("second") == "second2");
    QVERIFY(send("third") == "third0");  // no number is left
    QVERIFY(send("second") == "2");
    QVERIFY(send("first") == "1");
  }

  void noAliasesForWhomTheyAreNothing() {  // [MQTT-3.1.2-27]
    Fixture f;
    f.connected();
    QVERIFY(f.connection.sendPublish({"t", "x", Qos::atMostOnce, false}).has_value());
    QVERIFY(f.connection.sendPublish({"t", "x", Qos::atMostOnce, false}).has_value());
    QVERIFY(f.output() == hexBytes("30 05 0001 74 00 78  30 05 0001 74 00 78"));
    Fixture own(ConnectionOptions{.maxAssignedAliases = 0});
    own.connected(Fixture::connect5(numberAs(PropertyId::topicAliasMaximum, 9)));
    QVERIFY(own.connection.sendPublish({"t", "x", Qos::atMostOnce, false}).has_value());
    QVERIFY(own.output() == hexBytes("30 05 0001 74 00 78"));
  }

  void anAliasIsOnlyUsedOnceItWasSent() {
    ConnectionOptions options;
    options.maxOutputBytes = 60;
    Fixture f(options);
    f.connected(Fixture::connect5(numberAs(PropertyId::topicAliasMaximum, 1)));
    const std::string payload(50, 'p');
    QVERIFY(f.connection.sendPublish({"t", payload, Qos::atMostOnce, false}).has_value());  // takes the alias
    Fixture full(options);
    full.connected(Fixture::connect5(numberAs(PropertyId::topicAliasMaximum, 2)));
    QVERIFY(full.connection.sendPublish({"t", payload, Qos::atMostOnce, false}).has_value());
    QVERIFY(full.connection.sendPublish({"other", "x", Qos::atMostOnce, false}).error().is(MqttErrc::outputFull));
    full.output();
    QVERIFY(full.connection.sendPublish({"other", "x", Qos::atMostOnce, false}).has_value());
    const auto publish = std::get<Publish>(full.only(full.output()));
    QVERIFY(publish.topic == "other" && publish.topicAlias == 2);
  }

  void respectsTheClientsReceiveMaximum() {  // [MQTT-3.3.4-9], [MQTT-4.9.0-2], [MQTT-3.3.4-10], [MQTT-4.9.0-3]
    Fixture f;
    f.connected(Fixture::connect5(numberAs(PropertyId::receiveMaximum, 2)));
    QCOMPARE(f.connection.inFlightLimit(), std::size_t(2));
    const OutgoingMessage one{"t", "x", Qos::atLeastOnce, false};
    const OutgoingMessage two{"t", "x", Qos::exactlyOnce, false};
    QVERIFY(f.connection.sendPublish(one) && f.connection.sendPublish(two));
    QVERIFY(f.connection.sendPublish(one).error().is(MqttErrc::windowFull));
    QVERIFY(f.connection.sendPublish({"t", "x", Qos::atMostOnce, false}).has_value());  // QoS 0 does not count
    f.output();
    f.feed(bytes5(Pingreq{}));
    QVERIFY(f.output() == hexBytes("d0 00"));
    f.feed(bytes5(Pubrec{2}));
    QVERIFY(f.connection.sendPublish(one).error().is(MqttErrc::windowFull));  // only PUBCOMP opens it again
    f.feed(bytes5(Puback{1, ReasonCode::quotaExceeded}));
    QVERIFY(f.connection.sendPublish(one).has_value());
    QVERIFY((f.handler.lines == Lines{"pubrec 2", "puback 1 a quota was exceeded"}));
  }

  void aFailedPubrecOpensTheWindow() {  // [MQTT-4.4.0-2], §4.9
    Fixture f;
    f.connected(Fixture::connect5(numberAs(PropertyId::receiveMaximum, 1)));
    const OutgoingMessage two{"t", "x", Qos::exactlyOnce, false};
    QVERIFY(f.connection.sendPublish(two).has_value());
    f.feed(bytes5(Pubrec{1, ReasonCode::notAuthorised}));
    QVERIFY(f.handler.lines == Lines{"pubrec 1 not authorised"});
    f.output();
    f.connection.sendPubrel(1);  // would be a new exchange; what the owner must not do is harmless
    QVERIFY(f.connection.inFlight() <= 1);
  }

  void insistsOnItsOwnReceiveMaximum() {  // [MQTT-3.3.4-7]
    ConnectionOptions options;
    options.receiveMaximum = 2;
    Fixture f(options);
    f.connected().feed(bytes5(messageOf(Qos::atLeastOnce, 1), messageOf(Qos::exactlyOnce, 2)));
    f.connection.sendPuback(1);
    f.feed(bytes5(messageOf(Qos::atMostOnce, 0), messageOf(Qos::atLeastOnce, 3)));
    QVERIFY(!f.handler.error);
    f.output();
    f.feed(bytes5(messageOf(Qos::atLeastOnce, 4)));
    QVERIFY(f.failedWith(MqttErrc::receiveMaximumExceeded));
    QVERIFY(f.disconnectReason() == ReasonCode::receiveMaximumExceeded);
  }

  void doesNotSendWhatIsTooLarge() {  // [MQTT-3.1.2-24], [MQTT-3.1.2-25]
    Fixture f;
    f.connected(Fixture::connect5(numberAs(PropertyId::maximumPacketSize, 40)));
    const std::string large(40, 'p');
    const auto sent = f.connection.sendPublish({"t", large, Qos::atLeastOnce, false});
    QVERIFY(!sent && sent.error().is(MqttErrc::packetTooLarge));
    QVERIFY(f.output().empty() && f.connection.inFlight() == 0);
    // 40 bytes are 2 of header, 3 of topic, 2 of packet id, 1 of properties, and the payload.
    QVERIFY(f.connection.sendPublish({"t", std::string(32, 'p'), Qos::atLeastOnce, false}).has_value());
    QCOMPARE(f.output().size(), std::size_t(40));
    QVERIFY(!f.connection.sendPublish({"t", std::string(33, 'p'), Qos::atLeastOnce, false}));
  }

  // [MQTT-3.4.2-2], [MQTT-3.5.2-2], [MQTT-3.9.2-1], [MQTT-3.11.2-1], [MQTT-3.14.2-3]
  void leavesReasonStringsOutWhereTheyAreTooMuch() {
    Fixture f;
    f.connected(Fixture::connect5(numberAs(PropertyId::maximumPacketSize, 20)));
    const std::string text(30, 'r');
    const std::vector<ReasonCode> codes{ReasonCode::notAuthorised};
    f.feed(bytes5(messageOf(Qos::atLeastOnce, 1)));
    f.connection.sendPuback(1, ReasonCode::notAuthorised, text);
    QVERIFY(f.output() == hexBytes("40 03 0001 87"));
    f.connection.sendPuback(1, ReasonCode::notAuthorised, "no");
    QVERIFY(f.output() == hexBytes("40 09 0001 87 05 1f 0002 6e6f"));
    f.connection.sendSuback(2, codes, text);
    QVERIFY(f.output() == hexBytes("90 04 0002 00 87"));
    f.connection.sendUnsuback(3, codes, text);
    QVERIFY(f.output() == hexBytes("b0 04 0003 00 87"));
    f.connection.disconnect(ReasonCode::quotaExceeded, text);
    QVERIFY(f.output() == hexBytes("e0 01 97"));
  }

  void connackGoesWithoutItsReasonString() {  // [MQTT-3.2.2-19]
    Fixture f;
    f.feed(bytes5(Fixture::connect5(numberAs(PropertyId::maximumPacketSize, 30))));
    f.connection.acceptConnect(Acceptance{.reasonString = "a reason string of thirty bytes"}, f.now);
    const auto connack = std::get<Connack>(f.only(f.output()));
    QVERIFY(!connack.properties.text(PropertyId::reasonString));
    QVERIFY(f.connection.state() == ServerConnection::State::connected);
  }

  void endsWhereNotEvenTheAnswerFits() {
    Fixture connack;
    connack.feed(bytes5(Fixture::connect5(numberAs(PropertyId::maximumPacketSize, 10))));
    connack.connection.acceptConnect(false, connack.now);
    QVERIFY(connack.failedWith(MqttErrc::packetTooLarge) && connack.output().empty());
    Fixture suback;
    suback.connected(Fixture::connect5(numberAs(PropertyId::maximumPacketSize, 20), 0));
    const std::vector<ReasonCode> codes(30, ReasonCode::success);
    suback.connection.sendSuback(1, codes);
    QVERIFY(suback.output().empty() && suback.connection.nextDeadline());
    suback.connection.onTime(suback.now);
    QVERIFY(suback.failedWith(MqttErrc::packetTooLarge));
  }

  void saysNothingToWhomDoesNotWantToHear() {  // [MQTT-3.1.2-29]
    Fixture f;
    f.connected(Fixture::connect5(numberAs(PropertyId::requestProblemInformation, 0)));
    const std::vector<ReasonCode> codes{ReasonCode::notAuthorised};
    f.connection.sendPuback(1, ReasonCode::notAuthorised, "why");
    f.connection.sendSuback(2, codes, "why");
    f.connection.sendUnsuback(3, codes, "why");
    QVERIFY(f.output() == hexBytes("40 03 0001 87  90 04 0002 00 87  b0 04 0003 00 87"));
    f.connection.disconnect(ReasonCode::quotaExceeded, "why");  // here it may be said
    QVERIFY(std::get<Disconnect>(f.only(f.output())).properties.text(PropertyId::reasonString) == "why");
  }
};

QTEST_GUILESS_MAIN(TestServerLimitsV5)
#include "tst_server_limits_v5.moc"
