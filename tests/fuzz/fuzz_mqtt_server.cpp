#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/server_connection.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
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
    maxPacketBytes = connect.properties.number(PropertyId::maximumPacketSize).value_or(kMaxRemainingLength);
    Acceptance acceptance;
    acceptance.sessionPresent = !connect.cleanSession;
    acceptance.assignedClientId = "made-1";
    acceptance.responseInformation = "replies/1";
    connection.acceptConnect(acceptance, now);
    connection.sendPubrel(9);
  }
  void onPublish(const Publish& publish) override {
    ++events;
    fuzz::require(!publish.topic.empty(), "every message has a topic");
    bytes += publish.topic.size() + publish.payload.size();
    if (publish.qos == Qos::atLeastOnce) connection.sendPuback(publish.packetId, ReasonCode::success, publish.topic);
    if (publish.qos == Qos::exactlyOnce) connection.sendPubrec(publish.packetId);
    std::string properties;
    appendForwarded(publish.properties, properties);
    const std::uint32_t id = 1;
    OutgoingMessage out{publish.topic, publish.payload, publish.qos, publish.retain};
    out.properties = {properties};
    out.expirySeconds = publish.properties.number(PropertyId::messageExpiryInterval);
    out.subscriptionIds = {&id, 1};
    static_cast<void>(connection.sendPublish(out));
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
    for (const auto& wish : subscribe.topics) fuzz::require(!wish.matched().empty(), "every wish has a filter");
    const std::vector<ReasonCode> codes(subscribe.topics.size(), ReasonCode::success);
    connection.sendSuback(subscribe.packetId, codes, subscribe.topics[0].filter);
  }
  void onUnsubscribe(const Unsubscribe& unsubscribe) override {
    ++events;
    const std::vector<ReasonCode> codes(unsubscribe.filters.size(), ReasonCode::noSubscriptionExisted);
    connection.sendUnsuback(unsubscribe.packetId, codes);
  }
  void onDisconnect(const Disconnect&) override { ++endings; }
  void onError(const Error& error) override {
    ++endings;
    fuzz::require(!error.message().empty(), "every error has a sentence");
  }

  std::string output() {
    std::string written;
    connection.takeOutput(written);
    return written;
  }

  ConnectionOptions options;
  SteadyPoint now{};
  ServerConnection connection;
  std::size_t maxPacketBytes = kMaxRemainingLength;
  std::size_t events = 0;
  std::size_t bytes = 0;
  int endings = 0;
};

/// What the server writes are packets that a client of this level understands and is willing to take, CONNACK first.
void checkOutput(const Session& session, const std::string& written) {
  FrameReader reader(kMaxRemainingLength);
  reader.feed(written);
  DecodeScratch scratch;
  std::size_t rest = written.size();
  bool first = true;
  for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
    const auto packet = decodePacket(**frame, scratch, session.connection.level());
    fuzz::require(packet.has_value(), "what the server writes can be read");
    fuzz::require(!first || std::holds_alternative<Connack>(*packet), "CONNACK comes first");
    first = false;
    const std::size_t lengthBytes = (*frame)->body.size() < 128 ? 1 : (*frame)->body.size() < 16'384 ? 2 : 3;
    const std::size_t whole = 1 + lengthBytes + (*frame)->body.size();
    fuzz::require(whole <= session.maxPacketBytes, "no packet is larger than the client wants");
    rest -= whole;
  }
  fuzz::require(rest == 0, "what the server writes are whole packets");
}

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
  const auto first = whole.output();
  fuzz::require(first == pieces.output(), "cuts do not change what is answered");
  checkOutput(whole, first);
  return 0;
}
