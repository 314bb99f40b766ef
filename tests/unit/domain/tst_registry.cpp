#include "gateway/domain/registry.h"

#include <QtTest>

#include <string>

using namespace carport;
using api::PrincipalType;

namespace {

PrincipalRecord record(std::uint32_t number, std::string id, PrincipalType type, std::vector<std::string> groups = {}) {
  PrincipalRecord result;
  result.principal.number = {number};
  result.principal.id = std::move(id);
  result.principal.type = type;
  result.principal.groups = std::move(groups);
  return result;
}

TokenRecord token(std::int64_t number, std::uint32_t owner, std::uint8_t fill) {
  TokenRecord result;
  result.info.number = number;
  result.info.owner = {owner};
  result.hash.fill(fill);
  return result;
}

RegistrySnapshot snapshot() {
  RegistrySnapshot result;
  result.principals = {record(3, "car-3", PrincipalType::device, {"north"}),
                       record(1, "anna", PrincipalType::user, {"north"}), record(2, "car-2", PrincipalType::device),
                       record(4, "north", PrincipalType::group)};
  result.rules = defaultRules();
  result.tokens = {token(12, 1, 0xAB), token(11, 1, 0xCD), token(13, 2, 0xEF)};
  result.sequence = 40;
  return result;
}

}  // namespace

class TestRegistry : public QObject {
  Q_OBJECT

 private slots:
  void whatFewHaveCostsACarNothing() {
    // 100,000 cars are an ordinary registry: a field for a few of them goes behind a pointer.
    QVERIFY2(sizeof(PrincipalRecord) <= 224, std::to_string(sizeof(PrincipalRecord)).c_str());
  }

  void anIdThatPassesOnIsFound() {
    Registry registry;
    registry.reset(snapshot());
    RegistryChanges changes;
    auto renamed = record(3, "car-3", PrincipalType::device);
    renamed.principal.name = "A name that is so long that it lies outside of the record";
    auto heir = record(9, "car-2", PrincipalType::device);
    changes.removedPrincipals = {PrincipalNumber{2}};
    changes.principals = {renamed, heir};
    registry.apply(changes);
    QCOMPARE(registry.find("car-2")->number.value, 9U);
    QCOMPARE(registry.find("car-3")->name, renamed.principal.name);
    for (std::uint32_t number = 100; number < 1100; ++number) {
      changes = {};
      changes.principals = {record(number, "van-" + std::to_string(number), PrincipalType::device)};
      registry.apply(changes);
    }
    QCOMPARE(registry.find("car-2")->number.value, 9U);
    QCOMPARE(registry.find("van-100")->number.value, 100U);
    QCOMPARE(registry.count(PrincipalType::device), std::size_t{1002});
  }

  void organisationsAndRolesAreReplacedAsAWhole() {
    Registry registry;
    RegistrySnapshot start = snapshot();
    start.organisations = {{"acme", "Acme", {}, {}}};
    api::Role mechanic;
    mechanic.id = "mechanic";
    start.roles = {mechanic};
    registry.reset(start);
    QVERIFY(registry.organisation("acme") && registry.role("mechanic") && registry.role("admin")->builtIn);
    QVERIFY(!registry.role("none") && !registry.role("") && !registry.organisation(""));
    QCOMPARE(registry.roles().size(), std::size_t{4});
    RegistryChanges changes;
    changes.organisations = std::vector<api::Organisation>{{"zenith", {}, {}, {}}};
    changes.roles = std::vector<api::Role>();
    registry.apply(changes);
    QVERIFY(!registry.organisation("acme") && registry.organisation("zenith") && !registry.role("mechanic"));
    registry.apply({});
    QVERIFY(registry.organisation("zenith").has_value());
  }

  void findsByIdAndNumber() {
    Registry registry;
    QCOMPARE(registry.version(), std::uint64_t{0});
    QVERIFY(!registry.find("anna"));
    registry.reset(snapshot());
    QCOMPARE(registry.version(), std::uint64_t{1});
    QCOMPARE(registry.sequence(), std::int64_t{40});
    QCOMPARE(registry.find("anna")->number.value, 1U);
    QCOMPARE(registry.find(PrincipalNumber{2})->id, std::string("car-2"));
    QVERIFY(!registry.find("car-9") && !registry.find(PrincipalNumber{9}) && !registry.record("car-9"));
    QCOMPARE(registry.record("car-3")->principal.number.value, 3U);
    QCOMPARE(registry.record(PrincipalNumber{3})->principal.id, std::string("car-3"));
    QCOMPARE(registry.rules()->rules().size(), defaultRules().size());
  }

  void listsByNumber() {
    Registry registry;
    registry.reset(snapshot());
    const auto cars = registry.all(PrincipalType::device);
    QCOMPARE(cars.size(), std::size_t{2});
    QCOMPARE(cars[0].id, std::string("car-2"));
    QCOMPARE(registry.count(PrincipalType::device), std::size_t{2});
    QCOMPARE(registry.count(PrincipalType::service), std::size_t{0});
    const auto members = registry.membersOf("north");
    QCOMPARE(members.size(), std::size_t{2});
    QCOMPARE(members[0].id, std::string("anna"));
  }

  void tokensAreFoundByHash() {
    Registry registry;
    registry.reset(snapshot());
    std::array<std::uint8_t, 32> hash{};
    hash.fill(0xAB);
    QCOMPARE(registry.tokenByHash(hash)->info.number, std::int64_t{12});
    hash.fill(0x00);
    QVERIFY(!registry.tokenByHash(hash));
    const auto tokens = registry.tokensOf({1});
    QCOMPARE(tokens.size(), std::size_t{2});
    QCOMPARE(tokens[0].info.number, std::int64_t{11});
    QVERIFY(registry.token(13) && !registry.token(14));
  }

  void appliesChanges() {
    Registry registry;
    registry.reset(snapshot());
    const auto before = registry.rules();
    RegistryChanges changes;
    changes.principals = {record(2, "renamed", PrincipalType::device), record(5, "anna", PrincipalType::service)};
    changes.removedPrincipals = {{1}, {99}};
    changes.rules = std::vector<api::Rule>{};
    changes.tokens = {token(13, 2, 0x11)};
    changes.removedTokens = {99};
    changes.sequence = 44;
    registry.apply(changes);
    QCOMPARE(registry.version(), std::uint64_t{2});
    QCOMPARE(registry.sequence(), std::int64_t{44});
    QVERIFY(!registry.find("car-2"));
    QCOMPARE(registry.find("renamed")->number.value, 2U);
    QCOMPARE(registry.find("anna")->number.value, 5U);  // removed, and its id given to somebody new
    QVERIFY(registry.tokensOf({1}).empty());            // gone with their owner
    std::array<std::uint8_t, 32> hash{};
    hash.fill(0xEF);
    QVERIFY(!registry.tokenByHash(hash));
    hash.fill(0x11);
    QVERIFY(registry.tokenByHash(hash));
    QCOMPARE(registry.count(PrincipalType::user), std::size_t{0});
    QCOMPARE(registry.count(PrincipalType::device), std::size_t{2});
    QCOMPARE(registry.count(PrincipalType::service), std::size_t{1});
    QVERIFY(registry.rules()->rules().empty());
    QCOMPARE(before->rules().size(), defaultRules().size());  // whoever holds the old rules keeps them
  }

  void nothingChangedKeepsTheVersion() {
    Registry registry;
    registry.reset(snapshot());
    RegistryChanges none;
    none.sequence = 41;
    registry.apply(none);
    QCOMPARE(registry.version(), std::uint64_t{1});
    QCOMPARE(registry.sequence(), std::int64_t{41});
    RegistryChanges tooOld;
    tooOld.reloadEverything = true;
    tooOld.sequence = 99;
    registry.apply(tooOld);
    QCOMPARE(registry.sequence(), std::int64_t{41});
  }
};

QTEST_GUILESS_MAIN(TestRegistry)
#include "tst_registry.moc"
