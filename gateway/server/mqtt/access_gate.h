#pragma once

#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/access.h"
#include "gateway/domain/car_topics.h"
#include "gateway/domain/registry.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// May this be done? With the car whose topic it is, where it is one.
struct AccessGrant {
  bool allowed = false;
  bool unknownCar = false;  ///< the topic names a car that the registry does not know, or not to this one
  /// How many bytes of the topic's car id, or behind `organisations/`, are the id of whose it is; 0: the house's.
  std::uint8_t organisationBytes = 0;
  PrincipalNumber car;
};

/// The decisions that one session has met, so that a message costs a look-up and not the rules. Void once the gate's
/// epoch has moved on. Owner: MqttSession.
class AccessCache {
 public:
  /// Most remembered decisions of each kind; beyond it they are forgotten and asked for again.
  static constexpr std::size_t kMaxPublishing = 64;
  static constexpr std::size_t kMaxReceiving = 65'536;
  /// Decisions about longer topics are not remembered.
  static constexpr std::size_t kMaxTopicBytes = 256;

 private:
  friend class AccessGate;
  struct Publishing {
    std::string subject;  // the car's id, or the topic where it belongs to no car
    bool isCar = false;
    bool depends = false;  // on the message: the grant's `allowed` says nothing
    api::Action action = api::Action::send;
    AccessGrant grant;
  };
  std::uint64_t m_epoch = 0;
  std::vector<Publishing> m_publishing;
  std::unordered_map<PrincipalNumber, RuleVerdict> m_receivingCars;
  std::unordered_map<std::string, RuleVerdict> m_receivingTopics;
};

/// Asks the rules for the sessions of one I/O thread. Owner: MqttShard; its thread.
class AccessGate {
 public:
  AccessGate(const Registry& registry, const Clock& clock);

  /// The registry changed: every remembered decision is void.
  void forgetDecisions();

  /// May `who` publish this on `topic`? `parsed` is its CarTopic where it is one. What is about a command that may
  /// depend on its name is allowed here; the control thread decides about it.
  AccessGrant mayPublish(AccessCache& cache, const api::Principal& who, std::string_view topic,
                         const std::optional<CarTopic>& parsed, std::string_view payload);
  /// May `who` get this message? Asked for each delivery, because a wildcard says nothing about what it will match.
  bool mayReceive(AccessCache& cache, const api::Principal& who, const MqttMessage& message);
  /// May `who` have this subscription at all?
  bool maySubscribe(const api::Principal& who, std::string_view filter) const;

  /// A sentence that says why `who` may not publish on `topic`: names both and the rule that decided.
  std::string explainPublish(const api::Principal& who, std::string_view topic) const;
  std::string explainSubscribe(const api::Principal& who, std::string_view filter) const;

 private:
  void renew(AccessCache& cache);
  AccessCache::Publishing decidePublish(const api::Principal& who, std::string_view topic,
                                        const std::optional<CarTopic>& parsed, api::Action action) const;
  /// Where rules look at messages: about this one.
  bool mayPublishThis(const api::Principal& who, std::string_view topic, const AccessGrant& grant,
                      std::string_view payload) const;
  bool mayReceiveThis(const api::Principal& who, const MqttMessage& message) const;
  RuleVerdict decideReceive(const api::Principal& who, const MqttMessage& message) const;
  /// The car of that id, where `who` may know of it.
  std::optional<api::Principal> carFor(const api::Principal& who, std::string_view id) const;

  const Registry& m_registry;
  const Clock& m_clock;
  std::shared_ptr<const RuleSet> m_rules;
  std::uint64_t m_epoch = 1;
  TimePoint m_validUntil{};  // when the next rule begins to count or expires
};

}  // namespace carport
