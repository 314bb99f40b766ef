#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <atomic>
#include <future>

using namespace carport;
using namespace carport::test;

/// A command's life between the API, the store and the car's connection.
class TestControlCommands : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_token;

  nlohmann::json sendLock(std::optional<TimePoint> expiresAt = {}) {
    nlohmann::json body{{"name", "lock"}, {"arguments", {{"doors", 4}}}};
    if (expiresAt) body["expiresAt"] = toMs(*expiresAt);
    return m_gateway->call(Verb::post, "/cars/car-1/commands", m_token, body.dump()).json;
  }
  std::string stateOf(const std::string& id) {
    return m_gateway->call(Verb::get, "/commands/" + id, m_token).json["state"].get<std::string>();
  }
  Result<void> reply(const std::string& id, const std::string& payload) {
    std::promise<Result<void>> done;
    m_gateway->control->commandReplied(m_gateway->numberOf("car-1"), id, payload,
                                       [&](const Result<void>& result) { done.set_value(result); });
    return done.get_future().get();
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_token = m_gateway->tokenFor("olga");
    QTRY_VERIFY(m_gateway->knowsToken(m_token));
  }
  void cleanup() { m_gateway.reset(); }

  void goesFromQueuedToDone() {
    const auto command = sendLock();
    const auto id = command["id"].get<std::string>();
    QCOMPARE(command["state"].get<std::string>(), std::string("queued"));
    QCOMPARE(command["carId"].get<std::string>(), std::string("car-1"));
    const auto delivered = m_gateway->mqtt.delivered();
    QCOMPARE(delivered.size(), std::size_t(1));
    QCOMPARE(delivered[0].second, std::string("car-1"));
    QCOMPARE(stateOf(id), std::string("queued"));  // stored before it was handed on
    const PrincipalNumber car = m_gateway->numberOf("car-1");
    m_gateway->control->commandSent(car, id);
    QTRY_COMPARE(stateOf(id), std::string("sent"));
    m_gateway->control->commandReceived(car, id);
    QTRY_COMPARE(stateOf(id), std::string("received"));
    QVERIFY(reply(id, R"({"status":"done","doors":4})").has_value());
    QCOMPARE(stateOf(id), std::string("done"));
    QVERIFY(!reply(id, R"({"status":"failed"})").has_value());
    QCOMPARE(stateOf(id), std::string("done"));
    QCOMPARE(m_gateway->call(Verb::delete_, "/commands/" + id, m_token).status, 409U);
  }

  void openCommandsSurviveARestartAndGoOutWhenTheCarIsReady() {
    const auto id = sendLock()["id"].get<std::string>();
    m_gateway->restartControl();
    QVERIFY(m_gateway->started.has_value());
    const auto before = m_gateway->mqtt.delivered().size();
    m_gateway->control->carReadyForCommands(m_gateway->numberOf("car-1"));
    QTRY_COMPARE(m_gateway->mqtt.delivered().size(), before + 1);
    QCOMPARE(m_gateway->mqtt.delivered().back().first.id, id);
  }

  void isCancelledBeforeTheCarHasIt() {
    const auto id = sendLock()["id"].get<std::string>();
    const auto cancelled = m_gateway->call(Verb::delete_, "/commands/" + id, m_token);
    QCOMPARE(cancelled.status, 200U);
    QCOMPARE(stateOf(id), std::string("cancelled"));
    const auto before = m_gateway->mqtt.delivered().size();
    m_gateway->control->carReadyForCommands(m_gateway->numberOf("car-1"));
    QCOMPARE(m_gateway->call(Verb::delete_, "/commands/" + id, m_token).status, 409U);
    QCOMPARE(m_gateway->mqtt.delivered().size(), before);
  }

  void expiresByItself() {
    const auto id = sendLock(m_gateway->clock.now() + Milliseconds(2000))["id"].get<std::string>();
    QTRY_COMPARE(stateOf(id), std::string("expired"));
    m_gateway->control->carReadyForCommands(m_gateway->numberOf("car-1"));
    QVERIFY(!reply(id, R"({"status":"done"})").has_value());
    QCOMPARE(stateOf(id), std::string("expired"));
  }

  void badOnesAreRefused() {
    for (const char* body : {"{}", R"({"name":""})", R"({"name":"x","arguments":[]})", R"({"name":"x","expiresAt":1})",
                             R"({"name":"x","argument":{}})"}) {
      const auto status = m_gateway->call(Verb::post, "/cars/car-1/commands", m_token, body).status;
      QVERIFY2(status == 400 || status == 409, qPrintable(QString("%1 %2").arg(body).arg(status)));
    }
    QCOMPARE(m_gateway->call(Verb::get, "/commands/unknown", m_token).status, 404U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars/none/commands", m_token, R"({"name":"x"})").status, 404U);
  }

  void mqttMayAskForOneToo() {
    std::promise<bool> stored;
    m_gateway->control->commandRequested(m_gateway->numberOf("olga"), m_gateway->numberOf("car-2"),
                                         R"({"name":"honk"})",
                                         [&](const Result<void>& done) { stored.set_value(done.has_value()); });
    QVERIFY(stored.get_future().get());
    const auto commands = m_gateway->call(Verb::get, "/cars/car-2/commands", m_token).json["commands"];
    QCOMPARE(commands.size(), std::size_t(1));
    QCOMPARE(commands[0]["name"].get<std::string>(), std::string("honk"));
    std::promise<bool> refused;
    m_gateway->control->commandRequested(m_gateway->numberOf("olga"), m_gateway->numberOf("car-2"), "no JSON",
                                         [&](const Result<void>& done) { refused.set_value(!done.has_value()); });
    QVERIFY(refused.get_future().get());
  }
};

QTEST_GUILESS_MAIN(TestControlCommands)
#include "tst_control_commands.moc"
