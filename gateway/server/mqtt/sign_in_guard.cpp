#include "gateway/server/mqtt/sign_in_guard.h"

#include "gateway/transport/peer_address.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace carport {

namespace {
std::string pairOf(std::string_view id, std::string_view source) {
  return std::string(source) + " " + std::string(id);
}
}  // namespace

SignInGuard::Verdict SignInGuard::look(std::string_view id, std::string_view peer, SteadyPoint now) const {
  if (m_remembered.load(std::memory_order_relaxed) == 0) return {};
  const auto source = sourceOf(peer);
  const auto pair = pairOf(id, source);
  const std::lock_guard lock(m_mutex);
  return {m_throttle.idWait(pair, now).count() > 0, m_throttle.addressWait(source, now).count() > 0};
}

void SignInGuard::failed(std::string_view id, std::string_view peer, SteadyPoint now) {
  const auto source = sourceOf(peer);
  const auto pair = pairOf(id, source);
  const std::lock_guard lock(m_mutex);
  m_throttle.failed(pair, source, now);
  m_remembered.store(m_throttle.size(), std::memory_order_relaxed);
}

void SignInGuard::succeeded(std::string_view id, std::string_view peer) {
  if (m_remembered.load(std::memory_order_relaxed) == 0) return;
  const auto pair = pairOf(id, sourceOf(peer));
  const std::lock_guard lock(m_mutex);
  m_throttle.forgetId(pair);
  m_remembered.store(m_throttle.size(), std::memory_order_relaxed);
}

std::string SignInGuard::sourceOf(std::string_view peer) {
  std::string host = peerAddress(peer);
  if (host.find(':') == std::string::npos) return host;
  boost::system::error_code ec;
  auto address = boost::asio::ip::make_address_v6(host, ec);
  if (ec) return host;
  if (address.is_v4_mapped()) return make_address_v4(boost::asio::ip::v4_mapped, address).to_string();
  auto bytes = address.to_bytes();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace carport
