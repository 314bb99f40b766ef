#include "gateway/transport/tcp_channel.h"

#include <QtTest>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace carport;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

/// Reads all that comes, `room` bytes at a time, as a protocol's connection does.
class Reader final : public ByteChannelUser, public std::enable_shared_from_this<Reader> {
 public:
  Reader(tcp::socket socket, std::size_t room) : m_channel(std::move(socket)), m_room(room) {}

  void start() {
    QVERIFY(!m_channel.start());
    m_channel.waitReadable(shared_from_this());
  }
  void onReadable(const boost::system::error_code& failed) override {
    ++calls;
    ended = failed;
    if (failed) return;
    const auto bytes = m_channel.read(m_room, ended);
    if (ended && !ByteChannel::wouldBlock(ended)) return;
    ended = {};
    largest = std::max(largest, bytes);
    text.append(m_room.data(), bytes);
    m_channel.waitReadable(shared_from_this());
  }
  void onWritable(const boost::system::error_code&) override {}
  void close() { m_channel.close(); }

  std::string text;
  std::size_t calls = 0;
  std::size_t largest = 0;
  boost::system::error_code ended;

 private:
  TcpChannel m_channel;
  std::vector<char> m_room;
};

std::string someText(std::size_t length) {
  std::string text;
  while (text.size() < length) text += std::to_string(text.size()) + ' ';
  text.resize(length);
  return text;
}

}  // namespace

class TestTcpChannel : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void readsWhatIsShort();
  void readsWhatIsLongerThanTheFirstBytes_data();
  void readsWhatIsLongerThanTheFirstBytes();
  void takesAllAtOnceWhereThereIsRoom();
  void tellsTheEnd();
  void closingEndsTheWait();

 private:
  std::shared_ptr<Reader> reader(std::size_t room);
  void send(const std::string& text) { asio::write(*m_far, asio::buffer(text)); }
  bool until(const std::function<bool()>& done);

  std::unique_ptr<asio::io_context> m_io;
  std::unique_ptr<tcp::socket> m_far;
};

void TestTcpChannel::init() {
  m_far.reset();
  m_io = std::make_unique<asio::io_context>();
}

std::shared_ptr<Reader> TestTcpChannel::reader(std::size_t room) {
  tcp::acceptor acceptor(*m_io, {asio::ip::make_address("127.0.0.1"), 0});
  m_far = std::make_unique<tcp::socket>(*m_io);
  m_far->connect(acceptor.local_endpoint());
  auto made = std::make_shared<Reader>(acceptor.accept(), room);
  made->start();
  return made;
}

bool TestTcpChannel::until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done() && std::chrono::steady_clock::now() < deadline) m_io->run_one_for(std::chrono::milliseconds(50));
  return done();
}

void TestTcpChannel::readsWhatIsShort() {
  const auto one = reader(64 * 1024);
  send("PUBACK");
  QVERIFY(until([&] { return one->text == "PUBACK"; }));
  QCOMPARE(one->calls, std::size_t{1});
  send("and another");
  QVERIFY(until([&] { return one->text == "PUBACKand another"; }));
}

void TestTcpChannel::readsWhatIsLongerThanTheFirstBytes_data() {
  QTest::addColumn<int>("room");
  QTest::newRow("a lot of room") << 64 * 1024;
  QTest::newRow("as much room as the first bytes") << 512;
  QTest::newRow("less than the first bytes") << 100;
  QTest::newRow("a byte more") << 513;
}

void TestTcpChannel::readsWhatIsLongerThanTheFirstBytes() {
  QFETCH(int, room);
  const auto one = reader(static_cast<std::size_t>(room));
  std::string all;
  for (const std::size_t length : {511, 512, 513, 1024, 20'000}) {
    all += someText(length);
    send(someText(length));
    QVERIFY(until([&] { return one->text.size() >= all.size(); }));
    QCOMPARE(one->text, all);
  }
}

void TestTcpChannel::takesAllAtOnceWhereThereIsRoom() {
  const auto one = reader(64 * 1024);
  send(someText(20'000));  // all there before anybody looks
  QVERIFY(until([&] { return one->text.size() == 20'000; }));
  QVERIFY(one->largest > 512);
  QVERIFY(one->calls < 20'000 / 512);
}

void TestTcpChannel::tellsTheEnd() {
  const auto one = reader(64 * 1024);
  send(someText(512));  // exactly the first bytes: the end comes behind them
  m_far->close();
  QVERIFY(until([&] { return bool(one->ended); }));
  QCOMPARE(one->text, someText(512));
  QVERIFY(one->ended == asio::error::eof);
}

void TestTcpChannel::closingEndsTheWait() {
  const auto one = reader(64 * 1024);
  one->close();
  QVERIFY(until([&] { return bool(one->ended); }));
  QVERIFY(one->ended == asio::error::operation_aborted);
}

QTEST_GUILESS_MAIN(TestTcpChannel)
#include "tst_tcp_channel.moc"
