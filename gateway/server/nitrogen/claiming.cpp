#include "gateway/server/nitrogen/claiming.h"

#include "gateway/domain/domain_errc.h"

#include <memory>
#include <utility>

namespace carport::nitrogen {

namespace {
constexpr std::string_view kNoCode = "There is no such claim code, or it was used already";
}

api::Rule ownershipRule(const api::Principal& owner, const std::string& device) {
  api::Rule rule;
  rule.organisation = std::string(owner.organisation());
  rule.priority = kOwnRulePriority;
  rule.who = {api::Selector::Kind::principal, owner.id};
  rule.about = {api::Selector::Kind::principal, device};
  rule.allow = true;
  rule.note = "Its owner";
  return rule;
}

boost::asio::awaitable<Result<void>> claim(NitrogenCall& call, std::string code) {
  const auto now = call.context.control.parts.clock.steadyNow();
  if (call.context.claims.admit(call.who().id, call.address, now).count() > 0) {
    co_return fail(DomainErrc::tooManyAnswers, "Too many wrong claim codes; wait a minute");
  }
  const KeyHash hash = hashClaimCode(readClaimCode(code), call.context.control.parts.secretKey);
  const api::Principal owner = call.who();
  const auto claimed = std::make_shared<std::string>();
  DurableLog::RegistryChange change = [hash, owner, claimed](RegistryStore& store) -> Result<void> {
    const auto taken = store.provisioning().takeClaimCode(hash);
    if (!taken) return fail(BaseErrc::invalidArgument, std::string(kNoCode));
    if (taken->gives != api::ClaimGives::car) return fail(BaseErrc::invalidArgument, std::string(kNoCode));
    // A car of another organisation is not this one's to have.
    const bool isOwn = owner.organisation().empty() || api::idIsIn(taken->car, owner.organisation());
    if (!isOwn) return fail(BaseErrc::invalidArgument, std::string(kNoCode));
    *claimed = taken->car;
    const auto rule = store.addRule(ownershipRule(owner, taken->car));
    return rule ? Result<void>() : failFrom(rule);
  };
  auto changing = call.changeRegistry(call.act(), std::move(change));
  Result<void> done = co_await std::move(changing);
  if (!done) co_return done;
  call.context.claims.succeeded(call.who().id, call.address);
  const auto device = call.registry().find(*claimed);
  const nlohmann::json* profile = device ? call.context.book.profile(device->number) : nullptr;
  if (profile == nullptr || !profile->contains("claim_code")) co_return done;
  nlohmann::json without = *profile;
  without.erase("claim_code");
  auto saving = call.saveProfile(device->number, std::move(without));
  co_return co_await std::move(saving);
}

}  // namespace carport::nitrogen
