#include "gateway/server/control/live_hub.h"

#include "gateway/api/json_codec.h"
#include "gateway/server/control/described.h"

#include <map>
#include <utility>

namespace carport {

namespace websocket = boost::beast::websocket;

bool LiveHub::add(LiveFeed& feed, StillWelcome stillWelcome) {
  if (m_feeds.size() >= kMaxFeeds) return false;
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

void LiveHub::eventHappened(const api::Event& event) {
  if (m_feeds.empty()) return;
  const std::string text = api::toText({{"type", "event"}, {"event", described(event, m_registry)}});
  for (auto& [feed, welcome] : m_feeds) {
    if (feed->watch().events) feed->tellAbout(event.car, text);
  }
}

void LiveHub::commandChanged(const api::Command& command) {
  if (m_feeds.empty()) return;
  const std::string text = api::toText({{"type", "command"}, {"command", described(command, m_registry)}});
  for (auto& [feed, welcome] : m_feeds) {
    if (feed->watch().commands) feed->tellAbout(command.car, text);
  }
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

void LiveHub::refresh() {
  for (auto& [feed, welcome] : m_feeds) {
    if (welcome()) {
      feed->refresh();
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
