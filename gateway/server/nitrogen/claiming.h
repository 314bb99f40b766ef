#pragma once

#include "gateway/server/nitrogen/nitrogen_call.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace carport::nitrogen {

/// Where people's own rules stand, so that everything that the fleet says itself comes first.
inline constexpr std::int32_t kOwnRulePriority = 10'000'000;
/// How long a claim code is good for.
inline constexpr Milliseconds kClaimCodeLife = std::chrono::hours(24 * 30);

/// The rule by which a device belongs to somebody: everything about it.
api::Rule ownershipRule(const api::Principal& owner, const std::string& device);

/// Gives the caller the device that this claim code (`ABCD-1234`) is for, and uses the code up. Slows down who guesses.
boost::asio::awaitable<Result<void>> claim(NitrogenCall& call, std::string code);

}  // namespace carport::nitrogen
