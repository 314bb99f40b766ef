#pragma once

#include "gateway/api/document_filter.h"
#include "gateway/server/links.h"
#include "gateway/server/nitrogen/nitrogen_context.h"
#include "gateway/server/nitrogen/sample_interest.h"

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
  /// Of all clients, of one organisation (other than the house), and of one principal; further ones hear nothing, which
  /// the log tells.
  static constexpr std::size_t kMaxSubscriptions = 10'000;
  static constexpr std::size_t kMaxOfOrganisation = 2000;
  static constexpr std::size_t kMaxOfPrincipal = 1000;

  explicit MqttSubscribers(NitrogenContext& context) : m_context(context) {}

  void add(NitrogenSubscription subscription);
  void remove(std::uint64_t number);
  bool empty() const { return m_subscriptions.empty(); }
  std::size_t size() const { return m_subscriptions.size(); }

  /// What of samples the subscriptions are about.
  void addTo(SampleInterest& interest) const;
  /// Brings the body to those that it is for; true where the message's receiver is among them.
  bool deliver(const NitrogenMessage& message, const nlohmann::json& document) const;

 private:
  bool hasRoomFor(PrincipalNumber who, std::string_view organisation) const;

  struct Subscriber {
    NitrogenSubscription subscription;
    std::string organisation;  ///< of who has subscribed
    api::DocumentFilter filter;
    std::optional<PrincipalNumber> from;
    std::optional<std::string> type;
  };

  NitrogenContext& m_context;
  std::map<std::uint64_t, Subscriber> m_subscriptions;
};

}  // namespace carport
