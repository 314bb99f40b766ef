#include "gateway/transport/listener.h"

#include <QtTest>

using carport::Endpoint;
using carport::ErrorKind;
using carport::Listener;
using carport::PortChoice;
using carport::TransportErrc;

class TestListener : public QObject {
  Q_OBJECT

 private slots:
  void takesAFreePortAndSaysWhich() {
    boost::asio::io_context io;
    const auto listener = Listener::open(io, {"127.0.0.1", 0});
    QVERIFY(listener.has_value());
    QVERIFY(listener->endpoint().port != 0);
    QCOMPARE(QString::fromStdString(listener->endpoint().host), "127.0.0.1");
    QVERIFY(!listener->moved());
  }

  void understandsLocalhost() {
    boost::asio::io_context io;
    const auto listener = Listener::open(io, {"localhost", 0});
    QVERIFY(listener.has_value());
    QCOMPARE(QString::fromStdString(listener->endpoint().host), "localhost");
  }

  void refusesATakenPortWithASentence() {
    boost::asio::io_context io;
    const auto first = Listener::open(io, {"127.0.0.1", 0});
    QVERIFY(first.has_value());
    const auto second = Listener::open(io, first->endpoint());
    QVERIFY(!second.has_value());
    QVERIFY(second.error().is(TransportErrc::addressInUse));
    QVERIFY(second.error().kind() == ErrorKind::conflict);
    const auto sentence = QString::fromStdString(second.error().message());
    QVERIFY(sentence.contains(QString::fromStdString(first->endpoint().toString())));
    QVERIFY(sentence.contains("in use"));
  }

  void takesTheNextFreePortWhereItMay() {
    boost::asio::io_context io;
    const auto first = Listener::open(io, {"127.0.0.1", 0});
    QVERIFY(first.has_value());
    const auto second = Listener::open(io, first->endpoint(), PortChoice::nextFreePort);
    QVERIFY(second.has_value());
    QVERIFY(second->moved());
    QVERIFY(second->endpoint().port > first->endpoint().port);
    QVERIFY(second->endpoint().port <= first->endpoint().port + Listener::kMaxFurtherPorts);
  }

  void refusesAddressesOfOtherMachines_data() {
    QTest::addColumn<QString>("host");
    QTest::newRow("another machine's") << "192.0.2.1";
    QTest::newRow("no address") << "no.such.host.invalid";
  }
  void refusesAddressesOfOtherMachines() {
    QFETCH(QString, host);
    boost::asio::io_context io;
    const auto listener = Listener::open(io, {host.toStdString(), 0});
    QVERIFY(!listener.has_value());
    QVERIFY(listener.error().is(TransportErrc::badHost));
    QVERIFY(QString::fromStdString(listener.error().message()).contains(host));
  }

  void acceptsConnections() {
    boost::asio::io_context io;
    auto listener = Listener::open(io, {"127.0.0.1", 0});
    QVERIFY(listener.has_value());
    boost::asio::ip::tcp::socket client(io);
    client.connect(listener->acceptor().local_endpoint());
    boost::asio::ip::tcp::socket served(io);
    boost::system::error_code ec;
    listener->acceptor().accept(served, ec);
    QVERIFY(!ec);
    listener->close();
    QVERIFY(!listener->acceptor().is_open());
  }
};

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
