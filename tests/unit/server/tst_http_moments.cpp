#include "gateway/api/live_frame.h"
#include "gateway/api/moments.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <future>

using namespace carport;
using namespace carport::test;

/// Where the fleet was, asked for over HTTP: the form of the answers, their limits, and whose cars are in them.
class TestHttpMoments : public QObject, private WithAdministrator {
  Q_OBJECT

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void rowsAndFramesSayTheSame() {
    store("car-1", kAt - 2000, 43.7, 7.4, 50);
    store("car-1", kAt + 1000, 43.8, 7.5, 60);
    store("car-2", kAt - 600'000, 43.9, 7.6, 0);
    const std::string path = fmt::format("/fleet/moments?from={}&to={}", kAt, kAt + 10'000);
    const auto told = call(path).json;
    QCOMPARE(told["from"].get<std::int64_t>(), kAt);
    QCOMPARE(told["stepMs"].get<int>(), 1000);
    QCOMPARE(told["lookBackMs"].get<std::int64_t>(), api::kMomentLookBack.count());
    const auto number = m_gateway->numberOf("car-1").value;
    const auto other = m_gateway->numberOf("car-2").value;
    const nlohmann::json expected = {{other, kAt - 600'000, 43.9, 7.6, 0.0, nullptr, "silent"},
                                     {number, kAt - 2000, 43.7, 7.4, 50.0, nullptr, "driving"},
                                     {number, kAt + 1000, 43.8, 7.5, 60.0, nullptr, "driving"}};
    QCOMPARE(told["fixes"], expected);

    const auto fixes = packed(path, m_token);
    QCOMPARE(fixes.size(), std::size_t(3));
    QCOMPARE(fixes[2].car.value, number);
    QCOMPARE(toMs(fixes[2].time), kAt + 1000);
    QCOMPARE(fixes[2].latitude, 43.8);
    QCOMPARE(fixes[2].speed, 60.0F);
    QVERIFY(std::isnan(fixes[2].heading));
    QVERIFY(fixes[2].connected && !fixes[0].connected);
    QVERIFY(fixes[0].activity == api::Activity::silent);
  }

  void aMomentAloneAndItsLookBack() {
    store("car-1", kAt - 60'000, 43.7, 7.4, 50);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}", kAt)), 1);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&lookBackMs=59999", kAt)), 0);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&lookBackMs=60000", kAt)), 1);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&lookBackMs=0", kAt - 60'000)), 1);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}", kAt - 60'001)), 0);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&car=car-2", kAt)), 0);
    QCOMPARE(fixesOf("/fleet/moments?from=0"), 0);
    QCOMPARE(fixesOf("/fleet/moments?from=253402300799999"), 0);
  }

  void wrongParametersAreNamed() {
    for (const char* bad : {"?from=-1", "?from=x", "?from=9&to=8", "?from=0&to=86400001", "?stepMs=99",
                            "?stepMs=3600001", "?lookBackMs=-1", "?lookBackMs=604800001", "?points=5"}) {
      QCOMPARE(call(std::string("/fleet/moments") + bad).status, 400U);
    }
    for (const char* bad : {"?at=-1", "?at=x", "?lookBackMs=604800001", "?from=5"}) {
      QCOMPARE(call(std::string("/cars/car-1/moment") + bad).status, 400U);
    }
    QCOMPARE(call("/fleet/moments?car=nobody").status, 404U);
    QCOMPARE(call("/cars/nobody/moment").status, 404U);
  }

  void aCarsStateIsPutTogetherAsOfThen() {
    store("car-1", kAt - 90'000, 43.6, 7.3, 40, 80);
    store("car-1", kAt - 60'000, 43.7, 7.4, 0);
    store("car-1", kAt + 5000, 44, 8, 100);
    raise("car-1", "battery low", kAt - 30'000, true);
    raise("car-1", "battery low", kAt - 10'000, false);
    const auto state = call(fmt::format("/cars/car-1/moment?at={}", kAt)).json["state"];
    QCOMPARE(state["position"]["time"].get<std::int64_t>(), kAt - 60'000);
    QCOMPARE(state["position"]["lat"].get<double>(), 43.7);
    QCOMPARE(state["position"]["activity"].get<std::string>(), std::string("idling"));
    QCOMPARE(state["metrics"]["soc"]["value"].get<double>(), 80.0);
    QCOMPARE(state["metrics"]["soc"]["time"].get<std::int64_t>(), kAt - 90'000);
    QVERIFY(state["activeAlarms"].empty());
    const auto earlier = call(fmt::format("/cars/car-1/moment?at={}", kAt - 20'000)).json["state"];
    QCOMPARE(earlier["position"]["activity"].get<std::string>(), std::string("alarm"));
    QCOMPARE(earlier["activeAlarms"], nlohmann::json::array({"battery low"}));
    const auto much = call(fmt::format("/cars/car-1/moment?at={}", kAt + 20 * 3'600'000)).json["state"];
    QCOMPARE(much["position"]["lat"].get<double>(), 44.0);
    QCOMPARE(much["position"]["activity"].get<std::string>(), std::string("silent"));
    QVERIFY(!much["position"]["connected"].get<bool>());
    QVERIFY(!call(fmt::format("/cars/car-1/moment?at={}", kAt - 100'000)).json.contains("state"));
    QVERIFY(!call(fmt::format("/cars/car-1/moment?at={}&lookBackMs=1000", kAt)).json.contains("state"));
  }

  void anOrganisationIsToldItsOwnCarsByItsOwnNumbers() {
    api::Organisation organisation;
    organisation.id = "acme";
    QVERIFY(m_gateway->store->addOrganisation(organisation).has_value());
    m_gateway->addUser("acme.anna", api::kAdministratorRole);
    m_gateway->addCar("acme.van");
    const auto anna = m_gateway->usableToken("acme.anna");
    store("acme.van", kAt, 43.7, 7.4, 50);
    store("car-1", kAt, 43.7, 7.4, 50);
    const std::string path = fmt::format("/fleet/moments?from={}", kAt);
    const auto cars = m_gateway->call(Verb::get, "/cars", anna).json["cars"];
    QCOMPARE(cars.size(), std::size_t(1));
    const auto fixes = packed(path, anna);
    QCOMPARE(fixes.size(), std::size_t(1));
    QCOMPARE(fixes[0].car.value, cars[0]["number"].get<std::uint32_t>());
    QVERIFY(fixes[0].car != m_gateway->numberOf("acme.van"));
    const auto state = m_gateway->call(Verb::get, fmt::format("/cars/acme.van/moment?at={}", kAt), anna).json["state"];
    QCOMPARE(state["position"]["car"].get<std::uint32_t>(), fixes[0].car.value);
    QCOMPARE(fixesOf(path), 1);  // the house sees its own
    QCOMPARE(m_gateway->call(Verb::get, path + "&car=car-1", anna).status, 404U);
  }

 private:
  static constexpr std::int64_t kAt = 1'700'006'400'000;

  HttpAnswer call(const std::string& path) { return m_gateway->call(Verb::get, path, m_token); }
  int fixesOf(const std::string& path) {
    const auto answer = call(path);
    return answer.status == 200 ? static_cast<int>(answer.json["fixes"].size()) : -1;
  }
  std::vector<api::CarPosition> packed(const std::string& path, const std::string& token) {
    http::request<http::string_body> request{Verb::get, "/api/v2" + path, 11};
    request.set(http::field::authorization, "Bearer " + token);
    request.set(http::field::accept, "application/cbor");
    const auto answer = m_gateway->send(request);
    std::vector<api::CarPosition> fixes;
    if (answer.header(http::field::content_type) != "application/cbor") return fixes;
    const auto json = nlohmann::json::from_cbor(answer.body);
    for (const auto& frame : json["frames"]) {
      const auto& bytes = frame.get_binary();
      const auto some = api::decodeLiveFrame(std::as_bytes(std::span(bytes)));
      if (some) fixes.insert(fixes.end(), some->begin(), some->end());
    }
    return fixes;
  }
  void store(const std::string& car, std::int64_t time, double latitude, double longitude, double speed,
             std::optional<double> soc = {}) {
    auto batch = std::make_shared<SampleBatch>();
    batch->beginRow(m_gateway->numberOf(car), fromMs(time), m_gateway->clock.now());
    batch->addMetric(MetricNames::kLatitudeId, latitude);
    batch->addMetric(MetricNames::kLongitudeId, longitude);
    batch->addMetric(MetricNames::kSpeedId, speed);
    if (soc) batch->addMetric(*m_gateway->names.intern("soc"), *soc);
    std::promise<bool> stored;
    QVERIFY(
        m_gateway->writer->appendSamples(batch, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
  }
  void raise(const std::string& car, const std::string& name, std::int64_t time, bool active) {
    api::Event event;
    event.car = m_gateway->numberOf(car);
    event.time = fromMs(time);
    event.arrival = m_gateway->clock.now();
    event.name = name;
    event.severity = api::Severity::alarm;
    event.active = active;
    std::promise<bool> stored;
    QVERIFY(m_gateway->writer->appendEvents({event}, [&](const auto& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
  }
};

QTEST_GUILESS_MAIN(TestHttpMoments)
#include "tst_http_moments.moc"
