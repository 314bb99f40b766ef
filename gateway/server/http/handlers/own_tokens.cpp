#include "gateway/server/http/handlers/own_tokens.h"

#include "gateway/domain/domain_errc.h"
#include "gateway/domain/session_label.h"
#include "gateway/server/control/token_uses.h"
#include "gateway/server/http/page.h"

#include <map>
#include <utility>
#include <vector>

namespace carport::handlers {

Asked<api::Principal> ownerOf(const Call& call, const std::optional<std::string>& id, api::Action action) {
  if (!id || *id == call.who().id) return call.who();
  auto record = call.record(*id);
  if (!record) return refuse(record.error());
  if (const auto allowed = call.demand(action, record->principal); !allowed) return refuse(allowed.error());
  return std::move(record->principal);
}

Asked<TokenRecord> reachableToken(const Call& call, std::int64_t number) {
  const auto missing = [&call](bool isConcealed) {  // told by the number that was asked for: ours is not for everybody
    Reply reply = replyFailure(ErrorKind::notFound,
                               fmt::format("There is no token {} that you may revoke", call.variable("number")));
    reply.concealed = isConcealed;
    return refuse(std::move(reply));
  };
  auto token = call.registry().token(number);
  if (!token) return missing(false);
  if (token->info.owner == call.who().number) return std::move(*token);
  const auto owner = call.registry().find(token->info.owner);
  if (!owner || !call.sees(*owner)) return missing(true);
  const auto allowed = call.demand(api::Action::administer, *owner);
  // Where the owner must not be known of, its id must not be told either.
  if (!allowed && allowed.error().status == http::status::not_found) return missing(true);
  if (!allowed) return refuse(allowed.error());
  return std::move(*token);
}

Asked<void> demandUnscoped(const Call& call) {
  if (!call.who().scope) return {};
  return refuse(replyDenied("This token is for some things only, not for this; sign in with a password", std::nullopt));
}

Reply replyTokens(const Call& call, const api::Principal& owner, std::string_view field,
                  const std::function<bool(const api::TokenInfo&)>& accepts) {
  const auto page = readPage(call, 1);
  if (!page) return page.error();
  const auto stored = call.control.parts.registryStore.people().tokenUses(owner.number);
  if (!stored) return replyFailure(stored.error());
  std::map<std::int64_t, TokenUse> uses;
  for (const TokenUse& use : *stored) uses[use.token] = use;
  nlohmann::json tokens = nlohmann::json::array();
  std::int64_t newest = page->number(0).value_or(0);
  std::optional<std::vector<std::string>> last;
  for (const TokenRecord& token : call.registry().tokensOf(owner.number)) {
    const std::int64_t number = token.info.number;
    const bool isOver = token.info.expiresAt && *token.info.expiresAt <= call.now();
    if (number <= newest || isOver || !accepts(token.info)) continue;
    if (tokens.size() == page->limit) {
      last = {std::to_string(newest)};
      break;
    }
    newest = number;
    nlohmann::json told = call.tell(token.info);
    const TokenUse* use = call.control.tokenUses.find(number);
    if (const auto known = uses.find(number); use == nullptr && known != uses.end()) use = &known->second;
    if (use != nullptr) {
      told["lastUsedAt"] = toMs(use->at);
      told["lastAddress"] = use->address;
    }
    if (number == call.caller->token.info.number) told["current"] = true;
    tokens.push_back(std::move(told));
  }
  return replyPage(call, field, std::move(tokens), last);
}

DurableLog::RegistryChange endingSessions(const Call& call, PrincipalNumber owner, std::optional<std::int64_t> but,
                                          DurableLog::RegistryChange change) {
  const auto collect = [owner, but](const std::vector<TokenRecord>& tokens, std::vector<std::int64_t>& sessions) {
    for (const auto& [info, hash] : tokens) {
      if (info.owner == owner && info.label == kSessionLabel && info.number != but) sessions.push_back(info.number);
    }
  };
  std::vector<std::int64_t> known;
  collect(call.registry().tokensOf(owner), known);
  return [known = std::move(known), collect, seen = call.registry().sequence(),
          change = std::move(change)](RegistryStore& store) -> Result<void> {
    // A session may have begun since, which must not outlive the password that it began with.
    const auto since = store.changesSince(seen);
    if (!since) return failFrom(since);
    if (since->reloadEverything) return fail(DomainErrc::changed);
    std::vector<std::int64_t> sessions = known;
    collect(since->tokens, sessions);
    if (const auto changed = change(store); !changed) return changed;
    for (const std::int64_t number : sessions) {
      const auto removed = store.removeToken(number);
      if (!removed && removed.error().kind() != ErrorKind::notFound) return removed;
    }
    return {};
  };
}

}  // namespace carport::handlers
