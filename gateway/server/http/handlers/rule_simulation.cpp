#include "gateway/domain/rule_simulation.h"

#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/rule_fields.h"

#include <memory>

namespace carport::handlers {

namespace {

/// The change that the body speaks of, checked as if it were to be saved: `rule` without a number adds one, with the
/// number of one that is there takes its place; `remove` takes one away.
Asked<RuleChange> readChange(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  std::int64_t number = 0;
  api::FieldReader fields(*json);
  fields.noOthers({"rule", "remove"}).integer("remove", number, api::Need::optional);
  const nlohmann::json* wanted = fields.take("rule", api::Need::optional);
  if (fields.has("rule") == fields.has("remove")) fields.wrong("rule", "there, or 'remove' in its place");
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  RuleChange change;
  if (wanted != nullptr) {
    api::FieldReader ruleFields(*wanted);
    ruleFields.integer("number", number, api::Need::optional);
    if (const auto read = ruleFields.finish(); !read) return refuse(replyInside("/rule", replyFailure(read.error())));
  }
  if (wanted == nullptr || number != 0) {
    auto existing = administeredRule(call, number);
    if (!existing) return refuse(existing.error());
    change.before = std::move(*existing);
  }
  if (wanted != nullptr) {
    auto rule = readRule(call, *wanted, change.before ? &*change.before : nullptr);
    if (!rule) return refuse(replyInside("/rule", std::move(rule.error())));
    change.after = std::move(*rule);
  }
  return change;
}

/// Everybody whom the change could be about; a copy, because it is looked through on another thread.
std::vector<api::Principal> everybody(const Call& call) {
  std::vector<api::Principal> all;
  for (const auto type : {api::PrincipalType::user, api::PrincipalType::service, api::PrincipalType::application,
                          api::PrincipalType::device, api::PrincipalType::group}) {
    for (api::Principal& principal : call.registry().all(type)) {
      if (call.sees(principal)) all.push_back(std::move(principal));
    }
  }
  return all;
}

}  // namespace

Answer simulateRules(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  auto change = readChange(call);
  if (!change) co_return change.error();
  const auto principals = std::make_shared<const std::vector<api::Principal>>(everybody(call));
  // Half a million decisions are too many for the thread that serves everybody.
  std::function<Result<api::RuleSimulation>(HistoryReader&)> run =
      [rules = call.registry().rules(), change = std::move(*change), principals, now = call.now()](
          HistoryReader&) -> Result<api::RuleSimulation> { return RuleSimulator(rules, change).run(*principals, now); };
  auto running = call.read<api::RuleSimulation>(std::move(run));
  const Result<api::RuleSimulation> simulation = co_await std::move(running);
  co_return simulation ? replyOk(api::toJson(*simulation)) : replyFailure(simulation.error());
}

}  // namespace carport::handlers
