#include "gateway/protocol/mqtt/client_connection.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;
using namespace carport::mqtt;

namespace {

class Listener final : public ClientHandler {
 public:
  void onConnack(const Connack&) override { ++events; }
  void onPublish(const Publish& publish) override {
    ++events;
    fuzz::require(!publish.topic.empty(), "every message has a topic");
    if (publish.qos == Qos::atLeastOnce) client->sendPuback(publish.packetId, {});
    if (publish.qos == Qos::exactlyOnce) client->sendPubrec(publish.packetId, {});
  }
  void onPuback(const Puback&) override { ++events; }
  void onPubrec(const Pubrec&) override { ++events; }
  void onPubcomp(const Pubcomp&) override { ++events; }
  void onSuback(const Suback&) override { ++events; }
  void onUnsuback(const Unsuback&) override { ++events; }
  void onError(const Error& error) override {
    ++events;
    fuzz::require(!error.message().empty(), "every error has a sentence");
  }
  ClientConnection* client = nullptr;
  std::size_t events = 0;
};

void listen(ProtocolLevel level, std::string_view before, std::string_view bytes) {
  const ConnectionOptions options;
  Connect connect;
  connect.level = level;
  connect.clientId = "car";
  Listener listener;
  ClientConnection client(options, listener);
  listener.client = &client;
  fuzz::require(client.connect(connect, {}).has_value(), "the client can connect");
  client.feed(before, {});
  static_cast<void>(client.publish({"t", "x", Qos::atLeastOnce, false}, {}));
  static_cast<void>(client.publish({"t", "x", Qos::exactlyOnce, false}, {}));
  for (const char byte : bytes) client.feed(std::string(1, byte), {});
}

}  // namespace

/// A client survives whatever a server sends, before and after it is connected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::asText(data, size);
  listen(ProtocolLevel::v311, {}, bytes);
  listen(ProtocolLevel::v311, std::string_view("\x20\x02\x00\x00", 4), bytes);
  listen(ProtocolLevel::v5, {}, bytes);
  listen(ProtocolLevel::v5, std::string_view("\x20\x03\x00\x00\x00", 5), bytes);
  return 0;
}
