#include "tests/unit/mqtt/server_fixture.h"

#include <QtTest>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations = 0;
}

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* room = std::malloc(bytes == 0 ? 1 : bytes)) return room;
  throw std::bad_alloc();
}
void operator delete(void* room) noexcept {
  std::free(room);
}
void operator delete(void* room, std::size_t) noexcept {
  std::free(room);
}

using namespace carport;
using namespace carport::mqtt;

namespace {

/// Answers as a session does, without a list of its own.
class Answerer final : public ServerHandler {
 public:
  void onConnect(const Connect&) override {}
  void onPublish(const Publish& publish) override {
    ++messages;
    if (publish.qos == Qos::atLeastOnce) connection->sendPuback(publish.packetId);
    if (publish.qos == Qos::exactlyOnce) connection->sendPubrec(publish.packetId);
  }
  void onPubrel(PacketId id) override { connection->sendPubcomp(id); }
  void onPuback(const Puback&) override {}
  void onPubrec(const Pubrec& pubrec) override { connection->sendPubrel(pubrec.packetId); }
  void onPubcomp(const Pubcomp&) override {}
  void onSubscribe(const Subscribe&) override {}
  void onUnsubscribe(const Unsubscribe&) override {}
  void onDisconnect(const Disconnect&) override {}
  void onError(const Error&) override { ++errors; }

  ServerConnection* connection = nullptr;
  int messages = 0;
  int errors = 0;
};

}  // namespace

class TestHotPath : public QObject {
  Q_OBJECT

 private slots:
  /// Handing messages out and sending them allocates nothing once the buffers have grown.
  void messagesAllocateNothing_data() {
    QTest::addColumn<int>("level");
    QTest::addColumn<int>("qos");
    for (const int level : {4, 5}) {
      for (const int qos : {0, 1, 2}) QTest::addRow("level %d, QoS %d", level, qos) << level << qos;
    }
  }
  void messagesAllocateNothing() {
    QFETCH(int, level);
    QFETCH(int, qos);
    const auto protocol = ProtocolLevel(level);
    const ConnectionOptions options;
    Answerer answerer;
    ServerConnection connection(options, answerer, {});
    answerer.connection = &connection;
    std::string aliases;
    PropertyWriter(aliases).number(PropertyId::topicAliasMaximum, 4);
    Connect connect = ServerFixture::connect5(aliases);
    connect.level = protocol;
    std::string hello;
    encode(connect, hello);
    connection.feed(hello, {});
    connection.acceptConnect(false, {});

    std::string properties;
    if (level == 5) PropertyWriter(properties).number(PropertyId::topicAlias, 1).userProperty("trip", "17");
    std::string incoming;
    encode(Publish{"cars/some-car-of-the-fleet/telemetry",
                   "{\"speed\":1}",
                   Qos(qos),
                   false,
                   false,
                   PacketId(qos == 0 ? 0 : 1),
                   {properties}},
           incoming, protocol);
    if (qos == 2) encode(Pubrel{1}, incoming, protocol);
    const OutgoingMessage outgoing{"cars/some-car-of-the-fleet/command", "{\"name\":\"horn\"}", Qos(qos), false};
    std::string answers;
    std::string written;
    const auto turn = [&] {
      connection.feed(incoming, {});
      const auto id = connection.sendPublish(outgoing);
      if (!id) return false;
      answers.clear();
      if (qos == 1) encode(Puback{*id}, answers, protocol);
      if (qos == 2) {
        encode(Pubrec{*id}, answers, protocol);
        encode(Pubcomp{*id}, answers, protocol);
      }
      connection.feed(answers, {});
      written.clear();
      connection.takeOutput(written);
      return answerer.errors == 0;
    };
    for (int i = 0; i < 10; ++i) QVERIFY(turn());
    const std::size_t before = allocations;
    bool good = true;
    for (int i = 0; i < 1000; ++i) good = turn() && good;
    QCOMPARE(allocations - before, std::size_t(0));
    QVERIFY(good);
    QCOMPARE(answerer.messages, 1010);
  }
};

QTEST_GUILESS_MAIN(TestHotPath)
#include "tst_hot_path.moc"
