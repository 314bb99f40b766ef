#include "gateway/server/control/provisioning_desk.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <atomic>
#include <future>
#include <memory>
#include <string>

using namespace carport;
using namespace carport::test;

/// Devices that register themselves over MQTT, more at once than can be.
class TestProvisioningDesk : public QObject {
  Q_OBJECT

 private slots:
  void whoIsTooManyIsToldThatItIsBusy() {
    ControlFixture gateway;
    QVERIFY(gateway.started.has_value());
    api::ProvisioningKey key;
    key.quota = 2 * ProvisioningDesk::kMaxUnderWay;
    const std::string text = makeProvisioningKey();
    QVERIFY(gateway.store->provisioning().addProvisioningKey(key, hashToken(text)).has_value());
    const std::string password = text + ".a-secret-of-its-own";

    // Whatever happens to the test, the storage goes on when this goes.
    std::promise<void> goOn;
    const auto held = [wait = goOn.get_future().share()](RegistryStore&) -> Result<void> {
      wait.wait();
      return {};
    };
    QVERIFY(gateway.writer->changeRegistry(held, {}));
    struct Answers {
      std::atomic<std::size_t> busy = 0, others = 0;
    };
    const auto answers = std::make_shared<Answers>();
    const auto count = [answers](bool isBusy) { ++(isBusy ? answers->busy : answers->others); };
    for (std::size_t i = 0; i < ProvisioningDesk::kMaxUnderWay; ++i) {
      gateway.control->deviceWantsIn("van-" + std::to_string(i), password, "127.0.0.1", count);
    }
    gateway.control->deviceWantsIn("one-too-many", password, "127.0.0.1", count);
    QVERIFY(QTest::qWaitFor([&] { return answers->busy > 0; }, 30'000));
    gateway.control->deviceWantsIn("no-key", "a-secret-of-its-own", "127.0.0.1", count);
    QVERIFY(QTest::qWaitFor([&] { return answers->others > 0; }, 30'000));
    QCOMPARE(answers->busy.load(), std::size_t{1});
    QCOMPARE(answers->others.load(), std::size_t{1});

    goOn.set_value();
    QVERIFY(QTest::qWaitFor([&] { return answers->others > ProvisioningDesk::kMaxUnderWay; }, 60'000));
    QCOMPARE(answers->busy.load(), std::size_t{1});
    QVERIFY(gateway.registry.find("van-0") && gateway.registry.find("van-999"));
    QVERIFY(!gateway.registry.find("one-too-many"));
    gateway.control->deviceWantsIn("one-too-many", password, "127.0.0.1", count);
    QTRY_VERIFY(gateway.registry.find("one-too-many").has_value());
  }
};

QTEST_GUILESS_MAIN(TestProvisioningDesk)
#include "tst_provisioning_desk.moc"
