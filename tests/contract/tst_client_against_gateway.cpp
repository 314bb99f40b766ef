#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"
#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/fence_census.h"
#include "ui/models/fence_list_model.h"
#include "ui/models/fence_store.h"
#include "ui/models/fleet_feed.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <memory>
#include <optional>
#include <variant>

using namespace carport;
using namespace carport::ui;
using carport::test::GatewayProcess;

/// The portal's client and a real gateway keep the same contract (docs/api.md).
class TestClientAgainstGateway : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    m_gateway = std::make_unique<GatewayProcess>(m_folder.path());
    QVERIFY2(m_gateway->start(), m_gateway->log().constData());
    QVERIFY(!m_gateway->token().isEmpty());
    GatewayClient::Settings settings;
    settings.reconnect.longest = Milliseconds(500);
    m_client = std::make_unique<GatewayClient>(settings);
    m_store = std::make_unique<CarStore>();
    m_feed = std::make_unique<FleetFeed>(*m_client, *m_store);
    m_client->connectWithToken(url(), QString::fromUtf8(m_gateway->token()));
    QTRY_VERIFY2(m_client->isConnected(), qPrintable(m_client->connectionSentence()));
    QVERIFY(m_client->self().number);
  }
  void cleanupTestCase() {
    m_feed.reset();
    m_client.reset();
    QVERIFY(m_gateway->stop());
  }

  void addsChangesAndRemovesCars() {
    const auto added = wait(m_client->addCar({.id = "van-1", .name = "Van 1", .secret = {}}));
    QVERIFY(!added.secret.empty());
    QCOMPARE(QString::fromStdString(added.car.principal.id), QString("van-1"));
    QTRY_VERIFY(m_store->rowOfId("van-1"));
    CarChange change;
    change.name = "Van one";
    change.blocked = true;
    const auto changed = wait(m_client->changeCar("van-1", change));
    QVERIFY(changed.principal.blocked);
    QTRY_COMPARE(m_store->label(*m_store->rowOfId("van-1")), QString("Van one"));
    QVERIFY(!wait(m_client->renewSecret("van-1")).empty());
    const auto imported =
        wait(m_client->importCars("id,name,password\nvan-2,Van 2,\nvan-3,Van 3,a-long-given-secret\n"));
    QCOMPARE(imported.added, std::size_t(2));
    wait(m_client->removeCar("van-1"));
    QTRY_VERIFY(!m_store->rowOfId("van-1"));
    QVERIFY(failure(m_client->car("van-1")).kind() == ErrorKind::notFound);
    QVERIFY(failure(m_client->addCar({.id = "van-2", .name = {}, .secret = {}})).kind() == ErrorKind::conflict);
    QVERIFY(failure(m_client->addCar({.id = "no spaces", .name = {}, .secret = {}})).kind() == ErrorKind::invalid);
  }

  void keepsRulesAndExplainsDecisions() {
    wait(m_client->addPrincipal({.type = api::PrincipalType::user,
                                 .id = "ann",
                                 .name = "Ann",
                                 .role = std::string(api::kViewerRole),
                                 .password = "a long password"}));
    api::Rule rule;
    rule.priority = 50;
    rule.who = {api::Selector::Kind::principal, "ann"};
    rule.about = {api::Selector::Kind::principal, "van-2"};
    rule.action = api::Action::view;
    rule.note = "on leave";
    api::Rule stored = wait(m_client->addRule(rule));
    QVERIFY(stored.number);
    const auto rules = wait(m_client->permissions());
    QVERIFY(std::find(rules.begin(), rules.end(), stored) != rules.end());
    DecisionQuestion question{.who = "ann", .action = api::Action::view, .about = "van-2", .topic = {}};
    api::Decision decision = wait(m_client->explain(question));
    QVERIFY(!decision.allowed && decision.rule && decision.rule->number == stored.number);
    QVERIFY(!decision.explanation.empty());
    stored.allow = true;
    QVERIFY(wait(m_client->changeRule(stored)).allow);
    QVERIFY(wait(m_client->explain(question)).allowed);
    wait(m_client->removeRule(stored.number));
    PrincipalChange change;
    change.role = api::kOperatorRole;
    QVERIFY(wait(m_client->changePrincipal("ann", change)).role == api::kOperatorRole);
    QVERIFY(!wait(m_client->principals(api::PrincipalType::user)).empty());
  }

  void fencesAreTheSameInEveryPortal() {
    FenceStore mine(*m_client);
    GatewayClient neighbour;
    neighbour.connectWithToken(url(), QString::fromUtf8(m_gateway->token()));
    FenceStore theirs(neighbour);
    QTRY_VERIFY(mine.isLoaded() && theirs.isLoaded() && mine.mayChange() && !mine.isBusy() && !mine.isStale());
    QVERIFY(mine.fences().empty());
    // Somebody draws one: every portal has it within a second.
    std::optional<Result<api::Fence>> answer;
    const auto keep = [&](const Result<api::Fence>& fence) { answer = fence; };
    mine.create(fence("Harbour"), this, keep);
    QVERIFY(mine.isBusy() && !answer);
    QTRY_VERIFY_WITH_TIMEOUT(theirs.fences().size() == 1, 5'000);
    QVERIFY(answer && answer->has_value() && !(*answer)->revision.empty());
    QVERIFY(mine.fences() == theirs.fences());
    QVERIFY(mine.find((*answer)->number) != nullptr && mine.find(api::FenceNumber{99}) == nullptr);
    QVERIFY(mine.tester(0).contains(43.7, 7.4) && !mine.tester(0).contains(43.7, 7.6));
    // Two change the same: the second is told, and sees how it is now.
    api::Fence changed = **answer;
    changed.shape = api::FenceCircle{{43.7, 7.4}, 500};
    answer.reset();
    theirs.replace(changed, this, keep);
    QTRY_VERIFY(answer && answer->has_value());
    answer.reset();
    changed.name = "Mine";
    mine.replace(changed, this, keep);
    QTRY_VERIFY(answer);
    QVERIFY(!*answer && answer->error().kind() == ErrorKind::conflict);
    QTRY_VERIFY(mine.fences() == theirs.fences() && !mine.isBusy());
    QVERIFY(std::holds_alternative<api::FenceCircle>(mine.fences().at(0).shape));
    // What cannot be is refused in the gateway's words.
    api::Fence bowTie = fence("Bow tie");
    std::get<api::FenceArea>(bowTie.shape).front().outer = {{0, 0}, {1, 1}, {0, 1}, {1, 0}};
    answer.reset();
    mine.create(bowTie, this, keep);
    QTRY_VERIFY(answer);
    QVERIFY(QString::fromStdString(answer->error().message()).contains("crosses itself"));
    // Whoever asked is gone: nobody is called, the fence is there all the same.
    auto asker = std::make_unique<QObject>();
    mine.create(fence("Second"), asker.get(), [](const auto&) { QFAIL("called after its receiver was gone"); });
    asker.reset();
    QTRY_COMPARE(theirs.fences().size(), std::size_t(2));
    bool isRemoved = false;
    theirs.remove(theirs.fences()[1].number, theirs.fences()[1].revision, this,
                  [&](const Result<Nothing>& done) { isRemoved = done.has_value(); });
    QTRY_VERIFY(isRemoved && mine.fences().size() == 1);
    // Without a connection they stay as they were last.
    neighbour.disconnectFromGateway();
    QVERIFY(theirs.isStale() && theirs.fences().size() == 1 && !theirs.isBusy());
    // Somebody else at this portal has his own rights.
    neighbour.connectWithToken(url(), QString::fromStdString(wait(m_client->addToken({"ann", "desk", {}})).token));
    QTRY_VERIFY(!theirs.isStale() && !theirs.whyNot().isEmpty() && !theirs.mayChange());
    QTRY_COMPARE(theirs.fences().size(), std::size_t(1));
    answer.reset();
    theirs.create(fence("Ann's"), this, keep);
    QTRY_VERIFY(answer);
    QVERIFY(answer->error().kind() == ErrorKind::denied);
  }

  void fencesOfOneGatewayAreNotThoseOfAnother() {
    GatewayClient client;
    FenceStore store(client);
    client.connectWithToken(url(), QString::fromUtf8(m_gateway->token()));
    QTRY_COMPARE(store.fences().size(), std::size_t(1));
    // And be it that nobody is there.
    client.connectWithToken(QUrl("http://127.0.0.1:9"), "t");
    QVERIFY(store.fences().empty() && !store.isLoaded());
  }

  void aFencesNameIsReadOutAsItIs() {
    FenceStore store(*m_client);
    FenceCensus census(store, *m_store);
    const FenceListModel model(store, census);
    QTRY_VERIFY(store.mayChange());
    std::optional<Result<api::Fence>> answer;
    store.create(fence("50%2 full"), this, [&](const Result<api::Fence>& made) { answer = made; });
    QTRY_VERIFY(answer && answer->has_value() && model.rowOf((*answer)->number) >= 0);
    census.setActive(true);
    const QModelIndex row = model.index(model.rowOf((*answer)->number));
    QTRY_COMPARE(row.data(Qt::AccessibleTextRole).toString(), QString("50%2 full, 0 cars inside"));
    store.remove((*answer)->number, (*answer)->revision, this, [](const Result<Nothing>&) {});
    QTRY_VERIFY(store.find((*answer)->number) == nullptr);
  }

  void makesAndEndsTokens() {
    const std::size_t before = wait(m_client->tokens("ann")).size();
    const auto token = wait(m_client->addToken({.owner = "ann", .label = "phone", .expiresAt = {}}));
    QVERIFY(!token.token.empty());
    QCOMPARE(wait(m_client->tokens("ann")).size(), before + 1);
    wait(m_client->removeToken(token.info.number));
    QCOMPARE(wait(m_client->tokens("ann")).size(), before);
  }

  void signsInWithAPassword() {
    GatewayClient other;
    other.connectWithPassword(url(), "ann", "a long password");
    QTRY_VERIFY2(other.isConnected(), qPrintable(other.connectionSentence()));
    QCOMPARE(QString::fromStdString(other.self().id), QString("ann"));
    wait(other.changePassword("a long password", "another long password"));
    wait(other.signOut());
    other.connectWithPassword(url(), "ann", "a long password");
    QTRY_COMPARE(other.connectionState(), ConnectionState::needsSignIn);
    other.connectWithToken(url(), "no-such-token");
    QTRY_COMPARE(other.connectionState(), ConnectionState::needsSignIn);
  }

  void sendsAndCancelsCommands() {
    QSignalSpy changed(m_client.get(), &GatewayClient::commandChanged);
    NewCommand command{
        .name = "lock", .arguments = R"({"doors":4})", .expiresAt = m_client->now() + std::chrono::minutes(5)};
    const api::Command sent = wait(m_client->sendCommand("van-2", command));
    QCOMPARE(int(sent.state), int(api::CommandState::queued));
    QTRY_VERIFY(changed.count() >= 1);
    QCOMPARE(wait(m_client->carCommands("van-2", 10)).size(), std::size_t(1));
    QCOMPARE(int(wait(m_client->cancelCommand(QString::fromStdString(sent.id))).state),
             int(api::CommandState::cancelled));
    QVERIFY(failure(m_client->cancelCommand(QString::fromStdString(sent.id))).kind() == ErrorKind::conflict);
    QCOMPARE(int(wait(m_client->command(QString::fromStdString(sent.id))).state), int(api::CommandState::cancelled));
    QVERIFY(!wait(m_client->commands(10)).empty());
    command.expiresAt = m_client->now() - std::chrono::minutes(5);
    QVERIFY(!failure(m_client->sendCommand("van-2", command)).message().empty());
  }

  void seesCarsMoveAndPlotsThem() {
    QProcess simulator;
    simulator.start(carport::test::programPath("carport-sim"),
                    {"run", "--mqtt", m_gateway->mqtt(), "--cars", "3", "--rate", "5", "--seconds", "6", "--qos", "1",
                     "--provision", "http://" + m_gateway->http(), "--token", QString::fromUtf8(m_gateway->token())});
    QVERIFY(simulator.waitForStarted());
    const auto moving = [this]() -> std::optional<CarStore::Row> {
      for (CarStore::Row row = 0; row < m_store->size(); ++row) {
        if (m_store->hasFix(row)) return row;
      }
      return std::nullopt;
    };
    QTRY_VERIFY_WITH_TIMEOUT(moving(), 20'000);
    const CarStore::Row row = *moving();
    const PrincipalNumber number = m_store->numbers()[row];
    const QString id = m_store->id(row);
    QSignalSpy raw(m_client.get(), &GatewayClient::messagesReceived);
    QVERIFY(m_client->watchMessages(number));
    QVERIFY(m_client->watchCarState(number));
    QTRY_VERIFY_WITH_TIMEOUT(m_store->state(number), 10'000);
    QVERIFY(!m_store->state(number)->metrics.empty());
    QTRY_VERIFY_WITH_TIMEOUT(raw.count() >= 2, 10'000);
    const auto messages = raw.last().first().value<api::RawMessages>();
    QCOMPARE(messages.car, number);
    const api::RawMessage& newest = messages.messages.back();
    QCOMPARE(QString::fromStdString(newest.topic), "cars/" + id + "/telemetry");
    QVERIFY(newest.isText && newest.payload.starts_with('{') && newest.payload.size() == newest.bytes);
    QVERIFY(newest.qos == 1 && newest.values > 1 && newest.samples == 1 && newest.reason.empty());
    m_client->unwatchMessages(number);
    simulator.waitForFinished(20'000);
    QTRY_VERIFY(closedConnection(id));
    const api::Connection closed = *closedConnection(id);
    QVERIFY(closed.ending == api::ConnectionEnding::goodbye && closed.messagesIn > 5 && !closed.address.empty());
    const auto names = wait(m_client->metrics(id));
    QVERIFY(std::find(names.begin(), names.end(), "speed") != names.end());
    api::HistoryQuery query;
    query.metrics = {"speed", "lat"};
    query.from = m_client->now() - std::chrono::hours(1);
    query.to = m_client->now() + std::chrono::hours(1);
    query.maxPoints = 10;
    const api::History history = wait(m_client->history(id, query));
    QCOMPARE(history.series.size(), std::size_t(2));
    QVERIFY(!history.series.front().points.empty() && history.series.front().points.size() <= 10);
    QVERIFY(wait(m_client->car(id)).state.has_value());
    wait(m_client->events());
  }

  void aKilledGatewayKnowsWhatItLeftOpen() {
    QProcess simulator;
    simulator.start(carport::test::programPath("carport-sim"),
                    {"run", "--mqtt", m_gateway->mqtt(), "--cars", "1", "--rate", "5", "--seconds", "60", "--provision",
                     "http://" + m_gateway->http(), "--token", QString::fromUtf8(m_gateway->token())});
    QVERIFY(simulator.waitForStarted());
    QString id;
    QTRY_VERIFY_WITH_TIMEOUT(!(id = carThatIsOpen()).isEmpty(), 20'000);
    const QString http = m_gateway->http(), mqtt = m_gateway->mqtt();
    m_gateway->killNow();
    QTRY_VERIFY(!m_client->isConnected());
    simulator.kill();
    simulator.waitForFinished(10'000);
    QVERIFY(m_gateway->start(mqtt, http));
    QTRY_VERIFY_WITH_TIMEOUT(m_client->isConnected(), 15'000);
    QTRY_VERIFY(carThatIsOpen().isEmpty());
    QVERIFY(wait(m_client->carConnections(id)).connections.front().ending == api::ConnectionEnding::died);
  }

  void tellsHowTheGatewayIs() {
    const api::GatewayStatus status = wait(m_client->status());
    QCOMPARE(QString::fromStdString(status.mqttAddress), m_gateway->mqtt());
    QVERIFY(!wait(m_client->log(50)).empty());
    QTRY_VERIFY(!m_client->latestStatus().version.empty());
  }

  void comesBackAfterARestart() {
    const QString http = m_gateway->http();
    const QString mqtt = m_gateway->mqtt();
    QVERIFY(m_gateway->stop());
    QTRY_VERIFY(!m_client->isConnected());
    QVERIFY(m_gateway->start(mqtt, http));
    QTRY_VERIFY_WITH_TIMEOUT(m_client->isConnected(), 15'000);
    QTRY_VERIFY(m_store->rowOfId("van-2"));
  }

 private:
  static api::Fence fence(const std::string& name) {
    api::Fence wanted;
    wanted.name = name;
    wanted.colour = 2;
    wanted.shape = api::FenceArea{{{{43, 7}, {43, 7.5}, {44, 7.5}, {44, 7}}, {}}};
    return wanted;
  }
  /// The newest connection of a car, once it has ended.
  std::optional<api::Connection> closedConnection(const QString& id) {
    const auto all = wait(m_client->carConnections(id)).connections;
    return !all.empty() && all.front().closedAt ? std::optional(all.front()) : std::nullopt;
  }
  /// A car whose newest connection is open; empty: none.
  QString carThatIsOpen() {
    for (CarStore::Row row = 0; row < m_store->size(); ++row) {
      const auto all = wait(m_client->carConnections(m_store->id(row))).connections;
      if (!all.empty() && !all.front().closedAt) return m_store->id(row);
    }
    return {};
  }
  QUrl url() const { return QUrl("http://" + m_gateway->http()); }

  template <class T>
  std::optional<Result<T>> answer(const Reply<T>& reply) {
    const auto got = std::make_shared<std::optional<Result<T>>>();
    reply.then(this, [got](const Result<T>& result) { *got = result; });
    if (!QTest::qWaitFor([got] { return got->has_value(); }, 20'000)) return std::nullopt;
    return *got;
  }
  /// The value; a failing check and an empty value where there is none.
  template <class T>
  T wait(const Reply<T>& reply) {
    const auto got = answer(reply);
    if (got && *got) return **got;
    QTest::qFail(got ? got->error().message().c_str() : "no answer came", __FILE__, __LINE__);
    return T{};
  }
  template <class T>
  Error failure(const Reply<T>& reply) {
    const auto got = answer(reply);
    if (got && !*got) return got->error();
    QTest::qFail("the gateway should have refused this", __FILE__, __LINE__);
    return ClientErrc::cancelled;
  }

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<FleetFeed> m_feed;
};

QTEST_GUILESS_MAIN(TestClientAgainstGateway)
#include "tst_client_against_gateway.moc"
