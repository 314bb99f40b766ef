// The floor under every broker on these sockets: reads and cuts MQTT frames, answers CONNECT, SUBSCRIBE, PUBLISH of
// QoS 1 and PINGREQ, counts, and does nothing else. Two Asio threads, as many as the gateway has on two cores.
#include "gateway/base/open_files.h"
#include "gateway/protocol/mqtt/frame_reader.h"

#include <boost/asio.hpp>
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace carport;

constexpr std::size_t kThreads = 2;

struct Worker {
  asio::io_context io{1};
  std::array<char, 64 * 1024> buffer;
  std::thread thread;
};

std::atomic<std::uint64_t> g_messages = 0;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Worker& worker, tcp::socket socket) : m_worker(worker), m_socket(std::move(socket)) {
    m_socket.non_blocking(true);
    m_socket.set_option(tcp::no_delay(true));
  }

  void wait() {
    m_socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& failure) {
      if (!failure) self->read();
    });
  }

 private:
  void read() {
    error_code failure;
    const auto count = m_socket.read_some(asio::buffer(m_worker.buffer), failure);
    if (failure && failure != asio::error::would_block) return;
    m_reader.feed({m_worker.buffer.data(), count});
    while (true) {
      const auto frame = m_reader.next();
      if (!frame) return;
      if (!*frame) break;
      take(**frame);
    }
    if (!m_output.empty()) asio::write(m_socket, asio::buffer(m_output), failure);
    m_output.clear();
    if (!failure || failure == asio::error::would_block) wait();
  }

  void take(const mqtt::Frame& frame) {
    const auto body = frame.body;
    switch (frame.type()) {
      case mqtt::PacketType::connect:
        m_output.append("\x20\x02\x00\x00", 4);
        break;
      case mqtt::PacketType::subscribe:
        m_output.append("\x90\x03").append(body.substr(0, 2)).append(1, '\x01');
        break;
      case mqtt::PacketType::publish: {
        g_messages.fetch_add(1, std::memory_order_relaxed);
        if ((frame.flags() & 0x06) == 0) break;
        const auto topicBytes =
            static_cast<std::size_t>(static_cast<unsigned char>(body[0]) << 8 | static_cast<unsigned char>(body[1]));
        m_output.append("\x40\x02").append(body.substr(2 + topicBytes, 2));
        break;
      }
      case mqtt::PacketType::pingreq:
        m_output.append("\xd0\x00", 2);
        break;
      default:
        break;
    }
  }

  Worker& m_worker;
  tcp::socket m_socket;
  mqtt::FrameReader m_reader;
  std::string m_output;
};

class Floor {
 public:
  Floor() {
    for (auto& worker : m_workers) worker = std::make_unique<Worker>();
    m_acceptor = std::make_unique<tcp::acceptor>(m_workers[0]->io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  }

  int run() {
    fmt::print("ready mqtt=127.0.0.1:{}\n", m_acceptor->local_endpoint().port());
    std::fflush(stdout);
    accept();
    asio::signal_set signals(m_workers[0]->io, SIGINT, SIGTERM);
    signals.async_wait([this](const error_code&, int) {
      for (auto& worker : m_workers) worker->io.stop();
    });
    for (auto& worker : m_workers) {
      worker->thread = std::thread([&io = worker->io] {
        const auto work = asio::make_work_guard(io);
        io.run();
      });
    }
    for (auto& worker : m_workers) worker->thread.join();
    fmt::print("{} messages\n", g_messages.load());
    return 0;
  }

 private:
  void accept() {
    Worker& worker = *m_workers[m_next++ % kThreads];
    m_acceptor->async_accept(worker.io, [this, &worker](const error_code& failure, tcp::socket socket) {
      if (!failure) {
        asio::post(worker.io, [&worker, socket = std::move(socket)]() mutable {
          std::make_shared<Connection>(worker, std::move(socket))->wait();
        });
      }
      accept();
    });
  }

  std::array<std::unique_ptr<Worker>, kThreads> m_workers;
  std::unique_ptr<tcp::acceptor> m_acceptor;
  std::size_t m_next = 0;
};

}  // namespace

int main() {
  raiseOpenFileLimit();
  return Floor().run();
}
