#include "gateway/domain/domain_errc.h"
#include "gateway/domain/second_factor.h"
#include "gateway/server/http/authentication.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/new_token.h"
#include "gateway/server/http/handlers/own_tokens.h"
#include "gateway/server/http/handlers/second_try.h"
#include "gateway/server/http/limit_call.h"
#include "gateway/server/http/rate_limit.h"
#include "gateway/server/http/unless_changed.h"

namespace carport::handlers {

namespace {

struct SignIn {
  std::string id;
  std::string password;
  std::string code;  // an app's or a recovery code; empty: none was given
};

Asked<SignIn> readSignIn(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  SignIn in;
  api::FieldReader fields(*json);
  fields.noOthers({"id", "password", "code"})
      .text("code", in.code, api::Need::optional, kMaxCodeBytes)
      .text("id", in.id, api::Need::required, api::kMaxPrincipalIdBytes)
      .text("password", in.password, api::Need::required, kMaxPasswordBytes);
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  return in;
}

/// What the client calls itself, fit to be shown.
std::string clientOf(const HttpRequest& request) {
  const auto field = request[http::field::user_agent];
  std::string client(field.data(), std::min(field.size(), api::kMaxTokenLabelBytes));
  std::replace_if(
      client.begin(), client.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return client;
}

/// A session that lasts says that this one has signed in from this address before.
bool hasSessionFromHere(const Call& call, const std::string& id) {
  const auto who = call.registry().find(id);
  // Of nobody it takes as long: which ids there are must not be heard from how soon the answer comes.
  const auto tokens = call.registry().tokensOf(who ? who->number : PrincipalNumber{});
  return std::any_of(tokens.begin(), tokens.end(), [&](const TokenRecord& token) {
    return token.info.label == kSessionLabel && token.info.address == call.address;
  });
}

/// Fails where the password that was proven is no longer the one: whoever changes it ends the sessions that are there,
/// and one that was just being made must not come after that.
Result<void> checkStillProven(RegistryStore& store, std::int64_t seen, const PrincipalRecord& proven) {
  const auto since = store.changesSince(seen);
  if (!since) return failFrom(since);
  const bool isOther = std::any_of(since->principals.begin(), since->principals.end(), [&](const PrincipalRecord& now) {
    return now.principal.number == proven.principal.number && now.passwordHash != proven.passwordHash;
  });
  if (!isOther && !since->reloadEverything) return {};
  return fail(DomainErrc::changed, "Something was changed about you at this very moment; sign in again");
}

/// The session that a sign-in makes. Where the record wants one, the code is used up in the same transaction. `seen` is
/// Registry::sequence() as the record was read.
NewToken newSession(const Call& call, const PrincipalRecord& record, std::int64_t seen, const std::string& code) {
  NewToken session;
  session.owner = record.principal.number;
  session.label = kSessionLabel;
  session.expiresAt = call.now() + kSessionLife;
  session.address = call.address;
  session.client = clientOf(call.request);
  session.by = Act{record.principal.id, std::string(record.principal.organisation()), api::Door::api, call.address};
  session.condition = [proven = record, seen, code, key = call.control.parts.secretKey,
                       now = call.now()](RegistryStore& store) -> Result<void> {
    if (const auto still = checkStillProven(store, seen, proven); !still) return still;
    auto factor = store.people().secondFactor(proven.principal.number);
    if (!factor) return failFrom(factor);
    if (!*factor || !(*factor)->confirmed) return {};
    if (const auto used = useCode(**factor, code, key, now); !used) return used;
    return store.people().putSecondFactor(**factor);
  };
  return session;
}

}  // namespace

Reply withTriesLeft(const Call& call, std::string_view id, Reply reply) {
  const auto standing = call.throttle.standing(id, call.address, call.control.parts.clock.steadyNow());
  const auto window = std::chrono::ceil<std::chrono::seconds>(standing.window);
  const auto wait = std::chrono::ceil<std::chrono::seconds>(standing.wait);
  tellRateLimit(reply, {"sign-in", standing.quota, window, standing.remaining, wait.count() > 0 ? wait : window});
  return reply;
}

Reply tooManyTries(const Call& call, std::string_view id, Milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  Reply reply = replyFailure(ErrorKind::limit, fmt::format("Too many wrong tries; wait {} s", seconds.count()));
  reply.retryAfter = seconds;
  return withTriesLeft(call, id, std::move(reply));
}

boost::asio::awaitable<Asked<PrincipalRecord>> proveOwnPassword(Call& call, std::string password,
                                                                std::string_view sentence) {
  const std::string& id = call.who().id;
  const auto wait = call.throttle.admit(id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return refuse(tooManyTries(call, id, wait));
  auto record = call.record(id);
  if (!record) co_return record;
  auto checking = call.checkPassword(std::move(password), record->passwordHash.str());
  const Result<bool> right = co_await std::move(checking);
  if (!right) co_return refuse(replyFailure(right.error()));
  if (!*right) co_return refuse(replyFailure(ErrorKind::denied, sentence));
  call.throttle.succeeded(id, call.address);
  co_return record;
}

Answer signIn(Call& call) {
  const auto in = readSignIn(call);
  if (!in) co_return in.error();
  if (const auto within = chargeSignIn(call, nullptr); !within) co_return within.error();
  call.claimedId = in->id;
  if (hasSessionFromHere(call, in->id)) call.throttle.becomeFamiliar(in->id, call.address);
  const auto wait = call.throttle.admit(in->id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(call, in->id, wait);
  // The command line may have added this person a moment ago. Looked at for known ids as well: what takes longer for
  // unknown ones would tell which there are.
  call.control.follower.pollNow(call.control.parts.clock.steadyNow());
  // Cars' secrets do not sign in here, and unknown ids are checked like known ones, so that nobody learns which exist.
  const auto record = call.registry().record(in->id);
  const std::int64_t seen = call.registry().sequence();
  auto checking = call.checkPassword(in->password, record ? record->passwordHash.str() : std::string());
  const Result<bool> right = co_await std::move(checking);
  if (!right) co_return replyFailure(right.error());
  if (!*right || record->principal.blocked) {
    Reply refusal =
        replyFailure(ErrorKind::unauthenticated, "Id and password do not belong together, or you are blocked");
    co_return withTriesLeft(call, in->id, std::move(refusal));
  }
  if (record->hasSecondFactor && in->code.empty()) {
    // Nothing was wrong, only something is missing. It counts as a try all the same: else whoever knows the password
    // could take back the wrong codes that he has tried.
    call.claimedId.clear();
    co_return replyProblem("codeNeeded", "Say the code of your authenticator app, or a recovery code, as “code”");
  }
  if (const auto within = chargeSignIn(call, &record->principal); !within) co_return within.error();
  auto making = makeNewToken(call, newSession(call, *record, seen, in->code));
  const Result<MadeToken> made = co_await std::move(making);
  if (!made && made.error().is(DomainErrc::wrongCode)) {
    co_return withTriesLeft(call, in->id, replyProblem("codeNeeded", made.error().message()));
  }
  if (!made) co_return replyFailure(made.error());
  call.throttle.succeeded(in->id, call.address);
  const OutwardNumbers numbers(call.control.parts.secretKey, record->principal.organisation());
  co_return replyOk({{"token", made->text},
                     {"expiresAt", toMs(*made->info.expiresAt)},
                     {"principal", api::toJson(numbers.told(record->principal))},
                     {"mustChangePassword", record->mustChangePassword}});
}

Answer getSession(Call& call) {
  co_return replyOk({{"principal", call.tell(call.who())}, {"mustChangePassword", call.caller->mustChangePassword}});
}

Answer signOut(Call& call) {
  const std::int64_t number = call.caller->token.info.number;
  auto changing = call.changeRegistry([number](RegistryStore& store) { return store.removeToken(number); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer changeOwnPassword(Call& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string current;
  std::string wanted;
  api::FieldReader fields(*json);
  fields.noOthers({"current", "new"})
      .text("current", current, api::Need::required, kMaxPasswordBytes)
      .text("new", wanted, api::Need::required, kMaxPasswordBytes);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const std::int64_t seen = call.registry().sequence();
  auto proving = proveOwnPassword(call, current, "The current password is wrong");
  Asked<PrincipalRecord> record = co_await std::move(proving);
  if (!record) co_return record.error();
  if (current == wanted) {
    co_return replyWrongField("/new", "The new password must differ from the current one");
  }
  auto hashing = call.hashPassword(wanted);
  const Result<std::string> hash = co_await std::move(hashing);
  if (!hash) co_return replyFailure(hash.error());
  record->passwordHash = *hash;
  record->mustChangePassword = false;
  const PrincipalNumber number = record->principal.number;
  auto change = endingSessions(call, number, call.caller->token.info.number,
                               [changed = *record](RegistryStore& store) { return store.updatePrincipal(changed); });
  auto changing = call.changeRegistry(unlessChanged(seen, number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
