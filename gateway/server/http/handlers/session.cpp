#include "gateway/domain/domain_errc.h"
#include "gateway/domain/second_factor.h"
#include "gateway/server/http/authentication.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/new_token.h"
#include "gateway/server/http/handlers/own_tokens.h"
#include "gateway/server/http/handlers/second_try.h"
#include "gateway/server/http/rate_limit.h"

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
  if (!who) return false;
  const auto tokens = call.registry().tokensOf(who->number);
  return std::any_of(tokens.begin(), tokens.end(), [&](const TokenRecord& token) {
    return token.info.label == kSessionLabel && token.info.address == call.address;
  });
}

/// The session that a sign-in makes. Where the record wants one, the code is used up in the same transaction.
NewToken newSession(const Call& call, const PrincipalRecord& record, const std::string& code) {
  NewToken session;
  session.owner = record.principal.number;
  session.label = kSessionLabel;
  session.expiresAt = call.now() + kSessionLife;
  session.address = call.address;
  session.client = clientOf(call.request);
  session.by = Act{record.principal.id, std::string(record.principal.organisation()), api::Door::api, call.address};
  session.condition = [who = session.owner, code, key = call.control.parts.secretKey,
                       now = call.now()](RegistryStore& store) -> Result<void> {
    auto factor = store.people().secondFactor(who);
    if (!factor) return failFrom(factor);
    if (!*factor || !(*factor)->confirmed) return {};
    if (const auto used = useCode(**factor, code, key, now); !used) return used;
    return store.people().putSecondFactor(**factor);
  };
  return session;
}

}  // namespace

/// Says how many tries are left, of the id or of the address.
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

Answer signIn(Call& call) {
  const auto in = readSignIn(call);
  if (!in) co_return in.error();
  call.claimedId = in->id;
  if (hasSessionFromHere(call, in->id)) call.throttle.becomeFamiliar(in->id, call.address);
  const auto wait = call.throttle.admit(in->id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(call, in->id, wait);
  // Cars' secrets do not sign in here, and unknown ids are checked like known ones, so that nobody learns which exist.
  auto record = call.registry().record(in->id);
  // The command line may have added this person a moment ago.
  if (!record && call.control.follower.pollNow(call.control.parts.clock.steadyNow())) {
    record = call.registry().record(in->id);
  }
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
  auto making = makeNewToken(call, newSession(call, *record, in->code));
  const Result<MadeToken> made = co_await std::move(making);
  if (!made && made.error().is(DomainErrc::wrongCode)) {
    co_return withTriesLeft(call, in->id, replyProblem("codeNeeded", made.error().message()));
  }
  if (!made) co_return replyFailure(made.error());
  call.throttle.succeeded(in->id, call.address);
  co_return replyOk({{"token", made->text},
                     {"expiresAt", toMs(*made->info.expiresAt)},
                     {"principal", api::toJson(record->principal)},
                     {"mustChangePassword", record->mustChangePassword}});
}

Answer getSession(Call& call) {
  co_return replyOk({{"principal", api::toJson(call.who())}, {"mustChangePassword", call.caller->mustChangePassword}});
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
  const auto wait = call.throttle.admit(call.who().id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(call, call.who().id, wait);
  auto record = call.record(call.who().id);
  if (!record) co_return record.error();
  auto checking = call.checkPassword(current, record->passwordHash);
  const Result<bool> right = co_await std::move(checking);
  if (!right) co_return replyFailure(right.error());
  if (!*right) co_return replyFailure(ErrorKind::denied, "The current password is wrong");
  call.throttle.succeeded(call.who().id, call.address);
  if (current == wanted)
    co_return replyFailure(ErrorKind::invalid, "The new password must differ from the current one");
  auto hashing = call.hashPassword(wanted);
  const Result<std::string> hash = co_await std::move(hashing);
  if (!hash) co_return replyFailure(hash.error());
  record->passwordHash = *hash;
  record->mustChangePassword = false;
  auto changing = call.changeRegistry(
      endingSessions(call, record->principal.number, call.caller->token.info.number,
                     [changed = *record](RegistryStore& store) { return store.updatePrincipal(changed); }));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
