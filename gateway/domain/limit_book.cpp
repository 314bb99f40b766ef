#include "gateway/domain/limit_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace carport {

using api::Limit;
using api::LimitMeasure;
using api::LimitPer;
using api::LimitReaction;
using Kind = api::LimitTarget::Kind;

namespace {

/// Nobody's id: what is over kMaxBudgets shares one budget.
constexpr std::string_view kOthers = "(others)";

/// Those that refuse come first, then those that let wait, then those that only count.
int orderOf(LimitReaction reaction) {
  return reaction == LimitReaction::reject ? 0 : reaction == LimitReaction::slow ? 1 : 2;
}

bool isOfAddresses(const Limit& limit) {
  return limit.whom.kind == Kind::address || limit.per == LimitPer::address;
}

/// Whether budgets of one are good for the other.
bool isSameBudget(const Limit& a, const Limit& b) {
  const bool isCount = a.measure == LimitMeasure::connections && b.measure == LimitMeasure::connections;
  return a.whom == b.whom && a.per == b.per && a.measure == b.measure &&
         (isCount || (a.most == b.most && a.burst == b.burst));
}

void add(api::LimitUse& sum, const api::LimitUse& use) {
  sum.taken += use.taken;
  sum.recent += use.recent;
  sum.slowed += use.slowed;
  sum.refused += use.refused;
  sum.over += use.over;
}

}  // namespace

struct LimitBook::Compiled {
  Limit limit;
  std::optional<api::Network> network{};
  std::unordered_map<std::string, std::shared_ptr<LimitBudget>> budgets{};
  api::LimitUse forgotten{};  ///< what budgets counted that are no longer there

  bool concerns(const LimitSubject& subject, const std::optional<api::AddressBytes>& address) const;
  /// Whose budget; none where the subject has none under this limit.
  std::optional<std::string> keyOf(const LimitSubject& subject) const;
  bool mayBeTold(const LimitSubject& subject) const;
};

bool LimitBook::Compiled::concerns(const LimitSubject& subject, const std::optional<api::AddressBytes>& address) const {
  const api::Principal* who = subject.who;
  if (who == nullptr && (!isOfAddresses(limit) || !limit.organisation.empty())) return false;
  if (who != nullptr && !limit.organisation.empty() && who->organisation() != limit.organisation) return false;
  switch (limit.whom.kind) {
    case Kind::everyone:
      return true;
    case Kind::principal:
      return who != nullptr && who->id == limit.whom.value;
    case Kind::group:
      return who != nullptr && std::find(who->groups.begin(), who->groups.end(), limit.whom.value) != who->groups.end();
    case Kind::organisation:
      return who != nullptr && who->organisation() == limit.whom.value;
    case Kind::address:
      return address && network && network->contains(*address);
  }
  return false;
}

std::optional<std::string> LimitBook::Compiled::keyOf(const LimitSubject& subject) const {
  switch (limit.per) {
    case LimitPer::all:
      return std::string();
    case LimitPer::principal:
      return subject.who == nullptr ? std::nullopt : std::optional(subject.who->id);
    case LimitPer::organisation:
      if (subject.who == nullptr || subject.who->organisation().empty()) return std::nullopt;
      return std::string(subject.who->organisation());
    case LimitPer::address:
      return subject.address.empty() ? std::nullopt : std::optional(api::sourceText(subject.address));
  }
  return std::nullopt;
}

bool LimitBook::Compiled::mayBeTold(const LimitSubject& subject) const {
  // Of a budget that others have a part in, what is left says what they do.
  if (limit.per == LimitPer::principal || limit.whom.kind == Kind::principal) return true;
  if (subject.who == nullptr || subject.who->organisation().empty()) return false;
  return limit.per == LimitPer::organisation || limit.whom.kind == Kind::organisation || !limit.organisation.empty();
}

LimitBook::LimitBook() = default;
LimitBook::~LimitBook() = default;

void LimitBook::replace(const std::vector<Limit>& limits) {
  std::vector<std::shared_ptr<Compiled>> compiled;
  std::uint32_t measures = 0;
  const std::lock_guard lock(m_mutex);
  for (const Limit& limit : limits) {
    measures |= 1U << static_cast<unsigned>(limit.measure);
    const auto before = std::find_if(m_limits.begin(), m_limits.end(), [&](const auto& known) {
      return known->limit.organisation == limit.organisation && known->limit.number == limit.number;
    });
    if (before != m_limits.end() && isSameBudget((*before)->limit, limit)) {
      (*before)->limit = limit;
      for (const auto& [key, budget] : (*before)->budgets) budget->setMost(limit.most);
      compiled.push_back(*before);
      continue;
    }
    auto fresh = std::make_shared<Compiled>(Compiled{limit});
    if (limit.whom.kind == Kind::address) {
      if (auto network = api::Network::parse(limit.whom.value)) fresh->network = *network;
    }
    compiled.push_back(std::move(fresh));
  }
  std::sort(compiled.begin(), compiled.end(), [](const auto& a, const auto& b) {
    return std::tie(a->limit.organisation, a->limit.number) < std::tie(b->limit.organisation, b->limit.number);
  });
  m_limits = std::move(compiled);
  m_budgets = 0;
  for (const auto& limit : m_limits) m_budgets += limit->budgets.size();
  m_measures.store(measures, std::memory_order_relaxed);
  m_version.fetch_add(1, std::memory_order_relaxed);
}

std::vector<Limit> LimitBook::limits() const {
  const std::lock_guard lock(m_mutex);
  std::vector<Limit> all;
  all.reserve(m_limits.size());
  for (const auto& compiled : m_limits) all.push_back(compiled->limit);
  return all;
}

std::optional<Limit> LimitBook::find(std::string_view organisation, std::int64_t number) const {
  const std::lock_guard lock(m_mutex);
  for (const auto& compiled : m_limits) {
    if (compiled->limit.organisation == organisation && compiled->limit.number.value == number) return compiled->limit;
  }
  return std::nullopt;
}

void LimitBook::forgetWhole(SteadyPoint now) {
  for (const auto& compiled : m_limits) {
    for (auto it = compiled->budgets.begin(); it != compiled->budgets.end();) {
      // Nobody else can begin to use it: that goes by this book alone.
      const bool isNobodys = it->second.use_count() == 1 && it->second->isWhole(now);
      if (isNobodys) add(compiled->forgotten, it->second->use(now));
      it = isNobodys ? compiled->budgets.erase(it) : std::next(it);
    }
  }
  m_budgets = 0;
  for (const auto& compiled : m_limits) m_budgets += compiled->budgets.size();
}

std::shared_ptr<LimitBudget> LimitBook::budgetOf(Compiled& limit, std::string key, SteadyPoint now) {
  const auto known = limit.budgets.find(key);
  if (known != limit.budgets.end()) return known->second;
  // Looking at all of them takes its time: not for each of a crowd.
  if (m_budgets >= kMaxBudgets && (!m_forgottenAt || now - *m_forgottenAt >= kForgetPause)) {
    m_forgottenAt = now;
    forgetWhole(now);
  }
  if (m_budgets >= kMaxBudgets) key = kOthers;
  auto& budget = limit.budgets[key];
  if (budget == nullptr) {
    budget = std::make_shared<LimitBudget>(limit.limit);
    ++m_budgets;
  }
  return budget;
}

LimitEntries LimitBook::entriesFor(LimitMeasure measure, const LimitSubject& subject, SteadyPoint now) {
  LimitEntries entries;
  if (!has(measure)) return entries;
  const auto address = api::parseAddress(subject.address);
  const std::lock_guard lock(m_mutex);
  for (const auto& compiled : m_limits) {
    if (compiled->limit.measure != measure || !compiled->concerns(subject, address)) continue;
    auto key = compiled->keyOf(subject);
    if (!key) continue;
    entries.push_back({budgetOf(*compiled, std::move(*key), now), compiled->limit.reaction,
                       compiled->limit.number.value, compiled->mayBeTold(subject)});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const LimitEntry& a, const LimitEntry& b) { return orderOf(a.reaction) < orderOf(b.reaction); });
  return entries;
}

std::unique_ptr<LimitShare> LimitBook::shareFor(const LimitSubject& subject, SteadyPoint now) {
  if (isEmpty()) return nullptr;
  auto messages = entriesFor(LimitMeasure::messagesPerSecond, subject, now);
  auto bytes = entriesFor(LimitMeasure::bytesPerDay, subject, now);
  auto connections = entriesFor(LimitMeasure::connections, subject, now);
  if (messages.empty() && bytes.empty() && connections.empty()) return nullptr;
  return std::make_unique<LimitShare>(std::move(messages), std::move(bytes), std::move(connections));
}

LimitVerdict LimitBook::charge(LimitMeasure measure, const LimitSubject& subject, std::int64_t amount, SteadyPoint now,
                               LimitBudget::Wait longest) {
  return takeFromAll(entriesFor(measure, subject, now), amount, now, {longest, LimitBudget::Wait(0)});
}

std::optional<api::LimitFigures> LimitBook::figures(std::string_view organisation, std::int64_t number,
                                                    SteadyPoint now) const {
  const std::lock_guard lock(m_mutex);
  for (const auto& compiled : m_limits) {
    if (compiled->limit.organisation != organisation || compiled->limit.number.value != number) continue;
    api::LimitFigures figures;
    figures.budgets = compiled->budgets.size();
    figures.sum = compiled->forgotten;
    std::vector<api::LimitUse> uses;
    uses.reserve(compiled->budgets.size());
    for (const auto& [key, budget] : compiled->budgets) {
      uses.push_back(budget->use(now));
      uses.back().key = key;
      add(figures.sum, uses.back());
      figures.used = std::max(figures.used, uses.back().used);
    }
    const auto count = std::min(uses.size(), api::kMaxBusiest);
    std::partial_sort(uses.begin(), uses.begin() + static_cast<std::ptrdiff_t>(count), uses.end(),
                      [](const api::LimitUse& a, const api::LimitUse& b) {
                        return std::tie(b.recent, b.used, b.taken, a.key) < std::tie(a.recent, a.used, a.taken, b.key);
                      });
    uses.resize(count);
    figures.busiest = std::move(uses);
    return figures;
  }
  return std::nullopt;
}

void LimitBook::sample() {
  const std::lock_guard lock(m_mutex);
  for (const auto& compiled : m_limits) {
    for (const auto& [key, budget] : compiled->budgets) budget->sample();
  }
}

}  // namespace carport
