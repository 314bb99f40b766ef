#pragma once

#include "gateway/api/raw_message.h"
#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace carport {

/// A message that came in, as the ring is given it.
struct RawArrival {
  PrincipalNumber car;  ///< whose it is
  TimePoint at{};
  std::string_view topic;
  std::string_view payload;
  std::string_view properties;  ///< MQTT 5.0's, encoded (§2.2.2)
  std::string_view reason;
  std::uint32_t samples = 0;
  std::uint32_t values = 0;
  std::uint8_t qos = 0;
  bool retain = false;
  bool duplicate = false;
  bool byAnother = false;
  api::Doorway doorway = api::Doorway::mqtt;
  api::MessageOutcome outcome = api::MessageOutcome::taken;
};

/// The newest messages of all the cars of one I/O thread, byte for byte: one piece of memory, written round and round,
/// so that a message costs little more than its being copied. Those of a car hang together in a chain; a chain may be
/// shared by several. Owner: MqttShard; its thread.
class RawRing {
 public:
  /// Of all I/O threads together; then the oldest messages go.
  static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;
  static constexpr std::size_t kChains = 32'768;
  static constexpr std::size_t kMaxPropertyBytes = 4 * 1024;

  /// What there is of a car since a place in the ring.
  struct Part {
    std::vector<api::RawMessage> messages;  ///< the newest, in order of arrival
    std::uint64_t next = 0;                 ///< the place to go on from
    std::uint64_t leftOut = 0;              ///< older ones since the place that was asked from
  };

  /// Takes so much memory, as it is filled. Before that nothing is kept.
  void reserve(std::size_t bytes);
  void keep(const RawArrival& arrival);
  /// `after`: Part::next of the time before; 0: from the beginning, and nothing counts as left out.
  Part read(PrincipalNumber car, std::uint64_t after, std::size_t most) const;

 private:
  struct Header;

  bool isThere(std::uint64_t place) const { return place != 0 && place + m_capacity >= m_end; }
  api::RawMessage messageAt(std::uint64_t place, const Header& header) const;

  // Places grow for ever; a message lies at its place modulo the capacity, in one piece.
  std::unique_ptr<char[]> m_bytes;
  std::size_t m_capacity = 0;
  std::size_t m_at = 0;                 // where the next one goes, if it fits
  std::uint64_t m_end = 0;              // its place
  std::vector<std::uint64_t> m_newest;  // place of the newest message of each chain; 0: none
};

}  // namespace carport
