#include "gateway/domain/access_sentences.h"
#include "gateway/domain/topic_filter.h"
#include "tests/unit/domain/access_people.h"

#include <QtTest>

#include <string>

using namespace carport;
using namespace carport::test;
using api::Action;
using api::Principal;
using api::PrincipalType;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

Q_DECLARE_METATYPE(carport::api::Selector)

namespace {

Rule rule(std::int64_t number, std::int32_t priority, Selector who, Selector about, std::optional<Action> action,
          bool allow) {
  Rule result;
  result.number = {number};
  result.priority = priority;
  result.who = std::move(who);
  result.about = std::move(about);
  result.action = action;
  result.allow = allow;
  return result;
}

const Selector kSelf{Kind::self, ""};

/// The people and cars of a small fleet, by the name that the tables use.
Principal somebody(const QString& name) {
  if (name == "admin") return principal(1, "root", PrincipalType::user, api::kAdministratorRole);
  if (name == "operator") return principal(2, "anna", PrincipalType::user, api::kOperatorRole, {"north"});
  if (name == "viewer") return principal(3, "vera", PrincipalType::user, api::kViewerRole);
  if (name == "nobody") return principal(4, "noah", PrincipalType::user);
  if (name == "service") return principal(5, "exporter", PrincipalType::service, api::kViewerRole);
  if (name == "group") return principal(6, "north", PrincipalType::group);
  if (name == "car-8") return principal(8, "car-8", PrincipalType::device);
  return principal(7, "car-7", PrincipalType::device, {}, {"north"});
}

RuleSet numberedDefaults() {
  return RuleSet(numberedDefaultRules());
}

}  // namespace

class TestAccess : public QObject {
  Q_OBJECT

 private slots:
  void defaultRulesDecide_data() {
    QTest::addColumn<QString>("who");
    QTest::addColumn<int>("action");
    QTest::addColumn<QString>("about");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* who, Action action, const char* about, bool allowed) {
      QTest::addRow("%s %d %s", who, int(action), about) << QString(who) << int(action) << QString(about) << allowed;
    };
    for (const Action action :
         {Action::view, Action::subscribe, Action::send, Action::command, Action::administer, Action::impersonate}) {
      row("admin", action, "car-7", true);
      row("admin", action, "admin", true);
      row("admin", action, "topic:factory/door", true);
      row("nobody", action, "car-7", false);
      row("nobody", action, "topic:factory/door", false);
      row("car-7", action, "car-8", false);
      row("operator", action, "topic:factory/door", false);
      row("operator", action, "viewer", false);
      const bool sees = action == Action::view || action == Action::subscribe;
      row("operator", action, "car-7", sees || action == Action::command);
      row("viewer", action, "car-7", sees);
      row("service", action, "car-7", sees);
      row("car-7", action, "car-7", sees || action == Action::send);
      row("operator", action, "operator", action == Action::view);
      row("nobody", action, "nobody", action == Action::view);
      row("service", action, "service", action == Action::view);
    }
  }
  void defaultRulesDecide() {
    QFETCH(QString, who);
    QFETCH(int, action);
    QFETCH(QString, about);
    const RuleSet rules = numberedDefaults();
    const Principal asks = somebody(who);
    const Principal object = somebody(about);
    const std::string topic = about.startsWith("topic:") ? about.mid(6).toStdString() : std::string();
    const Resource resource{topic.empty() ? &object : nullptr, topic};
    const auto decision = rules.decide(asks, static_cast<Action>(action), resource, kNow);
    QTEST(decision.allowed, "allowed");
    QCOMPARE(rules.allows(asks, static_cast<Action>(action), resource, kNow), decision.allowed);
    QCOMPARE(decision.rule.has_value(), decision.allowed);
    QVERIFY(decision.explanation.empty() && decision.passedOver.empty());
    QCOMPARE(rules.explain(asks, static_cast<Action>(action), resource, kNow).allowed, decision.allowed);
  }

  void selectorsMatch_data() {
    QTest::addColumn<Selector>("who");
    QTest::addColumn<Selector>("about");
    QTest::addColumn<bool>("matches");  // asked by anna (operator, in north) about car-7 (in north)
    const auto row = [](const char* name, Selector who, Selector about, bool matches) {
      QTest::newRow(name) << who << about << matches;
    };
    row("anyone", kAnyone, kAnyone, true);
    row("principal", {Kind::principal, "anna"}, {Kind::principal, "car-7"}, true);
    row("other principal", {Kind::principal, "ann"}, kAnyone, false);
    row("about other principal", kAnyone, {Kind::principal, "car-8"}, false);
    row("group", {Kind::group, "north"}, {Kind::group, "north"}, true);
    row("other group", {Kind::group, "south"}, kAnyone, false);
    row("group is not the principal of that name", {Kind::group, "anna"}, kAnyone, false);
    row("principal is not its group", {Kind::principal, "north"}, kAnyone, false);
    row("role", {Kind::role, "operator"}, kAnyone, true);
    row("other role", {Kind::role, "viewer"}, kAnyone, false);
    row("unknown role", {Kind::role, "emperor"}, kAnyone, false);
    row("type", {Kind::type, "user"}, {Kind::type, "device"}, true);
    row("other type", {Kind::type, "device"}, kAnyone, false);
    row("self is not another", kSelf, kAnyone, false);
    row("about self is not another", kAnyone, kSelf, false);
    row("topic filter does not match a car", kAnyone, {Kind::topic, "#"}, false);
    row("nobody is a topic", {Kind::topic, "#"}, kAnyone, false);
  }
  void selectorsMatch() {
    QFETCH(Selector, who);
    QFETCH(Selector, about);
    const RuleSet rules({rule(1, 1, who, about, Action::view, true)});
    const Principal car = somebody("car-7");
    QTEST(rules.decide(somebody("operator"), Action::view, {&car, {}}, kNow).allowed, "matches");
  }

  void groupSelectorMatchesTheGroupItself() {
    const RuleSet rules({rule(1, 1, kAnyone, {Kind::group, "north"}, Action::view, true)});
    const Principal group = somebody("group");
    QVERIFY(rules.allows(somebody("nobody"), Action::view, {&group, {}}, kNow));
  }

  void firstMatchDecidesByPriorityThenNumber() {
    const RuleSet rules({rule(9, 20, kAnyone, kAnyone, std::nullopt, true),
                         rule(5, 10, kAnyone, kAnyone, Action::view, false),
                         rule(4, 10, {Kind::principal, "anna"}, kAnyone, Action::view, true)});
    QCOMPARE(rules.rules()[0].number.value, 4);
    const Principal car = somebody("car-7");
    QCOMPARE(rules.decide(somebody("operator"), Action::view, {&car, {}}, kNow).rule->number.value, 4);
    const auto viewer = rules.decide(somebody("viewer"), Action::view, {&car, {}}, kNow);
    QVERIFY(!viewer.allowed);
    QCOMPARE(viewer.rule->number.value, 5);
    QCOMPARE(rules.decide(somebody("viewer"), Action::command, {&car, {}}, kNow).rule->number.value, 9);
  }

  void expiredRulesDoNotCount() {
    Rule guest = rule(1, 1, kAnyone, kAnyone, Action::view, true);
    guest.expiresAt = kNow + Milliseconds(10);
    Rule later = rule(2, 2, kAnyone, kAnyone, Action::send, true);
    later.expiresAt = kNow + Milliseconds(30);
    const RuleSet rules({later, guest});
    const Principal car = somebody("car-7");
    QVERIFY(rules.allows(car, Action::view, {&car, {}}, kNow + Milliseconds(9)));
    QVERIFY(!rules.allows(car, Action::view, {&car, {}}, kNow + Milliseconds(10)));
    QVERIFY(rules.nextChange(kNow) == guest.expiresAt);
    QVERIFY(rules.nextChange(kNow + Milliseconds(10)) == later.expiresAt);
    QVERIFY(!rules.nextChange(kNow + Milliseconds(30)));
  }

  void nobodyAdministersThemselvesByASelfRule() {
    const Principal anna = somebody("operator");
    const Resource herself{&anna, {}};
    for (const Selector& about : {kSelf, kAnyone}) {
      for (const Selector& who : {kSelf, kAnyone}) {
        if (who == kAnyone && about == kAnyone) continue;
        const RuleSet everything({rule(1, 1, who, about, std::nullopt, true)});
        QVERIFY(everything.allows(anna, Action::view, herself, kNow));
        QVERIFY(!everything.allows(anna, Action::administer, herself, kNow));
        QVERIFY(!RuleSet({rule(1, 1, who, about, Action::administer, true)})
                     .allows(anna, Action::administer, herself, kNow));
      }
    }
    const RuleSet forbids(
        {rule(1, 1, kAnyone, kSelf, Action::administer, false), rule(2, 2, kAnyone, kAnyone, {}, true)});
    QVERIFY(!forbids.allows(anna, Action::administer, herself, kNow));
  }

  void blockedMayDoNothing() {
    Principal admin = somebody("admin");
    admin.blocked = true;
    const RuleSet rules = numberedDefaults();
    const Principal car = somebody("car-7");
    const auto decision = rules.explain(admin, Action::view, {&car, {}}, kNow);
    QVERIFY(!decision.allowed && !decision.rule);
    QCOMPARE(decision.explanation, std::string("root may not see car-7, because root is blocked."));
    QVERIFY(!rules.mayAllowAnything(admin, Action::view, kNow));
  }

  void topicsFollowTheirFilters() {
    const RuleSet rules(
        {rule(1, 1, {Kind::principal, "anna"}, {Kind::topic, "factory/+/door"}, Action::subscribe, true)});
    QVERIFY(rules.allows(somebody("operator"), Action::subscribe, {nullptr, "factory/4/door"}, kNow));
    QVERIFY(!rules.allows(somebody("operator"), Action::subscribe, {nullptr, "factory/4/gate"}, kNow));
    QVERIFY(!rules.allows(somebody("operator"), Action::send, {nullptr, "factory/4/door"}, kNow));
    QVERIFY(!rules.allows(somebody("viewer"), Action::subscribe, {nullptr, "factory/4/door"}, kNow));
  }

  void wildcardsAreWorthTrying() {
    const RuleSet defaults = numberedDefaults();
    QVERIFY(defaults.mayAllowAnything(somebody("admin"), Action::subscribe, kNow));
    QVERIFY(defaults.mayAllowAnything(somebody("viewer"), Action::subscribe, kNow));
    QVERIFY(!defaults.mayAllowAnything(somebody("viewer"), Action::send, kNow));
    QVERIFY(!defaults.mayAllowAnything(somebody("car-7"), Action::subscribe, kNow));
    const RuleSet closed({rule(1, 1, {Kind::role, "viewer"}, kAnyone, std::nullopt, false),
                          rule(2, 2, kAnyone, kAnyone, std::nullopt, true)});
    QVERIFY(!closed.mayAllowAnything(somebody("viewer"), Action::view, kNow));
    QVERIFY(closed.mayAllowAnything(somebody("operator"), Action::view, kNow));
    Rule guest = rule(1, 1, kAnyone, kAnyone, Action::view, true);
    guest.expiresAt = kNow;
    QVERIFY(!RuleSet({guest}).mayAllowAnything(somebody("viewer"), Action::view, kNow));
  }

  void explainsInOneSentence() {
    Principal anna = somebody("operator");
    anna.name = "Anna";
    const Principal car = somebody("car-7");
    const RuleSet rules({rule(3, 100, {Kind::principal, "vera"}, kAnyone, {}, false),
                         rule(12, 2000, {Kind::role, "operator"}, {Kind::type, "device"}, Action::view, true)});
    auto decision = rules.explain(anna, Action::view, {&car, {}}, kNow);
    QCOMPARE(decision.explanation,
             std::string("Anna may see car-7, because rule 12 allows operators to view cars (priority 2000)."));
    QCOMPARE(decision.passedOver.size(), std::size_t{1});
    QCOMPARE(decision.passedOver[0].rule.number.value, 3);
    decision = rules.explain(anna, Action::command, {&car, {}}, kNow);
    QCOMPARE(decision.explanation, std::string("Anna may not command car-7, because no rule allows it."));
    QCOMPARE(decision.passedOver.size(), std::size_t{2});
    decision = rules.explain(anna, Action::administer, {&anna}, kNow);
    QCOMPARE(decision.explanation, std::string("Anna may not administer the gateway, because no rule allows it."));
    decision = rules.explain(somebody("viewer"), Action::send, {nullptr, "a/b"}, kNow);
    QCOMPARE(decision.explanation, std::string("vera may not send to the topic a/b, because rule 3 forbids vera to do "
                                               "everything with everything (priority 100)."));
  }

  void explanationsOfManyRulesStayBounded() {
    std::vector<Rule> many;
    for (int i = 1; i <= 3000; ++i)
      many.push_back(rule(i, i, {Kind::principal, "p" + std::to_string(i)}, kAnyone, {}, true));
    const RuleSet rules(std::move(many));
    const auto decision = rules.explain(somebody("viewer"), Action::view, {nullptr, "t"}, kNow);
    QCOMPARE(decision.passedOver.size(), RuleSet::kMaxPassedOver);
  }

  /// The signatures are a shortcut: with many names that share bits the answer stays that of a plain search.
  void signaturesNeverChangeTheAnswer() {
    std::vector<Rule> many;
    for (int i = 0; i < 500; ++i) {
      many.push_back(rule(i + 1, 500 - i, {i % 2 == 0 ? Kind::principal : Kind::group, "p" + std::to_string(i)},
                          {Kind::principal, "c" + std::to_string(i % 50)}, static_cast<Action>(i % 6), i % 3 != 0));
    }
    const RuleSet rules(many);
    for (int i = 0; i < 500; ++i) {
      const Principal who = principal(1, i % 2 == 0 ? "p" + std::to_string(i) : "x", PrincipalType::user, {},
                                      i % 2 == 0 ? std::vector<std::string>{} : std::vector{"p" + std::to_string(i)});
      const Principal about = principal(2, "c" + std::to_string(i % 50), PrincipalType::device);
      const auto decision = rules.decide(who, static_cast<Action>(i % 6), {&about, {}}, kNow);
      QVERIFY(decision.rule.has_value());
      QCOMPARE(decision.rule->number.value, i + 1);
      QCOMPARE(decision.allowed, i % 3 != 0);
      QVERIFY(!rules.decide(who, static_cast<Action>((i + 1) % 6), {&about, {}}, kNow).rule.has_value());
    }
  }

  void filtersMatchAsTheStandardSays_data() {
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* topic, const char* filter, bool matches) {
      QTest::addRow("%s ~ %s", topic, filter) << QString(topic) << QString(filter) << matches;
    };
    row("sport/tennis/player1", "sport/tennis/player1/#", true);
    row("sport/tennis/player1/ranking", "sport/tennis/player1/#", true);
    row("sport", "sport/#", true);
    row("sports", "sport/#", false);
    row("a/b", "#", true);
    row("sport/tennis/player1", "sport/tennis/+", true);
    row("sport/tennis/player1/ranking", "sport/tennis/+", false);
    row("sport", "sport/+", false);
    row("sport/", "sport/+", true);
    row("/finance", "+/+", true);
    row("/finance", "/+", true);
    row("/finance", "+", false);
    row("$SYS/x", "#", false);
    row("$SYS/x", "+/x", false);
    row("$SYS/x", "$SYS/#", true);
    row("a/b", "a/#/b", false);
    row("a/bc", "a/b+", false);
    row("a", "", false);
    row("a/b", "a", false);
    row("a", "a/b", false);
  }
  void filtersMatchAsTheStandardSays() {
    QFETCH(QString, topic);
    QFETCH(QString, filter);
    QTEST(topicMatchesFilter(topic.toStdString(), filter.toStdString()), "matches");
  }

  void decidesFast() {
    std::vector<Rule> many = defaultRules();
    for (int i = 0; i < 10'000; ++i) {
      many.push_back(rule(i + 100, 500, {Kind::principal, "p" + std::to_string(i)},
                          {Kind::principal, "c" + std::to_string(i)}, Action::view, true));
    }
    const RuleSet rules(many);
    const Principal who = somebody("operator");
    const Principal car = somebody("car-7");
    bool allowed = false;
    QBENCHMARK {
      allowed = rules.allows(who, Action::view, {&car, {}}, kNow);
    }
    QVERIFY(allowed);
  }
};

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
