#pragma once

#include "gateway/domain/document_filter.h"
#include "gateway/server/links.h"
#include "gateway/server/nitrogen/nitrogen_context.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// Subscriptions of clients that speak Nitrogen's MQTT dialect. Owner: SocketioHub; the control thread.
class MqttSubscribers {
 public:
  /// Of all clients; further ones hear nothing, which the log tells.
  static constexpr std::size_t kMaxSubscriptions = 10'000;

  explicit MqttSubscribers(NitrogenContext& context) : m_context(context) {}

  void add(NitrogenSubscription subscription);
  void remove(std::uint64_t number) { m_subscriptions.erase(number); }
  bool empty() const { return m_subscriptions.empty(); }
  std::size_t size() const { return m_subscriptions.size(); }

  /// Whether there may be one for messages of this type from this car.
  bool mayWant(PrincipalNumber car, std::string_view type) const;
  /// Brings the body to those that it is for; true where the message's receiver is among them.
  bool deliver(const NitrogenMessage& message, const nlohmann::json& document) const;

 private:
  struct Subscriber {
    NitrogenSubscription subscription;
    DocumentFilter filter;
    std::optional<PrincipalNumber> from;
    std::optional<std::string> type;
  };

  NitrogenContext& m_context;
  std::map<std::uint64_t, Subscriber> m_subscriptions;
};

}  // namespace carport
