#include "gateway/domain/credentials.h"
#include "gateway/server/http/authentication.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/new_token.h"

namespace carport::handlers {

namespace {

struct SignIn {
  std::string id;
  std::string password;
};

Asked<SignIn> readSignIn(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  SignIn in;
  api::FieldReader fields(*json);
  fields.noOthers({"id", "password"})
      .text("id", in.id, api::Need::required, api::kMaxPrincipalIdBytes)
      .text("password", in.password, api::Need::required, kMaxPasswordBytes);
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  return in;
}

Reply tooManyTries(Milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  Reply reply = replyFailure(ErrorKind::limit, fmt::format("Too many wrong tries; wait {} s", seconds.count()));
  reply.retryAfter = seconds;
  return reply;
}

}  // namespace

Answer signIn(Call& call) {
  const auto in = readSignIn(call);
  if (!in) co_return in.error();
  call.claimedId = in->id;
  const auto wait = call.throttle.admit(in->id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(wait);
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
    co_return replyFailure(ErrorKind::unauthenticated, "Id and password do not belong together, or you are blocked");
  }
  call.throttle.succeeded(in->id, call.address);
  NewToken session{record->principal.number, std::string(kSessionLabel), call.now() + kSessionLife};
  session.by = Act{record->principal.id, std::string(record->principal.organisation()), api::Door::api, call.address};
  auto making = makeNewToken(call, std::move(session));
  const Result<MadeToken> made = co_await std::move(making);
  if (!made) co_return replyFailure(made.error());
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

namespace {

/// Stores the new hash and ends every session of the owner but the one that asked.
DurableLog::RegistryChange passwordChange(const Call& call, PrincipalRecord record) {
  std::vector<std::int64_t> others;
  for (const TokenRecord& token : call.registry().tokensOf(record.principal.number)) {
    if (token.info.label == kSessionLabel && token.info.number != call.caller->token.info.number) {
      others.push_back(token.info.number);
    }
  }
  return [record = std::move(record), others = std::move(others)](RegistryStore& store) -> Result<void> {
    if (const auto updated = store.updatePrincipal(record); !updated) return updated;
    for (const std::int64_t number : others) {
      const auto removed = store.removeToken(number);
      if (!removed && removed.error().kind() != ErrorKind::notFound) return removed;
    }
    return {};
  };
}

}  // namespace

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
  const auto wait = call.throttle.admit(call.who().id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(wait);
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
  auto changing = call.changeRegistry(passwordChange(call, std::move(*record)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
