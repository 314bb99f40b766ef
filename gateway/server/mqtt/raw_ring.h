#pragma once

#include "gateway/api/raw_message.h"
#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"
#include "gateway/base/text_hash.h"
#include "gateway/server/links.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A message that came in, as the ring is given it.
struct RawArrival {
  PrincipalNumber car;            ///< whose it is
  std::string_view organisation;  ///< the car's; empty: the house
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

/// The newest messages of all the cars of one I/O thread, byte for byte: one piece of memory in blocks, of which each
/// organisation fills its own one after the other, so that a message costs little more than its being copied. Where all
/// are taken, the organisation that has most gives its oldest: who uses no more than an equal part loses nothing to
/// others. Messages of a car hang together in a chain, which it may share with others of its organisation. Owner:
/// MqttShard; its thread.
class RawRing {
 public:
  /// Of all I/O threads together; then the oldest messages go.
  static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;
  /// A message that is longer than this, topic and all, is not kept.
  static constexpr std::size_t kBlockBytes = 32 * 1024;
  /// Of an organisation.
  static constexpr std::size_t kChains = 256;
  static constexpr std::size_t kMaxPropertyBytes = 4 * 1024;
  /// Most topics of one car by which is counted what is left out; what more topics have is not counted.
  static constexpr std::size_t kMaxTopics = 32;

  /// What there is of a car since a place in the ring.
  struct Part {
    std::vector<api::RawMessage> messages;  ///< the newest, in order of arrival
    std::uint64_t next = 0;                 ///< the place to go on from
    CountsByTopic leftOut;                  ///< older ones since the place that was asked from
  };

  /// Takes so much memory, as it is filled. Before that nothing is kept.
  void reserve(std::size_t bytes);
  void keep(const RawArrival& arrival);
  /// `organisation`: the car's. `after`: Part::next of the time before; 0: from the beginning, and nothing counts as
  /// left out.
  Part read(std::string_view organisation, PrincipalNumber car, std::uint64_t after, std::size_t most) const;

 private:
  struct Header;
  /// Of an organisation.
  struct Log {
    std::deque<std::uint64_t> blocks;             // in use, the oldest first
    char* begin = nullptr;                        // of the newest
    std::size_t used = kBlockBytes;               // of the newest
    std::array<std::uint64_t, kChains> newest{};  // place of the newest message of each chain; 0: none
    std::uint64_t next() const { return blocks.back() * kBlockBytes + used; }
  };
  using Logs = TextMap<Log>;

  Log& logOf(std::string_view organisation);
  void beginBlock(Log& log);
  /// Returns the slot of the block that whoever has most gives up for `log`.
  std::size_t takeBlockFor(Log& log);
  bool isThere(std::uint64_t place) const {
    const auto block = place / kBlockBytes;
    return place != 0 && m_inSlot[block % m_inSlot.size()] == block;
  }
  const char* at(std::uint64_t place) const { return m_bytes.get() + place % (m_inSlot.size() * kBlockBytes); }
  Header headerAt(std::uint64_t place) const;
  std::string_view topicAt(std::uint64_t place, const Header& header) const;
  api::RawMessage messageAt(std::uint64_t place, const Header& header) const;

  // Blocks are numbered for ever. Block n lies in slot n % slots, and its byte i is place n * kBlockBytes + i.
  std::unique_ptr<char[]> m_bytes;
  std::vector<std::uint64_t> m_inSlot;  // the block there; 0: none yet
  std::size_t m_slotsUsed = 0;
  std::uint64_t m_rounds = 0;  // blocks begun: makes each one's number greater than those before
  Logs m_logs;
  Logs::value_type* m_latest = nullptr;  // whose message came last: mostly the next is of the same
};

}  // namespace carport
