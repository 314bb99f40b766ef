#pragma once

#include "gateway/base/clock.h"

#include <cstddef>

namespace carport {

/// No organisation keeps more than the kRetainedShares-th part of all retained messages that there may be, and no more
/// than the kAwayShares-th part of the sessions of clients that are away: none can take what the others need.
inline constexpr std::size_t kRetainedShares = 8;
inline constexpr std::size_t kAwayShares = 2;

/// Every limit of the MQTT side that an operator may want to move. Numbers, not promises: what happens at each limit is
/// said beside it.
struct MqttLimits {
  std::size_t maxPacketBytes = 1024 * 1024;                ///< a larger packet closes its connection
  std::size_t maxConnections = 100'000;                    ///< then those that have not signed in make room
  Milliseconds connectTimeout = std::chrono::seconds(10);  ///< from accept to CONNECT and sign-in; then closed
  std::size_t shedOutputBytes = 1024 * 1024;  ///< waiting output from which QoS 0 messages to this client are dropped
  std::size_t maxOutputBytes = 8 * 1024 * 1024;  ///< waiting output at which a client is not read from either
  std::size_t maxInflight = 64;                  ///< messages of QoS 1 and 2 sent to one car, not acknowledged
  std::size_t maxServiceInflight = 8192;  ///< the same to one user or service: what a fleet sends comes in bursts
  std::size_t slowdownMessages = 10'000;  ///< waiting for a connected user or service; from then on senders of QoS 1
                                          ///< and 2 wait for it
  std::size_t maxServiceQueue = 200'000;  ///< the same; then it is disconnected. More than senders can still have under
                                          ///< way when they begin to wait
  std::size_t maxServiceQueueBytes = 128 * 1024 * 1024;  ///< the same in bytes; senders wait from an eighth of it on
  Milliseconds maxSlowdown = std::chrono::seconds(10);   ///< nobody waits longer for one that acknowledges nothing: it
                                                         ///< is disconnected
  std::size_t maxQueuedMessages = 1000;  ///< waiting in one session (offline or beyond maxInflight); then refused
  std::size_t maxQueuedBytes = 4 * 1024 * 1024;  ///< the same in bytes
  std::size_t maxSubscriptions = 200;            ///< of one session; further ones get SUBACK 0x80 (5.0: 0x97)
  std::size_t maxUnacknowledged =
      1024;  ///< publishes of one client that wait for the disk; then its socket waits; 5.0: receive maximum
  std::size_t maxPosts = 65'536;  ///< deliveries that wait for one I/O thread; then QoS 0 is shed, QoS 1 waits
  std::size_t maxOfflineSessions = 50'000;                   ///< kept for clients that are away; the oldest goes first
  std::size_t maxOfflineSessionsPerPrincipal = 1'000;        ///< the same for one car, user or service
  Milliseconds offlineSessionLife = std::chrono::hours(24);  ///< then a session that nobody came back to is dropped,
                                                             ///< even where its client asked for a longer expiry
  std::uint16_t maxKeepAliveSeconds =
      0;                                ///< 5.0 clients that ask for more (or none) are told this one; 0: as they like
  std::size_t maxRetained = 1'200'000;  ///< retained topics; a further one is delivered but not kept
  std::size_t maxRetainedBytes = 512 * 1024 * 1024;  ///< the same in bytes
  // Of both, each organisation has one of kRetainedShares parts at most.
  Milliseconds longestLimitWait = std::chrono::seconds(30);  ///< that a limit lets a message wait; then it is refused,
                                                             ///< or of 3.1.1 its connection closed
  Milliseconds drainTimeout = std::chrono::seconds(10);      ///< how long stopping waits for the disk
};

}  // namespace carport
