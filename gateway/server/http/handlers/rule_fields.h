#pragma once

#include "gateway/server/http/call.h"

#include <string>

namespace carport::handlers {

/// Whether the caller may administer an organisation's rules (empty: the house's). An organisation that the caller
/// cannot know of is to it as one that is not there: 404.
Asked<void> demandRulesOf(const Call& call, const std::string& organisation);

/// The rule of that number, where the caller may administer it; otherwise 404.
Asked<api::Rule> administeredRule(const Call& call, std::int64_t number);

/// The rule in `json`, checked: what it names is there and of the rule's organisation, and it means something.
/// `existing`: the rule whose place it takes, from which it has number and organisation; null: a new one, of the
/// caller's organisation where it names none.
Asked<api::Rule> readRule(const Call& call, const nlohmann::json& json, const api::Rule* existing);

}  // namespace carport::handlers
