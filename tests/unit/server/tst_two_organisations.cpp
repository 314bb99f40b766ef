#include "gateway/domain/outward_numbers.h"
#include "gateway/server/control/live_hub.h"
#include "tests/unit/server/comparable_answers.h"
#include "tests/unit/server/live_client.h"

#include <QtTest>

#include <fmt/format.h>

#include <future>
#include <map>
#include <set>

using namespace carport;
using namespace carport::test;

/// Two organisations side by side: whatever one does, the other is answered the same over the whole API, and no number
/// that it is told says how many there are of others.
class TestTwoOrganisations : public QObject {
  Q_OBJECT

 private slots:
  void whatOneDoesTheOtherCannotTell() {
    const auto quiet = run(false);
    const auto busy = run(true);
    QCOMPARE(busy.answers.size(), quiet.answers.size());
    for (std::size_t i = 0; i < quiet.answers.size(); ++i) {
      if (busy.answers[i] == quiet.answers[i]) continue;
      qWarning("%s\nalone:  %s\nbeside: %s", quiet.calls[i].c_str(), quiet.answers[i].c_str(), busy.answers[i].c_str());
      QFAIL("An answer tells of what the other organisation did");
    }
    QVERIFY(quiet.answers.size() > 60);
  }

  void numbersSayNothingOfOthers() {
    const auto busy = run(true);
    // Those of principals, tokens and keys; events and the audit log have longer ones.
    QVERIFY(busy.numbers.size() > 10);
    constexpr std::int64_t kShort = std::int64_t{1} << 30U, kLong = std::int64_t{1} << 40U;
    for (const std::int64_t number : busy.numbers) {
      QVERIFY2((number >= kShort && number < 2 * kShort) || (number >= kLong && number < 2 * kLong),
               std::to_string(number).c_str());
    }
  }

  void numbersOfOneMeanNothingToAnother() {
    start();
    const auto rule = R"({"who":"*","about":"*","allow":true,"priority":9})";
    const auto made = call("beta.bert", Verb::post, "/tokens", R"({"label":"mine"})");
    const auto key = call("beta.bert", Verb::post, "/provisioning/keys", R"({"quota":1})");
    QCOMPARE(made.status, 201U);
    QCOMPARE(key.status, 201U);
    QCOMPARE(call("acme.anna", Verb::post, "/permissions", rule).status, 201U);
    const auto token = std::to_string(made.json["number"].get<std::int64_t>());
    const auto keyNumber = std::to_string(key.json["number"].get<std::int64_t>());
    const auto inner = [&](std::string_view owner, NumberKind kind, const std::string& told) {
      return OutwardNumbers(m_gateway->folder->secretKey(), owner).meant(kind, std::stoll(told)).value();
    };
    const auto plain = std::to_string(inner("beta", NumberKind::token, token));
    for (const auto& number : {token, plain}) {
      QCOMPARE(call("acme.anna", Verb::delete_, "/tokens/" + number).status, 404U);
      QCOMPARE(call("acme.anna", Verb::delete_, "/sessions/" + number).status, 404U);
    }
    QCOMPARE(call("acme.anna", Verb::delete_, "/provisioning/keys/" + keyNumber).status, 404U);
    QCOMPARE(call("beta.bert", Verb::delete_, "/tokens/" + plain).status, 404U);  // not even its own by ours
    QCOMPARE(call("beta.bert", Verb::delete_, "/tokens/" + token).status, 204U);
    QCOMPARE(call("beta.bert", Verb::delete_, "/provisioning/keys/" + keyNumber).status, 204U);
  }

  void cursorsOfOneMeanNothingToAnother() {
    start();
    for (const char* id : {"acme.a", "beta.b"}) m_gateway->addCar(id);
    QTRY_VERIFY(m_gateway->registry.find("beta.b").has_value());
    const auto page = call("beta.bert", Verb::get, "/cars?limit=1");
    const auto next = page.json["next"].get<std::string>().substr(7);
    QCOMPARE(call("beta.bert", Verb::get, next).status, 200U);
    QCOMPARE(call("acme.anna", Verb::get, next).status, 400U);
    QCOMPARE(call("root", Verb::get, next).status, 400U);
    // Whoever reads it finds nothing in it.
    const auto cursor = next.substr(next.find("cursor=") + 7);
    QVERIFY(fromBase64(cursor).indexOf("/cars") < 0);
  }

  void theAuditLogOfOneHasNoTraceOfOthers() {
    start();
    disturb(1);
    const auto entries = call("beta.bert", Verb::get, "/audit").json["entries"];
    QVERIFY(!entries.empty());
    for (const auto& entry : entries) {
      QCOMPARE(entry["organisation"].get<std::string>(), std::string("beta"));
      QVERIFY(!entry.contains("hash"));  // guesses about what is between two entries could be tried out with it
      for (const char* details : {"before", "after"})
        QVERIFY(!entry.contains(details) || !entry[details].contains("number"));
    }
    QVERIFY(call("root", Verb::get, "/audit").json["entries"][0].contains("hash"));
  }

  void theAuditLogDoesNotTellWhatIsThere() {
    start();
    for (const char* path :
         {"/cars/acme.van", "/cars/acme.nothing", "/principals/acme.anna", "/principals/acme.nobody",
          "/permissions/decision?action=view&about=acme.van", "/history?metric=speed&car=acme.van"}) {
      QCOMPARE(call("beta.bert", Verb::get, path).status, 404U);
    }
    QVERIFY(call("beta.bert", Verb::get, "/audit?outcome=refused").json["entries"].empty());
    // Those who run the gateway see who looks for others.
    const auto seen = call("root", Verb::get, "/audit?outcome=refused&who=beta.bert").json["entries"];
    QCOMPARE(seen.size(), std::size_t{4});
  }

  void listsAreNotShortenedByOthers() {
    start();
    std::vector<api::Event> events;
    for (int i = 0; i < 400; ++i) events.push_back(event(i % 40 == 0 ? "beta.van" : "acme.van", i));
    QVERIFY(store(std::move(events)));
    const auto page = call("beta.bert", Verb::get, "/events?limit=9").json;
    QCOMPARE(page["events"].size(), std::size_t{9});
    const auto rest = call("beta.bert", Verb::get, page["next"].get<std::string>().substr(7)).json;
    QCOMPARE(rest["events"].size(), std::size_t{1});
    QVERIFY(!rest.contains("next"));
  }

  void oneOrganisationDoesNotTakeAllFeeds() {
    start();
    std::vector<std::unique_ptr<LiveClient>> clients;
    const auto isServed = [&](const char* who) {
      clients.push_back(std::make_unique<LiveClient>(*m_gateway, m_tokens[who]));
      clients.back()->say(R"({"watch":{"status":true}})");
      return clients.back()->nextOfType("status").has_value();
    };
    for (std::size_t i = 0; i < LiveHub::kMaxFeedsOfOrganisation; ++i) {
      clients.push_back(std::make_unique<LiveClient>(*m_gateway, m_tokens["acme.anna"]));
      QCOMPARE(clients.back()->status(), 101U);
    }
    QVERIFY(!isServed("acme.anna"));
    QVERIFY(isServed("beta.bert"));
    QVERIFY(isServed("root"));
  }

  void liveNumbersAreTheirOwn() {
    start();
    const auto told = call("beta.bert", Verb::get, "/cars/beta.van").json["number"].get<std::uint32_t>();
    QVERIFY(told != m_gateway->numberOf("beta.van").value);
    LiveClient client(*m_gateway, m_tokens["beta.bert"]);
    QCOMPARE(client.status(), 101U);
    client.say(
        fmt::format(R"({{"watch":{{"events":true,"states":[{},{}]}}}})", told, m_gateway->numberOf("acme.van").value));
    m_gateway->sample("acme.van", 48, 11, 50);
    m_gateway->sample("beta.van", 48, 11, 50);
    const auto state = client.nextOfType("state");
    QVERIFY(state.has_value());
    QCOMPARE((*state)["car"].get<std::uint32_t>(), told);
    auto happened = event("beta.van", 1);
    happened.number = EventNumber{77};
    m_gateway->control->eventsCommitted({happened});
    const auto news = client.nextOfType("event");
    QVERIFY(news.has_value());
    QCOMPARE((*news)["event"]["car"].get<std::uint32_t>(), told);
    QVERIFY((*news)["event"]["number"].get<std::int64_t>() != 77);
  }

 private:
  struct Run {
    std::vector<std::string> calls;
    std::vector<std::string> answers;
    std::set<std::int64_t> numbers;
  };

  void start() {
    m_gateway = std::make_unique<ControlFixture>();
    m_tokens.clear();
    for (const char* id : {"acme", "beta"}) {
      api::Organisation organisation;
      organisation.id = id;
      static_cast<void>(m_gateway->store->addOrganisation(organisation));
    }
    for (const char* id : {"acme.anna", "beta.bert"}) m_gateway->addUser(id, api::kAdministratorRole);
    m_gateway->addUser("beta.vera", api::kViewerRole);
    for (const char* id : {"acme.van", "beta.van", "beta.truck"}) m_gateway->addCar(id);
    for (const char* id : {"root", "acme.anna", "beta.bert", "beta.vera"}) m_tokens[id] = m_gateway->tokenFor(id);
    QTRY_VERIFY(m_gateway->knowsToken(m_tokens["beta.vera"]));
  }

  HttpAnswer call(const std::string& who, Verb verb, const std::string& path, const std::string& body = {}) {
    return m_gateway->call(verb, path, m_tokens[who], body);
  }

  api::Event event(const char* car, int second) {
    api::Event event;
    event.car = m_gateway->numberOf(car);
    event.time = event.arrival = m_gateway->clock.now() - std::chrono::seconds(second);
    event.name = "battery low";
    return event;
  }
  bool store(std::vector<api::Event> events) {
    std::promise<bool> stored;
    const bool taken = m_gateway->writer->appendEvents(
        std::move(events), [&](const Result<std::vector<EventNumber>>& done) { stored.set_value(done.has_value()); });
    return taken && stored.get_future().get();
  }

  /// Everything that the other organisation may add, remove or try.
  void disturb(int round) {
    const auto anna = [&](Verb verb, const std::string& path, const std::string& body = {}) {
      return call("acme.anna", verb, path, body);
    };
    const auto id = fmt::format("acme.x{}", round);
    anna(Verb::post, "/cars", fmt::format(R"({{"id":"{}"}})", id));
    anna(Verb::post, "/cars", fmt::format(R"({{"id":"beta.x{}"}})", round));  // refused
    anna(Verb::post, "/principals", fmt::format(R"({{"type":"group","id":"acme.g{}"}})", round));
    anna(Verb::post, "/roles", fmt::format(R"({{"id":"acme.r{}"}})", round));
    anna(Verb::post, "/permissions", R"({"who":"*","about":"*","allow":true,"priority":7})");
    anna(Verb::post, "/fences", kCircle);
    anna(Verb::post, "/tokens", "{}");
    anna(Verb::post, "/provisioning/keys", R"({"quota":3})");
    anna(Verb::post, fmt::format("/cars/{}/claim-code", id), "{}");
    anna(Verb::post, "/cars/acme.van/commands", R"({"name":"honk"})");
    anna(Verb::get, "/cars/beta.van");
    store({event("acme.van", 2), event("acme.van", 1)});
    m_gateway->sample("acme.van", 48, 11, 50);
  }

  Run run(bool isBusy) {
    start();
    Run out;
    ComparableAnswers comparable;
    int round = 0;
    const auto ask = [&](Verb verb, const std::string& path, const std::string& body = {},
                         const std::string& who = "beta.bert") {
      if (isBusy && ++round % 4 == 0) disturb(round);
      const auto answer = call(who, verb, path, body);
      out.calls.push_back(fmt::format("{} {} {}", int(verb), path, body));
      out.answers.push_back(comparable.of(answer));
      return answer.json;
    };
    if (isBusy) disturb(1'000);
    makeThings(ask);
    lookAtEverything(ask);
    takeAway(ask);
    out.numbers = comparable.numbers();
    return out;
  }

  template <class Ask>
  void makeThings(const Ask& ask) {
    ask(Verb::post, "/cars", R"({"id":"beta.new"})");
    ask(Verb::post, "/cars", R"({"id":"beta.new"})");  // there already
    ask(Verb::post, "/cars", R"({"id":"acme.van"})");  // another's
    ask(Verb::post, "/cars", R"({"id":"acme.nothing"})");
    ask(Verb::put, "/cars/beta.put", R"({"name":"Put"})");
    ask(Verb::put, "/cars/acme.van", "{}");
    ask(Verb::post, "/principals", R"({"type":"group","id":"beta.group"})");
    ask(Verb::post, "/principals", R"({"type":"user","id":"beta.uwe","password":"a long password"})");
    ask(Verb::patch, "/cars/beta.new", R"({"groups":["beta.group"]})");
    ask(Verb::patch, "/cars/beta.new", R"({"groups":["acme.g1000"]})");
    ask(Verb::post, "/roles", R"({"id":"beta.mechanic"})");
    ask(Verb::post, "/roles", R"({"id":"acme.r1000"})");
    for (int i = 0; i < 2; ++i)
      ask(Verb::post, "/permissions", R"({"who":"*","about":"*","action":"view","allow":true})");
    ask(Verb::post, "/permissions", R"({"who":"role:acme.r1000","about":"*","allow":true})");
    for (int i = 0; i < 2; ++i) ask(Verb::post, "/fences", kCircle);
    ask(Verb::put, "/fences/2", kCircle);
    m_token = std::to_string(ask(Verb::post, "/tokens", R"({"label":"one"})").value("number", std::int64_t{0}));
    m_key = std::to_string(ask(Verb::post, "/provisioning/keys", R"({"quota":3})").value("number", std::int64_t{0}));
    ask(Verb::post, "/cars/beta.new/claim-code", "{}");
    m_command = ask(Verb::post, "/cars/beta.van/commands", R"({"name":"honk"})").value("id", std::string());
    ask(Verb::post, "/cars/acme.van/commands", R"({"name":"honk"})");
    ask(Verb::post, "/permissions/simulate", R"({"rule":{"who":"*","about":"*","allow":false,"priority":1}})");
    ask(Verb::post, "/cars/beta.new/secret", "{}");
    ask(Verb::post, "/cars/import?dryRun=true",
        R"({"cars":[{"id":"beta.i"},{"id":"acme.van"},{"id":"acme.nothing"},{"id":"beta.j","groups":["acme.g1000"]}]})");
    store({event("beta.van", 10), event("beta.truck", 5)});
  }

  template <class Ask>
  void lookAtEverything(const Ask& ask) {
    for (const char* who : {"beta.bert", "beta.vera"}) {
      for (const char* path : {"/health",
                               "/session",
                               "/sessions",
                               "/sign-ins/waiting",
                               "/gateway",
                               "/gateway/drain",
                               "/log",
                               "/cars",
                               "/cars?limit=2",
                               "/cars/beta.van",
                               "/cars/acme.van",
                               "/cars/acme.nothing",
                               "/cars/beta.van/history?metric=speed",
                               "/history?metric=speed",
                               "/fleet/moments?from=1700000000000",
                               "/fleet/heat?bbox=-180,-85,180,85&level=5&from=1700000000000&to=1700000900000",
                               "/cars/beta.van/moment?at=1700000000000",
                               "/cars/beta.van/metrics",
                               "/cars/beta.van/connections",
                               "/cars/acme.van/connections",
                               "/principals/beta.bert/connections",
                               "/principals/acme.anna/connections",
                               "/cars/beta.van/events",
                               "/events",
                               "/events?limit=1",
                               "/cars/beta.van/commands",
                               "/commands",
                               "/commands?limit=1",
                               "/principals",
                               "/principals?limit=1",
                               "/principals/beta.bert",
                               "/principals/acme.anna",
                               "/principals/nobody",
                               "/organisations",
                               "/roles",
                               "/provisioning/keys",
                               "/claim-codes",
                               "/permissions",
                               "/permissions?limit=3",
                               "/permissions?organisation=acme",
                               "/permissions/1",
                               "/fences",
                               "/fences?limit=1",
                               "/fences/2",
                               "/permissions/decision?action=view&about=beta.van",
                               "/permissions/decision?action=view&about=acme.van",
                               "/permissions/decision?action=send&topic=cars/acme.van/event",
                               "/retention",
                               "/tokens",
                               "/tokens?limit=1",
                               "/audit?action=car.add"}) {
        ask(Verb::get, path, {}, who);
      }
    }
    ask(Verb::get, "/commands/" + m_command);
    ask(Verb::get, "/commands/01ARZ3NDEKTSV4RRFFQ69G5FAV");
  }

  template <class Ask>
  void takeAway(const Ask& ask) {
    ask(Verb::delete_, "/commands/" + m_command);
    ask(Verb::delete_, "/tokens/" + m_token);
    ask(Verb::delete_, "/tokens/3");
    ask(Verb::delete_, "/provisioning/keys/" + m_key);
    ask(Verb::delete_, "/provisioning/keys/1");
    ask(Verb::delete_, "/permissions/1");
    ask(Verb::delete_, "/permissions/100");
    ask(Verb::delete_, "/fences/1");
    ask(Verb::delete_, "/fences/3");
    ask(Verb::delete_, "/cars/beta.put");
    ask(Verb::delete_, "/cars/acme.van");
    ask(Verb::delete_, "/roles/acme.r1000");
    ask(Verb::delete_, "/organisations/acme");
  }

  static QByteArray fromBase64(const std::string& text) {
    return QByteArray::fromBase64(QByteArray::fromStdString(text), QByteArray::Base64UrlEncoding);
  }

  static constexpr const char* kCircle =
      R"({"name":"Depot","geometry":{"type":"Circle","coordinates":[7.4,43.7],"radius":250}})";

  std::unique_ptr<ControlFixture> m_gateway;
  std::map<std::string, std::string> m_tokens;
  std::string m_token, m_key, m_command;
};

QTEST_GUILESS_MAIN(TestTwoOrganisations)
#include "tst_two_organisations.moc"
