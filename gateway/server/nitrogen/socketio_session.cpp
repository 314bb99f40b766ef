#include "gateway/api/json_codec.h"
#include "gateway/protocol/socketio/socketio_packet.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace carport {

using socketio::PacketType;

bool SocketioSession::receive(std::string_view text) {
  const auto packet = socketio::parsePacket(text);
  if (!packet) {
    complain(packet.error().message());
    return true;
  }
  if (packet->type == PacketType::disconnect && packet->endpoint.empty()) return false;
  if (packet->type != PacketType::event) return true;  // heartbeats and acknowledgements
  const auto event = socketio::parseEvent(packet->data);
  if (!event) {
    complain(event.error().message());
    return true;
  }
  if (packet->id) m_socket.sendText(socketio::ackPacket(*packet->id));
  if (event->arguments.empty() || !event->arguments.front().is_object()) return true;
  if (event->name == "start") start(event->arguments.front());
  if (event->name == "stop") stop(event->arguments.front());
  return true;
}

void SocketioSession::start(const nlohmann::json& options) {
  const auto id = options.find("id");
  const auto type = options.find("type");
  if (id == options.end() || !id->is_string() || id->get_ref<const std::string&>().empty() ||
      id->get_ref<const std::string&>().size() > socketio::kMaxEventNameBytes) {
    return complain("A subscription has an id");
  }
  const bool isKnown = type != options.end() && (*type == "message" || *type == "principal");
  if (!isKnown) return complain("A subscription is of type message or principal");
  Subscription subscription;
  subscription.isOfPrincipals = *type == "principal";
  if (const auto filter = options.find("filter"); filter != options.end() && !filter->is_null()) {
    const bool fits = api::toText(*filter).size() <= api::DocumentFilter::kMaxTextBytes;
    auto parsed = fits ? api::DocumentFilter::fromJson(*filter) : api::DocumentFilter::parse(api::toText(*filter));
    if (!parsed) return complain(parsed.error().message());
    subscription.filter = std::move(*parsed);
  }
  if (const auto* from = subscription.filter.requiredAt("from"); from != nullptr && from->is_string()) {
    subscription.from = m_context.ids.principalOf(from->get_ref<const std::string&>()).value_or(PrincipalNumber{});
  }
  if (const auto* only = subscription.filter.requiredAt("type"); only != nullptr && only->is_string()) {
    subscription.type = only->get<std::string>();
  }
  const auto& name = id->get_ref<const std::string&>();
  if (m_subscriptions.size() >= kMaxSubscriptions && !m_subscriptions.contains(name)) {
    return complain(fmt::format("One connection has {} subscriptions at most", kMaxSubscriptions));
  }
  m_subscriptions[name] = std::move(subscription);
  m_context.sockets->subscriptionsChanged();
}

void SocketioSession::stop(const nlohmann::json& options) {
  const auto id = options.find("id");
  if (id == options.end() || !id->is_string()) return;
  const auto found = m_subscriptions.find(id->get_ref<const std::string&>());
  if (found == m_subscriptions.end()) return;
  m_subscriptions.erase(found);
  m_context.sockets->subscriptionsChanged();
}

bool SocketioSession::deliver(const NitrogenMessage& message, const nlohmann::json& document, const std::string& text) {
  std::optional<bool> maySee;  // asked only where it matters
  bool delivered = false;
  for (const auto& [id, subscription] : m_subscriptions) {
    if (subscription.isOfPrincipals || !subscription.filter.matches(document)) continue;
    if (!maySee) {
      const auto who = m_context.registry().find(m_caller.principal.number);
      const NitrogenRights rights(m_context.registry(), m_context.now());
      maySee = who && rights.maySee(*who, message.from, message.to, document);
    }
    if (!*maySee) return false;
    m_socket.sendText(socketio::eventPacket(id, text));
    delivered = true;
  }
  return delivered;
}

void SocketioSession::addTo(SampleInterest& interest) const {
  for (const auto& [id, subscription] : m_subscriptions) {
    if (!subscription.isOfPrincipals) interest.add(subscription.from, subscription.type);
  }
}

void SocketioSession::deliverPrincipal(const api::Principal& principal) {
  const auto who = m_context.registry().find(m_caller.principal.number);
  const NitrogenRights rights(m_context.registry(), m_context.now());
  if (!who || !rights.may(*who, api::Action::view, principal)) return;
  const nlohmann::json document = principalJson(m_context, principal, false);
  for (const auto& [id, subscription] : m_subscriptions) {
    if (!subscription.isOfPrincipals || !subscription.filter.matches(document)) continue;
    m_socket.sendText(socketio::eventPacket(id, api::toText(document)));
  }
}

void SocketioSession::beat() {
  m_socket.sendText(socketio::heartbeatPacket());
}

void SocketioSession::close(std::string reason) {
  m_socket.close(boost::beast::websocket::close_code::policy_error, std::move(reason));
}

void SocketioSession::complain(std::string_view sentence) {
  m_socket.sendText(socketio::errorPacket(sentence));
}

}  // namespace carport
