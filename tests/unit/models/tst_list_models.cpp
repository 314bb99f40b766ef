#include "ui/models/command_model.h"
#include "ui/models/connection_list_model.h"
#include "ui/models/connection_words.h"
#include "ui/models/event_model.h"
#include "ui/models/log_model.h"
#include "ui/models/message_log_model.h"
#include "ui/models/message_text.h"
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

api::RawMessage message(const std::string& payload, std::int64_t at, bool isText = true) {
  api::RawMessage value;
  value.arrival = fromMs(at);
  value.topic = "cars/van-1/telemetry";
  value.payload = payload;
  value.isText = isText;
  value.bytes = payload.size();
  return value;
}

api::RawMessages messages(int first, int count, std::uint64_t leftOut = 0) {
  api::RawMessages value;
  for (int i = first; i < first + count; ++i) value.messages.push_back(message(std::to_string(i), 1000 + i));
  value.leftOut = leftOut;
  return value;
}

api::Connection connection(std::int64_t from, std::optional<std::int64_t> to) {
  api::Connection value;
  value.openedAt = fromMs(from);
  if (to) value.closedAt = fromMs(*to);
  value.clientId = "box";
  value.address = "192.0.2.7";
  value.level = 5;
  value.ending = api::ConnectionEnding::keepAlive;
  return value;
}

}  // namespace

class TestListModels : public QObject {
  Q_OBJECT

 private slots:
  void messagesAreNewestFirstAndAtMostSoMany() {
    MessageLogModel model;
    QAbstractItemModelTester tester(&model, kReport);
    model.add(messages(0, 20, 7));
    QCOMPARE(model.rowCount(), 20);
    QCOMPARE(model.at(0)->payload, std::string("19"));
    for (int column = 0; column < model.columnCount(); ++column) {
      QCOMPARE(model.headerData(column, Qt::Horizontal, Qt::TextAlignmentRole),
               model.index(0, column).data(Qt::TextAlignmentRole));
    }
    QCOMPARE(model.leftOut(), std::uint64_t(7));
    for (int i = 1; i < 40; ++i) model.add(messages(20 * i, 20));
    QCOMPARE(model.rowCount(), int(MessageLogModel::kMaxMessages));
    QCOMPARE(model.at(0)->payload, std::string("799"));
    for (int i = 0; i < 20; ++i) model.add({{}, {message(std::string(300'000, 'x'), i)}, 0});
    QVERIFY(model.rowCount() <= 14);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.leftOut(), std::uint64_t(0));
    QVERIFY(model.at(0) == nullptr);
  }

  void messagesWaitWhileTheirListIsPaused() {
    MessageLogModel model;
    QAbstractItemModelTester tester(&model, kReport);
    model.add(messages(0, 3));
    model.setPaused(true);
    model.add(messages(3, 4));
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.waiting(), std::size_t(4));
    for (int i = 0; i < 30; ++i) model.add(messages(7 + 20 * i, 20));
    QCOMPARE(model.waiting(), MessageLogModel::kMaxMessages);
    QCOMPARE(model.leftOut(), std::uint64_t(104));
    model.setPaused(false);
    QCOMPARE(model.waiting(), std::size_t(0));
    QCOMPARE(model.at(0)->payload, std::string("606"));
    // A gateway that was attached to again tells its newest once more.
    const int rows = model.rowCount();
    model.expectRepeats();
    model.add(messages(587, 20));
    QCOMPARE(model.rowCount(), rows);
    model.add(messages(606, 1));
    QCOMPARE(model.at(1)->payload, std::string("606"));
  }

  void messagesAreReadAsWhatTheyAre() {
    QCOMPARE(
        readablePayload(message(R"({"b":1.50,"a":["x, {y}",{}], "c":{"d":1e3}})", 0)),
        QString("{\n  \"b\": 1.50,\n  \"a\": [\n    \"x, {y}\",\n    {}\n  ],\n  \"c\": {\n    \"d\": 1e3\n  }\n}"));
    QCOMPARE(readablePayload(message("[\"a\\\"b\\\\\"]", 0)), QString("[\n  \"a\\\"b\\\\\"\n]"));
    QCOMPARE(readablePayload(message("{not json", 0)), QString("{not json"));
    const QString dump = readablePayload(message(std::string("\x00\xff"
                                                             "Az 0123456789abcd",
                                                             18),
                                                 0, false));
    QCOMPARE(dump.split('\n').size(), 2);
    QVERIFY2(dump.startsWith("000000  00 ff 41 7a"), qPrintable(dump));
    QVERIFY2(dump.contains("··Az 0123456789a"), qPrintable(dump));
    QVERIFY(dump.split('\n')[1].startsWith("000010  62 63"));
    QCOMPARE(firstLineOf(message("a\n  b", 0)), QString("a b"));
    QVERIFY(firstLineOf(message(std::string(5000, 'x'), 0)).size() <= qsizetype(kMaxFirstLineChars) + 1);
    QCOMPARE(firstLineOf(message("\x01\xfe", 0, false)), QString("01 fe"));
    api::RawMessage refused = message("{", 0);
    refused.outcome = api::MessageOutcome::unusable;
    refused.reason = "it ends too early";
    refused.properties = {{"content type", "application/json"}};
    refused.bytes = 70'000;
    const QString facts = messageFacts(refused);
    QVERIFY2(facts.contains("it ends too early") && facts.contains("content type: application/json"),
             qPrintable(facts));
    QVERIFY(facts.contains("cars/van-1/telemetry") && facts.contains("Only the first"));
    MessageLogModel model;
    model.add({{}, {refused}, 0});
    QVERIFY(model.index(0, int(MessageColumn::outcome)).data(kMessageRefusedRole).toBool());
    QVERIFY(model.index(0, 0).data(Qt::ToolTipRole).toString().contains("it ends too early"));
  }

  void connectionsKeepTheirRowsAndSaySoInASentence() {
    ConnectionListModel model;
    QAbstractItemModelTester tester(&model, kReport);
    model.setConnections({connection(1'000, std::nullopt)}, fromMs(61'000));
    const QPersistentModelIndex first = model.index(0, int(ConnectionColumn::sentence));
    QCOMPARE(first.data().toString(), QString("Connected for 1 min from 192.0.2.7 by MQTT 5"));
    model.setNow(fromMs(121'000));
    QCOMPARE(first.data().toString(), QString("Connected for 2 min from 192.0.2.7 by MQTT 5"));
    auto ended = connection(1'000, 7'981'000);
    ended.doorway = api::Doorway::mqtts;
    ended.messagesIn = 1'204;
    model.setConnections({connection(8'000'000, std::nullopt), ended}, fromMs(8'001'000));
    QCOMPARE(first.row(), 1);
    QCOMPARE(first.data().toString(),
             QString("Connected 2 h 13 min from 192.0.2.7 by MQTT 5 over TLS, ended: its keep-alive ran out"));
    QVERIFY(model.index(1, int(ConnectionColumn::messages)).data().toString().contains("1,204"));
    QVERIFY(model.index(0, 0).data(kConnectionOpenRole).toBool());
    model.setConnections({}, fromMs(1));
    QCOMPARE(model.rowCount(), 0);
  }

  void connectionsAreStretchesOfADay() {
    const std::vector<api::Connection> all{connection(900, std::nullopt), connection(300, 500), connection(100, 350),
                                           connection(-500, 50)};
    const auto spans = connectedWithin(all, {fromMs(0), fromMs(2000)}, fromMs(1000));
    QCOMPARE(spans, (std::vector<TimeRange>{
                        {fromMs(0), fromMs(50)}, {fromMs(100), fromMs(500)}, {fromMs(900), fromMs(1000)}}));
    const auto known = knownAt(all, fromMs(400));
    QCOMPARE(known.size(), std::size_t(3));
    QVERIFY(!known[0].closedAt && known[1].closedAt);
  }

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

  void aRuleReadsAsASentence() {
    using Kind = api::Selector::Kind;
    RuleDraft draft;
    QCOMPARE(draft.sentence(), QString("Everyone may view everyone and everything"));
    draft.allow = false;
    draft.action.reset();
    draft.whoKind = Kind::group;
    draft.whoValue = "north";
    draft.aboutKind = Kind::type;
    draft.aboutValue = "device";
    QCOMPARE(draft.sentence(), QString("Group north may not do anything to every car"));
    draft.allow = true;
    draft.action = api::Action::subscribe;
    draft.aboutKind = Kind::topic;
    draft.aboutValue = "plant/%1/#";
    QCOMPARE(draft.sentence(), QString("Group north may subscribe to topic plant/%1/#"));
    draft.whoKind = Kind::type;
    draft.whoValue = "device";
    draft.action = api::Action::view;
    draft.aboutKind = Kind::self;
    QCOMPARE(draft.sentence(), QString("Every car may view itself"));
    draft.aboutKind = Kind::organisation;
    draft.aboutValue = "*";
    QCOMPARE(draft.sentence(), QString("Every car may view every organisation"));
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
