#include "gateway/server/control/live_hub.h"

#include "gateway/api/json_codec.h"
#include "gateway/server/control/described.h"

#include <algorithm>
#include <map>
#include <utility>

namespace carport {

namespace websocket = boost::beast::websocket;

bool LiveHub::add(LiveFeed& feed, StillWelcome stillWelcome) {
  if (m_feeds.size() >= kMaxFeeds) return false;
  const auto isOfTheSame = [&](const auto& other) { return other.first->organisation() == feed.organisation(); };
  const auto own = std::count_if(m_feeds.begin(), m_feeds.end(), isOfTheSame);
  const bool isFull = own >= static_cast<std::ptrdiff_t>(kMaxFeedsOfOrganisation);
  if (isFull && !feed.organisation().empty()) return false;
  feed.setFences(m_registry.fencesVersion(feed.organisation()));
  m_feeds.emplace(&feed, std::move(stillWelcome));
  return true;
}

void LiveHub::remove(LiveFeed& feed) {
  m_feeds.erase(&feed);
}

void LiveHub::positionsChanged(const std::vector<PrincipalNumber>& cars) {
  for (auto& [feed, welcome] : m_feeds) feed->positionsChanged(cars);
}

void LiveHub::stateChanged(PrincipalNumber car) {
  for (auto& [feed, welcome] : m_feeds) feed->stateChanged(car);
}

template <class Thing>
void LiveHub::tellAbout(const Thing& thing, std::string_view type, bool LiveWatch::*wants) {
  // The house's feeds are told one text; others than those of the car's organisation may not view it.
  std::string forHouse, forOrganisation;
  for (auto& [feed, welcome] : m_feeds) {
    if (!(feed->watch().*wants) || !feed->mayView(thing.car)) continue;
    std::string& text = feed->numbers().areEnciphered() ? forOrganisation : forHouse;
    if (text.empty()) text = api::toText({{"type", type}, {type, described(thing, m_registry, feed->numbers())}});
    feed->tell(text);
  }
}

void LiveHub::eventHappened(const api::Event& event) {
  tellAbout(event, "event", &LiveWatch::events);
}

void LiveHub::commandChanged(const api::Command& command) {
  tellAbout(command, "command", &LiveWatch::commands);
}

void LiveHub::tellStatus(const std::string& forAll, const std::string& forAdministrators,
                         const std::function<std::string(std::string_view organisation)>& forOrganisation) {
  std::map<std::string, std::string, std::less<>> ofOrganisations;
  for (auto& [feed, welcome] : m_feeds) {
    if (!feed->watch().status) continue;
    const auto organisation = feed->organisation();
    if (organisation.empty()) {
      feed->tell(feed->mayAdminister() ? forAdministrators : forAll);
      continue;
    }
    const auto [text, isNew] = ofOrganisations.try_emplace(std::string(organisation));
    if (isNew) text->second = forOrganisation(organisation);
    feed->tell(text->second);
  }
}

void LiveHub::tick() {
  for (auto& [feed, welcome] : m_feeds) feed->tick();
}

void LiveHub::tailMessages(MqttLink& mqtt, const std::shared_ptr<ControlPort>& port) {
  for (auto& [feed, welcome] : m_feeds) feed->tailMessages(mqtt, port);
}

void LiveHub::refresh() {
  for (auto& [feed, welcome] : m_feeds) {
    if (welcome()) {
      feed->refresh();
      feed->tellFences(m_registry.fencesVersion(feed->organisation()));
    } else {
      feed->socket().close(websocket::close_code::policy_error, "Your sign-in has ended; sign in again");
    }
  }
}

void LiveHub::closeAll() {
  for (auto& [feed, welcome] : m_feeds) {
    feed->socket().close(websocket::close_code::going_away, "The gateway is stopping");
  }
}

}  // namespace carport
