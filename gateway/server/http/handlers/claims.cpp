#include "gateway/domain/credentials.h"
#include "gateway/domain/qr_picture.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/own_tokens.h"
#include "gateway/server/http/idempotency.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/unless_changed.h"

#include <chrono>
#include <memory>

namespace carport::handlers {

namespace {

constexpr std::size_t kMaxTypedBytes = 64;
constexpr Milliseconds kUsualLife = std::chrono::days(7);
constexpr Milliseconds kLongestLife = std::chrono::days(366);

/// The rules that claiming adds are tried after the fleet's own and before those for everybody.
constexpr std::int32_t kClaimPriority = 6000;

/// The code of the body, once the caller need not wait after wrong ones. Codes are short, so guessing must be slow.
Asked<KeyHash> readCode(Call& call) {
  const auto wait = call.throttle.addressWait(call.address, call.control.parts.clock.steadyNow());
  if (wait.count() > 0) {
    Reply reply = replyFailure(ErrorKind::limit, "Too many wrong codes came from here; try again later");
    reply.retryAfter = std::chrono::ceil<std::chrono::seconds>(wait);
    return refuse(std::move(reply));
  }
  const auto json = call.json();
  if (!json) return refuse(json.error());
  std::string typed;
  api::FieldReader fields(*json);
  fields.noOthers({"code"}).text("code", typed, api::Need::required, kMaxTypedBytes);
  const std::string code = readClaimCode(typed);
  if (code.empty()) fields.wrong("code", "a claim code, as in ACDE-2345");
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  return hashClaimCode(code, call.control.parts.secretKey);
}

/// The open code with this hash that gives `gives`; one that is wrong counts against the address.
Asked<api::ClaimCode> openCode(Call& call, const KeyHash& hash, api::ClaimGives gives) {
  auto code = call.control.parts.registryStore.provisioning().openClaimCode(hash);
  if (code && code->gives == gives) return std::move(*code);
  if (!code && code.error().kind() != ErrorKind::notFound) return refuse(replyFailure(code.error()));
  call.throttle.failed("claim code", call.address, call.control.parts.clock.steadyNow());
  return refuse(replyFailure(ErrorKind::notFound,
                             "There is no such claim code, or it was used already, or it has "
                             "expired"));
}

api::Rule ownersRule(const api::Principal& owner, const api::Principal& car) {
  api::Rule rule;
  rule.organisation = owner.organisation();
  rule.priority = kClaimPriority;
  rule.who = {api::Selector::Kind::principal, owner.id};
  rule.about = {api::Selector::Kind::principal, car.id};
  rule.allow = true;
  rule.note = "Claimed with a code";
  return rule;
}

bool wantsPicture(const Call& call) {
  const auto accepted = call.request[http::field::accept];
  return std::string_view(accepted.data(), accepted.size()).find("image/png") != std::string_view::npos;
}

/// The label alone, and what is written below it.
Reply replyPicture(const QrPicture& picture, const std::string& text) {
  Reply reply;
  reply.status = http::status::created;
  reply.body = picture.png();
  reply.contentType = "image/png";
  reply.fields.emplace_back("Carport-Claim-Code", text);
  return reply;
}

}  // namespace

Answer listClaimCodes(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto codes = call.control.parts.registryStore.provisioning().claimCodes();
  if (!codes) co_return replyFailure(codes.error());
  const auto page = readPage(call, 2);
  if (!page) co_return page.error();
  PageBuilder list(page->limit);
  for (const api::ClaimCode& code : *codes) {
    const auto car = call.registry().find(code.car);
    if (!car || car->organisation() != call.who().organisation()) continue;
    std::vector<std::string> place{car->id, std::string(api::nameOf(code.gives))};
    if (page->after && place <= *page->after) continue;
    if (!list.add(std::move(place), api::toJson(code))) break;
  }
  co_return list.reply(call, "codes");
}

Answer addClaimCode(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  if (wantsPicture(call) && Idempotency::isAskedFor(call)) {
    co_return replyWrongHeader("Accept",
                               "A picture is not kept under an Idempotency-Key; ask for JSON, or without key");
  }
  const auto code = std::make_shared<api::ClaimCode>();
  code->car = car->id;
  code->createdBy = call.who().id;
  code->expiresAt = call.now() + kUsualLife;
  if (!call.request.body().empty()) {
    const auto json = call.json();
    if (!json) co_return json.error();
    api::FieldReader fields(*json);
    fields.noOthers({"gives", "expiresAt"})
        .word("gives", code->gives, api::Need::optional)
        .time("expiresAt", code->expiresAt, api::Need::optional);
    if (code->expiresAt <= call.now() || code->expiresAt > call.now() + kLongestLife) {
      fields.wrong("expiresAt", "in the future, within 366 days");
    }
    if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  }
  const std::string text = makeClaimCode();
  DurableLog::RegistryChange change =
      [code, hash = hashClaimCode(text, call.control.parts.secretKey)](RegistryStore& store) -> Result<void> {
    auto added = store.provisioning().addClaimCode(*code, hash);
    if (!added) return failFrom(added);
    *code = std::move(*added);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  const auto picture = QrPicture::of(text);
  if (!picture) co_return replyFailure(picture.error());
  if (wantsPicture(call)) co_return replyPicture(*picture, text);
  nlohmann::json answer = api::toJson(*code);
  answer["code"] = text;
  answer["qrSvg"] = picture->svg();
  co_return replyCreated(answer);
}

Answer removeClaimCodes(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  auto changing = call.changeRegistry(
      [number = car->number](RegistryStore& store) { return store.provisioning().removeClaimCodes(number); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer claimSecret(Call& call) {
  const auto hash = readCode(call);
  if (!hash) co_return hash.error();
  const auto code = openCode(call, *hash, api::ClaimGives::secret);
  if (!code) co_return code.error();
  auto record = call.registry().record(code->car);
  if (!record) co_return replyFailure(ErrorKind::notFound, "The car of this claim code is gone");
  const std::string secret = makeDeviceSecret();
  const auto hashed = hashDeviceSecret(secret, call.control.parts.secretKey);
  if (!hashed) co_return replyFailure(hashed.error());
  record->secret = *hashed;
  record->retiring.reset();
  DurableLog::RegistryChange change = [hash = *hash, changed = *record](RegistryStore& store) -> Result<void> {
    const auto taken = store.provisioning().takeClaimCode(hash);  // once only, whoever else has just used it
    if (!taken) return failFrom(taken);
    return store.updatePrincipal(changed);
  };
  const api::Principal& car = record->principal;
  auto changing = call.changeRegistryAs({car.id, std::string(car.organisation()), api::Door::api, call.address},
                                        unlessChanged(call.registry().sequence(), car.number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk({{"id", code->car}, {"secret", secret}}) : replyFailure(done.error());
}

Answer claimCar(Call& call) {
  if (call.who().type == api::PrincipalType::device) {
    co_return replyFailure(ErrorKind::invalid, "A car cannot claim another; sign in as a person or a service");
  }
  // What a code gives is more than a token for some actions or some cars may take.
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const auto hash = readCode(call);
  if (!hash) co_return hash.error();
  const auto code = openCode(call, *hash, api::ClaimGives::car);
  if (!code) co_return code.error();
  const auto car = call.registry().find(code->car);
  if (!car || car->organisation() != call.who().organisation()) {
    Reply reply = replyFailure(ErrorKind::notFound,
                               "There is no such claim code, or it was used already, or it has "
                               "expired");
    reply.concealed = true;
    co_return reply;
  }
  DurableLog::RegistryChange change = [hash = *hash, rule = ownersRule(call.who(), *car)](RegistryStore& store) {
    const auto taken = store.provisioning().takeClaimCode(hash);
    if (!taken) return Result<void>(failFrom(taken));
    const auto added = store.addRule(rule);
    return added ? Result<void>() : Result<void>(failFrom(added));
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk(call.tell(*car)) : replyFailure(done.error());
}

}  // namespace carport::handlers
