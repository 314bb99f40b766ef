#include "gateway/domain/rule_simulation.h"
#include "tests/unit/domain/access_people.h"

#include <QtTest>

#include <string>

using namespace carport;
using namespace carport::test;
using api::Action;
using api::Outcome;
using api::Principal;
using api::PrincipalType;
using api::Rule;

namespace {

Rule rule(std::string_view who, std::string_view about, std::optional<Action> action, bool allow) {
  Rule result;
  result.who = *api::Selector::parse(who);
  result.about = *api::Selector::parse(about);
  result.action = action;
  result.allow = allow;
  result.priority = 1;
  return result;
}

std::shared_ptr<const RuleSet> defaults() {
  return std::make_shared<const RuleSet>(numberedDefaultRules());
}

const std::vector<Principal> kFleet{
    principal(1, "root", PrincipalType::user, "admin"),  principal(2, "olga", PrincipalType::user, "operator"),
    principal(3, "vera", PrincipalType::user, "viewer"), principal(4, "car-1", PrincipalType::device),
    principal(5, "car-2", PrincipalType::device),        principal(6, "north", PrincipalType::group)};

}  // namespace

class TestRuleSimulation : public QObject {
  Q_OBJECT

 private slots:
  void tellsWhatANewRuleTurns() {
    const RuleSimulator simulator(defaults(), {{}, rule("role:viewer", "type:device", Action::command, true)});
    const auto simulation = simulator.run(kFleet, kNow);
    QCOMPARE(simulation.examined, 2U);
    QCOMPARE(simulation.turned, 2U);
    QVERIFY(simulation.complete && simulation.topics.empty());
    QCOMPARE(simulation.principals.size(), std::size_t{1});
    QCOMPARE(simulation.principals[0], (api::TurnedFor{"vera", 2, 0}));
    QCOMPARE(simulation.decisions[0],
             (api::TurnedDecision{"vera", Action::command, "car-1", Outcome::denied, Outcome::allowed}));
  }

  void tellsWhatStaysAsItIs() {
    const auto simulation =
        RuleSimulator(defaults(), {{}, rule("role:admin", "*", Action::view, true)}).run(kFleet, kNow);
    QCOMPARE(simulation.examined, kFleet.size());
    QCOMPARE(simulation.turned, 0U);
    QVERIFY(simulation.principals.empty() && simulation.decisions.empty());
    QCOMPARE(simulation.topics, std::vector<std::string>{"#"});
  }

  void tellsWhatARemovedOrReplacedRuleTurns() {
    const auto rules = defaults();
    const Rule view = rules->rules()[1];  // operators view cars
    QVERIFY(view.who.value == "operator" && view.action == Action::view);
    const auto without = RuleSimulator(rules, {view, {}}).run(kFleet, kNow);
    QCOMPARE(without.turned, 2U);
    QCOMPARE(without.principals[0], (api::TurnedFor{"olga", 0, 2}));
    Rule narrower = view;
    narrower.about = *api::Selector::parse("principal:car-2");
    const auto replaced = RuleSimulator(rules, {view, narrower}).run(kFleet, kNow);
    QCOMPARE(replaced.turned, 1U);
    QCOMPARE(replaced.decisions[0].about, std::string("car-1"));
  }

  void conditionsMakeDecisionsDepend() {
    Rule unlock = rule("role:viewer", "type:device", Action::command, true);
    unlock.command = "unlock";
    const auto simulation = RuleSimulator(defaults(), {{}, unlock}).run(kFleet, kNow);
    QCOMPARE(simulation.turned, 2U);
    QVERIFY(simulation.decisions[0].after == Outcome::depends);
    QCOMPARE(simulation.principals[0], (api::TurnedFor{"vera", 2, 0}));
  }

  void looksAtTheTimeWhenTheRuleCounts() {
    Rule later = rule("role:viewer", "type:device", Action::command, true);
    later.validFrom = kNow + Milliseconds(1000);
    QCOMPARE(RuleSimulator(defaults(), {{}, later}).run(kFleet, kNow).turned, 2U);
  }

  void aboutOneselfIsAboutNobodyElse() {
    const auto simulation =
        RuleSimulator(defaults(), {{}, rule("type:user", "self", Action::send, true)}).run(kFleet, kNow);
    QCOMPARE(simulation.examined, 3U);
    QCOMPARE(simulation.turned, 2U);  // root may already
  }

  void hasLimitsAndSaysSo() {
    std::vector<Principal> many;
    for (std::uint32_t i = 1; i <= 2000; ++i) {
      many.push_back(principal(i, "p" + std::to_string(i), i % 2 == 0 ? PrincipalType::device : PrincipalType::user));
    }
    const auto simulation =
        RuleSimulator(defaults(), {{}, rule("type:user", "type:device", Action::view, true)}).run(many, kNow);
    QCOMPARE(simulation.examined, RuleSimulator::kMaxExamined);
    QCOMPARE(simulation.turned, RuleSimulator::kMaxExamined);
    QVERIFY(!simulation.complete);
    QCOMPARE(simulation.decisions.size(), api::RuleSimulation::kMaxDecisions);
    QCOMPARE(simulation.principals.size(), std::size_t{500});
  }
};

QTEST_GUILESS_MAIN(TestRuleSimulation)
#include "tst_rule_simulation.moc"
