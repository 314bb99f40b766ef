#include "gateway/server/http/sign_in_throttle.h"

#include <algorithm>

namespace carport {

namespace {
std::string idKey(std::string_view id) {
  return "id " + std::string(id.substr(0, 64));
}
std::string addressKey(std::string_view address) {
  return "at " + std::string(address);
}
}  // namespace

Milliseconds SignInThrottle::admit(std::string_view id, std::string_view address, SteadyPoint now) {
  const Milliseconds wait = std::max(waitFor(idKey(id), now), waitFor(addressKey(address), now));
  if (wait.count() > 0) return wait;
  count(idKey(id), kFreeTriesPerId, now);
  count(addressKey(address), kFreeTriesPerAddress, now);
  return Milliseconds(0);
}

void SignInThrottle::succeeded(std::string_view id, std::string_view address) {
  m_entries.erase(idKey(id));
  // Somebody who knows one password must not thereby get more guesses at others: one try is given back, no more.
  const auto found = m_entries.find(addressKey(address));
  if (found != m_entries.end() && --found->second.tries <= 0) m_entries.erase(found);
}

Milliseconds SignInThrottle::waitFor(const std::string& key, SteadyPoint now) const {
  const auto found = m_entries.find(key);
  if (found == m_entries.end() || found->second.blockedUntil <= now) return Milliseconds(0);
  return std::chrono::ceil<Milliseconds>(found->second.blockedUntil - now);
}

void SignInThrottle::count(const std::string& key, int freeTries, SteadyPoint now) {
  if (!m_entries.contains(key)) makeRoom(now);
  Entry& entry = m_entries[key];
  if (now - entry.lastTry > kForgetAfter) entry.tries = 0;
  entry.lastTry = now;
  const int over = ++entry.tries - freeTries;
  if (over < 0) return;
  const Milliseconds wait = kFirstWait * (1LL << std::min(over, 10));
  entry.blockedUntil = now + std::min(wait, kLongestWait);
}

void SignInThrottle::makeRoom(SteadyPoint now) {
  if (m_entries.size() < kMaxEntries) return;
  std::erase_if(m_entries, [&](const auto& item) { return now - item.second.lastTry > kForgetAfter; });
  if (m_entries.size() < kMaxEntries) return;
  const auto oldest = std::min_element(m_entries.begin(), m_entries.end(), [](const auto& a, const auto& b) {
    return a.second.lastTry < b.second.lastTry;
  });
  m_entries.erase(oldest);
}

}  // namespace carport
