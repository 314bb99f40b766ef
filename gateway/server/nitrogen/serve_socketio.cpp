#include "gateway/server/nitrogen/serve_socketio.h"

#include "gateway/protocol/socketio/socketio_packet.h"
#include "gateway/server/nitrogen/socketio_hub.h"
#include "gateway/transport/websocket_connection.h"

#include <optional>
#include <string>
#include <utility>

namespace carport {

namespace {

/// Takes the session out of the hub however the client ends.
class Registered {
 public:
  Registered(SocketioHub& hub, SocketioSession& session)
      : m_hub(hub), m_session(session), m_hasRoom(hub.add(session)) {}
  ~Registered() { m_hub.remove(m_session); }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;

  bool hasRoom() const { return m_hasRoom; }

 private:
  SocketioHub& m_hub;
  SocketioSession& m_session;
  bool m_hasRoom;
};

}  // namespace

boost::asio::awaitable<void> serveSocketio(HttpStream stream, HttpRequest request, NitrogenCaller caller,
                                           NitrogenContext& context) {
  WebSocketLimits limits;
  limits.maxMessageBytes = socketio::kMaxPacketBytes;
  auto accepting = WebSocketConnection::accept(std::move(stream), std::move(request), limits);
  const WebSocketConnection::Pointer socket = co_await std::move(accepting);
  if (!socket) co_return;
  SocketioSession session(context, std::move(caller), *socket);
  const Registered registered(*context.sockets, session);
  if (!registered.hasRoom()) {
    socket->close(boost::beast::websocket::close_code::try_again_later, "Too many clients; try again in a while");
  } else {
    socket->sendText(socketio::connectPacket());
  }
  while (true) {
    auto receiving = socket->receive();
    const std::optional<std::string> packet = co_await std::move(receiving);
    if (!packet) break;
    if (!session.receive(*packet)) {
      socket->close(boost::beast::websocket::close_code::normal, {});
    }
  }
}

}  // namespace carport
