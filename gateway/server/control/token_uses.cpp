#include "gateway/server/control/token_uses.h"

#include <utility>
#include <vector>

namespace carport {

void TokenUses::used(std::int64_t token, const std::string& address) {
  const auto known = m_waiting.find(token);
  if (known == m_waiting.end() && m_waiting.size() >= kMaxWaiting) return;
  TokenUse& use = known == m_waiting.end() ? m_waiting[token] : known->second;
  use.token = token;
  use.at = m_clock.now();
  if (use.address != address) use.address = address;
}

const TokenUse* TokenUses::find(std::int64_t token) const {
  const auto found = m_waiting.find(token);
  return found == m_waiting.end() ? nullptr : &found->second;
}

void TokenUses::tick() {
  if (m_clock.steadyNow() - m_written >= kWriteEvery) write();
}

void TokenUses::write() {
  m_written = m_clock.steadyNow();
  if (m_waiting.empty()) return;
  std::vector<TokenUse> uses;
  uses.reserve(m_waiting.size());
  for (auto& [token, use] : m_waiting) uses.push_back(use);
  // Refused by a full queue, they wait for the next time; what fails to be written is not worth being tried again.
  const bool taken = m_durableLog.changeRegistry(
      [uses = std::move(uses)](RegistryStore& store) { return store.people().noteTokenUses(uses); }, {});
  if (taken) m_waiting.clear();
}

}  // namespace carport
