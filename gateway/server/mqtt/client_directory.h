#pragma once

#include "gateway/base/strong_id.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace carport {

/// A client id belongs to who signed in with it: another principal with the same client id takes nothing over.
struct ClientKey {
  PrincipalNumber principal;
  std::string clientId;

  bool operator==(const ClientKey&) const = default;
};

struct ClientKeyHash {
  std::size_t operator()(const ClientKey& key) const noexcept {
    return std::hash<std::string>{}(key.clientId) ^
           (std::hash<PrincipalNumber>{}(key.principal) * 0x9E3779B97F4A7C15ULL);
  }
};

/// Which shard has which session, and where a car takes its commands. Any thread. Owner: MqttFront.
class ClientDirectory {
 public:
  using ShardIndex = std::size_t;

  /// A claim: one connection's turn at a client's session, in the order in which they came. Never given twice.
  struct Claim {
    std::uint64_t number = 0;
    ShardIndex shard = 0;
  };
  struct Turn {
    Claim mine;
    std::optional<Claim> before;  ///< who gives the session to me
  };

  /// The client is on `shard` from now on. Several connections of one client may claim it at once, from any threads:
  /// each is told exactly the one before it, so that the session passes along them in a line.
  Turn claim(const ClientKey& key, ShardIndex shard);
  /// The session of that claim ended; ignored where somebody else has claimed it meanwhile.
  void release(const ClientKey& key, std::uint64_t claim);

  /// Counts the sessions that are kept for clients of a principal who are away.
  void sessionWentAway(PrincipalNumber principal);
  void sessionCameBack(PrincipalNumber principal);
  std::size_t sessionsAway(PrincipalNumber principal) const;

  /// Counts a car's connections; `first` runs where this is its only one, still inside the lock so that the order of
  /// connecting and leaving is told as it was. It must only post.
  void carCame(PrincipalNumber car, const std::function<void()>& first);
  void carLeft(PrincipalNumber car, const std::function<void()>& last);

  /// The shard with the session in which the car subscribed to its command topic last.
  void setCommandHome(PrincipalNumber car, ShardIndex shard);
  std::optional<ShardIndex> commandHome(PrincipalNumber car) const;

 private:
  // Guards the members below. Who connects must know at once who had the client id before, whichever thread serves it;
  // connects are rare beside messages, so a lock costs less than a thread of its own and two posts.
  mutable std::mutex m_mutex;
  std::unordered_map<ClientKey, Claim, ClientKeyHash> m_claims;  // the newest of each
  std::uint64_t m_lastClaim = 0;
  std::unordered_map<PrincipalNumber, std::size_t> m_sessionsAway;
  std::unordered_map<PrincipalNumber, std::size_t> m_carConnections;
  std::unordered_map<PrincipalNumber, ShardIndex> m_commandHomes;
};

}  // namespace carport
