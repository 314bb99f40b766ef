#include "gateway/server/http/see_as.h"

namespace carport {

namespace {

/// Header fields hold longer texts than ids can be.
std::string idOf(const HttpHeader& header) {
  const auto text = header[kSeeAsField];
  return std::string(text.data(), std::min(text.size(), api::kMaxPrincipalIdBytes + 1));
}

}  // namespace

Asked<void> seeAs(Caller& caller, const HttpHeader& header, const Registry& registry, TimePoint now) {
  if (header.find(kSeeAsField) == header.end()) return {};
  const std::string id = idOf(header);
  if (header.method() != http::verb::get && header.method() != http::verb::head) {
    return refuse(replyWrongHeader(kSeeAsField, "Whoever sees as somebody else may only read: GET and HEAD"));
  }
  auto whom = registry.find(id);
  const auto nobody = [&id](bool isConcealed) {
    Reply reply = replyFailure(ErrorKind::notFound, fmt::format("There is nobody called '{}' to see as", id));
    reply.concealed = isConcealed;
    return refuse(std::move(reply));
  };
  if (!whom || whom->type == api::PrincipalType::group) return nobody(false);
  const api::Principal& who = caller.principal;
  const auto decision = registry.rules()->decide(who, api::Action::impersonate, Resource{&*whom}, now);
  if (!decision.allowed) {
    if (!decision.rule && whom->organisation() != who.organisation()) return nobody(true);
    const auto rule = decision.rule ? std::optional(api::numberInOrganisation(*decision.rule)) : std::nullopt;
    return refuse(replyDenied(fmt::format("{} may not see as {}; ask an administrator", who.id, whom->id), rule));
  }
  if (whom->blocked) {
    return refuse(replyFailure(ErrorKind::conflict, fmt::format("{} is blocked, and would see nothing", whom->id)));
  }
  if (whom->number == who.number) return {};
  whom->scope = who.scope;  // what the token is for holds whoever one sees as
  caller.seenBy = std::exchange(caller.principal, std::move(*whom));
  return {};
}

bool mayStillSeeAs(const Caller& caller, const Registry& registry, TimePoint now) {
  if (!caller.seenBy) return true;
  const auto who = registry.find(caller.seenBy->number);
  const auto whom = registry.find(caller.principal.number);
  return who && whom && !whom->blocked &&
         registry.rules()->allows(*who, api::Action::impersonate, Resource{&*whom}, now);
}

}  // namespace carport
