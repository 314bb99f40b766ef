#pragma once

#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace carport {

/// Marks of what things are like, so that nobody fetches what he has (If-None-Match) and nobody overwrites what another
/// has changed (If-Match); RFC 9110 §8.8 and §13. A thing of the registry has a `revision`, which its lists and answers
/// name; its entity tag begins with that.

/// Bodies up to this size get an entity tag: beyond it are the fleets, which change all the time.
inline constexpr std::size_t kMaxTaggedBytes = 256 * 1024;

/// What marks this state of a thing, as its JSON says it: 22 characters, the same wherever it is asked for.
std::string revisionOf(const nlohmann::json& thing);
/// The thing with its `revision` in it.
nlohmann::json withRevision(nlohmann::json thing);

/// 200 with the thing, its revision, and that as ETag.
Reply replyThing(const nlohmann::json& thing);
/// The same where `shown` has more in it than the registry's `thing`, which changes by itself: the tag's second half
/// marks that, and If-Match does not look at it.
Reply replyThing(const nlohmann::json& thing, nlohmann::json shown);

/// Whether If-Match, where the call has it, names the state that `thing` is in now; the failing side is 412.
Asked<void> demandRevision(const Call& call, const nlohmann::json& thing);

/// What GET answers in the end: with an ETag, and 304 without a body where If-None-Match has that tag.
Reply withEntityTag(const Call& call, Reply reply);

}  // namespace carport
