#include "gateway/domain/access.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace carport;

namespace {

api::Rule fullRule() {
  api::Rule rule;
  rule.organisation = "acme";
  rule.priority = -5;
  rule.who = *api::Selector::parse("attribute:depot=Gh*");
  rule.about = *api::Selector::parse("type:device");
  rule.action = api::Action::command;
  rule.command = "unlock";
  rule.filter = R"(payload.arguments.level < 3)";
  rule.allow = true;
  rule.validFrom = fromMs(1'700'000'000'000);
  rule.expiresAt = fromMs(1'800'000'000'000);
  rule.note = "for the night shift";
  return rule;
}

}  // namespace

class TestRuleTable : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_store = SqliteRegistryStore::open(m_dir->filePath("registry.db").toStdString(), m_clock).value();
    for (const char* id : {"acme", "beta"}) {
      api::Organisation organisation;
      organisation.id = id;
      QVERIFY(m_store->addOrganisation(organisation).has_value());
    }
  }

  void keepsEveryField() {
    auto rule = m_store->addRule(fullRule()).value();
    QCOMPARE(find(rule.number), rule);
    rule.command.clear();
    rule.filter = R"(payload.name = "honk")";
    rule.validFrom.reset();
    rule.note = "for the day shift";
    QVERIFY(m_store->updateRule(rule).has_value());
    QCOMPARE(find(rule.number), rule);
  }

  void aRuleStaysItsOrganisations() {
    const auto rule = m_store->addRule(fullRule()).value();
    auto moved = rule;
    moved.organisation = "beta";
    QVERIFY(!m_store->updateRule(moved).has_value());
    moved.organisation.clear();
    QVERIFY(!m_store->updateRule(moved).has_value());
    QCOMPARE(find(rule.number), rule);
  }

  void anOrganisationTakesItsRulesAlong() {
    api::Rule named;
    named.who = *api::Selector::parse("role:admin");
    named.about = *api::Selector::parse("organisation:acme");
    named.allow = true;
    QVERIFY(m_store->addRule(named).has_value());
    named.about = *api::Selector::parse("organisation:*");
    QVERIFY(m_store->addRule(named).has_value());
    const std::size_t each = defaultRules().size();
    QCOMPARE(m_store->load()->rules.size(), 3 * each + 2);
    QVERIFY(m_store->removeOrganisation("acme").has_value());
    const auto rules = m_store->load()->rules;
    QCOMPARE(rules.size(), 2 * each + 1);
    QVERIFY(std::none_of(rules.begin(), rules.end(), [](const api::Rule& rule) {
      return rule.organisation == "acme" || rule.about.value == "acme";
    }));
    // Of the house's rule that went along the audit log says so; the organisation's own are what it was.
    AuditQuery query;
    query.action = "rule.remove";
    const auto removed = AuditTable(m_store->database()).select(query);
    QCOMPARE(removed.size(), 1U);
    QVERIFY(removed[0].before.find("organisation:acme") != std::string::npos);
  }

  void onlyAnOrganisationThatIsThereHasRules() {
    auto rule = fullRule();
    rule.organisation = "gamma";
    QVERIFY(m_store->addRule(rule).error().is(StorageErrc::notFound));
    QVERIFY(m_store->removeOrganisation("beta").has_value());
    rule.organisation = "beta";
    QVERIFY(m_store->addRule(rule).error().is(StorageErrc::notFound));
  }

  void nobodyHasMoreRulesThanMayBe() {
    const auto own = static_cast<int>(defaultRules().size());
    m_store->database()
        .query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO rule(number, "
            "priority, who, about, allow, note, built_in, organisation) SELECT 100000 + i, 1, '*', '*', 0, '', 0, "
            "'acme' "
            "FROM n")
        .bind(static_cast<int>(RegistryStore::kMaxRules) - own - 1)
        .run();
    QVERIFY(m_store->addRule(fullRule()).has_value());
    const auto more = m_store->addRule(fullRule());
    QVERIFY(!more && more.error().message().find("10000 rules") != std::string::npos);
    auto others = fullRule();
    others.organisation = "beta";
    QVERIFY(m_store->addRule(others).has_value());
    others.organisation.clear();
    QVERIFY(m_store->addRule(others).has_value());
  }

  void rulesFromBeforeAreTheHousesAndUnconditional() {
    const std::filesystem::path old = m_dir->filePath("old.db").toStdString();
    {
      auto database = Database::open(old, Database::Mode::create).value();
      QVERIFY(migrate(*database, registryMigrations().first(5)).has_value());
      database->exec(
          "INSERT INTO rule(priority, who, about, action, allow, expires_at, note, built_in) VALUES "
          "(7, 'role:operator', 'type:device', 'view', 1, NULL, 'old', 1)");
    }
    const auto store = SqliteRegistryStore::open(old, m_clock);
    QVERIFY(store.has_value());
    const auto rules = (*store)->load()->rules;
    QCOMPARE(rules.size(), std::size_t{1});
    api::Rule expected;
    expected.number = rules[0].number;
    expected.priority = 7;
    expected.who = *api::Selector::parse("role:operator");
    expected.about = *api::Selector::parse("type:device");
    expected.action = api::Action::view;
    expected.allow = true;
    expected.note = "old";
    expected.builtIn = true;
    QCOMPARE(rules[0], expected);
  }

 private:
  api::Rule find(RuleNumber number) {
    const auto rules = m_store->load()->rules;
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const api::Rule& rule) { return rule.number == number; });
    return found == rules.end() ? api::Rule{} : *found;
  }

  SystemClock m_clock;
  std::unique_ptr<QTemporaryDir> m_dir;
  std::unique_ptr<SqliteRegistryStore> m_store;
};

QTEST_GUILESS_MAIN(TestRuleTable)
#include "tst_rule_table.moc"
