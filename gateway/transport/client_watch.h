#pragma once

#include "gateway/base/stop_flag.h"
#include "gateway/transport/http_stream.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <memory>

namespace carport {

/// Whether the client still waits while its request is answered. A closed connection is only noticed by reading, so
/// this reads, and keeps what comes for the next request. Owner: the coroutine that serves the connection, on its
/// thread; `stream` and `buffer` live longer.
class ClientWatch {
 public:
  ClientWatch(HttpStream& stream, boost::beast::flat_buffer& buffer) : m_stream(stream), m_buffer(buffer) {}
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  /// Raised when the client has closed its connection, or its half of it. Watches from the first call on; a client that
  /// sends its next request before this one is answered is watched no longer.
  StopFlag gone();
  /// Stops watching; before the stream is used otherwise. What has been read is in the buffer afterwards.
  boost::asio::awaitable<void> end();

 private:
  struct Reading;

  HttpStream& m_stream;
  boost::beast::flat_buffer& m_buffer;
  std::shared_ptr<Reading> m_reading;  // null: nobody has asked
};

}  // namespace carport
