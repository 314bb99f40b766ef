#pragma once

#include "gateway/base/endpoint.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace carport::test {

/// What attackers share.
struct AttackScene {
  Endpoint mqtt;
  Endpoint http;
  std::atomic<std::size_t> attempts = 0;  ///< connections that were opened
};

/// Clients that misbehave, many at once, on a thread of their own. Owner: a test.
class Attack {
 public:
  /// One attacker: connects, does what it does until the gateway has enough of it, and begins anew, for ever.
  using Step = std::function<boost::asio::awaitable<void>(AttackScene&)>;

  Attack(Endpoint mqtt, Endpoint http);
  ~Attack();

  void start(const std::vector<Step>& steps);
  /// Ends all of it; how many connections there were.
  std::size_t stop();

 private:
  AttackScene m_scene;
  boost::asio::io_context m_io;
  std::thread m_thread;
};

/// A byte now and then, never a whole CONNECT or request.
Attack::Step slowOpening(bool overHttp);
/// One CONNECT after the other, with credentials that are wrong, and gone before the answer every other time.
Attack::Step floodOfConnects();
/// Packets that say that they have the 256 MB which MQTT allows at most, and as much of them as is taken.
Attack::Step hugeLengths();
/// Requests that announce 4 GB, as a whole or as one chunk.
Attack::Step hugeHttpLengths();
// The following sign in as a car.
/// Topics and filters as long as MQTT allows, with as many levels.
Attack::Step deepTopics(std::string car, std::string password);
/// Messages of a megabyte, as telemetry and as retained messages of many topics.
Attack::Step largePayloads(std::string car, std::string password);
/// One SUBSCRIBE after the other, with as many filters as are taken at once.
Attack::Step floodOfSubscriptions(std::string car, std::string password);
/// Subscribes to what it publishes itself, as fast as it can, and does not read.
Attack::Step neverReads(std::string car, std::string password);

}  // namespace carport::test
