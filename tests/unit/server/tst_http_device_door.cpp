#include "gateway/server/mqtt/sign_in_guard.h"
#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"
#include "tests/support/zipped.h"

#include <future>
#include <map>

using namespace carport;
using namespace carport::test;

namespace {

using Fields = std::map<std::string, std::string>;

std::string basic(const std::string& id, const std::string& secret) {
  return "Basic " + QByteArray::fromStdString(id + ":" + secret).toBase64().toStdString();
}

std::string rows(std::size_t count) {
  std::string json = "[";
  for (std::size_t i = 0; i < count; ++i) json += R"({"a":1},)";
  json.back() = ']';
  return json;
}

}  // namespace

/// What a device sends over HTTP goes the way of what it sends over MQTT.
class TestHttpDeviceDoor : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<TestGateway> m_gateway;

  PlainAnswer post(const std::string& path, const std::string& body, const Fields& fields) const {
    std::string header;
    for (const auto& [name, value] : fields) header += name + ": " + value + "\r\n";
    return plainHttp(m_gateway->gateway->httpAddress(), "POST", "/api/v2" + path, header, body);
  }
  PlainAnswer send(const std::string& body, Fields fields = {}, const std::string& what = "telemetry") const {
    fields.try_emplace("Authorization", basic("car-1", TestGateway::kSecret));
    return post("/cars/car-1/" + what, body, fields);
  }
  std::uint64_t accepted() const {
    return m_gateway->gateway->counters().doorMessages[static_cast<std::size_t>(MessageResult::accepted)];
  }
  std::string detailOf(const PlainAnswer& answer) const { return answer.json.value("detail", std::string()); }

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addCar("car-2");
    m_gateway->addUser("olga", std::string(api::kOperatorRole));
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void whatIsTakenIsOnDiskAndWithSubscribers() {
    const auto olga = m_gateway->user("olga");
    QVERIFY(olga && olga->subscribe("cars/+/telemetry"));
    const std::string body = R"([{"speed":50,"lat":1,"lon":2},{"speed":-1},{"fuel":3}])";
    const auto answer = send(body);
    QCOMPARE(answer.status, 200U);
    QCOMPARE(answer.json["taken"].get<int>(), 2);
    QCOMPARE(answer.json["refused"].size(), std::size_t(2));
    QCOMPARE(answer.json["refused"][0]["index"].get<int>(), 1);
    QCOMPARE(answer.json["refused"][0]["field"].get<std::string>(), std::string("speed"));
    QVERIFY(!answer.json["refused"][1].contains("field"));
    QVERIFY(answer.field("access-control-allow-origin").empty());
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t(2));
    const auto message = olga->nextMessage();
    QVERIFY(message.has_value());
    QCOMPARE(message->topic, std::string("cars/car-1/telemetry"));
    QCOMPARE(message->payload, body);
    QCOMPARE(accepted(), std::uint64_t(1));
  }

  void eventsComeOneByOne() {
    const auto olga = m_gateway->user("olga");
    QVERIFY(olga && olga->subscribe("cars/car-1/event"));
    const auto answer = send(R"([{"name":"door open"},{"nam":"x"},{"name":"smoke","severity":"alarm"}])", {}, "events");
    QCOMPARE(answer.status, 200U);
    QCOMPARE(answer.json["taken"].get<int>(), 2);
    QCOMPARE(answer.json["refused"][0]["index"].get<int>(), 1);
    const auto first = olga->nextMessage(), second = olga->nextMessage();
    QVERIFY(first && second);
    QCOMPARE(first->topic, std::string("cars/car-1/event"));
    QCOMPARE(nlohmann::json::parse(first->payload)["name"].get<std::string>(), std::string("door open"));
    QCOMPARE(nlohmann::json::parse(second->payload)["severity"].get<std::string>(), std::string("alarm"));
    const auto one = send(R"({"name":"alone"})", {}, "events");
    QCOMPARE(one.json["taken"].get<int>(), 1);
    QCOMPARE(send(R"({"nam":"x"})", {}, "events").status, 400U);
  }

  void theAnswerWaitsForTheCommit() {
    m_gateway->tap->hold();
    auto waiting = std::async(std::launch::async, [this] { return send(R"({"speed":1})"); });
    QTRY_COMPARE(m_gateway->tap->held(), std::size_t(1));
    QVERIFY(waiting.wait_for(std::chrono::milliseconds(200)) == std::future_status::timeout);
    m_gateway->tap->letGo();
    QCOMPARE(waiting.get().status, 200U);
  }

  void whatCannotBeStoredIsToBeSentAgain() {
    m_gateway->tap->failNext();
    const auto answer = send(R"({"speed":1})");
    QCOMPARE(answer.status, 503U);
    QVERIFY(!answer.field("retry-after").empty());
    QCOMPARE(send(R"({"speed":1})").status, 200U);
  }

  void whoSendsMoreThanTheStorageTakesHasToWait() {
    m_gateway->tap->setFull(true);
    // Fills the batch that waits, a thousand rows at a time.
    std::vector<std::future<PlainAnswer>> waiting;
    for (int i = 0; i < 20; ++i) {
      waiting.push_back(std::async(std::launch::async, [this] { return send(rows(1000)); }));
    }
    QTRY_COMPARE(accepted(), std::uint64_t(20));
    const auto refused = send(rows(1));
    QCOMPARE(refused.status, 503U);
    QVERIFY(!refused.field("retry-after").empty());
    QVERIFY(detailOf(refused).find("storage does not keep up") != std::string::npos);
    m_gateway->tap->setFull(false);
    for (auto& one : waiting) QCOMPARE(one.get().json["taken"].get<int>(), 1000);
    QCOMPARE(send(rows(1)).status, 200U);
  }

  void whoSendsWaitsForSlowSubscribersOfTheOwnOrganisationAlone() {
    m_gateway = std::make_unique<TestGateway>();
    for (const char* id : {"acme", "beta"}) {
      api::Organisation organisation;
      organisation.id = id;
      QVERIFY(m_gateway->store->addOrganisation(organisation).has_value());
    }
    for (const char* id : {"car-1", "acme.van", "beta.van"}) m_gateway->addCar(id);
    m_gateway->addUser("acme.anna", api::kAdministratorRole);
    m_gateway->config.mqttLimits.maxServiceInflight = 4;
    m_gateway->config.mqttLimits.slowdownMessages = 6;
    QVERIFY(m_gateway->start());
    const auto sendAs = [this](const std::string& car) {
      return post("/cars/" + car + "/telemetry", R"({"speed":1})",
                  {{"Authorization", basic(car, TestGateway::kSecret)}});
    };
    const auto slow = m_gateway->user("acme.anna");
    QVERIFY(slow && slow->subscribe("cars/+/telemetry"));
    int taken = 0;
    while (taken < 100 && sendAs("acme.van").status == 200U) ++taken;
    QVERIFY(taken < 100);
    const auto refused = sendAs("acme.van");
    QCOMPARE(refused.status, 503U);
    QVERIFY2(detailOf(refused).find("do not keep up") != std::string::npos, detailOf(refused).c_str());
    QCOMPARE(m_gateway->gateway->counters().slowSubscribers, std::uint64_t(1));
    QCOMPARE(sendAs("beta.van").status, 200U);
    QCOMPARE(sendAs("car-1").status, 200U);
    for (int i = 0; i < taken; ++i) {
      const auto message = slow->nextMessage();
      QVERIFY(message.has_value());
      slow->acknowledge(*message);
    }
    QTRY_COMPARE(sendAs("acme.van").status, 200U);
  }

  void cborMeansWhatJsonMeans() {
    const auto olga = m_gateway->user("olga");
    QVERIFY(olga && olga->subscribe("cars/+/telemetry"));
    // {"speed": 50.5, "door": "open"}
    const auto cbor = QByteArray::fromHex("a26573706565 64f95250 64646f6f72 646f70656e").toStdString();
    const auto answer = send(cbor, {{"Content-Type", "application/cbor"}});
    QCOMPARE(answer.status, 200U);
    QCOMPARE(answer.json["taken"].get<int>(), 1);
    QVERIFY(answer.json["refused"].empty());
    const auto message = olga->nextMessage();
    QVERIFY(message.has_value());
    QCOMPARE(message->payload, std::string(R"({"speed":50.5,"door":"open"})"));
    QCOMPARE(send("\xA1", {{"Content-Type", "application/cbor"}}).status, 400U);
  }

  void gzipIsUnpackedWithinItsLimit() {
    const auto plenty = rows(1000);
    const auto answer = send(zipped(plenty), {{"Content-Encoding", "gzip"}, {"Content-Type", "application/json"}});
    QCOMPARE(answer.status, 200U);
    QCOMPARE(answer.json["taken"].get<int>(), 1000);
    QCOMPARE(send(zipped(std::string(300 * 1024, ' ')), {{"Content-Encoding", "gzip"}}).status, 413U);
    QCOMPARE(send(zipped(std::string(40 * 1024 * 1024, ' ')), {{"Content-Encoding", "gzip"}}).status, 413U);
    QCOMPARE(send("{}", {{"Content-Encoding", "gzip"}}).status, 400U);
    const auto unknown = send("{}", {{"Content-Encoding", "br"}});
    QCOMPARE(unknown.status, 415U);
    QCOMPARE(unknown.field("accept-encoding"), std::string("gzip"));
    QCOMPARE(send(R"({"a":1})", {{"Content-Encoding", "identity"}}).status, 200U);
  }

  void whatCannotBeUsedIsRefusedAsAWhole() {
    QCOMPARE(send("").status, 400U);
    QCOMPARE(send("{").status, 400U);
    QCOMPARE(send("5").status, 400U);
    const auto nothing = send(R"([{"speed":-1}])");
    QCOMPARE(nothing.status, 400U);
    QVERIFY2(detailOf(nothing).find("speed") != std::string::npos, detailOf(nothing).c_str());
    QCOMPARE(send(rows(1001)).status, 413U);
    QCOMPARE(send(std::string(70'000, ' ')).status, 413U);
    QCOMPARE(send("a,b", {{"Content-Type", "text/csv"}}).status, 415U);
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t(0));
  }

  void whoMaySendIsDecidedByTheRules() {
    const std::string body = R"({"speed":1})";
    QCOMPARE(post("/cars/car-2/telemetry", body, {{"Authorization", basic("car-1", TestGateway::kSecret)}}).status,
             403U);
    QCOMPARE(post("/cars/car-9/telemetry", body, {{"Authorization", basic("car-1", TestGateway::kSecret)}}).status,
             404U);
    const auto token = "Bearer " + m_gateway->addToken("olga");
    QCOMPARE(send(body, {{"Authorization", token}}).status, 403U);  // an operator does not speak for cars
    const auto ofCar = "Bearer " + m_gateway->addToken("car-1");
    QCOMPARE(send(body, {{"Authorization", ofCar}}).status, 200U);
    api::Rule rule;
    rule.priority = 1;
    rule.who = {api::Selector::Kind::principal, "olga"};
    rule.about = {api::Selector::Kind::principal, "car-1"};
    rule.action = api::Action::send;
    rule.allow = true;
    QVERIFY(m_gateway->store->addRule(rule).has_value());
    QTRY_COMPARE(send(body, {{"Authorization", token}}).status, 200U);
  }

  void onlyDevicesSignInByIdAndSecret() {
    const std::string body = R"({"speed":1})";
    for (const auto& field : {basic("car-1", "a wrong secret, quite"), basic("nobody", TestGateway::kSecret),
                              basic("olga", TestGateway::kPassword), basic("", TestGateway::kSecret),
                              std::string("Basic !"), std::string("Digest x"), std::string()}) {
      Fields fields;
      fields["Authorization"] = field;
      const auto answer = send(body, fields);
      QCOMPARE(answer.status, 401U);
      QVERIFY2(answer.field("www-authenticate").find("Basic realm=") != std::string::npos,
               answer.field("www-authenticate").c_str());
      QVERIFY(answer.field("www-authenticate").find("Bearer") != std::string::npos);
    }
    // Elsewhere they do not.
    QCOMPARE(post("/cars", "{}", {{"Authorization", basic("car-1", TestGateway::kSecret)}}).status, 401U);
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t(0));
  }

  void aDeviceAddedBesideTheGatewayIsLetInAtOnce() {
    m_gateway->addCar("car-3");
    QCOMPARE(post("/cars/car-3/telemetry", R"({"speed":1})", {{"Authorization", basic("car-3", TestGateway::kSecret)}})
                 .status,
             200U);
  }

  void aBlockedDeviceStaysOutside() {
    auto record = m_gateway->recordOf("car-1");
    record.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    QTRY_COMPARE(send(R"({"speed":1})").status, 401U);
    QVERIFY(detailOf(send(R"({"speed":1})")).find("blocked") != std::string::npos);
  }

  void guessingIsSlowedDownOverBothDoorsTogether() {
    PlainAnswer answer;
    for (int i = 0; i < SignInGuard::kLimits.freeTriesPerId; ++i) {
      answer = send("{}", {{"Authorization", basic("car-1", "a wrong secret, quite")}});
      QCOMPARE(answer.status, 401U);
    }
    answer = send(R"({"speed":1})");  // the right secret now, but too late
    QCOMPARE(answer.status, 429U);
    QVERIFY(!answer.field("retry-after").empty());
    QVERIFY(!m_gateway->car("car-1"));  // nor over MQTT
    QCOMPARE(post("/cars/car-2/telemetry", R"({"speed":1})", {{"Authorization", basic("car-2", TestGateway::kSecret)}})
                 .status,
             200U);
  }
};

QTEST_GUILESS_MAIN(TestHttpDeviceDoor)
#include "tst_http_device_door.moc"
