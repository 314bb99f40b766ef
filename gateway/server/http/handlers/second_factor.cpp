#include "gateway/domain/second_factor.h"

#include "gateway/domain/domain_errc.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/own_tokens.h"
#include "gateway/server/http/handlers/second_try.h"

#include <memory>
#include <string>
#include <vector>

namespace carport::handlers {

namespace {

/// The password in the body, which everybody shows once more who changes how he signs in.
boost::asio::awaitable<Asked<PrincipalRecord>> checkOwnPassword(Call& call) {
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return refuse(unscoped.error());
  const auto json = call.json();
  if (!json) co_return refuse(json.error());
  std::string password;
  api::FieldReader fields(*json);
  fields.noOthers({"password"}).text("password", password, api::Need::required, kMaxPasswordBytes);
  if (const auto read = fields.finish(); !read) co_return refuse(replyFailure(read.error()));
  auto proving = proveOwnPassword(call, std::move(password), "The password is wrong");
  co_return co_await std::move(proving);
}

}  // namespace

Answer getSecondFactor(Call& call) {
  const auto factor = call.control.parts.registryStore.people().secondFactor(call.who().number);
  if (!factor) co_return replyFailure(factor.error());
  nlohmann::json json{{"enabled", *factor && (*factor)->confirmed}};
  if (*factor && (*factor)->confirmed) {
    json["recoveryCodesLeft"] = (*factor)->recoveryHashes.size();
    json["createdAt"] = toMs((*factor)->createdAt);
  }
  co_return replyOk(json);
}

Answer beginSecondFactor(Call& call) {
  auto proving = checkOwnPassword(call);
  const Asked<PrincipalRecord> proved = co_await std::move(proving);
  if (!proved) co_return proved.error();
  const OneTimeKey key = makeOneTimeKey();
  DurableLog::RegistryChange change = [made = makeSecondFactor(call.who().number, key, call.control.parts.secretKey,
                                                               call.now())](RegistryStore& store) -> Result<void> {
    const auto factor = store.people().secondFactor(made.owner);
    if (!factor) return failFrom(factor);
    if (*factor && (*factor)->confirmed) {
      return fail(DomainErrc::changed, "You have a second factor; take it away first");
    }
    return store.people().putSecondFactor(made);
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  co_return replyCreated({{"secret", toBase32(key)}, {"address", oneTimeAddress(key, call.who().id)}});
}

Answer confirmSecondFactor(Call& call) {
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string code;
  api::FieldReader fields(*json);
  fields.noOthers({"code"}).text("code", code, api::Need::required, kMaxCodeBytes);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  const auto wait = call.throttle.admit(call.who().id, call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) co_return tooManyTries(call, call.who().id, wait);
  const auto codes = std::make_shared<std::vector<std::string>>();
  DurableLog::RegistryChange change = [codes, code, who = call.who().number, key = call.control.parts.secretKey,
                                       now = call.now()](RegistryStore& store) -> Result<void> {
    auto factor = store.people().secondFactor(who);
    if (!factor) return failFrom(factor);
    if (!*factor || (*factor)->confirmed) {
      return fail(DomainErrc::changed, "There is no second factor that waits to be confirmed; begin anew");
    }
    if (const auto used = useCode(**factor, code, key, now); !used) return used;
    (*factor)->confirmed = true;
    *codes = renewRecoveryCodes(**factor, key);
    return store.people().putSecondFactor(**factor);
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done && done.error().is(DomainErrc::wrongCode)) {
    co_return replyFailure(ErrorKind::denied, done.error().message());  // signed in all the same
  }
  if (!done) co_return replyFailure(done.error());
  call.throttle.succeeded(call.who().id, call.address);
  co_return replyOk({{"recoveryCodes", *codes}});
}

Answer removeOwnSecondFactor(Call& call) {
  auto proving = checkOwnPassword(call);
  const Asked<PrincipalRecord> proved = co_await std::move(proving);
  if (!proved) co_return proved.error();
  auto changing = call.changeRegistry(
      [who = call.who().number](RegistryStore& store) { return store.people().removeSecondFactor(who); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer removeSecondFactor(Call& call) {
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const auto record = call.record(call.variable("id"));
  if (!record) co_return record.error();
  if (const auto allowed = call.demand(api::Action::administer, record->principal); !allowed) co_return allowed.error();
  // A token that somebody has got hold of must not be enough to make the password alone enough.
  if (record->principal.number == call.who().number) {
    co_return replyFailure(ErrorKind::conflict,
                           "Your own second factor goes with your password: POST /api/v2/session/second-factor/remove");
  }
  auto changing = call.changeRegistry(
      [who = record->principal.number](RegistryStore& store) { return store.people().removeSecondFactor(who); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
