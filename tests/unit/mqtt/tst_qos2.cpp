#include "gateway/protocol/mqtt/client_connection.h"
#include "tests/unit/mqtt/hex_bytes.h"
#include "tests/unit/mqtt/server_fixture.h"

#include <QtTest>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>

using namespace carport;
using namespace carport::mqtt;
using Lines = std::vector<std::string>;
using Fixture = ServerFixture;

namespace {

constexpr ProtocolLevel kLevels[] = {ProtocolLevel::v311, ProtocolLevel::v5};

Connect connectIn(ProtocolLevel level) {
  Connect connect = Fixture::connect5();
  connect.level = level;
  return connect;
}

template <class... Packets>
std::string bytesIn(ProtocolLevel level, const Packets&... packets) {
  std::string out;
  (encode(Packet(packets), out, level), ...);
  return out;
}

Publish twice(PacketId id, bool duplicate = false) {
  return {"t", "x", Qos::exactlyOnce, false, duplicate, id};
}

const OutgoingMessage kOut{"t", "x", Qos::exactlyOnce, false};

}  // namespace

/// Exactly once, as MQTT 5.0 §4.3.3 wants it; 3.1.1 wants the same.
class TestQos2 : public QObject {
  Q_OBJECT

 private slots:
  void comesOnceHoweverOftenItIsSent() {  // [MQTT-4.3.3-8], [MQTT-4.3.3-10], [MQTT-4.3.3-11], [MQTT-2.2.1-5]
    for (const auto level : kLevels) {
      Fixture f;
      f.connected(connectIn(level));
      f.feed(bytesIn(level, twice(5)));
      QVERIFY(f.handler.lines.size() == 1 && f.output().empty());
      f.feed(bytesIn(level, twice(5, true)));  // its PUBREC is still owed
      QVERIFY(f.handler.lines.size() == 1 && f.output().empty());
      f.connection.sendPubrec(5);
      QVERIFY(f.output() == hexBytes("50 02 0005"));
      f.feed(bytesIn(level, twice(5, true)));
      QVERIFY(f.handler.lines.size() == 1 && f.output() == hexBytes("50 02 0005"));
      f.feed(bytesIn(level, Pubrel{5}, Pubrel{5}));
      QVERIFY(f.handler.lines.back() == "pubrel 5" && f.output().empty());
      f.connection.sendPubcomp(5);
      QVERIFY(f.output() == hexBytes("70 02 0005"));
      f.feed(bytesIn(level, twice(5)));  // [MQTT-4.3.3-12]
      QCOMPARE(f.handler.lines.size(), std::size_t(3));
    }
  }

  void unknownPacketIdsAreAnswered() {  // §4.3.3: the other side may finish
    Fixture f;
    f.connected().feed(bytes5(Pubrel{7}, Pubrec{8}, Pubrec{9, ReasonCode::unspecifiedError}, Pubcomp{10}));
    QVERIFY(f.handler.lines.empty());
    QVERIFY(f.output() == hexBytes("70 03 0007 92  62 03 0008 92"));
    Fixture old;
    old.connected(connectIn(ProtocolLevel::v311)).feed(bytesIn(ProtocolLevel::v311, Pubrel{7}, Pubrec{8}));
    QVERIFY(old.output() == hexBytes("70 02 0007  62 02 0008"));
  }

  void aFailedPubrecFreesTheId() {  // [MQTT-4.3.3-9]
    Fixture f;
    f.connected().feed(bytes5(twice(5)));
    f.connection.sendPubrec(5, ReasonCode::notAuthorised, "no");
    QVERIFY(f.output() == hexBytes("50 09 0005 87 05 1f 0002 6e6f"));
    f.feed(bytes5(twice(5)));
    QCOMPARE(f.handler.lines.size(), std::size_t(2));
    f.feed(bytes5(Pubrel{5}));
    QVERIFY(f.failedWith(MqttErrc::protocolError));  // before its PUBREC
  }

  void sendsInFourSteps() {  // [MQTT-4.3.3-1] to [MQTT-4.3.3-6]
    for (const auto level : kLevels) {
      Fixture f;
      f.connected(connectIn(level));
      QCOMPARE(*f.connection.sendPublish(kOut), PacketId(1));
      QVERIFY(f.output() ==
              (level == ProtocolLevel::v5 ? hexBytes("34 07 0001 74 0001 00 78") : hexBytes("34 06 0001 74 0001 78")));
      f.connection.sendPubrel(1);
      QVERIFY(f.output().empty());  // not before PUBREC
      f.feed(bytesIn(level, Pubrec{1}));
      QVERIFY(f.handler.lines == Lines{"pubrec 1"} && f.output().empty());
      f.feed(bytesIn(level, Pubrec{1}));
      f.connection.sendPubrel(1);
      QVERIFY(f.output() == hexBytes("62 02 0001"));
      f.feed(bytesIn(level, Pubrec{1}));
      QVERIFY(f.output() == hexBytes("62 02 0001"));
      QCOMPARE(f.connection.inFlight(), std::size_t(1));
      f.feed(bytesIn(level, Pubcomp{1}, Pubcomp{1}));
      QVERIFY((f.handler.lines == Lines{"pubrec 1", "pubcomp 1"}));
      QCOMPARE(f.connection.inFlight(), std::size_t(0));
      QVERIFY(f.output().empty());
    }
  }

  void theWrongAnswerIsAnError() {
    for (const auto& [qos, packet] : {std::pair(Qos::exactlyOnce, Packet(Puback{1})),
                                      {Qos::exactlyOnce, Packet(Pubcomp{1})},
                                      {Qos::atLeastOnce, Packet(Pubrec{1})},
                                      {Qos::atLeastOnce, Packet(Pubcomp{1})}}) {
      Fixture f;
      f.connected();
      QVERIFY(f.connection.sendPublish({"t", "x", qos, false}).has_value());
      f.feed(bytes5(packet));
      QVERIFY(f.failedWith(MqttErrc::protocolError));
    }
  }

  void goesOnAfterANewConnection() {  // [MQTT-4.4.0-1]
    const std::vector<PacketId> unreleased{5, 9};
    const std::vector<PacketId> unstored{6};
    for (const auto level : kLevels) {
      Fixture f;
      f.connected(connectIn(level), Acceptance{.sessionPresent = true, .unreleased = unreleased, .unstored = unstored});
      QVERIFY(f.connection.resendPublish(3, kOut).has_value());
      f.connection.sendPubrel(4);
      QVERIFY(f.output().ends_with(hexBytes("62 02 0004")));
      QVERIFY(!f.connection.resendPublish(4, kOut));
      f.feed(bytesIn(level, twice(5, true), twice(6, true), twice(7)));
      QVERIFY(f.handler.lines.size() == 1 && f.output() == hexBytes("50 02 0005"));
      f.connection.sendPubrec(6);
      QVERIFY(f.output() == hexBytes("50 02 0006"));
      f.feed(bytesIn(level, Pubrel{9}, Pubrec{3}, Pubcomp{4}));
      QVERIFY((f.handler.lines == Lines{f.handler.lines[0], "pubrel 9", "pubrec 3", "pubcomp 4"}));
      QVERIFY(*f.connection.sendPublish(kOut) != 3);  // [MQTT-2.2.1-4]
    }
  }

  void whatCameBeforeDoesNotCount() {  // §4.9: the quota begins anew with each connection
    ConnectionOptions options;
    options.receiveMaximum = 1;
    Fixture f(options);
    const std::vector<PacketId> unreleased{5, 9};
    f.connected(Fixture::connect5(), Acceptance{.sessionPresent = true, .unreleased = unreleased});
    f.feed(bytes5(twice(7)));
    QVERIFY(!f.handler.error);
    f.feed(bytes5(twice(8)));
    QVERIFY(f.failedWith(MqttErrc::receiveMaximumExceeded));
  }

  void restoredReleasesDoNotNeedTheWindow() {
    Fixture f;
    std::string wishes;
    PropertyWriter(wishes).number(PropertyId::receiveMaximum, 1);
    f.connected(Fixture::connect5(wishes));
    QVERIFY(f.connection.resendPublish(1, kOut).has_value());
    QVERIFY(f.connection.resendPublish(2, kOut).error().is(MqttErrc::windowFull));
    f.connection.sendPubrel(3);
    QVERIFY(f.output().ends_with(hexBytes("62 02 0003")));
  }

  void reservesIdsForThoseWhoWriteThemDownFirst() {
    ConnectionOptions options;
    options.inFlightWindow = 2;
    Fixture f(options);
    QVERIFY(f.connection.reservePublish().error().is(MqttErrc::notConnected));
    std::string wishes;
    PropertyWriter(wishes).number(PropertyId::maximumPacketSize, 30);
    f.connected(Fixture::connect5(wishes));
    QCOMPARE(*f.connection.reservePublish(), PacketId(1));
    QCOMPARE(*f.connection.reservePublish(), PacketId(2));
    QVERIFY(f.connection.reservePublish().error().is(MqttErrc::windowFull));
    QVERIFY(f.output().empty());
    QVERIFY(f.connection.sendReserved(2, kOut).has_value());
    QVERIFY(f.output() == hexBytes("34 07 0001 74 0002 00 78"));  // DUP 0 [MQTT-4.3.3-2]
    QVERIFY(!f.connection.sendReserved(2, kOut) && !f.connection.sendReserved(9, kOut));
    const std::string large(30, 'p');
    QVERIFY(f.connection.sendReserved(1, {"t", large, Qos::exactlyOnce, false}).error().is(MqttErrc::packetTooLarge));
    QCOMPARE(f.connection.inFlight(), std::size_t(1));
    f.feed(bytes5(Pubrec{2}));
    QVERIFY(f.handler.lines == Lines{"pubrec 2"});
  }

  void clientSendsAndReceivesExactlyOnce();
};

namespace {

/// A publisher that remembers what it must, on a line that breaks.
struct Publisher : ClientHandler {
  void onConnack(const Connack&) override {}
  void onPublish(const Publish&) override {}
  void onPuback(const Puback&) override {}
  void onSuback(const Suback&) override {}
  void onUnsuback(const Unsuback&) override {}
  void onError(const Error& error) override { problem = error.message(); }
  void onPubrec(const Pubrec& pubrec) override {
    unsent.erase(pubrec.packetId);
    releasing.insert(pubrec.packetId);
  }
  void onPubcomp(const Pubcomp& pubcomp) override { releasing.erase(pubcomp.packetId); }

  std::map<PacketId, std::string> unsent;  // not yet received by the server, as far as is known
  std::set<PacketId> releasing;
  std::string problem;
};

/// A session that remembers what it must.
struct Session : ServerHandler {
  void onConnect(const Connect&) override {}
  void onPublish(const Publish& publish) override {
    received.emplace_back(publish.payload);
    unreleased.insert(publish.packetId);
    connection->sendPubrec(publish.packetId);
  }
  void onPubrel(PacketId id) override {
    unreleased.erase(id);
    connection->sendPubcomp(id);
  }
  void onPuback(const Puback&) override {}
  void onPubrec(const Pubrec&) override {}
  void onPubcomp(const Pubcomp&) override {}
  void onSubscribe(const Subscribe&) override {}
  void onUnsubscribe(const Unsubscribe&) override {}
  void onDisconnect(const Disconnect&) override {}
  void onError(const Error& error) override { problem = error.message(); }

  ServerConnection* connection = nullptr;
  std::vector<std::string> received;
  std::set<PacketId> unreleased;
  std::string problem;
};

}  // namespace

void TestQos2::clientSendsAndReceivesExactlyOnce() {
  std::mt19937 random(11);
  constexpr int kMessages = 300;
  for (const auto level : kLevels) {
    const ConnectionOptions options;
    Publisher publisher;
    Session session;
    int next = 0;
    while (next < kMessages || !publisher.unsent.empty() || !publisher.releasing.empty()) {
      ClientConnection client(options, publisher);
      ServerConnection server(options, session, {});
      session.connection = &server;
      Connect connect = connectIn(level);
      connect.cleanSession = false;
      QVERIFY(client.connect(connect, {}).has_value());
      const auto carry = [&](bool lost) {
        std::string up;
        std::string down;
        client.takeOutput(up);
        if (lost) up.resize(random() % (up.size() + 1));  // the line breaks somewhere in it
        server.feed(up, {});
        if (server.state() == ServerConnection::State::awaitingDecision) {
          const std::vector<PacketId> unreleased(session.unreleased.begin(), session.unreleased.end());
          server.acceptConnect(Acceptance{.sessionPresent = true, .unreleased = unreleased}, {});
        }
        server.takeOutput(down);
        if (lost) down.resize(random() % (down.size() + 1));
        client.feed(down, {});
      };
      carry(false);
      for (const auto& [id, payload] : publisher.unsent) {
        QVERIFY(client.republish(id, {"t", payload, Qos::exactlyOnce, false}, {}).has_value());
      }
      for (const auto id : publisher.releasing) client.releaseAgain(id, {});
      for (int step = int(random() % 6); step >= 0; --step) {
        for (int count = int(random() % 4); count > 0 && next < kMessages; --count) {
          const auto payload = std::to_string(next);
          const auto id = client.publish({"t", payload, Qos::exactlyOnce, false}, {});
          QVERIFY(id.has_value());
          publisher.unsent.emplace(*id, payload);
          ++next;
        }
        carry(step == 0);
      }
      QVERIFY2(publisher.problem.empty(), publisher.problem.c_str());
      QVERIFY2(session.problem.empty(), session.problem.c_str());
    }
    std::set<std::string> different(session.received.begin(), session.received.end());
    QCOMPARE(session.received.size(), std::size_t(kMessages));  // none twice …
    QCOMPARE(different.size(), std::size_t(kMessages));         // … and none lost
    QVERIFY(session.unreleased.empty());
  }
}

QTEST_GUILESS_MAIN(TestQos2)
#include "tst_qos2.moc"
