#include "gateway/transport/client_watch.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace carport {

namespace asio = boost::asio;

/// Shared with the read that is under way: the connection may be gone before it has ended.
struct ClientWatch::Reading {
  explicit Reading(const asio::any_io_executor& executor) : ended(executor, asio::steady_timer::time_point::max()) {}

  StopFlag gone = StopFlag::make();
  std::array<char, 1024> room;
  std::size_t bytes = 0;
  bool isEnded = false;
  asio::steady_timer ended;  // stands for "has ended": cancelled then
};

StopFlag ClientWatch::gone() {
  if (m_reading) return m_reading->gone;
  m_reading = std::make_shared<Reading>(m_stream.get_executor());
  const std::size_t most = std::min(m_reading->room.size(), m_buffer.max_size() - m_buffer.size());
  if (most == 0) {
    m_reading->isEnded = true;
    return m_reading->gone;
  }
  auto onRead = [reading = m_reading](const boost::system::error_code& ec, std::size_t bytes) {
    reading->bytes = bytes;
    reading->isEnded = true;
    if (ec && ec != asio::error::operation_aborted) reading->gone.raise();
    reading->ended.cancel();
  };
  m_stream.async_read_some(asio::buffer(m_reading->room.data(), most),
                           asio::bind_executor(m_stream.get_executor(), std::move(onRead)));
  return m_reading->gone;
}

asio::awaitable<void> ClientWatch::end() {
  if (!m_reading) co_return;
  const auto reading = m_reading;
  if (!reading->isEnded) m_stream.cancel();
  while (!reading->isEnded) co_await reading->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto rooms = m_buffer.prepare(reading->bytes);
  m_buffer.commit(asio::buffer_copy(rooms, asio::buffer(reading->room.data(), reading->bytes)));
  reading->bytes = 0;
}

}  // namespace carport
