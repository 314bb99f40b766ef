#pragma once

#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/gateway_status.h"
#include "gateway/domain/registry.h"
#include "gateway/server/control/live_feed.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// Hands what happens on to the live feeds. Owner: Control; its thread.
class LiveHub {
 public:
  /// Most live clients at once.
  static constexpr std::size_t kMaxFeeds = 200;
  /// The same of one organisation, so that none takes them all.
  static constexpr std::size_t kMaxFeedsOfOrganisation = 50;

  explicit LiveHub(const Registry& registry) : m_registry(registry) {}

  /// How a feed's caller is checked again when the registry has changed: false ends the feed.
  using StillWelcome = std::function<bool()>;
  /// False where there are too many; the feed must be taken out with remove() before it is gone.
  bool add(LiveFeed& feed, StillWelcome stillWelcome);
  void remove(LiveFeed& feed);
  bool empty() const { return m_feeds.empty(); }
  std::size_t size() const { return m_feeds.size(); }

  void positionsChanged(const std::vector<PrincipalNumber>& cars);
  void stateChanged(PrincipalNumber car);
  void eventHappened(const api::Event& event);
  void commandChanged(const api::Command& command);
  /// The status: as everybody of the house may see it, as its administrators do, and as an organisation does.
  void tellStatus(const std::string& forAll, const std::string& forAdministrators,
                  const std::function<std::string(std::string_view organisation)>& forOrganisation);
  void tick();
  /// Lets the feeds ask for the raw messages that their clients want.
  void tailMessages(MqttLink& mqtt, const std::shared_ptr<ControlPort>& port);
  /// Ends feeds whose token ended or whose caller was blocked; the others decide anew what they may show.
  void refresh();
  /// Ends all of them: the gateway stops.
  void closeAll();

 private:
  /// Tells those feeds that `wants` of a car about something of it, each with the numbers that are meant for it.
  template <class Thing>
  void tellAbout(const Thing& thing, std::string_view type, bool LiveWatch::*wants);

  const Registry& m_registry;
  std::unordered_map<LiveFeed*, StillWelcome> m_feeds;
};

}  // namespace carport
