#pragma once

#include "gateway/domain/limit_book.h"
#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"

#include <chrono>
#include <cstddef>
#include <string>

namespace carport {

/// Charges a call to the limits of this measure that the caller is under; the failing side is 429. Nobody is made to
/// wait for an answer: what a limit that slows would delay is refused, and Retry-After says for how long.
Asked<void> chargeLimits(const Call& call, api::LimitMeasure measure);
/// The same of a message, with its bytes.
Asked<void> chargeMessage(const Call& call, std::size_t bytes);
/// A try to sign in: of the address while `who` is null, afterwards of whom it proved to be.
Asked<void> chargeSignIn(const Call& call, const api::Principal* who);

/// 429 with Retry-After; what is left only of limits that are the caller's own.
Reply replyLimited(const LimitVerdict& verdict);
/// The sentence in it.
std::string limitSentence(const LimitVerdict& verdict);
/// Whole seconds until another try is of use; at least one.
std::chrono::seconds retryAfter(const LimitVerdict& verdict);

}  // namespace carport
