#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;

/// The gateway as a whole: its ports and its end.
class TestWholeGateway : public QObject {
  Q_OBJECT

 private slots:
  void saysWhichPortsItTookInstead() {
    TestGateway first;
    QVERIFY(first.start());
    TestGateway second;
    second.config.mqtt = {first.gateway->mqttAddress(), true};
    second.config.http = {first.gateway->httpAddress(), true};
    QVERIFY(second.start());
    const auto sentence = [](const Endpoint& wanted, const char* what, const Endpoint& taken) {
      return fmt::format("Port {} is in use; {} listens on {} instead", wanted.port, what, taken.toString());
    };
    QVERIFY(second.gateway->mqttAddress().port != first.gateway->mqttAddress().port);
    QVERIFY(second.logged(sentence(first.gateway->mqttAddress(), "MQTT", second.gateway->mqttAddress())));
    QVERIFY(second.gateway->httpAddress().port != first.gateway->httpAddress().port);
    QVERIFY(second.logged(sentence(first.gateway->httpAddress(), "HTTP", second.gateway->httpAddress())));
    QVERIFY(!first.logged("is in use"));
  }

  void takesNoOtherPortThanTheChosen() {
    TestGateway first;
    QVERIFY(first.start());
    TestGateway second;
    second.config.http = {first.gateway->httpAddress(), false};
    QVERIFY(!second.start());
  }

  void stopsTwice() {
    TestGateway gateway;
    QVERIFY(gateway.start());
    gateway.gateway->stop();
    gateway.gateway->stop();
  }
};

QTEST_GUILESS_MAIN(TestWholeGateway)
#include "tst_gateway.moc"
