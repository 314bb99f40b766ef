#pragma once

#include "gateway/transport/tls_channel.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace carport {

/// A TlsChannel as Asio's operations want a stream, with a time limit for whatever happens on it. Asks for no client
/// certificate. Owner: HttpStream and the operations under way; thread: that of the socket's io_context.
class SecureStream : public std::enable_shared_from_this<SecureStream> {
 public:
  using ErrorCode = boost::system::error_code;

  SecureStream(boost::asio::ip::tcp::socket socket, const TlsContext& context);

  TlsChannel& channel() { return m_channel; }
  /// From now on; at the end of it the connection is closed, and with it ends what is under way.
  void expiresAfter(std::chrono::steady_clock::duration duration);
  void expiresNever() { m_timer.expires_at(std::chrono::steady_clock::time_point::max()); }

  /// Reads what there is into the first room of `buffers`. The handshake happens here.
  template <class Buffers, class Handler>
  void asyncRead(const Buffers& buffers, Handler&& handler);
  /// Writes what the socket takes of `buffers`; whoever gets less goes on with the rest.
  template <class Buffers, class Handler>
  void asyncWrite(const Buffers& buffers, Handler&& handler);

 private:
  /// The first buffer that is not empty.
  template <class Buffer, class Buffers>
  static Buffer firstOf(const Buffers& buffers) {
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers); ++it) {
      if (const Buffer buffer(*it); buffer.size() > 0) return buffer;
    }
    return {};
  }

  /// What an operation repeats until it has come to something, which is told in a turn of its own.
  template <class Step>
  struct Repeated {
    std::shared_ptr<SecureStream> stream;
    Step step;
    bool hasWaited = false;
    bool isDone = false;
    ErrorCode result{};
    std::size_t bytes = 0;

    template <class Self>
    void operator()(Self& self, ErrorCode ec = {}) {
      if (isDone) return self.complete(result, bytes);
      result = ec;
      auto& channel = stream->m_channel;
      if (!ec) bytes = step(channel, result);
      if (bytes > 0) result = {};
      if (ByteChannel::wouldBlock(result)) {
        hasWaited = true;
        return channel.socket().async_wait(Step::waitOf(channel), std::move(self));
      }
      if (hasWaited) return self.complete(result, bytes);
      isDone = true;
      boost::asio::post(channel.socket().get_executor(), std::move(self));
    }
  };

  struct Read {
    boost::asio::mutable_buffer room;
    std::size_t operator()(TlsChannel& channel, ErrorCode& ec) const {
      return channel.read({static_cast<char*>(room.data()), room.size()}, ec);
    }
    static auto waitOf(const TlsChannel& channel) { return channel.readWait(); }
  };

  template <class Buffers>
  struct Write {
    Buffers buffers;
    std::size_t operator()(TlsChannel& channel, ErrorCode& ec) const {
      const auto first = firstOf<boost::asio::const_buffer>(buffers);
      if (first.size() >= TlsChannel::kMaxRecordBytes) {
        return channel.write({static_cast<const char*>(first.data()), first.size()}, ec);
      }
      // A header comes as dozens of pieces: one record instead of one for each.
      std::array<char, TlsChannel::kMaxRecordBytes> record;
      const auto size = boost::asio::buffer_copy(boost::asio::buffer(record), buffers);
      return channel.write({record.data(), size}, ec);
    }
    static auto waitOf(const TlsChannel& channel) { return channel.writeWait(); }
  };

  TlsChannel m_channel;
  boost::asio::steady_timer m_timer;
};

template <class Buffers, class Handler>
void SecureStream::asyncRead(const Buffers& buffers, Handler&& handler) {
  const auto executor = m_timer.get_executor();
  Repeated<Read> reading{shared_from_this(), {firstOf<boost::asio::mutable_buffer>(buffers)}};
  boost::asio::async_compose<Handler, void(ErrorCode, std::size_t)>(std::move(reading), handler, executor);
}

template <class Buffers, class Handler>
void SecureStream::asyncWrite(const Buffers& buffers, Handler&& handler) {
  const auto executor = m_timer.get_executor();
  Repeated<Write<Buffers>> writing{shared_from_this(), {buffers}};
  boost::asio::async_compose<Handler, void(ErrorCode, std::size_t)>(std::move(writing), handler, executor);
}

}  // namespace carport
