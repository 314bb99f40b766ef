#include "gateway/domain/audit_chain.h"
#include "gateway/domain/audit_changes.h"
#include "gateway/domain/credentials.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <functional>
#include <vector>

using namespace carport;

namespace {

api::AuditEntry entry() {
  api::AuditEntry entry;
  entry.number = 7;
  entry.time = fromMs(1'700'000'000'123);
  entry.organisation = "acme";
  entry.who = "anna";
  entry.door = api::Door::api;
  entry.address = "10.1.2.3";
  entry.action = "car.change";
  entry.about = "van-1";
  entry.before = R"({"name":"Van"})";
  entry.after = R"({"name":"Lorry"})";
  return entry;
}

PrincipalRecord person() {
  PrincipalRecord record;
  record.principal.id = "anna";
  record.principal.type = api::PrincipalType::user;
  record.principal.name = "Anna";
  record.passwordHash = "$argon2id$the-hash";
  return record;
}

}  // namespace

/// The hash that chains the audit log's entries, and what is told of a change.
class TestAuditChain : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }

  void everyFieldCounts() {
    const AuditHash before{1, 2, 3};
    const AuditHash hash = chainHash(before, entry());
    QVERIFY(hash == chainHash(before, entry()));
    QVERIFY(hash != chainHash(AuditHash{}, entry()));
    const std::vector<std::function<void(api::AuditEntry&)>> changes{
        [](auto& e) { ++e.number; },
        [](auto& e) { e.time += Milliseconds(1); },
        [](auto& e) { e.outcome = api::ActOutcome::refused; },
        [](auto& e) { e.organisation = "acm"; },
        [](auto& e) { e.who = "ann"; },
        [](auto& e) { e.door = api::Door::mqtt; },
        [](auto& e) { e.address.clear(); },
        [](auto& e) { e.action += "d"; },
        [](auto& e) { e.about = "van-2"; },
        [](auto& e) { e.before.clear(); },
        [](auto& e) { e.after += " "; },
        [](auto& e) { e.reason = "why"; },
        [](auto& e) { e.count = 2; },
    };
    for (const auto& change : changes) {
      auto changed = entry();
      change(changed);
      QVERIFY(hash != chainHash(before, changed));
    }
  }

  void textCannotMoveFromOneFieldToTheNext() {
    auto one = entry();
    auto other = entry();
    one.who = "ab";
    one.address = "c";
    other.who = "a";
    other.address = "bc";
    QVERIFY(chainHash({}, one) != chainHash({}, other));
  }

  void itsFormNeverChanges() {
    // Logs of today must be verifiable by every later version.
    QCOMPARE(toHex(chainHash({}, entry())),
             std::string("91e7517659a262e8077a1430ce4edc6bbb5033b2d1f0e506c920d102ef0aa750"));
  }

  void hashesAreReadAsTheyAreWritten() {
    const AuditHash hash = chainHash({}, entry());
    QVERIFY(auditHashFrom(toHex(hash)) == hash);
    QVERIFY(!auditHashFrom("") && !auditHashFrom("zz") && !auditHashFrom(toHex(hash) + "00"));
    QVERIFY(!auditHashFrom(toHex(hash).substr(2)));
  }

  void onlyWhatDiffersIsTold() {
    const nlohmann::json before{{"name", "Van"}, {"blocked", false}, {"gone", 1}};
    const nlohmann::json after{{"name", "Lorry"}, {"blocked", false}, {"new", 2}};
    const auto change = changeBetween(before, after);
    QCOMPARE(change.before, std::string(R"({"gone":1,"name":"Van"})"));
    QCOMPARE(change.after, std::string(R"({"name":"Lorry","new":2})"));
    QVERIFY(changeBetween(before, before).none());
    QCOMPARE(changeBetween(nlohmann::json(), after).before, std::string());
    QCOMPARE(changeBetween(before, nlohmann::json()).after, std::string());
  }

  void credentialsAreToldWithoutThem() {
    auto before = person();
    auto after = person();
    after.passwordHash = "$argon2id$another-hash";
    const auto change = changeBetween(&before, &after);
    QCOMPARE(change.before, std::string(R"({"password":"set"})"));
    QCOMPARE(change.after, std::string(R"({"password":"changed"})"));
    after.secret = DeviceSecret{{1}, {2}};
    const auto added = changeBetween(nullptr, &after);
    QVERIFY(added.before.empty());
    QVERIFY(added.after.find("argon") == std::string::npos && added.after.find("hash") == std::string::npos);
    QVERIFY(added.after.find(R"("secret":"set")") != std::string::npos);
    auto more = after;
    more.secret = DeviceSecret{{1}, {3}};
    QCOMPARE(changeBetween(&after, &more).after, std::string(R"({"secret":"changed"})"));
  }

  void whatIsTooLongIsSaidToBe() {
    const nlohmann::json after{{"note", std::string(api::kMaxAuditDetailBytes, 'x')}};
    const auto change = changeBetween(nlohmann::json(), after);
    QVERIFY(change.after.size() < 100 && change.after.find("tooLong") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestAuditChain)
#include "tst_audit_chain.moc"
