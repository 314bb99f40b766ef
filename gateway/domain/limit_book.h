#pragma once

#include "gateway/api/limit.h"
#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/limit_share.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// Who does something, as limits look at it.
struct LimitSubject {
  const api::Principal* who = nullptr;  ///< null: nobody has proved to be somebody yet
  std::string_view address;             ///< the client's, without its port; may be empty
};

/// The limits there are, and their budgets. Asked when somebody signs in, when limits change, and by calls of the API;
/// for a message a connection's LimitShare alone is asked. Owner: Registry. Any thread.
class LimitBook {
 public:
  /// Most budgets of all limits together. Beyond it those that are whole are forgotten; where there is still no room,
  /// all others under a limit share one.
  static constexpr std::size_t kMaxBudgets = 100'000;

  /// The room is looked for no more often than this.
  static constexpr std::chrono::seconds kForgetPause{1};

  LimitBook();
  ~LimitBook();

  /// Replaces all limits; those that say the same as before keep their budgets and figures.
  void replace(const std::vector<api::Limit>& limits);
  /// By organisation, then number.
  std::vector<api::Limit> limits() const;
  std::optional<api::Limit> find(std::string_view organisation, std::int64_t number) const;

  /// Whether there are limits of this measure at all; costs nothing.
  bool has(api::LimitMeasure measure) const {
    return (m_measures.load(std::memory_order_relaxed) & (1U << static_cast<unsigned>(measure))) != 0;
  }
  bool isEmpty() const { return m_measures.load(std::memory_order_relaxed) == 0; }
  /// Grows with every replace(): what was made by shareFor() before is outdated.
  std::uint32_t version() const { return m_version.load(std::memory_order_relaxed); }

  /// What a connection of this subject is held to; null: to nothing.
  std::unique_ptr<LimitShare> shareFor(const LimitSubject& subject, SteadyPoint now);
  /// Charges something that is not a connection's message. What would have to wait longer than `longest`, by a limit
  /// that slows, is refused.
  LimitVerdict charge(api::LimitMeasure measure, const LimitSubject& subject, std::int64_t amount, SteadyPoint now,
                      LimitBudget::Wait longest = LimitBudget::Wait(0));

  /// How a limit stands; none where there is no such limit.
  std::optional<api::LimitFigures> figures(std::string_view organisation, std::int64_t number, SteadyPoint now) const;
  /// Call every ten seconds: for LimitUse::recent.
  void sample();

 private:
  struct Compiled;
  LimitEntries entriesFor(api::LimitMeasure measure, const LimitSubject& subject, SteadyPoint now);
  std::shared_ptr<LimitBudget> budgetOf(Compiled& limit, std::string key, SteadyPoint now);
  void forgetWhole(SteadyPoint now);

  // Guards the members below. Whoever signs in must know at once what it is held to, whichever thread serves it; that
  // is rare beside messages, which need none of this.
  mutable std::mutex m_mutex;
  std::vector<std::shared_ptr<Compiled>> m_limits;
  std::size_t m_budgets = 0;
  std::optional<SteadyPoint> m_forgottenAt;
  std::atomic<std::uint32_t> m_measures{0};
  std::atomic<std::uint32_t> m_version{0};
};

}  // namespace carport
