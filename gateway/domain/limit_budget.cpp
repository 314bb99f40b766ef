#include "gateway/domain/limit_budget.h"

#include <algorithm>
#include <cmath>

namespace carport {

namespace {

using api::Limit;
using api::LimitMeasure;

/// Rounding of moments must not make somebody wait who need not.
constexpr double kToleranceNanos = 2;
/// More is not told: that of a debt could be beyond what a number of 64 bits holds.
constexpr double kMostUsed = 1e15;
/// A portion is what may be done in this part of a second.
constexpr std::int64_t kPortionsPerSecond = 1000;

std::chrono::seconds unitOf(LimitMeasure measure) {
  switch (measure) {
    case LimitMeasure::bytesPerDay:
      return std::chrono::hours(24);
    case LimitMeasure::commandsPerHour:
      return std::chrono::hours(1);
    case LimitMeasure::signInsPerMinute:
      return std::chrono::minutes(1);
    default:
      return std::chrono::seconds(1);
  }
}

/// One principal is served by one thread nearly always, so that its budget stays in that one's cache.
bool isOfMany(const Limit& limit) {
  return limit.per != api::LimitPer::principal && limit.whom.kind != api::LimitTarget::Kind::principal;
}

std::int64_t portionOf(const Limit& limit) {
  if (limit.measure != LimitMeasure::messagesPerSecond || !isOfMany(limit)) return 1;
  const auto cells = static_cast<std::int64_t>(LimitBudget::kCells);
  return std::max<std::int64_t>(
      1, std::min(limit.most / kPortionsPerSecond, limit.burst.value_or(limit.most) / (4 * cells)));
}

}  // namespace

LimitBudget::LimitBudget(const Limit& limit)
    : m_isCount(limit.measure == LimitMeasure::connections),
      m_interval(static_cast<double>(std::chrono::nanoseconds(unitOf(limit.measure)).count()) /
                 static_cast<double>(limit.most)),
      m_burst(static_cast<double>(limit.burst.value_or(limit.most))),
      m_window(unitOf(limit.measure)),
      m_unit(static_cast<double>(std::chrono::nanoseconds(unitOf(limit.measure)).count())),
      m_portion(portionOf(limit)),
      m_most(limit.most) {
  if (m_portion > 1) m_cells = std::make_unique<std::array<Cell, kCells>>();
}

LimitBudget::Answer LimitBudget::take(std::int64_t amount, SteadyPoint now, Wait longest, std::size_t cell) {
  if (m_cells == nullptr || cell >= kCells || amount != 1) return takeShared(amount, now, longest);
  auto& held = (*m_cells)[cell].held;
  const std::int64_t left = held.load(std::memory_order_relaxed);
  if (left > 0) {
    held.store(left - 1, std::memory_order_relaxed);
    return {true, Wait(0)};
  }
  const Answer answer = takeShared(m_portion, now, longest);
  if (answer.taken) held.store(m_portion - 1, std::memory_order_relaxed);
  return answer;
}

LimitBudget::Answer LimitBudget::takeShared(std::int64_t amount, SteadyPoint now, Wait longest) {
  const double nowNanos = nanosOf(now);
  double whole = m_wholeAt.load(std::memory_order_relaxed);
  while (true) {
    const double level = std::max(whole, nowNanos);
    double wait = level - nowNanos - (m_burst - 1) * m_interval;
    if (wait <= kToleranceNanos) wait = 0;
    const Wait rounded(static_cast<Wait::rep>(std::ceil(wait)));
    if (rounded > longest) return {false, rounded};
    // Whoever sends something huge waits for it, but not for ever.
    const double most = nowNanos + m_burst * m_interval + m_unit + static_cast<double>(longest.count());
    const double next = std::max(level, std::min(level + static_cast<double>(amount) * m_interval, most));
    if (m_wholeAt.compare_exchange_weak(whole, next, std::memory_order_relaxed)) {
      m_taken.fetch_add(static_cast<std::uint64_t>(amount), std::memory_order_relaxed);
      return {true, rounded};
    }
  }
}

void LimitBudget::giveBack(std::int64_t amount) {
  double whole = m_wholeAt.load(std::memory_order_relaxed);
  const double back = static_cast<double>(amount) * m_interval;
  while (!m_wholeAt.compare_exchange_weak(whole, whole - back, std::memory_order_relaxed)) {
  }
  m_taken.fetch_sub(static_cast<std::uint64_t>(amount), std::memory_order_relaxed);
}

bool LimitBudget::hold() {
  std::int64_t count = m_count.load(std::memory_order_relaxed);
  do {
    if (count >= m_most.load(std::memory_order_relaxed)) return false;
  } while (!m_count.compare_exchange_weak(count, count + 1, std::memory_order_relaxed));
  m_taken.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void LimitBudget::holdAnyway() {
  m_count.fetch_add(1, std::memory_order_relaxed);
  m_taken.fetch_add(1, std::memory_order_relaxed);
}

void LimitBudget::release() {
  m_count.fetch_sub(1, std::memory_order_relaxed);
}

api::LimitUse LimitBudget::use(SteadyPoint now) const {
  std::int64_t held = 0;
  if (m_cells) {
    for (const Cell& cell : *m_cells) held += cell.held.load(std::memory_order_relaxed);
  }
  api::LimitUse use;
  if (m_isCount) {
    use.used = m_count.load(std::memory_order_relaxed);
  } else {
    const double ahead = m_wholeAt.load(std::memory_order_relaxed) - nanosOf(now) - kToleranceNanos;
    const double used = std::clamp(std::ceil(ahead / m_interval), 0.0, kMostUsed);
    use.used = std::max<std::int64_t>(0, static_cast<std::int64_t>(used) - held);
  }
  const auto taken = m_taken.load(std::memory_order_relaxed);
  use.taken = taken - std::min(taken, static_cast<std::uint64_t>(held));
  use.recent = taken - std::min(taken, m_takenBefore.load(std::memory_order_relaxed));
  use.slowed = m_slowed.load(std::memory_order_relaxed);
  use.refused = m_refused.load(std::memory_order_relaxed);
  use.over = m_over.load(std::memory_order_relaxed);
  return use;
}

bool LimitBudget::isWhole(SteadyPoint now) const {
  if (m_isCount) return m_count.load(std::memory_order_relaxed) == 0;
  return m_wholeAt.load(std::memory_order_relaxed) <= nanosOf(now);
}

void LimitBudget::sample() {
  m_takenBefore.store(m_takenAtSample.load(std::memory_order_relaxed), std::memory_order_relaxed);
  m_takenAtSample.store(m_taken.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

}  // namespace carport
