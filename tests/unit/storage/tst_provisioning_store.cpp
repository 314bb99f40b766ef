#include "gateway/storage/sqlite_registry_store.h"
#include "tests/unit/storage/registry_records.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace carport;
using namespace carport::test;

namespace {

KeyHash hash(std::uint8_t fill) {
  KeyHash out{};
  out.fill(fill);
  return out;
}

const ProvisioningStore::SameDevice kIsSame = [](const PrincipalRecord&) { return true; };
const ProvisioningStore::SameDevice kIsAnother = [](const PrincipalRecord&) { return false; };

}  // namespace

/// Provisioning keys and claim codes, as the database has them.
class TestProvisioningStore : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_store = SqliteRegistryStore::open(m_dir->filePath("registry.db").toStdString(), m_clock).value();
  }

  void aKeyRegistersAsManyAsItMay() {
    const auto key = keys().addProvisioningKey(wanted(2), hash(1));
    QVERIFY(key && key->number > 0 && key->createdAt == m_clock.now());
    QVERIFY(keys().provision(hash(1), device("van-1"), kIsAnother).has_value());
    QVERIFY(keys().provision(hash(1), device("van-2"), kIsAnother).has_value());
    QVERIFY(failsWith(keys().usableKey(hash(1)), StorageErrc::exists));
    QVERIFY(failsWith(keys().provision(hash(1), device("van-3"), kIsAnother), StorageErrc::exists));
    QCOMPARE(keys().provisioningKeys()->front().used, 2U);
    QCOMPARE(m_store->load()->principals.size(), 2U);
  }

  void whoDidNotHearTheAnswerAsksAgain() {
    QVERIFY(keys().addProvisioningKey(wanted(1), hash(1)).has_value());
    const auto first = keys().provision(hash(1), device("van-1"), kIsAnother);
    QVERIFY(first.has_value());
    const auto again = keys().provision(hash(1), device("van-1"), kIsSame);
    QVERIFY(again.has_value());
    QCOMPARE(again->principal.number.value, first->principal.number.value);
    QCOMPARE(keys().provisioningKeys()->front().used, 1U);
    QVERIFY(failsWith(keys().provision(hash(1), device("van-1"), kIsAnother), StorageErrc::exists));
  }

  void aKeyIsForItsIdsItsGroupAndItsTime() {
    PrincipalRecord group;
    group.principal.id = "fresh";
    group.principal.type = api::PrincipalType::group;
    QVERIFY(m_store->addPrincipal(group).has_value());
    auto key = wanted(10);
    key.idPrefix = "van-";
    key.group = "fresh";
    key.expiresAt = m_clock.now() + std::chrono::hours(1);
    QVERIFY(keys().addProvisioningKey(key, hash(1)).has_value());
    QVERIFY(!keys().provision(hash(1), device("truck-1"), kIsAnother).has_value());
    const auto van = keys().provision(hash(1), device("van-1"), kIsAnother);
    QVERIFY(van.has_value());
    QCOMPARE(van->principal.groups, std::vector<std::string>{"fresh"});
    QVERIFY(failsWith(keys().usableKey(hash(2)), StorageErrc::notFound));
    m_clock.advance(std::chrono::hours(1));
    QVERIFY(failsWith(keys().usableKey(hash(1)), StorageErrc::notFound));
    QVERIFY(failsWith(keys().provision(hash(1), device("van-2"), kIsAnother), StorageErrc::notFound));
    key.group = "nowhere";
    QVERIFY(failsWith(keys().addProvisioningKey(key, hash(3)), StorageErrc::notFound));
  }

  void aKeyStaysInItsOrganisation() {
    QVERIFY(m_store->addOrganisation({"acme", {}, {}, {}}).has_value());
    QVERIFY(m_store->addOrganisation({"zenith", {}, {}, {}}).has_value());
    QVERIFY(keys().addProvisioningKey(wanted(10), hash(1)).has_value());  // of the house, any id
    QVERIFY(!keys().provision(hash(1), device("acme.van-1"), kIsAnother).has_value());
    auto key = wanted(10);
    key.organisation = "acme";
    QVERIFY(!keys().addProvisioningKey(key, hash(2)).has_value());  // without the prefix
    key.idPrefix = "acme.";
    QVERIFY(keys().addProvisioningKey(key, hash(2)).has_value());
    QVERIFY(!keys().provision(hash(2), device("zenith.van-1"), kIsAnother).has_value());
    // What is there in another organisation and what is not are refused alike.
    QVERIFY(m_store->addPrincipal(device("zenith.van-2")).has_value());
    for (const std::uint8_t key : {std::uint8_t{1}, std::uint8_t{2}}) {
      const auto there = keys().provision(hash(key), device("zenith.van-2"), kIsAnother);
      const auto nowhere = keys().provision(hash(key), device("zenith.van-3"), kIsAnother);
      QCOMPARE(there.error().message(), nowhere.error().message());
    }
    const auto van = keys().provision(hash(2), device("acme.van-1"), kIsAnother);
    QVERIFY(van.has_value());
    QCOMPARE(van->principal.organisation(), std::string_view("acme"));
    QVERIFY(m_store->removePrincipal(van->principal.number).has_value());
    QVERIFY(m_store->removeOrganisation("acme").has_value());
    QVERIFY(failsWith(keys().usableKey(hash(2)), StorageErrc::notFound));
    QCOMPARE(keys().provisioningKeys()->size(), 1U);
  }

  void aKeyIsTakenBack() {
    const auto key = keys().addProvisioningKey(wanted(10), hash(1));
    QVERIFY(keys().removeProvisioningKey(key->number).has_value());
    QVERIFY(failsWith(keys().usableKey(hash(1)), StorageErrc::notFound));
    QVERIFY(failsWith(keys().removeProvisioningKey(key->number), StorageErrc::notFound));
  }

  void aCodeIsGoodOnce() {
    QVERIFY(m_store->addPrincipal(device("van-1")).has_value());
    QVERIFY(failsWith(keys().addClaimCode(code("van-9"), hash(1)), StorageErrc::notFound));
    QVERIFY(keys().addClaimCode(code("van-1"), hash(1)).has_value());
    QVERIFY(keys().openClaimCode(hash(1)).has_value());
    QCOMPARE(keys().takeClaimCode(hash(1))->car, std::string("van-1"));
    QVERIFY(failsWith(keys().takeClaimCode(hash(1)), StorageErrc::notFound));
    QVERIFY(failsWith(keys().openClaimCode(hash(1)), StorageErrc::notFound));
  }

  void aNewCodeTakesThePlaceOfTheOldOne() {
    QVERIFY(m_store->addPrincipal(device("van-1")).has_value());
    QVERIFY(m_store->addPrincipal(device("van-2")).has_value());
    QVERIFY(keys().addClaimCode(code("van-1"), hash(1)).has_value());
    QVERIFY(keys().addClaimCode(code("van-1"), hash(2)).has_value());
    QVERIFY(keys().addClaimCode(code("van-1", api::ClaimGives::car), hash(3)).has_value());
    QVERIFY(failsWith(keys().openClaimCode(hash(1)), StorageErrc::notFound));
    QCOMPARE(keys().claimCodes()->size(), 2U);
    QVERIFY(failsWith(keys().addClaimCode(code("van-2"), hash(2)), StorageErrc::exists));
    QVERIFY(keys().removeClaimCodes(m_store->load()->principals[0].principal.number).has_value());
    QVERIFY(keys().claimCodes()->empty());
  }

  void aCodeExpires() {
    QVERIFY(m_store->addPrincipal(device("van-1")).has_value());
    QVERIFY(keys().addClaimCode(code("van-1"), hash(1)).has_value());
    m_clock.advance(std::chrono::hours(2));
    QVERIFY(failsWith(keys().takeClaimCode(hash(1)), StorageErrc::notFound));
    QVERIFY(keys().claimCodes()->empty());
    QVERIFY(keys().addClaimCode(code("van-1"), hash(1)).has_value());  // the old one is cleared away
  }

 private:
  ProvisioningStore& keys() { return m_store->provisioning(); }
  static api::ProvisioningKey wanted(std::uint32_t quota) {
    api::ProvisioningKey key;
    key.quota = quota;
    key.createdBy = "root";
    return key;
  }
  api::ClaimCode code(const std::string& car, api::ClaimGives gives = api::ClaimGives::secret) {
    api::ClaimCode out;
    out.car = car;
    out.gives = gives;
    out.createdBy = "root";
    out.expiresAt = m_clock.now() + std::chrono::hours(1);
    return out;
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<SqliteRegistryStore> m_store;
};

QTEST_GUILESS_MAIN(TestProvisioningStore)
#include "tst_provisioning_store.moc"
