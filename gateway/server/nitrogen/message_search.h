#pragma once

#include "gateway/api/document_filter.h"
#include "gateway/domain/history_reader.h"
#include "gateway/domain/nitrogen_ids.h"
#include "gateway/server/nitrogen/nitrogen_rights.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carport {

/// A search among the messages that somebody may see. Made on the control thread, run on a reading one.
class MessageSearch {
 public:
  /// Most stored messages that one search looks at; one that needs more has to say more.
  static constexpr std::size_t kMaxLookedAt = 50'000;
  /// Most bytes of stored messages in one answer.
  static constexpr std::size_t kMaxFoundBytes = 16 * 1024 * 1024;
  /// Samples that other doors brought are found as messages for so long, and so many of them: the latest.
  static constexpr Milliseconds kSamplesFor = std::chrono::hours(24);
  static constexpr std::size_t kMaxSamples = 1000;

  struct Found {
    nlohmann::json messages = nlohmann::json::array();
    std::vector<std::int64_t> numbers;  ///< of the stored ones among them
    std::vector<PrincipalNumber> from;  ///< of each of these
    std::vector<std::string> commands;  ///< open or over, for the asker
  };

  /// What it refers to lives longer than it.
  MessageSearch(const Registry& registry, const NitrogenIds& ids, const MetricNames& names, api::Principal who,
                api::DocumentFilter filter, TimePoint now)
      : m_registry(registry),
        m_ids(ids),
        m_names(names),
        m_who(std::move(who)),
        m_filter(std::move(filter)),
        m_now(now) {}

  /// By ts; at least the first `wanted` of them, where there are so many.
  Result<Found> run(HistoryReader& reader, NitrogenReader* stored, bool newestFirst, std::size_t wanted);

 private:
  Result<void> findStored(NitrogenReader& stored, bool newestFirst, std::size_t wanted, Found& found);
  Result<void> findSamples(HistoryReader& reader, Found& found);
  NitrogenSearch narrowed(bool newestFirst) const;
  RuleVerdict sight(PrincipalNumber from, PrincipalNumber to);
  bool maySee(PrincipalNumber from, PrincipalNumber to, const nlohmann::json& document);

  const Registry& m_registry;
  const NitrogenIds& m_ids;
  const MetricNames& m_names;
  const api::Principal m_who;
  const api::DocumentFilter m_filter;
  const TimePoint m_now;
  std::map<std::pair<PrincipalNumber, PrincipalNumber>, RuleVerdict> m_seen;  // by sender and receiver
};

}  // namespace carport
