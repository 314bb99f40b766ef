#pragma once

#include "gateway/base/error.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace carport::mqtt {

/// What a ServerConnection tells its owner, called from inside feed(), onTime(), acceptConnect() and resume(). Views in
/// the packets are valid during the call. A handler may call the connection's functions except feed() and onTime(),
/// and must not destroy it.
class ServerHandler {
 public:
  virtual ~ServerHandler() = default;

  /// Answer with acceptConnect() or refuseConnect(), at once or later. Until then nothing more is handed out.
  virtual void onConnect(const Connect& connect) = 0;
  /// A topic alias has been replaced by its topic. Answer QoS 1 with sendPuback(), QoS 2 with sendPubrec(), once the
  /// message is safe. A QoS 2 message comes once, however often it is sent: remember its packet id before the answer,
  /// until onPubrel(), for the next connection of the session (Acceptance::unreleased).
  virtual void onPublish(const Publish& publish) = 0;
  /// The client has released its QoS 2 message: forget the packet id, then answer with sendPubcomp().
  virtual void onPubrel(PacketId packetId) = 0;
  /// The client has the QoS 1 message that sendPublish() gave this id, or (reason 0x80 and above) does not want it.
  virtual void onPuback(const Puback& puback) = 0;
  /// The same for QoS 2. With a failure this is the end of it, and the id is free. Otherwise: forget the message,
  /// remember its id, then answer with sendPubrel().
  virtual void onPubrec(const Pubrec& pubrec) = 0;
  /// The delivery of a QoS 2 message is complete; its id is free.
  virtual void onPubcomp(const Pubcomp& pubcomp) = 0;
  /// Answer with sendSuback(), one code for each wish.
  virtual void onSubscribe(const Subscribe& subscribe) = 0;
  /// Answer with sendUnsuback(), one code for each filter.
  virtual void onUnsubscribe(const Unsubscribe& unsubscribe) = 0;
  /// The client said goodbye: its will is void [MQTT-3.14.4-3], unless the reason is disconnectWithWill; a session
  /// expiry interval in the properties replaces the one of CONNECT. Close the socket.
  virtual void onDisconnect(const Disconnect& disconnect) = 0;
  /// The client broke a rule or was quiet for too long; a 5.0 client is told so in the output. Write the output, if
  /// any, and close the socket; the will is due.
  virtual void onError(const Error& error) = 0;
};

/// What a server says when it lets a client in. All but the first and the packet ids is for 5.0 clients.
struct Acceptance {
  bool sessionPresent = false;
  /// For clients that left theirs empty [MQTT-3.2.2-16].
  std::string_view assignedClientId = {};
  /// Where it is not the client's own [MQTT-3.1.2-21]. A 3.1.1 client cannot be told, so there it changes nothing.
  std::optional<std::uint16_t> serverKeepAliveSeconds = {};
  /// Where it is not what the client asked for (§3.2.2.3.2).
  std::optional<std::uint32_t> sessionExpirySeconds = {};
  /// Sent where the client asked for it [MQTT-3.1.2-28].
  std::string_view responseInformation = {};
  std::string_view reasonString = {};
  /// QoS 2 messages that came on an earlier connection of the session, are safe, and were not released.
  std::span<const PacketId> unreleased = {};
  /// The same, but not safe yet: their PUBREC is still owed, so sendPubrec() is going to be called.
  std::span<const PacketId> unstored = {};
};

}  // namespace carport::mqtt
