#pragma once

#include "gateway/server/http/call.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace carport::handlers {

/// Longest one-time or recovery code that is looked at.
inline constexpr std::size_t kMaxCodeBytes = 32;

/// Says how many tries are left, of the id or of the address.
Reply withTriesLeft(const Call& call, std::string_view id, Reply reply);
/// The record of the caller, who has shown its own password once more; a wrong one counts as a wrong sign-in. The
/// failing side is 429, or 403 with `sentence`.
boost::asio::awaitable<Asked<PrincipalRecord>> proveOwnPassword(Call& call, std::string password,
                                                                std::string_view sentence);
/// 429 that says how long somebody has to wait who got it wrong too often.
Reply tooManyTries(const Call& call, std::string_view id, Milliseconds wait);

}  // namespace carport::handlers
