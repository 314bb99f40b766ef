#include "gateway/domain/filter_match.h"
#include "tests/unit/domain/access_people.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <string>

using namespace carport;
using namespace carport::test;
using api::Action;
using api::MessageFilter;
using api::Principal;
using api::PrincipalType;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

namespace {

Rule rule(std::int64_t number, Action action, bool allow) {
  Rule result;
  result.number = {number};
  result.priority = static_cast<std::int32_t>(number);
  result.action = action;
  result.allow = allow;
  return result;
}

const Principal kAnna = principal(1, "anna", PrincipalType::user);
const Principal kCar = principal(2, "car-7", PrincipalType::device);

}  // namespace

/// Attributes, validity, named commands and filters on messages.
class TestAccessConditions : public QObject {
  Q_OBJECT

 private slots:
  void attributesMatch_data() {
    QTest::addColumn<QString>("selector");
    QTest::addColumn<bool>("matches");  // a car with depot=Ghent-2, and class=van
    const auto row = [](const char* selector, bool matches) { QTest::newRow(selector) << selector << matches; };
    row("attribute:depot=Ghent-2", true);
    row("attribute:depot=Ghent", false);
    row("attribute:depot=Ghent*", true);
    row("attribute:depot=*", true);
    row("attribute:Depot=*", false);
    row("attribute:class=van", true);
    row("attribute:class=van*", true);
    row("attribute:year=*", false);
  }
  void attributesMatch() {
    QFETCH(QString, selector);
    QFETCH(bool, matches);
    Principal car = kCar;
    car.attributes.set("depot", "Ghent-2");
    car.attributes.set("class", "van");
    Rule about = rule(1, Action::view, true);
    about.about = *Selector::parse(selector.toStdString());
    QCOMPARE(RuleSet({about}).allows(kAnna, Action::view, {&car}, kNow), matches);
    QVERIFY(!RuleSet({about}).allows(kAnna, Action::view, {&kCar}, kNow));
    QVERIFY(!RuleSet({about}).allows(kAnna, Action::view, {nullptr, "depot"}, kNow));
    Rule who = rule(1, Action::view, true);
    who.who = about.about;
    QCOMPARE(RuleSet({who}).allows(car, Action::view, {&kCar}, kNow), matches);
  }

  void ownRolesMatch() {
    Principal mechanic = kAnna;
    mechanic.role = "mechanic";
    Rule mechanics = rule(1, Action::view, true);
    mechanics.who = *Selector::parse("role:mechanic");
    QVERIFY(RuleSet({mechanics}).allows(mechanic, Action::view, {&kCar}, kNow));
    QVERIFY(!RuleSet({mechanics}).allows(kAnna, Action::view, {&kCar}, kNow));
    mechanics.who.value.clear();
    QVERIFY(!RuleSet({mechanics}).allows(kAnna, Action::view, {&kCar}, kNow));
  }

  void rulesBeginAndEnd() {
    Rule shift = rule(1, Action::view, true);
    shift.validFrom = kNow + Milliseconds(10);
    shift.expiresAt = kNow + Milliseconds(20);
    const RuleSet rules({shift});
    const auto may = [&](int ms) { return rules.allows(kAnna, Action::view, {&kCar}, kNow + Milliseconds(ms)); };
    QVERIFY(!may(9));
    QVERIFY(may(10));
    QVERIFY(may(19));
    QVERIFY(!may(20));
    QVERIFY(rules.nextChange(kNow) == shift.validFrom);
    QVERIFY(rules.nextChange(kNow + Milliseconds(10)) == shift.expiresAt);
    QVERIFY(!rules.nextChange(kNow + Milliseconds(20)));
    QCOMPARE(rules.explain(kAnna, Action::view, {&kCar}, kNow).passedOver[0].reason,
             std::string("it does not count yet"));
  }

  void oneCommandAlone() {
    Rule unlock = rule(1, Action::command, true);
    unlock.command = "unlock";
    const RuleSet rules({unlock});
    const auto may = [&](std::string_view name) {
      return rules.allows(kAnna, Action::command, {&kCar, {}, name}, kNow);
    };
    QVERIFY(may("unlock"));
    QVERIFY(!may("Unlock") && !may("unlock2") && !may(""));
    QVERIFY(rules.verdict(kAnna, Action::command, {&kCar}, kNow) == RuleVerdict::depends);
    const auto untold = rules.explain(kAnna, Action::command, {&kCar}, kNow);
    QVERIFY(!untold.allowed && untold.depends);
    QVERIFY(QString::fromStdString(untold.explanation).contains("It depends"));
    QCOMPARE(untold.passedOver[0].reason,
             std::string("it is about the command unlock alone, and which one is meant was not told"));
    QCOMPARE(rules.explain(kAnna, Action::command, {&kCar, {}, "lock"}, kNow).passedOver[0].reason,
             std::string("it is about the command unlock alone"));
    QVERIFY(QString::fromStdString(rules.explain(kAnna, Action::command, {&kCar, {}, "unlock"}, kNow).explanation)
                .contains("allows everyone to send the command unlock to everything"));
  }

  void oneCommandRefused() {
    Rule noUnlock = rule(1, Action::command, false);
    noUnlock.command = "unlock";
    const RuleSet rules({noUnlock, rule(2, Action::command, true)});
    QVERIFY(!rules.allows(kAnna, Action::command, {&kCar, {}, "unlock"}, kNow));
    QVERIFY(rules.allows(kAnna, Action::command, {&kCar, {}, "lock"}, kNow));
    QVERIFY(rules.verdict(kAnna, Action::command, {&kCar}, kNow) == RuleVerdict::depends);
    // Who does not say which one is told no: nothing gets past a refusal by leaving its name out.
    const auto untold = rules.decide(kAnna, Action::command, {&kCar}, kNow);
    QVERIFY(!untold.allowed && untold.depends);
    QCOMPARE(untold.rule->number.value, 1);
  }

  void filtersDecideByMessage() {
    Rule low = rule(1, Action::subscribe, true);
    low.filter = R"(payload.soc < 20)";
    const RuleSet rules({low});
    const auto may = [&](std::string_view payload) {
      return rules.allows(kAnna, Action::subscribe, {&kCar, "cars/car-7/telemetry", {}, payload}, kNow);
    };
    QVERIFY(may(R"({"soc":19.5})"));
    QVERIFY(!may(R"({"soc":20})"));
    QVERIFY(!may("no JSON"));
    QVERIFY(rules.verdict(kAnna, Action::subscribe, {&kCar}, kNow) == RuleVerdict::depends);
    QVERIFY(rules.verdict(kAnna, Action::send, {&kCar}, kNow) == RuleVerdict::denied);
    QVERIFY(rules.mayAllowAnything(kAnna, Action::subscribe, kNow));
  }

  void whatCannotBeReadIsNotLetThroughByARefusal() {
    Rule fast = rule(1, Action::send, false);
    fast.filter = "payload.speed > 100";
    const RuleSet rules({fast, rule(2, Action::send, true)});
    const auto may = [&](std::string_view payload) {
      return rules.allows(kAnna, Action::send, {&kCar, "cars/car-7/telemetry", {}, payload}, kNow);
    };
    QVERIFY(may(R"({"speed":100})"));
    QVERIFY(may(R"({"soc":1})"));
    QVERIFY(!may(R"({"speed":101})"));
    QVERIFY(!may(R"({"speed":"101"})"));
    QVERIFY(!may("no JSON"));
    QVERIFY(!may(R"([{"speed":1},{"speed":101}])"));
    QVERIFY(!may(R"({"speed":101,"speed":1})"));  // of which the first value is what is stored
    QVERIFY(!may(std::string(kMaxFilteredPayloadBytes + 1, ' ')));
    QVERIFY(rules.verdict(kAnna, Action::send, {&kCar}, kNow) == RuleVerdict::depends);
  }

  void aDamagedFilterLetsNothingThrough() {
    Rule allow = rule(1, Action::send, true);
    allow.filter = "this is none";
    QVERIFY(!RuleSet({allow}).allows(kAnna, Action::send, {&kCar, "t", {}, "{}"}, kNow));
    Rule deny = allow;
    deny.allow = false;
    QVERIFY(!RuleSet({deny, rule(2, Action::send, true)}).allows(kAnna, Action::send, {&kCar, "t", {}, "{}"}, kNow));
  }

  void rulesWithoutConditionsNeverDepend() {
    const RuleSet rules({rule(1, Action::send, true), [] {
                           Rule later = rule(2, Action::send, false);
                           later.filter = "payload.x = 1";
                           return later;
                         }()});
    QVERIFY(rules.verdict(kAnna, Action::send, {&kCar}, kNow) == RuleVerdict::allowed);
    QVERIFY(!rules.decide(kAnna, Action::send, {&kCar}, kNow).depends);
  }

  void nothingDependsWhereTheAnswerIsTheSameEitherWay() {
    const auto where = [](Rule made) {
      made.filter = "payload.x = 1";
      return made;
    };
    const auto depends = [](const RuleSet& rules) { return rules.decide(kAnna, Action::send, {&kCar}, kNow).depends; };
    QVERIFY(!depends(RuleSet({where(rule(1, Action::send, true)), rule(2, Action::send, true)})));
    QVERIFY(!depends(RuleSet({where(rule(1, Action::send, false)), rule(2, Action::send, false)})));
    QVERIFY(!depends(RuleSet({where(rule(1, Action::send, false))})));
    QVERIFY(depends(RuleSet({where(rule(1, Action::send, true)), rule(2, Action::send, false)})));
    QVERIFY(depends(RuleSet({where(rule(1, Action::send, false)), rule(2, Action::send, true)})));
  }

  void filtersMatch_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("payload");
    QTest::addColumn<int>("match");
    const auto row = [](const char* filter, const char* payload, FilterMatch match) {
      QTest::addRow("%s ~ %s", filter, payload) << filter << payload << int(match);
    };
    constexpr auto yes = FilterMatch::yes, no = FilterMatch::no, unknown = FilterMatch::unknown;
    row(R"(topic = "cars/+/event")", "{}", yes);
    row(R"(topic = "cars/+/telemetry")", "{}", no);
    row(R"(topic != "cars/+/telemetry")", "no JSON", yes);
    row(R"(topic = "cars/+/event" and payload.a = 1)", R"({"a":1})", yes);
    row(R"(topic = "plant/+" and payload.a = 1)", "no JSON", no);
    row(R"(payload.a = 1)", R"({"a":1.0})", yes);
    row(R"(payload.a = 1)", R"({"a":"1"})", no);
    row(R"(payload.a = "1")", R"({"a":"1"})", yes);
    row(R"(payload.a != 1)", R"({})", yes);
    row(R"(payload.a = null)", R"({})", yes);
    row(R"(payload.a = null)", R"({"a":null})", yes);
    row(R"(payload.a != null)", R"({"a":0})", yes);
    row(R"(payload.a = true)", R"({"a":true})", yes);
    row(R"(payload.a = false)", R"({"a":true})", no);
    row(R"(payload.a.b >= -2.5e1)", R"({"a":{"b":-25}})", yes);
    row(R"(payload.a.b > 1)", R"({"a":3})", no);
    row(R"(payload.a < 1)", R"({})", no);
    row(R"(payload.a <= 1)", R"({"a":"x"})", unknown);
    row(R"(payload.a = 1 and payload.b = 2)", R"({"a":1,"b":3})", no);
    row(R"(payload.a = 1)", R"([{"a":1},{"a":1}])", yes);
    row(R"(payload.a = 1)", R"([{"a":1},{"a":2}])", unknown);
    row(R"(payload.a = 1)", R"([])", unknown);
    row(R"(payload.a = 1)", R"(7)", unknown);
    row(R"(payload.a = 1)", R"(no JSON)", unknown);
    row(R"(payload.a = 1)", R"({"a":1,"a":1})", unknown);
    row(R"(payload.a = 1)", R"({"a":1,"b":{"c":1,"c":2}})", unknown);
    row(R"(topic = "cars/+/event")", R"({"a":1,"a":2})", yes);
  }
  void filtersMatch() {
    QFETCH(QString, filter);
    QFETCH(QString, payload);
    QFETCH(int, match);
    const auto parsed = MessageFilter::parse(filter.toStdString());
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message().c_str());
    const std::string text = payload.toStdString();
    QCOMPARE(int(meets(*parsed, {"cars/car-7/event", text})), match);
    const auto again = MessageFilter::parse(parsed->toString());
    QVERIFY(again.has_value());
    QVERIFY(*again == *parsed);
  }
  void aFilterOfNitrogenLooksAtItsMessagesAlone() {
    const auto filter = MessageFilter::parse(R"({"type":"_open","body.n":{"$lt":2}})");
    QVERIFY(filter.has_value());
    const nlohmann::json open{{"type", "_open"}, {"body", {{"n", 1}}}}, closed{{"type", "_closed"}};
    const std::string same = open.dump();
    QVERIFY(meets(*filter, {"a/b", same, &open}) == FilterMatch::yes);
    QVERIFY(meets(*filter, {"", {}, &closed}) == FilterMatch::no);
    QVERIFY(meets(*filter, {"a/b", same}) == FilterMatch::unknown);

    Rule lets = rule(1, Action::subscribe, true);
    lets.filter = filter->toString();
    const RuleSet rules({lets});
    Resource about{&kCar, "a/b", {}, same};
    QVERIFY(rules.verdict(kAnna, Action::subscribe, about, kNow) == RuleVerdict::depends);
    QVERIFY(!rules.allows(kAnna, Action::subscribe, about, kNow));
    about.document = &open;
    QVERIFY(rules.allows(kAnna, Action::subscribe, about, kNow));
    about.document = &closed;
    QVERIFY(!rules.allows(kAnna, Action::subscribe, about, kNow));
    QVERIFY(rules.explain(kAnna, Action::subscribe, about, kNow).passedOver.front().reason.find("_open") !=
            std::string::npos);
  }

  void whatIsNotGivenIsUnknown() {
    const auto topic = *MessageFilter::parse(R"(topic = "a/+")");
    const auto both = *MessageFilter::parse(R"(topic = "a/+" and payload.x = 1)");
    QVERIFY(meets(topic, {"", {}}) == FilterMatch::unknown);
    QVERIFY(meets(topic, {"a/b", {}}) == FilterMatch::yes);
    QVERIFY(meets(both, {"a/b", {}}) == FilterMatch::unknown);
    QVERIFY(meets(both, {"b", {}}) == FilterMatch::no);
    QVERIFY(meets(both, {"", R"({"x":2})"}) == FilterMatch::no);
  }

  /// Of every rule that an explanation passes over it says why, and of the one that decides there is nothing to say.
  void everyRulePassedOverHasAReason() {
    std::mt19937 random(7);
    const auto one = [&](auto... choices) {
      const std::array all{std::string(choices)...};
      return all[random() % all.size()];
    };
    for (int round = 0; round < 2000; ++round) {
      Principal anna = kAnna, car = kCar;
      anna.role = one("", "operator");
      anna.groups = {one("north", "south")};
      car.attributes.set("depot", one("Ghent", "Bonn"));
      std::vector<Rule> many;
      for (int i = 0; i < 8; ++i) {
        Rule made = rule(i + 1, static_cast<Action>(random() % 6), random() % 2 == 0);
        if (random() % 4 == 0) made.action.reset();
        made.who = *Selector::parse(one("*", "self", "role:operator", "group:north", "type:user", "principal:anna"));
        made.about =
            *Selector::parse(one("*", "self", "attribute:depot=Gh*", "type:device", "principal:car-8", "topic:a/#"));
        if (made.action == Action::command) made.command = one("", "lock");
        if (made.action == Action::send) made.filter = one("", "payload.a = 1");
        if (random() % 5 == 0) made.validFrom = kNow + Milliseconds(static_cast<int>(random() % 3) - 1);
        if (random() % 5 == 0) made.expiresAt = kNow + Milliseconds(static_cast<int>(random() % 3) - 1);
        many.push_back(made);
      }
      const RuleSet rules(many);
      Resource about{random() % 4 == 0 ? nullptr : &car, "a/b"};
      if (random() % 2 == 0) about.command = one("lock", "unlock") == "lock" ? "lock" : "unlock";
      if (random() % 2 == 0) about.payload = R"({"a":1})";
      const auto action = static_cast<Action>(random() % 6);
      const auto decision = rules.explain(anna, action, about, kNow);
      for (const auto& passed : decision.passedOver) QVERIFY(!passed.reason.empty());
      const Question question{anna, action, about, kNow};
      // The first rule about which there is nothing to say is the one that decides.
      std::size_t first = 0;
      for (; first < many.size(); ++first) {
        const auto filter = MessageFilter::parse(rules.rules()[first].filter);
        if (whyNot(rules.rules()[first], filter ? &*filter : nullptr, question).empty()) break;
      }
      QCOMPARE(decision.passedOver.size(), first);
      QCOMPARE(decision.rule.has_value(), first < many.size());
      if (decision.rule) QCOMPARE(rules.rules()[first].number.value, decision.rule->number.value);
    }
  }
};

QTEST_GUILESS_MAIN(TestAccessConditions)
#include "tst_access_conditions.moc"
