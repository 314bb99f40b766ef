#include "gateway/domain/organisation_topics.h"
#include "tests/unit/domain/access_people.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <string>

using namespace carport;
using namespace carport::test;
using api::Action;
using api::Principal;
using api::PrincipalType;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

namespace {

constexpr std::array kActions{Action::view,    Action::subscribe,  Action::send,
                              Action::command, Action::administer, Action::impersonate};

Principal in(std::string_view organisation, Principal principal) {
  if (!principal.setOrganisation(organisation)) qFatal("an id that is not its organisation's");
  return principal;
}

const Principal kRoot = principal(1, "root", PrincipalType::user, "admin");
const Principal kHouseCar = principal(2, "car-7", PrincipalType::device);
const Principal kAcmeAdmin = in("acme", principal(3, "acme.anna", PrincipalType::user, "admin"));
const Principal kAcmeCar = in("acme", principal(4, "acme.van", PrincipalType::device, "", {"acme.north"}));
const Principal kBetaAdmin = in("beta", principal(5, "beta.bert", PrincipalType::user, "admin"));
const Principal kBetaCar = in("beta", principal(6, "beta.van", PrincipalType::device));

Rule houseRule(Selector about, std::optional<Action> action = {}, bool allow = true) {
  Rule rule;
  rule.number = {999};
  rule.priority = 1;
  rule.who = {Kind::principal, "root"};
  rule.about = std::move(about);
  rule.action = action;
  rule.allow = allow;
  return rule;
}

/// The default rules of the house and of two organisations, and some more.
RuleSet everybody(std::vector<Rule> more = {}) {
  std::int64_t number = 0;
  for (const char* organisation : {"", "acme", "beta"}) {
    for (Rule rule : defaultRules(organisation)) {
      rule.number = {++number};
      more.push_back(std::move(rule));
    }
  }
  return RuleSet(std::move(more));
}

}  // namespace

class TestAccessOrganisations : public QObject {
  Q_OBJECT

 private slots:
  void theHousesMomentsAreToldApart() {
    Rule own;
    own.organisation = "acme";
    own.number = {1};
    own.validFrom = kNow + Milliseconds(5);
    Rule house = houseRule({Kind::anyone, {}});
    house.expiresAt = kNow + Milliseconds(9);
    const RuleSet rules({own, house});
    QVERIFY(rules.nextChange(kNow) == own.validFrom);
    QVERIFY(rules.nextChange(kNow, {}) == house.expiresAt);
    QVERIFY(rules.nextChange(kNow, "acme") == own.validFrom);
    QVERIFY(!rules.nextChange(kNow, "beta"));
  }

  void anOrganisationsRulesReachItsOwnAlone() {
    const RuleSet rules = everybody();
    for (const Action action : kActions) {
      QVERIFY(rules.allows(kAcmeAdmin, action, {&kAcmeCar}, kNow));
      QVERIFY(rules.allows(kAcmeAdmin, action, {&kAcmeAdmin}, kNow));
      QVERIFY(rules.allows(kAcmeAdmin, action, {nullptr, "organisations/acme/door"}, kNow));
      for (const Principal* other : {&kBetaCar, &kBetaAdmin, &kHouseCar, &kRoot}) {
        QVERIFY(!rules.allows(kAcmeAdmin, action, {other}, kNow));
        QVERIFY(rules.verdict(kAcmeAdmin, action, {other}, kNow) == RuleVerdict::denied);
      }
      for (const char* topic : {"organisations/beta/door", "organisations/acmex/door", "plant/door", "organisations"}) {
        QVERIFY(!rules.allows(kAcmeAdmin, action, {nullptr, topic}, kNow));
      }
    }
    QVERIFY(rules.allows(kAcmeCar, Action::send, {&kAcmeCar}, kNow));
    const auto decision = rules.explain(kAcmeAdmin, Action::view, {&kBetaCar}, kNow);
    QVERIFY(!decision.rule && decision.passedOver.empty());
    QCOMPARE(decision.explanation,
             std::string("acme.anna may not see beta.van, because beta.van is not in the organisation acme."));
    QVERIFY(QString::fromStdString(rules.explain(kAcmeCar, Action::administer, {&kAcmeCar}, kNow).explanation)
                .contains("may not administer the organisation acme, because"));
  }

  void rulesThatNameOthersDoNotReachThem() {
    Rule rule = houseRule(kAnyone);
    rule.who = kAnyone;
    rule.organisation = "acme";
    for (const Selector& about : {Selector{Kind::principal, "beta.van"}, Selector{Kind::organisation, "*"},
                                  Selector{Kind::organisation, "beta"}, Selector{Kind::topic, "#"}}) {
      rule.about = about;
      const RuleSet rules = everybody({rule});
      QVERIFY(!rules.allows(kAcmeAdmin, Action::view, {&kBetaCar}, kNow));
      QVERIFY(!rules.allows(kAcmeAdmin, Action::subscribe, {nullptr, "organisations/beta/door"}, kNow));
      QVERIFY(!rules.allows(kAcmeAdmin, Action::subscribe, {nullptr, "plant/door"}, kNow));
    }
  }

  void theHouseReachesOrganisationsByNameOnly_data() {
    QTest::addColumn<QString>("about");
    QTest::addColumn<bool>("car");
    QTest::addColumn<bool>("topic");
    const auto row = [](const char* about, bool car, bool topic) { QTest::newRow(about) << about << car << topic; };
    row("*", false, false);
    row("type:device", false, false);
    row("topic:#", false, false);
    row("topic:+/acme/#", false, false);
    row("topic:organisations/acme/#", false, true);
    row("topic:organisations/+/door", false, true);
    row("organisation:acme", true, true);
    row("organisation:*", true, true);
    row("organisation:beta", false, false);
    row("principal:acme.van", true, false);
    row("group:acme.north", true, false);
    row("group:acme.south", false, false);
  }
  void theHouseReachesOrganisationsByNameOnly() {
    QFETCH(QString, about);
    QFETCH(bool, car);
    QFETCH(bool, topic);
    const RuleSet rules = everybody({houseRule(*Selector::parse(about.toStdString()), Action::subscribe)});
    QCOMPARE(rules.allows(kRoot, Action::subscribe, {&kAcmeCar}, kNow), car);
    QCOMPARE(rules.allows(kRoot, Action::subscribe, {nullptr, "organisations/acme/door"}, kNow), topic);
    QVERIFY(!rules.allows(kRoot, Action::view, {&kAcmeCar}, kNow));
    const auto decision = rules.explain(kRoot, Action::view, {&kAcmeCar}, kNow);
    const auto anyone = std::find_if(decision.passedOver.begin(), decision.passedOver.end(),
                                     [](const api::PassedOver& passed) { return passed.rule.about == kAnyone; });
    QVERIFY(anyone != decision.passedOver.end());
    QCOMPARE(anyone->reason, about == "*" && anyone->rule.number.value == 999
                                 ? std::string("it is about the action subscribe")
                                 : std::string("it does not name the organisation acme"));
  }

  void organisationsAreNotTheHouse() {
    const RuleSet rules({houseRule({Kind::organisation, "*"})});
    QVERIFY(!rules.allows(kRoot, Action::view, {&kHouseCar}, kNow));
    QVERIFY(!rules.allows(kRoot, Action::view, {nullptr, "plant/door"}, kNow));
  }

  void aRefusalOfEverythingLeavesOrganisationsToWhatNamesThem() {
    const RuleSet rules({houseRule(kAnyone, {}, false), [] {
                           Rule named = houseRule({Kind::organisation, "acme"}, Action::subscribe);
                           named.priority = 2;
                           return named;
                         }()});
    QVERIFY(rules.allows(kRoot, Action::subscribe, {&kAcmeCar}, kNow));
    QVERIFY(rules.mayAllowAnything(kRoot, Action::subscribe, kNow));
    QVERIFY(!rules.mayAllowAnything(kRoot, Action::view, kNow));
  }

  void eachHasItsOwnOrder() {
    Rule deny = houseRule(kAnyone, {}, false);
    deny.who = kAnyone;
    deny.organisation = "acme";
    const RuleSet rules = everybody({deny});
    QVERIFY(!rules.allows(kAcmeAdmin, Action::view, {&kAcmeCar}, kNow));
    QVERIFY(rules.allows(kBetaAdmin, Action::view, {&kBetaCar}, kNow));
    QVERIFY(rules.allows(kRoot, Action::view, {&kHouseCar}, kNow));
    QCOMPARE(rules.rules("acme").size(), defaultRules().size() + 1);
    QCOMPARE(rules.rules("acme").front().number.value, 999);
    QCOMPARE(rules.rules("beta").size(), defaultRules().size());
    QCOMPARE(rules.rules("").size(), defaultRules().size());
    QVERIFY(rules.rules("nobody").empty());
    QCOMPARE(rules.rules().size(), 3 * defaultRules().size() + 1);
  }

  void whoeverHasNoRulesMayNothing() {
    const RuleSet rules(defaultRules());
    QVERIFY(!rules.allows(kAcmeAdmin, Action::view, {&kAcmeCar}, kNow));
    QVERIFY(!rules.mayAllowAnything(kAcmeAdmin, Action::view, kNow));
  }

  void topicsBelongToOrganisations() {
    QCOMPARE(organisationOfTopic("organisations/acme/door"), std::string_view("acme"));
    QCOMPARE(organisationOfTopic("organisations/acme"), std::string_view("acme"));
    QCOMPARE(organisationOfTopic("organisations/"), std::string_view());
    QCOMPARE(organisationOfTopic("organisations"), std::string_view());
    QCOMPARE(organisationOfTopic("plant/acme"), std::string_view());
    for (const char* filter : {"#", "+/acme/#", "cars/+/telemetry", "cars/#", "organisations/acme/#", "organisations/#",
                               "organisations/+/door", "+"}) {
      QVERIFY2(filterMayConcern(filter, "acme"), filter);
    }
    for (const char* filter : {"plant/#", "organisations/beta/#", "organisations", "$SYS/#", "organisations/acmex/a"}) {
      QVERIFY2(!filterMayConcern(filter, "acme"), filter);
    }
  }
};

QTEST_GUILESS_MAIN(TestAccessOrganisations)
#include "tst_access_organisations.moc"
