#include "gateway/protocol/mqtt/server_connection.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::mqtt;

namespace {

/// Answers as a session does and counts what it hears.
class Session final : public ServerHandler {
 public:
  Session() : connection(options, *this, now) {}

  void onConnect(const Connect& connect) override {
    ++events;
    connection.acceptConnect(!connect.cleanSession, now);
  }
  void onPublish(const Publish& publish) override {
    ++events;
    bytes += publish.topic.size() + publish.payload.size();
    if (publish.qos == Qos::atLeastOnce) connection.sendPuback(publish.packetId);
    if (publish.qos == Qos::exactlyOnce) connection.sendPubrec(publish.packetId);
    static_cast<void>(connection.sendPublish({publish.topic, publish.payload, publish.qos, publish.retain}));
  }
  void onPubrel(PacketId packetId) override {
    ++events;
    connection.sendPubcomp(packetId);
  }
  void onPuback(const Puback&) override { ++events; }
  void onPubrec(const Pubrec& pubrec) override {
    ++events;
    if (!isFailure(pubrec.reason)) connection.sendPubrel(pubrec.packetId);
  }
  void onPubcomp(const Pubcomp&) override { ++events; }
  void onSubscribe(const Subscribe& subscribe) override {
    ++events;
    const std::vector<ReasonCode> codes(subscribe.topics.size(), ReasonCode::success);
    connection.sendSuback(subscribe.packetId, codes);
  }
  void onUnsubscribe(const Unsubscribe& unsubscribe) override {
    ++events;
    const std::vector<ReasonCode> codes(unsubscribe.filters.size(), ReasonCode::success);
    connection.sendUnsuback(unsubscribe.packetId, codes);
  }
  void onDisconnect(const Disconnect&) override { ++endings; }
  void onError(const Error&) override { ++endings; }

  ConnectionOptions options;
  SteadyPoint now{};
  ServerConnection connection;
  std::size_t events = 0;
  std::size_t bytes = 0;
  int endings = 0;
};

}  // namespace

/// However a stream is cut, the session hears the same, and of at most one end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string stream(fuzz::asText(data, size));
  Session whole;
  whole.connection.feed(stream, whole.now);
  Session pieces;
  const std::size_t step = size == 0 ? 1 : 1 + data[size - 1] % 7;
  for (std::size_t at = 0; at < stream.size(); at += step) pieces.connection.feed(stream.substr(at, step), pieces.now);

  fuzz::require(whole.endings <= 1, "a connection ends once");
  fuzz::require(whole.events == pieces.events && whole.bytes == pieces.bytes, "cuts do not change what is heard");
  fuzz::require(whole.connection.state() == pieces.connection.state(), "cuts do not change the state");
  std::string first;
  std::string second;
  whole.connection.takeOutput(first);
  pieces.connection.takeOutput(second);
  fuzz::require(first == second, "cuts do not change what is answered");
  return 0;
}
