#include "gateway/protocol/socketio/socketio_packet.h"

#include <QtTest>

using namespace carport;
using namespace carport::socketio;

/// Packets of Socket.IO 0.9 as its client writes and reads them.
class TestSocketioPacket : public QObject {
  Q_OBJECT

 private slots:
  void writesWhatClientsRead() {
    QCOMPARE(connectPacket(), std::string("1::"));
    QCOMPARE(heartbeatPacket(), std::string("2::"));
    QCOMPARE(ackPacket(7), std::string("6:::7"));
    QCOMPARE(errorPacket("no"), std::string("7:::no"));
    QCOMPARE(eventPacket("a'b", "{\"x\":1}"), std::string("5:::{\"name\":\"a'b\",\"args\":[{\"x\":1}]}"));
    const std::string quoted = eventPacket("a\"b", "1");
    QVERIFY(parseEvent(parsePacket(quoted)->data)->name == "a\"b");
    QCOMPARE(handshakeText("s1", 60, 60), std::string("s1:60:60:websocket"));
  }

  void readsWhatClientsWrite() {
    const auto start = parsePacket(R"(5:::{"name":"start","args":[{"filter":{"type":"a:b"},"id":"x_1_2"}]})");
    QVERIFY(start);
    QCOMPARE(int(start->type), int(PacketType::event));
    QVERIFY(!start->id && start->endpoint.empty());
    const auto event = parseEvent(start->data);
    QVERIFY(event);
    QCOMPARE(event->name, std::string("start"));
    QCOMPARE(event->arguments.size(), std::size_t{1});
    QCOMPARE(event->arguments[0]["filter"]["type"].get<std::string>(), std::string("a:b"));

    const auto acknowledged = parsePacket("5:12+:/chat:{\"name\":\"e\"}");
    QVERIFY(acknowledged && acknowledged->id == 12U && acknowledged->wantsData);
    QCOMPARE(acknowledged->endpoint, std::string_view("/chat"));
    QCOMPARE(toText(*acknowledged), std::string("5:12+:/chat:{\"name\":\"e\"}"));
    QVERIFY(parseEvent(acknowledged->data)->arguments.empty());
    for (const char* text : {"2::", "0::", "1::/x", "8::", "3:1::hello"}) {
      const auto packet = parsePacket(text);
      QVERIFY2(packet, text);
      QCOMPARE(toText(*packet), std::string(text));
    }
  }

  void refusesWhatIsNone_data() {
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"", "5", "5:", ":::", "9::", "55::", "x::", "5:x::", "5:+::", "5:-1::", "5:1 ::", "5:1234567890123456::"}) {
      QTest::newRow(*text == 0 ? "empty" : text) << QString(text);
    }
    QTest::newRow("long") << "3:::" + QString(int(kMaxPacketBytes), 'x');
    QTest::newRow("endpoint") << "3::" + QString(int(kMaxEndpointBytes) + 1, 'x');
  }
  void refusesWhatIsNone() {
    QFETCH(QString, text);
    const std::string bytes = text.toStdString();
    QVERIFY(!parsePacket(bytes));
  }

  void refusesEventsThatAreNone() {
    for (const char* data : {"", "[]", "{}", R"({"name":1})", R"({"name":"a","args":{}})", "{\"name\":\"a\""}) {
      QVERIFY2(!parseEvent(data), data);
    }
    QVERIFY(!parseEvent("{\"name\":\"" + std::string(kMaxEventNameBytes + 1, 'x') + "\"}"));
    QVERIFY(!parseEvent(R"({"name":"a","args":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]})"));
  }
};

QTEST_GUILESS_MAIN(TestSocketioPacket)
#include "tst_socketio_packet.moc"
