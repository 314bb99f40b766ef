#include "gateway/transport/io_thread.h"

namespace carport {

IoThread::IoThread(std::size_t maxPosted) : m_maxPosted(maxPosted), m_work(boost::asio::make_work_guard(m_context)) {}

IoThread::~IoThread() {
  stop();
}

void IoThread::start() {
  if (m_thread.joinable()) return;
  m_thread = std::thread([this] { m_context.run(); });
}

void IoThread::stop() {
  m_context.stop();
  if (m_thread.joinable()) m_thread.join();
}

}  // namespace carport
