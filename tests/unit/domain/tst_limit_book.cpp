#include "gateway/base/clock.h"
#include "gateway/domain/limit_book.h"

#include <QtTest>

#include <fmt/format.h>

#include <string>

using namespace carport;
using api::Limit;
using api::LimitMeasure;
using api::LimitPer;
using api::LimitReaction;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = LimitVerdict::Kind;

namespace {

api::Principal principal(const std::string& id, std::vector<std::string> groups = {},
                         const std::string& organisation = {}) {
  api::Principal who;
  who.id = id;
  who.groups = std::move(groups);
  if (!who.setOrganisation(organisation)) qFatal("not an id of this organisation");
  return who;
}

Limit limit(std::int64_t number, const std::string& whom, LimitMeasure measure, std::int64_t most,
            LimitReaction reaction = LimitReaction::reject, LimitPer per = LimitPer::all) {
  Limit made;
  made.number = api::LimitNumber{number};
  made.whom = api::LimitTarget::parse(whom).value();
  made.measure = measure;
  made.most = most;
  made.reaction = reaction;
  made.per = per;
  return made;
}

}  // namespace

/// Whom limits are about, whose budgets they share, and what becomes of what is over.
class TestLimitBook : public QObject {
  Q_OBJECT
  ManualClock m_clock;
  const api::Principal m_van = principal("van", {"vans"});
  const api::Principal m_bus = principal("bus");
  const api::Principal m_acmeCar = principal("acme.car", {}, "acme");
  const api::Principal m_acmeAnna = principal("acme.anna", {}, "acme");

  Kind messages(LimitShare& share, int count, std::size_t bytes = 10) {
    LimitVerdict last;
    for (int i = 0; i < count; ++i) last = share.message(bytes, m_clock.steadyNow(), 0, true, seconds(30));
    return last.kind;
  }
  std::unique_ptr<LimitShare> share(LimitBook& book, const api::Principal& who,
                                    const std::string& address = "192.0.2.1") {
    return book.shareFor({&who, address}, m_clock.steadyNow());
  }
  Kind charge(LimitBook& book, LimitMeasure measure, const api::Principal* who, const std::string& address = {}) {
    return book.charge(measure, {who, address}, 1, m_clock.steadyNow()).kind;
  }

 private slots:
  void whoIsNotMeantIsHeldToNothing() {
    LimitBook book;
    QVERIFY(book.isEmpty());
    QVERIFY(!share(book, m_van));
    book.replace({limit(1, "principal:van", LimitMeasure::messagesPerSecond, 5),
                  limit(2, "address:10.0.0.0/8", LimitMeasure::bytesPerDay, 5)});
    QVERIFY(share(book, m_van));
    QVERIFY(!share(book, m_bus));
    QVERIFY(share(book, m_bus, "10.9.8.7"));
    QVERIFY(!book.has(LimitMeasure::connections));
    QVERIFY(book.has(LimitMeasure::bytesPerDay));
  }

  void oneGoneWildDoesNotTouchAnother() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 5, LimitReaction::reject, LimitPer::principal)});
    const auto van = share(book, m_van), again = share(book, m_van), bus = share(book, m_bus);
    QVERIFY(messages(*van, 5) == Kind::pass);
    QVERIFY(messages(*van, 1) == Kind::refused);
    QVERIFY(messages(*again, 1) == Kind::refused);  // a second connection has no budget of its own
    QVERIFY(messages(*bus, 5) == Kind::pass);
  }

  void aGroupAndAnOrganisationShareOne() {
    LimitBook book;
    book.replace({limit(1, "group:vans", LimitMeasure::messagesPerSecond, 4),
                  limit(2, "organisation:acme", LimitMeasure::messagesPerSecond, 3)});
    const auto other = principal("van-2", {"vans", "more"});
    const auto van = share(book, m_van), second = share(book, other);
    QVERIFY(messages(*van, 3) == Kind::pass);
    QVERIFY(messages(*second, 1) == Kind::pass);
    QVERIFY(messages(*second, 1) == Kind::refused);
    const auto car = share(book, m_acmeCar), anna = share(book, m_acmeAnna);
    QVERIFY(messages(*car, 3) == Kind::pass);
    QVERIFY(messages(*anna, 1) == Kind::refused);
  }

  void eachOrganisationAndEachAddressItsOwn() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 2, LimitReaction::reject, LimitPer::organisation),
                  limit(2, "*", LimitMeasure::bytesPerDay, 100, LimitReaction::reject, LimitPer::address)});
    const auto zeta = principal("zeta.car", {}, "zeta");
    const auto car = share(book, m_acmeCar, "192.0.2.1"), other = share(book, zeta, "192.0.2.2");
    const auto house = share(book, m_van, "192.0.2.3"), neighbour = share(book, m_bus, "192.0.2.3");
    QVERIFY(messages(*car, 2) == Kind::pass);
    QVERIFY(messages(*car, 1) == Kind::refused);
    QVERIFY(messages(*other, 2) == Kind::pass);
    QVERIFY(messages(*house, 3) == Kind::pass);  // in none
    QVERIFY(messages(*house, 1, 80) == Kind::pass);
    QVERIFY(messages(*neighbour, 1, 1) == Kind::refused);
    // Of IPv6 a /64 is one.
    const auto v6 = share(book, m_van, "[2001:db8::1]"), near = share(book, m_bus, "[2001:db8::2]"),
               far = share(book, m_bus, "[2001:db8:0:1::2]");
    QVERIFY(messages(*v6, 1, 100) == Kind::pass);
    QVERIFY(messages(*near, 1, 1) == Kind::refused);
    QVERIFY(messages(*far, 1, 1) == Kind::pass);
  }

  void anOrganisationsLimitIsAboutItsOwnAlone() {
    LimitBook book;
    auto own = limit(1, "*", LimitMeasure::messagesPerSecond, 2);
    own.organisation = "acme";
    book.replace({own});
    QVERIFY(!share(book, m_van));
    QVERIFY(!share(book, principal("zeta.car", {}, "zeta")));
    QVERIFY(messages(*share(book, m_acmeCar), 3) == Kind::refused);
  }

  void whereOneRefusesNothingIsTaken() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 10), limit(2, "*", LimitMeasure::messagesPerSecond, 2),
                  limit(3, "*", LimitMeasure::bytesPerDay, 1000)});
    const auto van = share(book, m_van);
    QVERIFY(messages(*van, 20) == Kind::refused);
    QCOMPARE(book.figures("", 1, m_clock.steadyNow())->sum.taken, 2U);
    QCOMPARE(book.figures("", 2, m_clock.steadyNow())->sum.taken, 2U);
    QCOMPARE(book.figures("", 2, m_clock.steadyNow())->sum.refused, 18U);
    QCOMPARE(book.figures("", 3, m_clock.steadyNow())->sum.taken, 20U);
    m_clock.advance(seconds(1));
    QVERIFY(messages(*van, 1, 2000) == Kind::pass);
    QVERIFY(messages(*van, 1) == Kind::refused);  // by the bytes
    QCOMPARE(book.figures("", 1, m_clock.steadyNow())->sum.taken, 3U);
  }

  void slowIsPaidForAndBounded() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 1, LimitReaction::slow)});
    const auto van = share(book, m_van);
    QVERIFY(messages(*van, 1) == Kind::pass);
    auto verdict = van->message(1, m_clock.steadyNow(), 0, true, seconds(30));
    QVERIFY(verdict.kind == Kind::wait);
    QCOMPARE(std::chrono::round<seconds>(verdict.wait).count(), 1);
    QVERIFY(messages(*van, 29) == Kind::wait);
    verdict = van->message(1, m_clock.steadyNow(), 0, true, seconds(30));
    QVERIFY(verdict.kind == Kind::refused);
    QCOMPARE(book.figures("", 1, m_clock.steadyNow())->sum.slowed, 30U);
    QVERIFY(book.charge(LimitMeasure::messagesPerSecond, {&m_van, {}}, 1, m_clock.steadyNow()).kind == Kind::refused);
  }

  void whoCannotBeToldWaits() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 1)});
    const auto van = share(book, m_van);
    QVERIFY(van->message(1, m_clock.steadyNow(), 0, false, seconds(30)).kind == Kind::pass);
    QVERIFY(van->message(1, m_clock.steadyNow(), 0, false, seconds(30)).kind == Kind::wait);
    QVERIFY(van->message(1, m_clock.steadyNow(), 0, true, seconds(30)).kind == Kind::refused);
  }

  void countLetsEverythingThrough() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 3, LimitReaction::count),
                  limit(2, "*", LimitMeasure::connections, 1, LimitReaction::count)});
    const auto van = share(book, m_van), bus = share(book, m_bus);
    QVERIFY(messages(*van, 10) == Kind::pass);
    QVERIFY(van->hold().kind == Kind::pass);
    QVERIFY(bus->hold().kind == Kind::pass);
    QCOMPARE(book.figures("", 1, m_clock.steadyNow())->sum.over, 7U);
    QCOMPARE(book.figures("", 2, m_clock.steadyNow())->sum.over, 1U);
    QCOMPARE(book.figures("", 2, m_clock.steadyNow())->used, 2);
  }

  void connectionsAreGivenBack() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::connections, 1, LimitReaction::reject, LimitPer::principal),
                  limit(2, "*", LimitMeasure::connections, 2)});
    auto first = share(book, m_van);
    QVERIFY(first->hold().kind == Kind::pass);
    QVERIFY(share(book, m_van)->hold().kind == Kind::refused);
    auto second = share(book, m_bus);
    QVERIFY(second->hold().kind == Kind::pass);
    QVERIFY(share(book, m_acmeCar)->hold().kind == Kind::refused);
    QCOMPARE(book.figures("", 1, m_clock.steadyNow())->busiest.size(), 3U);
    first.reset();
    QVERIFY(share(book, m_van)->hold().kind == Kind::pass);
    // Another number for the same limit: who is there is counted still.
    auto more = limit(2, "*", LimitMeasure::connections, 1);
    book.replace({more});
    QVERIFY(share(book, m_van)->hold().kind == Kind::refused);
    second.reset();
    QVERIFY(share(book, m_van)->hold().kind == Kind::pass);
  }

  void signInsAreOfAddressesBeforeAndOfPrincipalsAfterwards() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::signInsPerMinute, 2, LimitReaction::reject, LimitPer::address),
                  limit(2, "principal:van", LimitMeasure::signInsPerMinute, 1),
                  limit(3, "*", LimitMeasure::signInsPerMinute, 2)});
    for (int i = 0; i < 2; ++i)
      QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.1") == Kind::pass);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.1") == Kind::refused);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.2") == Kind::pass);
    QCOMPARE(book.figures("", 3, m_clock.steadyNow())->sum.taken, 0U);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, &m_van) == Kind::pass);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, &m_van) == Kind::refused);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, &m_bus) == Kind::pass);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, &m_bus) == Kind::refused);
  }

  void whatSaysTheSameKeepsItsBudgets() {
    LimitBook book;
    auto first = limit(1, "*", LimitMeasure::commandsPerHour, 2);
    book.replace({first});
    for (int i = 0; i < 2; ++i) QVERIFY(charge(book, LimitMeasure::commandsPerHour, &m_van) == Kind::pass);
    first.note = "why";
    const auto version = book.version();
    book.replace({first, limit(2, "*", LimitMeasure::bytesPerDay, 2)});
    QVERIFY(book.version() != version);
    QVERIFY(charge(book, LimitMeasure::commandsPerHour, &m_van) == Kind::refused);
    first.most = 3;
    book.replace({first});
    QVERIFY(charge(book, LimitMeasure::commandsPerHour, &m_van) == Kind::pass);
    QCOMPARE(book.limits().size(), 1U);
    QVERIFY(book.find("", 1) == first);
    QVERIFY(!book.find("acme", 1));
    book.replace({});
    QVERIFY(book.isEmpty());
    QVERIFY(!book.figures("", 1, m_clock.steadyNow()));
  }

  void theBusiestComeFirst() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::messagesPerSecond, 1000, LimitReaction::reject, LimitPer::principal)});
    std::vector<std::unique_ptr<LimitShare>> shares;
    for (int i = 0; i < 20; ++i) {
      shares.push_back(share(book, principal(fmt::format("car-{:02}", i))));
      messages(*shares.back(), i + 1);
    }
    auto figures = book.figures("", 1, m_clock.steadyNow());
    QCOMPARE(figures->budgets, 20U);
    QCOMPARE(figures->busiest.size(), api::kMaxBusiest);
    QCOMPARE(figures->busiest.front().key, std::string("car-19"));
    QCOMPARE(figures->busiest.front().taken, 20U);
    QCOMPARE(figures->busiest.back().key, std::string("car-10"));
    QCOMPARE(figures->sum.taken, 210U);
    QCOMPARE(figures->used, 20);
    // What was long ago counts for less than what is now.
    book.sample();
    book.sample();
    messages(*shares.front(), 2);
    figures = book.figures("", 1, m_clock.steadyNow());
    QCOMPARE(figures->busiest.front().key, std::string("car-00"));
    QCOMPARE(figures->busiest.front().recent, 2U);
  }

  /// However many addresses come: the memory is bounded, figures stay, and the crowd beyond shares one budget.
  void budgetsAreBounded() {
    LimitBook book;
    book.replace({limit(1, "*", LimitMeasure::signInsPerMinute, 1, LimitReaction::reject, LimitPer::address)});
    const auto from = [](std::size_t i) { return fmt::format("10.{}.{}.{}", i >> 16U, (i >> 8U) & 255U, i & 255U); };
    for (std::size_t i = 0; i < LimitBook::kMaxBudgets; ++i) {
      QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, from(i)) == Kind::pass);
    }
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.1") == Kind::pass);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.2") == Kind::refused);
    QCOMPARE(book.figures("", 1, m_clock.steadyNow())->budgets, LimitBook::kMaxBudgets + 1);
    m_clock.advance(seconds(61));
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.2") == Kind::pass);
    QVERIFY(charge(book, LimitMeasure::signInsPerMinute, nullptr, "192.0.2.3") == Kind::pass);
    const auto figures = book.figures("", 1, m_clock.steadyNow());
    QVERIFY(figures->budgets <= 3);
    QCOMPARE(figures->sum.taken, LimitBook::kMaxBudgets + 3);
    QCOMPARE(figures->sum.refused, 1U);
  }

  void onlyOfOnesOwnBudgetMayBeTold() {
    LimitBook book;
    const auto toldTo = [&](const Limit& one, const api::Principal& who) {
      book.replace({one});
      return book.charge(one.measure, {&who, "192.0.2.1"}, 5, m_clock.steadyNow()).mayBeTold ||
             book.charge(one.measure, {&who, "192.0.2.1"}, 5, m_clock.steadyNow()).mayBeTold;
    };
    const auto measure = LimitMeasure::commandsPerHour;
    QVERIFY(toldTo(limit(1, "*", measure, 1, LimitReaction::reject, LimitPer::principal), m_van));
    QVERIFY(toldTo(limit(2, "organisation:acme", measure, 1), m_acmeCar));
    QVERIFY(toldTo(limit(3, "*", measure, 1, LimitReaction::reject, LimitPer::organisation), m_acmeCar));
    QVERIFY(!toldTo(limit(4, "*", measure, 1), m_acmeCar));
    QVERIFY(!toldTo(limit(5, "*", measure, 1, LimitReaction::reject, LimitPer::address), m_acmeCar));
  }
};

QTEST_GUILESS_MAIN(TestLimitBook)
#include "tst_limit_book.moc"
