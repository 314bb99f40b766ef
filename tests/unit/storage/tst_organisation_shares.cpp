#include "gateway/domain/access.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

using namespace carport;

namespace {

api::Rule ruleOf(const std::string& organisation) {
  api::Rule rule;
  rule.organisation = organisation;
  rule.allow = true;
  return rule;
}

std::int64_t placeOf(const Result<api::Rule>& rule) {
  return rule ? api::numberInOrganisation(*rule) : -1;
}

}  // namespace

/// What organisations share in the registry: none counts another's rules, and none takes all there is room for.
class TestOrganisationShares : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_store = open();
    QVERIFY(m_store);
    for (const char* id : {"acme", "beta"}) {
      api::Organisation organisation;
      organisation.id = id;
      QVERIFY(m_store->addOrganisation(organisation).has_value());
    }
  }
  void cleanup() { m_store.reset(); }

  void rulesCountWithinAnOrganisation() {
    const auto first = static_cast<std::int64_t>(defaultRules().size()) + 1;
    for (std::int64_t i = 0; i < 3; ++i) {
      const auto acme = m_store->addRule(ruleOf("acme")), beta = m_store->addRule(ruleOf("beta"));
      QCOMPARE(placeOf(acme), first + i);
      QCOMPARE(placeOf(beta), first + i);
      QVERIFY(acme->number != beta->number);
      QCOMPARE(m_store->addRule(ruleOf(""))->number.value, first + i);
    }
    // In the order in which they were made, which decides between rules of the same priority.
    const auto rules = m_store->load()->rules;
    std::vector<std::int64_t> own;
    for (const api::Rule& rule : rules) {
      if (rule.organisation == "acme" && rule.priority == api::Rule{}.priority) own.push_back(rule.number.value);
    }
    QVERIFY(own.size() >= 3 && std::is_sorted(own.begin(), own.end()));
  }

  void numbersAreNotGivenAgain() {
    const auto rule = m_store->addRule(ruleOf("acme"));
    QVERIFY(rule.has_value());
    QVERIFY(m_store->removeRule(rule->number).has_value());
    QCOMPARE(placeOf(m_store->addRule(ruleOf("acme"))), placeOf(rule) + 1);
    QVERIFY(m_store->removeOrganisation("beta").has_value());
    api::Organisation again;
    again.id = "beta";
    QVERIFY(m_store->addOrganisation(again).has_value());
    std::vector<std::int64_t> all;
    const auto snapshot = m_store->load();
    for (const api::Rule& one : snapshot->rules) all.push_back(one.number.value);
    std::sort(all.begin(), all.end());
    QVERIFY(std::adjacent_find(all.begin(), all.end()) == all.end());
  }

  void rulesKeepTheirNumbersOverTheUpgrade() {
    m_store.reset();
    const auto path = m_dir->filePath("old.db").toStdString();
    {
      const auto opened = Database::open(path, Database::Mode::create);
      QVERIFY(opened.has_value());
      Database& database = **opened;
      const auto all = registryMigrations();
      const auto before = std::find_if(all.begin(), all.end(), [](const Migration& step) {
        return step.name.find("rule_series") != std::string_view::npos;
      });
      QVERIFY(before != all.end());
      QVERIFY(migrate(database, all.first(std::size_t(before - all.begin()))).has_value());
      database.exec("INSERT INTO organisation VALUES ('acme', '', '', 0)");
      database.exec(
          "INSERT INTO rule(number, priority, who, about, allow, note, built_in, organisation) VALUES "
          "(1, 0, '*', '*', 1, '', 0, ''), (2, 0, '*', '*', 1, '', 0, 'acme')");
    }
    auto store = *SqliteRegistryStore::open(path, m_clock);
    QCOMPARE(store->load()->rules.size(), std::size_t{2});
    QCOMPARE(store->load()->rules[1].number.value, std::int64_t{2});
    QCOMPARE(api::numberInOrganisation(store->load()->rules[1]), std::int64_t{2});
    QCOMPARE(store->addRule(ruleOf(""))->number.value, std::int64_t{3});
    QCOMPARE(placeOf(store->addRule(ruleOf("acme"))), std::int64_t{3});
  }

  void oneOrganisationDoesNotTakeAllRoles() {
    const auto add = [&](const char* organisation, std::size_t i) {
      api::Role role;
      role.organisation = organisation;
      role.id = fmt::format("{}.r{}", organisation, i);
      return m_store->addRole(role).has_value();
    };
    for (std::size_t i = 0; i < RegistryStore::kMaxRolesOfOrganisation; ++i) QVERIFY(add("acme", i));
    QVERIFY(!add("acme", 999));
    QVERIFY(add("beta", 0));
  }

  void oneOrganisationDoesNotTakeAllKeys() {
    const auto add = [&](const std::string& organisation, std::uint8_t i) {
      api::ProvisioningKey key;
      key.organisation = organisation;
      key.idPrefix = organisation + ".";
      key.quota = 1;
      KeyHash hash{};
      hash[0] = i;
      hash[1] = static_cast<std::uint8_t>(organisation[0]);
      return m_store->provisioning().addProvisioningKey(key, hash).has_value();
    };
    for (std::size_t i = 0; i < ProvisioningStore::kMaxKeysOfOrganisation; ++i) {
      QVERIFY(add("acme", static_cast<std::uint8_t>(i)));
    }
    QVERIFY(!add("acme", 200));
    QVERIFY(add("beta", 0));
  }

 private:
  std::unique_ptr<SqliteRegistryStore> open() {
    auto opened = SqliteRegistryStore::open(m_dir->filePath("registry.db").toStdString(), m_clock);
    return opened ? *std::move(opened) : nullptr;
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<SqliteRegistryStore> m_store;
};

QTEST_GUILESS_MAIN(TestOrganisationShares)
#include "tst_organisation_shares.moc"
