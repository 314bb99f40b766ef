#include "gateway/server/http/limit_call.h"

#include "gateway/server/http/rate_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace carport {

namespace {

Asked<void> answerTo(const LimitVerdict& verdict) {
  if (verdict.kind != LimitVerdict::Kind::refused) return {};
  return refuse(replyLimited(verdict));
}

}  // namespace

std::chrono::seconds retryAfter(const LimitVerdict& verdict) {
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(verdict.wait));
}

std::string limitSentence(const LimitVerdict& verdict) {
  if (verdict.window.count() == 0) return fmt::format("Limit {} allows no more connections", verdict.limit);
  return fmt::format("This is more than limit {} allows; try again in {} s", verdict.limit,
                     retryAfter(verdict).count());
}

Reply replyLimited(const LimitVerdict& verdict) {
  Reply reply = replyFailure(ErrorKind::limit, limitSentence(verdict));
  reply.retryAfter = retryAfter(verdict);
  if (!verdict.mayBeTold) return reply;
  const std::string name = fmt::format("limit-{}", verdict.limit);
  tellRateLimit(reply, {name, verdict.quota, verdict.window, 0, retryAfter(verdict)});
  return reply;
}

Asked<void> chargeLimits(const Call& call, api::LimitMeasure measure) {
  LimitBook& book = call.registry().limitBook();
  if (!book.has(measure)) return {};
  return answerTo(book.charge(measure, {&call.who(), call.address}, 1, call.control.parts.clock.steadyNow()));
}

Asked<void> chargeMessage(const Call& call, std::size_t bytes) {
  const SteadyPoint now = call.control.parts.clock.steadyNow();
  const auto share = call.registry().limitBook().shareFor({&call.who(), call.address}, now);
  return share ? answerTo(share->messagesAtOnce(1, bytes, now)) : Asked<void>();
}

Asked<void> chargeSignIn(const Call& call, const api::Principal* who) {
  LimitBook& book = call.registry().limitBook();
  constexpr auto kMeasure = api::LimitMeasure::signInsPerMinute;
  if (!book.has(kMeasure)) return {};
  const LimitSubject subject{who, who == nullptr ? std::string_view(call.address) : std::string_view()};
  return answerTo(book.charge(kMeasure, subject, 1, call.control.parts.clock.steadyNow()));
}

}  // namespace carport
