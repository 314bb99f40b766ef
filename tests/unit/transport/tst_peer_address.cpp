#include "gateway/transport/peer_address.h"

#include <QtTest>

using namespace carport;

/// How a client's address is written where its port does not matter.
class TestPeerAddress : public QObject {
  Q_OBJECT

 private slots:
  void hasNeitherPortNorBrackets() {
    QCOMPARE(peerAddress("127.0.0.1:1883"), std::string("127.0.0.1"));
    QCOMPARE(peerAddress("[::1]:1883"), std::string("::1"));
    QCOMPARE(peerAddress("[2001:db8::7]:9"), std::string("2001:db8::7"));
    QCOMPARE(peerAddress("[fe80::1%eth0]:9"), std::string("fe80::1%eth0"));
    QCOMPARE(peerAddress("[::ffff:10.0.0.1]:9"), std::string("::ffff:10.0.0.1"));
  }

  void whoHasGoneHasNone() {
    QCOMPARE(peerAddress("unknown"), std::string("unknown"));
    QCOMPARE(peerAddress(""), std::string());
  }
};

QTEST_GUILESS_MAIN(TestPeerAddress)
#include "tst_peer_address.moc"
