#include "ui/models/command_model.h"
#include "ui/models/event_model.h"
#include "ui/models/log_model.h"
#include "ui/models/principal_model.h"
#include "ui/models/rule_draft.h"
#include "ui/models/rule_model.h"
#include "ui/models/values_model.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

api::Command command(const std::string& id, api::CommandState state, std::int64_t changed, std::uint32_t car = 1) {
  api::Command value;
  value.id = id;
  value.car = PrincipalNumber{car};
  value.name = "lock";
  value.state = state;
  value.changedAt = fromMs(changed);
  return value;
}

api::Event happened(std::int64_t number, std::int64_t time) {
  api::Event value;
  value.number = EventNumber{number};
  value.time = fromMs(time);
  value.name = "event " + std::to_string(number);
  return value;
}

api::Rule rule(std::int64_t number, int priority) {
  api::Rule value;
  value.number = RuleNumber{number};
  value.priority = priority;
  return value;
}

}  // namespace

class TestListModels : public QObject {
  Q_OBJECT

 private slots:
  void commandsAreNewestFirstAndOnlyGoForward() {
    CarStore store;
    CommandModel model(store);
    QAbstractItemModelTester tester(&model, kReport);
    model.setCommands({command("01", api::CommandState::queued, 1), command("03", api::CommandState::sent, 1)});
    model.upsert(command("02", api::CommandState::queued, 1));
    QCOMPARE(QString::fromStdString(model.at(1)->id), QString("02"));
    model.upsert(command("02", api::CommandState::done, 5));
    model.upsert(command("02", api::CommandState::sent, 9));
    QCOMPARE(int(model.at(1)->state), int(api::CommandState::done));
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(1, int(CommandColumn::state)).data().toString(), QString("Done"));
    QVERIFY(!model.index(1, 0).data(kCommandCancellableRole).toBool());
    QVERIFY(model.index(0, 0).data(kCommandCancellableRole).toBool());
    QVERIFY(model.at(-1) == nullptr && model.at(3) == nullptr);
  }

  void commandsStayWithinTheirLimit() {
    CarStore store;
    CommandModel model(store);
    QAbstractItemModelTester tester(&model, kReport);
    for (std::size_t i = 0; i < CommandModel::kMaxCommands + 5; ++i) {
      model.upsert(command(QString("%1").arg(i, 6, 10, QChar('0')).toStdString(), api::CommandState::queued, 1));
    }
    QCOMPARE(model.rowCount(), int(CommandModel::kMaxCommands));
    model.upsert(command("000000", api::CommandState::queued, 1));
    QCOMPARE(model.rowCount(), int(CommandModel::kMaxCommands));
    QCOMPARE(QString::fromStdString(model.at(0)->id), QString("001004"));
  }

  void eventsAreNewestFirstWithoutDoubles() {
    CarStore store;
    EventModel model(store);
    QAbstractItemModelTester tester(&model, kReport);
    model.setEvents({happened(1, 100), happened(2, 300)});
    model.add(happened(3, 200));
    model.add(happened(3, 200));
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.at(1)->number.value, 3);
    EventModel full(store);
    for (int i = 0; i < int(EventModel::kMaxEvents) + 10; ++i) full.add(happened(100 + i, 1'000 + i));
    QCOMPARE(full.rowCount(), int(EventModel::kMaxEvents));
  }

  void theLogGrowsAtItsEnd() {
    LogModel model;
    QAbstractItemModelTester tester(&model, kReport);
    std::vector<LogEntry> entries;
    for (int i = 0; i < 900; ++i) entries.push_back({fromMs(i), LogLevel::info, "mqtt", std::to_string(i)});
    model.setEntries(entries);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    std::vector<LogEntry> later(entries.begin() + 200, entries.end());
    for (int i = 900; i < 1100; ++i) later.push_back({fromMs(i), LogLevel::warning, "storage", std::to_string(i)});
    model.setEntries(later);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(model.rowCount(), 1000);
    QCOMPARE(QString::fromStdString(model.at(999)->text), QString("1099"));
    model.setEntries(later);
    QCOMPARE(model.rowCount(), 1000);
    model.setEntries({{fromMs(5000), LogLevel::error, "x", "another gateway"}});
    QCOMPARE(resets.count(), 1);
    QCOMPARE(model.rowCount(), 1);
  }

  void rulesStandInTheOrderOfTrying() {
    RuleModel model;
    QAbstractItemModelTester tester(&model, kReport);
    model.setRules({rule(3, 500), rule(1, 1000), rule(2, 500)});
    QCOMPARE(model.rowOf(RuleNumber{2}), 0);
    model.upsert(rule(1, 100));
    QCOMPARE(model.rowOf(RuleNumber{1}), 0);
    model.upsert(rule(9, 700));
    QCOMPARE(model.rowOf(RuleNumber{9}), 3);
    model.remove(RuleNumber{3});
    model.remove(RuleNumber{77});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.rowOf(RuleNumber{3}), -1);
  }

  void draftsSayWhatIsWrongWithThem() {
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000);
    RuleDraft draft;
    QVERIFY(draft.problems(now).empty());
    draft.whoKind = api::Selector::Kind::principal;
    draft.aboutKind = api::Selector::Kind::topic;
    draft.aboutValue = "a/#/b";
    draft.priority = -1;
    draft.expiresAt = now.addSecs(-1);
    draft.note = QString(RuleDraft::kMaxNoteLength + 1, 'x');
    QCOMPARE(draft.problems(now).size(), std::size_t(5));
    for (const auto& problem : draft.problems(now)) QVERIFY(problem.sentence.endsWith('.'));
    draft.whoValue = " ann ";
    draft.aboutValue = "plant/+/state";
    draft.priority = 20;
    draft.expiresAt = now.addDays(1);
    draft.note = "for the night shift";
    QVERIFY(draft.problems(now).empty());
    const api::Rule made = draft.toRule();
    QCOMPARE(QString::fromStdString(made.who.toString()), QString("principal:ann"));
    QCOMPARE(QString::fromStdString(made.about.toString()), QString("topic:plant/+/state"));
    QCOMPARE(RuleDraft(made).toRule(), made);
    draft.whoKind = api::Selector::Kind::topic;
    QCOMPARE(int(draft.problems(now).front().field), int(RuleDraft::Field::who));
  }

  void draftsKeepTheRuleTheyCameFrom() {
    api::Rule built = rule(12, 300);
    built.builtIn = true;
    built.who = {api::Selector::Kind::role, "operator"};
    built.action.reset();
    built.expiresAt = fromMs(1'800'000'000'000);
    QCOMPARE(RuleDraft(built).toRule(), built);
    QVERIFY(RuleDraft(built).sentence().contains("Operator"));
    // What the form does not show stays as it was.
    built.organisation = "acme";
    built.validFrom = fromMs(1'700'000'000'000);
    built.action = api::Action::command;
    built.command = "unlock";
    built.filter = "payload.arguments.level < 3";
    RuleDraft edited(built);
    QVERIFY(edited.sentence().contains("unlock") && edited.sentence().contains("level < 3"));
    edited.note = "another reason";
    built.note = "another reason";
    QCOMPARE(edited.toRule(), built);
    edited.action = api::Action::view;
    QVERIFY(edited.toRule().command.empty() && edited.toRule().filter.empty());
  }

  void principalsStandById() {
    PrincipalModel model;
    QAbstractItemModelTester tester(&model, kReport);
    api::Principal ann;
    ann.number = PrincipalNumber{1};
    ann.id = "ann";
    ann.type = api::PrincipalType::user;
    ann.role = api::kAdministratorRole;
    api::Principal bob = ann;
    bob.number = PrincipalNumber{2};
    bob.id = "bob";
    model.setPrincipals({bob});
    model.upsert(ann);
    QCOMPARE(model.rowOf(ann.number), 0);
    ann.blocked = true;
    model.upsert(ann);
    QCOMPARE(model.index(0, int(PrincipalColumn::blocked)).data().toString(), QString("Blocked"));
    QCOMPARE(model.index(0, int(PrincipalColumn::role)).data().toString(), QString("Administrator"));
    model.remove(bob.number);
    QCOMPARE(model.rowCount(), 1);
  }

  void valuesShowWhatPeopleLookAtFirst() {
    ValuesModel model;
    QAbstractItemModelTester tester(&model, kReport);
    const TimePoint now = fromMs(1'700'000'000'000);
    api::CarState state;
    state.position.time = now;
    state.metrics["aaa"] = {1, now};
    state.metrics["soc"] = {71, now - Milliseconds(90'000)};
    state.metrics["speed"] = {63, now};
    state.attributes["doors"] = {api::AttributeValue(false), now};
    model.setState(&state, now);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.index(0, 1).data().toString(), QString("63 km/h"));
    QCOMPARE(model.index(1, 2).data().toString(), QString("1 min"));
    QVERIFY(model.index(1, 0).data(kValueOldRole).toBool());
    QCOMPARE(model.index(3, 1).data().toString(), QString("no"));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    state.metrics["speed"].value = 64;
    model.setState(&state, now);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(model.index(0, 1).data().toString(), QString("64 km/h"));
    for (int i = 0; i < 2000; ++i) state.metrics["m" + std::to_string(i)] = {1, now};
    model.setState(&state, now);
    QCOMPARE(model.rowCount(), int(ValuesModel::kMaxRows));
    QCOMPARE(model.hiddenRows(), std::size_t(2004 - ValuesModel::kMaxRows));
    model.setState(nullptr, now);
    QCOMPARE(model.rowCount(), 0);
  }
};

QTEST_GUILESS_MAIN(TestListModels)
#include "tst_list_models.moc"
