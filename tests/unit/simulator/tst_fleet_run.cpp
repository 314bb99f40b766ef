#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/simulator/fleet_run.h"

#include <QtTest>

#include <boost/asio.hpp>

#include <array>
#include <string>
#include <utility>

using namespace carport;
using namespace carport::sim;
using mqtt::PacketType;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A gateway for one car that says what the test wants to be said, and when. One thread.
class ScriptedGateway {
 public:
  ScriptedGateway() : m_acceptor(m_io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), m_socket(m_io) {}

  Endpoint address() const { return {"127.0.0.1", m_acceptor.local_endpoint().port()}; }
  void accept() { m_acceptor.accept(m_socket); }
  void say(const std::string& bytes) { asio::write(m_socket, asio::buffer(bytes)); }
  /// Waits for the next packet: its type and what follows the length.
  std::pair<PacketType, std::string> next() {
    while (true) {
      const auto frame = m_reader.next().value();
      if (frame) return {frame->type(), std::string(frame->body)};
      const auto count = m_socket.read_some(asio::buffer(m_buffer));
      m_reader.feed({m_buffer.data(), count});
    }
  }

 private:
  asio::io_context m_io;
  tcp::acceptor m_acceptor;
  tcp::socket m_socket;
  std::array<char, 4096> m_buffer{};
  mqtt::FrameReader m_reader;
};

std::string pubackFor(const std::string& publish) {
  const auto topicBytes =
      static_cast<std::size_t>(static_cast<unsigned char>(publish[0]) << 8 | static_cast<unsigned char>(publish[1]));
  return "\x40\x02" + publish.substr(2 + topicBytes, 2);
}

}  // namespace

class TestFleetRun : public QObject {
  Q_OBJECT

 private slots:
  /// Who measures a gateway must not count as its speed what it acknowledged when nothing more was sent.
  void tellsWhatWasAcknowledgedInTime() {
    constexpr int kInFlight = 4;
    ScriptedGateway gateway;
    FleetOptions options;
    options.mqtt = gateway.address();
    options.logins = {{"car-0001", "", "its-secret"}};
    options.rate = 0;
    options.seconds = 0.2;
    options.inFlightLimit = kInFlight;
    options.threads = 1;
    options.lingerSeconds = 600;
    FleetRun run;
    QVERIFY(run.start(options).has_value());
    gateway.accept();
    QVERIFY(gateway.next().first == PacketType::connect);
    gateway.say(std::string("\x20\x02\x00\x00", 4));
    const auto [type, subscribe] = gateway.next();
    QVERIFY(type == PacketType::subscribe);
    gateway.say("\x90\x03" + subscribe.substr(0, 2) + "\x01");
    std::string late;
    for (int i = 0; i < kInFlight; ++i) late += pubackFor(gateway.next().second);
    QTRY_VERIFY(run.snapshot().phase == FleetPhase::draining);
    gateway.say(late);
    QTRY_VERIFY(run.snapshot().phase == FleetPhase::drained);
    run.requestStop();  // also ends the lingering
    QVERIFY(run.waitUntilOver(std::chrono::seconds(60)));
    const auto end = run.snapshot();
    QVERIFY(end.phase == FleetPhase::finished);
    QCOMPARE(end.counts.sent, std::uint64_t{kInFlight});
    QCOMPARE(end.counts.acknowledged, std::uint64_t{kInFlight});
    QCOMPARE(end.counts.acknowledgedInTime, std::uint64_t{0});
    QCOMPARE(end.lost(), std::uint64_t{0});
  }
};

QTEST_GUILESS_MAIN(TestFleetRun)
#include "tst_fleet_run.moc"
