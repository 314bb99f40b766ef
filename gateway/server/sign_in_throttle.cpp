#include "gateway/server/sign_in_throttle.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace carport {

namespace {
constexpr std::size_t kMaxKeyBytes = 128;
constexpr std::string_view kIdPrefix = "id ", kAddressPrefix = "at ", kPairInfix = " id ";
/// What part of the entries goes when there is no room, so that making room costs little an entry.
constexpr std::size_t kDroppedPart = 4;

std::string idKey(std::string_view id) {
  return std::string(kIdPrefix) + std::string(id.substr(0, kMaxKeyBytes));
}
std::string pairKey(std::string_view id, std::string_view address) {
  return std::string(kAddressPrefix) + std::string(address) + std::string(kPairInfix) +
         std::string(id.substr(0, kMaxKeyBytes));
}
std::string addressKey(std::string_view address) {
  return std::string(kAddressPrefix) + std::string(address);
}
}  // namespace

Milliseconds SignInThrottle::admit(std::string_view id, std::string_view address, SteadyPoint now) {
  const std::string ofId = keyFor(id, address);
  const Milliseconds wait = std::max(waitFor(ofId, now), addressWait(address, now));
  if (wait.count() > 0) return wait;
  count(ofId, m_limits.freeTriesPerId, now);
  count(addressKey(address), m_limits.freeTriesPerAddress, now);
  return Milliseconds(0);
}

void SignInThrottle::becomeFamiliar(std::string_view id, std::string_view address) {
  if (m_familiar.size() >= kMaxFamiliar) m_familiar.clear();
  m_familiar.insert(pairKey(id, address));
}

std::string SignInThrottle::keyFor(std::string_view id, std::string_view address) const {
  auto pair = pairKey(id, address);
  return m_familiar.contains(pair) ? pair : idKey(id);
}

void SignInThrottle::succeeded(std::string_view id, std::string_view address) {
  m_entries.erase(keyFor(id, address));
  becomeFamiliar(id, address);
  // Somebody who knows one password must not thereby get more guesses at others: one try is given back, no more.
  const auto found = m_entries.find(addressKey(address));
  if (found != m_entries.end() && --found->second.tries <= 0) m_entries.erase(found);
}

Milliseconds SignInThrottle::idWait(std::string_view id, SteadyPoint now) const {
  return waitFor(idKey(id), now);
}

Milliseconds SignInThrottle::addressWait(std::string_view address, SteadyPoint now) const {
  return waitFor(addressKey(address), now);
}

void SignInThrottle::failed(std::string_view id, std::string_view address, SteadyPoint now) {
  count(idKey(id), m_limits.freeTriesPerId, now);
  count(addressKey(address), m_limits.freeTriesPerAddress, now);
}

void SignInThrottle::forgetId(std::string_view id) {
  m_entries.erase(idKey(id));
}

Milliseconds SignInThrottle::waitFor(const std::string& key, SteadyPoint now) const {
  const auto found = m_entries.find(key);
  if (found == m_entries.end() || found->second.blockedUntil <= now) return Milliseconds(0);
  return std::chrono::ceil<Milliseconds>(found->second.blockedUntil - now);
}

std::vector<SignInThrottle::Waiting> SignInThrottle::waiting(SteadyPoint now, std::size_t most) const {
  std::vector<Waiting> all;
  for (const auto& [key, entry] : m_entries) {
    if (entry.blockedUntil <= now) continue;
    Waiting one{{}, {}, entry.tries, std::chrono::ceil<Milliseconds>(entry.blockedUntil - now)};
    // As idKey(), addressKey() and pairKey() have made it; an address has no blanks.
    if (key.starts_with(kIdPrefix)) {
      one.id = key.substr(kIdPrefix.size());
    } else {
      const auto rest = key.substr(kAddressPrefix.size());
      const auto pair = rest.find(kPairInfix);
      one.address = rest.substr(0, pair);
      if (pair != std::string::npos) one.id = rest.substr(pair + kPairInfix.size());
    }
    all.push_back(std::move(one));
  }
  std::sort(all.begin(), all.end(), [](const Waiting& a, const Waiting& b) { return a.wait > b.wait; });
  if (all.size() > most) all.resize(most);
  return all;
}

SignInThrottle::Standing SignInThrottle::standing(std::string_view id, std::string_view address,
                                                  SteadyPoint now) const {
  const Standing ofId = standingOf(keyFor(id, address), m_limits.freeTriesPerId, now);
  const Standing ofAddress = standingOf(addressKey(address), m_limits.freeTriesPerAddress, now);
  return std::pair(ofAddress.remaining, -ofAddress.wait) < std::pair(ofId.remaining, -ofId.wait) ? ofAddress : ofId;
}

SignInThrottle::Standing SignInThrottle::standingOf(const std::string& key, int freeTries, SteadyPoint now) const {
  const auto found = m_entries.find(key);
  const bool isForgotten = found == m_entries.end() || now - found->second.lastTry > m_limits.forgetAfter;
  const int tries = isForgotten ? 0 : found->second.tries;
  return {freeTries, std::max(freeTries - tries, 0), m_limits.forgetAfter, waitFor(key, now)};
}

void SignInThrottle::count(const std::string& key, int freeTries, SteadyPoint now) {
  if (!m_entries.contains(key)) makeRoom(now);
  Entry& entry = m_entries[key];
  if (now - entry.lastTry > m_limits.forgetAfter) entry.tries = 0;
  entry.lastTry = now;
  const int over = ++entry.tries - freeTries;
  if (over < 0) return;
  const Milliseconds wait = m_limits.firstWait * (1LL << std::min(over, 10));
  entry.blockedUntil = now + std::min(wait, m_limits.longestWait);
}

void SignInThrottle::makeRoom(SteadyPoint now) {
  if (m_entries.size() < m_limits.maxEntries) return;
  std::erase_if(m_entries, [&](const auto& item) { return now - item.second.lastTry > m_limits.forgetAfter; });
  if (m_entries.size() < m_limits.maxEntries) return;
  std::vector<SteadyPoint> times;
  times.reserve(m_entries.size());
  for (const auto& [key, entry] : m_entries) times.push_back(entry.lastTry);
  const auto last = times.begin() + static_cast<std::ptrdiff_t>(times.size() / kDroppedPart);
  std::nth_element(times.begin(), last, times.end());
  std::size_t left = times.size() / kDroppedPart + 1;  // many may have come at the same moment
  std::erase_if(m_entries, [&](const auto& item) { return left > 0 && item.second.lastTry <= *last && left-- > 0; });
}

}  // namespace carport
