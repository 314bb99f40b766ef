#include "gateway/domain/administration.h"

#include <QtTest>

#include <chrono>

using namespace carport;

namespace {

api::Principal administrator() {
  api::Principal user;
  user.number = PrincipalNumber{1};
  user.id = "anna";
  user.type = api::PrincipalType::user;
  user.role = api::kAdministratorRole;
  return user;
}

constexpr TimePoint kNow = fromMs(1'700'000'000'000);

}  // namespace

class TestAdministration : public QObject {
  Q_OBJECT

 private slots:
  void theRulesOfTheFirstStartAreEnough() {
    const std::vector users{administrator()};
    QVERIFY(administratorsCanAdminister(users, RuleSet(defaultRules()), kNow));
    QVERIFY(!administratorsCanAdminister(users, RuleSet(), kNow));
    QVERIFY(!administratorsCanAdminister({}, RuleSet(defaultRules()), kNow));
  }

  void whoIsBlockedOrNoUserDoesNotCount() {
    std::vector users{administrator()};
    users[0].blocked = true;
    QVERIFY(!administratorsCanAdminister(users, RuleSet(defaultRules()), kNow));
    users[0] = administrator();
    users[0].type = api::PrincipalType::service;
    QVERIFY(!administratorsCanAdminister(users, RuleSet(defaultRules()), kNow));
  }

  void aRuleThatExpiresIsNotEnough() {
    const std::vector users{administrator()};
    auto rules = defaultRules();
    rules[0].expiresAt = kNow + std::chrono::hours(1);
    QVERIFY(!administratorsCanAdminister(users, RuleSet(rules), kNow));
  }

  void whoHasNoPasswordDoesNotCount() {
    RegistrySnapshot registry;
    registry.rules = defaultRules();
    registry.principals.emplace_back().principal = administrator();
    QVERIFY(!administratorsCanAdminister(registry, kNow));
    registry.principals[0].passwordHash = "hash";
    QVERIFY(administratorsCanAdminister(registry, kNow));
  }
};

QTEST_GUILESS_MAIN(TestAdministration)
#include "tst_administration.moc"
