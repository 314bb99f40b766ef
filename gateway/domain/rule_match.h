#pragma once

#include "gateway/api/message_filter.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/filter_match.h"

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What somebody wants to act upon: a principal, or an MQTT topic that belongs to none. Beside a principal the topic is
/// looked at by filters alone. What is not told of a message or command leaves rules about it undecided.
struct Resource {
  const api::Principal* principal = nullptr;
  std::string_view topic{};
  std::optional<std::string_view> command{};  ///< name of the command
  std::optional<std::string_view> payload{};  ///< of the message
  const nlohmann::json* document = nullptr;   ///< the whole message, where it is one of Nitrogen's API

  /// Whose it is; empty: the house's.
  std::string_view organisation() const;
};

/// One question to the rules. Everything in it lives as long as it is asked.
struct Question {
  const api::Principal& who;
  api::Action action;
  const Resource& about;
  TimePoint now;

  /// The one who asks is the one whom it is about.
  bool isAboutSelf() const;
  /// Rules answer it at all: who belongs to an organisation reaches nobody beyond it, and a token of a scope nothing
  /// beyond that.
  bool isWithinReach() const;
  /// What somebody signed in with is for this; always so without a scope.
  bool isWithinScope() const;
  /// The house asks about an organisation's: only rules that name it say anything.
  bool needsNaming() const { return !about.organisation().empty() && who.organisation().empty(); }
};

/// The selector speaks of this principal, or (null) of this topic. `self` is left to whoever knows both sides.
bool selects(const api::Selector& selector, const api::Principal* principal, std::string_view topic);
/// The selector says by itself whose principal or topic it means.
bool namesOrganisation(const api::Selector& selector);

/// It counts at that time.
inline bool isInForce(const api::Rule& rule, TimePoint now) {
  return (!rule.expiresAt || now < *rule.expiresAt) && (!rule.validFrom || *rule.validFrom <= now);
}

/// Whether the conditions on commands and messages hold. `filter`: what rule.filter says; null: it has none, or one
/// that could not be read. `message`: that of the question.
FilterMatch meetsConditions(const api::Rule& rule, const api::MessageFilter* filter, const Question& question,
                            const FilteredMessage& message);

/// Why a rule does not match, as the end of “it was passed over, because …”; empty where it does.
std::string whyNot(const api::Rule& rule, const api::MessageFilter* filter, const Question& question);

}  // namespace carport
