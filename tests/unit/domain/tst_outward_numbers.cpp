#include "gateway/domain/cursor_seal.h"
#include "gateway/domain/outward_numbers.h"

#include <QtTest>

#include <set>

using namespace carport;

namespace {
SecretKey keyOf(std::uint8_t byte) {
  SecretKey key;
  key.fill(byte);
  return key;
}
}  // namespace

/// Numbers and cursors as organisations are told them.
class TestOutwardNumbers : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }

  void theHouseIsToldThemAsTheyAre() {
    const OutwardNumbers house(keyOf(1), "");
    QVERIFY(!house.areEnciphered());
    QCOMPARE(house.told(PrincipalNumber{7}), PrincipalNumber{7});
    QCOMPARE(*house.meant(NumberKind::token, 12), std::int64_t{12});
    QCOMPARE(house.auditedAbout("token 12"), std::string("token 12"));
  }

  void theWayThereAndBack() {
    const OutwardNumbers acme(keyOf(1), "acme");
    for (const auto kind : {NumberKind::principal, NumberKind::token, NumberKind::provisioningKey, NumberKind::event,
                            NumberKind::audit}) {
      std::set<std::int64_t> all;
      for (std::int64_t number = 1; number < 3000; ++number) {
        const auto told = acme.told(kind, number);
        QVERIFY(told != number && told > 3000);
        QVERIFY(told < std::int64_t{1} << 53U);  // programs in a browser know no longer ones
        QCOMPARE(*acme.meant(kind, told), number);
        all.insert(told);
      }
      QCOMPARE(all.size(), std::size_t{2999});
    }
    QCOMPARE(*acme.meant(acme.told(PrincipalNumber{1'000'000'000})), PrincipalNumber{1'000'000'000});
    QCOMPARE(acme.told(PrincipalNumber{}), PrincipalNumber{});  // nobody stays nobody
  }

  void theySayNeitherOrderNorNumber() {
    const OutwardNumbers acme(keyOf(1), "acme");
    int rising = 0;
    for (std::int64_t number = 1; number < 1000; ++number) {
      rising += acme.told(NumberKind::token, number + 1) > acme.told(NumberKind::token, number) ? 1 : 0;
    }
    QVERIFY(rising > 400 && rising < 600);
  }

  void whatNobodyWasToldMeansNothing() {
    const OutwardNumbers acme(keyOf(1), "acme"), beta(keyOf(1), "beta"), elsewhere(keyOf(2), "acme");
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-5}, (std::int64_t{1} << 30U) - 1,
                                      std::int64_t{1} << 31U, INT64_MAX, INT64_MIN}) {
      QVERIFY(!acme.meant(NumberKind::token, number));
    }
    const auto told = acme.told(NumberKind::token, 5);
    QVERIFY(beta.meant(NumberKind::token, told) != 5);
    QVERIFY(elsewhere.meant(NumberKind::token, told) != 5);
    QVERIFY(acme.meant(NumberKind::principal, told) != 5);
  }

  void valuesAreToldWhole() {
    const OutwardNumbers acme(keyOf(1), "acme");
    api::Rule rule;
    rule.organisation = "acme";
    rule.number = RuleNumber{(std::int64_t{9} << api::kOwnRuleNumberBits) | 4};
    QCOMPARE(acme.told(rule).number, RuleNumber{4});
    QCOMPARE(OutwardNumbers(keyOf(1), "").told(rule).number, rule.number);
    api::AuditEntry entry;
    entry.number = 3;
    entry.about = "token 12";
    entry.hash = std::string(64, 'a');
    entry.after = R"({"name":"x","number":7})";
    entry.before = R"({"number":7})";
    const auto told = acme.told(entry);
    QVERIFY(told.number != 3 && told.hash.empty() && told.before.empty());
    QCOMPARE(told.after, std::string(R"({"name":"x"})"));
    QVERIFY(told.about.starts_with("token ") && told.about != entry.about);
    QCOMPARE(acme.auditedAbout(told.about), entry.about);
    QCOMPARE(acme.auditedAbout("acme.van"), std::string("acme.van"));
    api::Command command;
    command.car = PrincipalNumber{3};
    command.issuedBy = PrincipalNumber{4};
    QCOMPARE(acme.told(command).issuedBy, acme.told(PrincipalNumber{4}));
    QCOMPARE(acme.told(command).car, acme.told(PrincipalNumber{3}));
  }

  void cursorsAreSealed() {
    const CursorSeal acme(keyOf(1), "acme"), beta(keyOf(1), "beta");
    const std::string place = "/cars\n17";
    const auto sealed = acme.seal(place);
    QVERIFY(sealed.find("17") == std::string::npos && sealed.find("cars") == std::string::npos);
    QCOMPARE(acme.seal(place), sealed);  // so that a page keeps its entity tag
    QCOMPARE(*acme.open(sealed), place);
    QVERIFY(!beta.open(sealed) && !acme.open("") && !acme.open(place));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      auto bent = sealed;
      bent[i] = static_cast<char>(bent[i] ^ 1);
      QVERIFY(!acme.open(bent));
    }
  }
};

QTEST_GUILESS_MAIN(TestOutwardNumbers)
#include "tst_outward_numbers.moc"
