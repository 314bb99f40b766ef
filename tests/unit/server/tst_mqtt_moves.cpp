#include "tests/support/test_gateway.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;

/// Sessions that go from one I/O thread to the other while others publish: nothing that was acknowledged is lost, and
/// what is of QoS 2 comes once.
class TestMqttMoves : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addUser("anna", api::Role::administrator);
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void losesNothingOnTheWay_data() {
    QTest::addColumn<int>("qos");
    QTest::addColumn<QString>("filter");
    for (const int qos : {1, 2}) {
      QTest::addRow("QoS %d", qos) << qos << "fleet/#";
      QTest::addRow("QoS %d, shared", qos) << qos << "$share/workers/fleet/#";
    }
  }
  void losesNothingOnTheWay() {
    QFETCH(int, qos);
    QFETCH(QString, filter);
    auto reader = connect(true);
    QVERIFY(reader->subscribe(filter.toStdString(), Qos(qos)).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    std::atomic<bool> stop = false;
    int sent = 0;
    std::thread publishing([&] {
      for (; !stop; ++sent) {
        const auto payload = std::to_string(sent);
        const bool taken = qos == 1 ? sender->publishesAcknowledged("fleet/news", payload)
                                    : sender->publishesExactlyOnce("fleet/news", payload);
        if (!taken) return;
      }
    });
    std::map<std::string, int> seen;
    const int moves = qos == 1 ? 25 : 8;  // each step of QoS 2 waits for the disk
    for (int move = 0; move < moves; ++move) {
      for (int i = 0; i < 3; ++i) read(*reader, seen);
      // The older connection is still there: the new one takes the session over from whichever thread has it.
      std::unique_ptr<MqttTestClient> next;
      for (int tries = 0; !next && tries < 3; ++tries) next = connect(false);
      if (!next) break;
      reader = std::move(next);
    }
    stop = true;
    publishing.join();
    QVERIFY(sent > moves);
    while (seen.size() < static_cast<std::size_t>(sent)) {
      if (!read(*reader, seen)) break;
    }
    QCOMPARE(seen.size(), static_cast<std::size_t>(sent));
    if (qos < 2) return;
    for (const auto& [payload, times] : seen) QCOMPARE(times, 1);
  }

 private:
  std::unique_ptr<MqttTestClient> connect(bool clean) const {
    const auto wish = propertiesOf([](auto& with) { with.number(PropertyId::sessionExpiryInterval, 600); });
    return m_gateway->v5("anna", "reader", wish, clean);
  }
  /// Counts a message by its payload; in QoS 2, when it comes first. False where none comes.
  static bool read(MqttTestClient& reader, std::map<std::string, int>& seen) {
    const auto message = reader.nextMessage();
    if (!message) return false;
    if (message->qos == Qos::atLeastOnce) {
      ++seen[message->payload];
      reader.acknowledge(*message);
      return true;
    }
    if (!message->duplicate || !seen.contains(message->payload)) ++seen[message->payload];
    reader.send(mqtt::Pubrec{message->packetId});
    while (const auto release = reader.next(PacketType::pubrel)) {  // others may be left from an earlier connection
      reader.send(mqtt::Pubcomp{release->packetId});
      if (release->packetId == message->packetId) return true;
    }
    return false;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttMoves)
#include "tst_mqtt_moves.moc"
