#include "gateway/protocol/mqtt/client_connection.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;
using namespace carport::mqtt;

namespace {

class Listener final : public ClientHandler {
 public:
  void onConnack(const Connack&) override { ++events; }
  void onPublish(const Publish&) override { ++events; }
  void onPuback(const Puback&) override { ++events; }
  void onSuback(const Suback&) override { ++events; }
  void onUnsuback(const Unsuback&) override { ++events; }
  void onError(const Error& error) override {
    ++events;
    fuzz::require(!error.message().empty(), "every error has a sentence");
  }
  std::size_t events = 0;
};

}  // namespace

/// A client survives whatever a server sends, before and after it is connected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ConnectionOptions options;
  Connect connect;
  connect.clientId = "car";
  for (const std::string_view before : {std::string_view(), std::string_view("\x20\x02\x00\x00", 4)}) {
    Listener listener;
    ClientConnection client(options, listener);
    fuzz::require(client.connect(connect, {}).has_value(), "the client can connect");
    client.feed(before, {});
    static_cast<void>(client.publish({"t", "x", Qos::atLeastOnce, false}, {}));
    for (std::size_t i = 0; i < size; ++i) client.feed(std::string(1, static_cast<char>(data[i])), {});
  }
  return 0;
}
