#include "gateway/transport/io_thread.h"

#include "gateway/transport/gathering_run.h"

#include <exception>

namespace carport {

IoThread::IoThread(std::size_t maxPosted, HandlerFailed handlerFailed)
    : m_maxPosted(maxPosted),
      m_handlerFailed(std::move(handlerFailed)),
      m_work(boost::asio::make_work_guard(m_context)) {}

IoThread::~IoThread() {
  stop();
}

void IoThread::start() {
  if (m_thread.joinable()) return;
  m_thread = std::thread([this] { run(); });
}

void IoThread::run() {
  while (!m_context.stopped()) {
    try {
      runGathering(m_context);
    } catch (const std::exception& e) {
      failed(e.what());
    } catch (...) {
      failed("something that is no std::exception");
    }
  }
}

void IoThread::failed(std::string_view what) {
  m_failures.fetch_add(1, std::memory_order_relaxed);
  if (m_handlerFailed) m_handlerFailed(what);
}

void IoThread::stop() {
  m_context.stop();
  if (m_thread.joinable()) m_thread.join();
}

}  // namespace carport
