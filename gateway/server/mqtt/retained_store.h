#pragma once

#include "gateway/base/log.h"
#include "gateway/domain/durable_log.h"
#include "gateway/server/mqtt/mqtt_limits.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// The retained message of each topic (MQTT 3.1.1 §3.3.1.3). Any thread. Owner: MqttFront.
class RetainedStore {
 public:
  explicit RetainedStore(const MqttLimits& limits) : m_limits(limits) {}

  /// What became of a message that is to be retained.
  enum class Kept : std::uint8_t {
    yes,
    no,    ///< a limit is reached: the topic has no retained message any more, because an older one would mislead
    busy,  ///< `append` said no: nothing has changed
  };
  /// Gives the change to the storage: the message, or (false) that the topic has none any more. False: try again later.
  using Append = std::function<bool(bool isKept)>;

  /// Whose a topic is: as MqttMessage::car and organisationBytes.
  struct Owner {
    PrincipalNumber car;
    std::uint8_t organisationBytes = 0;
  };

  /// What the storage kept; whose each message is is told by `ownerOf`.
  void load(std::vector<RetainedMessage> messages, const std::function<Owner(std::string_view topic)>& ownerOf);

  /// Keeps the message as its topic's; an empty payload takes the topic's message away. Calls `append` once, inside the
  /// lock: two threads that set the same topic leave memory and disk in the same order. It must only append to a queue.
  Kept put(const MqttMessagePtr& message, const Append& append);
  /// A message of so many bytes would be kept; `organisation`: whose topic it is.
  bool hasRoomFor(std::string_view topic, std::string_view organisation, std::size_t bytes) const;
  /// How much is read at once.
  struct Portion {
    std::size_t messages = SIZE_MAX;
    std::size_t lookedAt = SIZE_MAX;  ///< topics, whether or not they match
  };
  /// Appends those whose topics `filter` matches, in the order of topics, beginning behind `after` (empty: from the
  /// first), which is then the last topic that was looked at. False where there are no more.
  bool read(std::string_view filter, std::string& after, const Portion& portion,
            std::vector<MqttMessagePtr>& found) const;
  std::size_t size() const;

 private:
  using Messages = std::map<std::string_view, MqttMessagePtr>;  // by the message's own topic

  /// How much there is.
  struct Use {
    std::size_t messages = 0;
    std::size_t bytes = 0;
  };
  bool fits(std::string_view topic, std::string_view organisation, std::size_t bytes) const;
  bool fits(const MqttMessage* old, std::string_view organisation, std::size_t bytes) const;
  bool fits(const Use& use, const MqttMessage* old, std::size_t bytes, std::size_t shares) const;
  void count(const MqttMessage& message);
  void uncount(const MqttMessage& message);
  void replace(const MqttMessagePtr& message, bool isKept);

  const MqttLimits& m_limits;
  // Guards the members below. Retained messages are written seldom and read at each subscription on every I/O thread; a
  // copy of them in each thread would cost memory for nothing.
  mutable std::shared_mutex m_mutex;
  Messages m_messages;
  Use m_use;
  std::map<std::string, Use, std::less<>> m_useOf;  // by organisation, of those that have any
};

}  // namespace carport
