#include "gateway/domain/limit_share.h"

#include <algorithm>

namespace carport {

namespace {

using api::LimitReaction;

void giveBack(const LimitEntries& entries, std::size_t count, std::int64_t amount) {
  for (std::size_t i = 0; i < count; ++i) entries[i].budget->giveBack(amount);
}

LimitVerdict refused(const LimitEntry& entry, LimitBudget::Wait wait) {
  entry.budget->countRefused();
  return {LimitVerdict::Kind::refused, wait, entry.number, entry.mayBeTold, entry.budget->most(),
          entry.budget->window()};
}

}  // namespace

LimitVerdict takeFromAll(const LimitEntries& entries, std::int64_t amount, SteadyPoint now, LimitPatience patience,
                         std::size_t cell) {
  LimitVerdict verdict;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const LimitEntry& entry = entries[i];
    LimitBudget::Wait longest{0};
    if (entry.reaction != LimitReaction::count) {
      longest = entry.reaction == LimitReaction::slow ? patience.slow : patience.reject;
    }
    const auto answer = entry.budget->take(amount, now, longest, cell);
    if (!answer.taken && entry.reaction == LimitReaction::count) {
      entry.budget->countOver();
    } else if (!answer.taken) {
      // Those that count come last, so that all before this one have taken.
      giveBack(entries, i, amount);
      return refused(entry, answer.wait);
    } else if (answer.wait.count() > 0) {
      entry.budget->countSlowed();
      if (answer.wait > verdict.wait) verdict = {LimitVerdict::Kind::wait, answer.wait, entry.number, entry.mayBeTold};
    }
  }
  return verdict;
}

LimitShare::~LimitShare() {
  if (!m_holds) return;
  for (const LimitEntry& entry : m_connections) entry.budget->release();
}

LimitVerdict LimitShare::message(std::size_t bytes, SteadyPoint now, std::size_t cell, bool canBeTold,
                                 LimitBudget::Wait longest) {
  return take(1, bytes, now, {longest, canBeTold ? LimitBudget::Wait(0) : longest}, cell);
}

LimitVerdict LimitShare::take(std::int64_t count, std::size_t bytes, SteadyPoint now, LimitPatience patience,
                              std::size_t cell) {
  LimitVerdict verdict = takeFromAll(m_messages, count, now, patience, cell);
  if (m_bytes.empty() || verdict.kind == LimitVerdict::Kind::refused) return verdict;
  const LimitVerdict ofBytes = takeFromAll(m_bytes, static_cast<std::int64_t>(bytes), now, patience);
  if (ofBytes.kind == LimitVerdict::Kind::refused) {
    for (const LimitEntry& entry : m_messages) {
      if (entry.reaction != LimitReaction::count) entry.budget->giveBack(count);
    }
    return ofBytes;
  }
  return ofBytes.wait > verdict.wait ? ofBytes : verdict;
}

LimitVerdict LimitShare::hold() {
  for (std::size_t i = 0; i < m_connections.size(); ++i) {
    const LimitEntry& entry = m_connections[i];
    if (entry.budget->hold()) continue;
    if (entry.reaction == LimitReaction::count) {
      entry.budget->countOver();
      entry.budget->holdAnyway();
      continue;
    }
    for (std::size_t before = 0; before < i; ++before) m_connections[before].budget->release();
    return refused(entry, LimitBudget::Wait(0));
  }
  m_holds = true;
  return {};
}

void LimitShare::holdAnyway() {
  for (const LimitEntry& entry : m_connections) entry.budget->holdAnyway();
  m_holds = true;
}

}  // namespace carport
