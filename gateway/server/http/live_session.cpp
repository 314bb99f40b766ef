#include "gateway/server/http/live_session.h"

#include "gateway/server/http/authentication.h"
#include "gateway/transport/websocket_connection.h"

#include <utility>

namespace carport {

namespace {

/// Takes the feed out of the hub however the client ends.
class Registered {
 public:
  Registered(LiveHub& hub, LiveFeed& feed, LiveHub::StillWelcome stillWelcome)
      : m_hub(hub), m_feed(feed), m_added(hub.add(feed, std::move(stillWelcome))) {}
  ~Registered() { m_hub.remove(m_feed); }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;

  bool isAdded() const { return m_added; }

 private:
  LiveHub& m_hub;
  LiveFeed& m_feed;
  bool m_added;
};

}  // namespace

boost::asio::awaitable<void> serveLive(HttpStream stream, HttpRequest request, Caller caller, ControlContext& control) {
  auto accepting = WebSocketConnection::accept(std::move(stream), std::move(request), WebSocketLimits{});
  const WebSocketConnection::Pointer socket = co_await std::move(accepting);
  if (!socket) co_return;
  const ControlParts& parts = control.parts;
  LiveFeed feed(*socket, ViewFilter(parts.registry, parts.clock, caller.principal),
                OutwardNumbers(parts.secretKey, caller.principal.organisation()), control.states, parts.clock);
  LiveHub::StillWelcome stillWelcome = [&caller, &parts] {
    return isStillSignedIn(caller, parts.registry, parts.clock.now());
  };
  const Registered registered(control.hub, feed, std::move(stillWelcome));
  if (!registered.isAdded()) {
    socket->close(boost::beast::websocket::close_code::try_again_later, "Too many live clients; try again in a while");
  }
  while (true) {
    auto receiving = socket->receive();
    const std::optional<std::string> message = co_await std::move(receiving);
    if (!message) break;
    Result<LiveWatch> watch = LiveWatch::parse(*message);
    watch ? feed.setWatch(std::move(*watch)) : feed.tellError(watch.error().message());
  }
}

}  // namespace carport
