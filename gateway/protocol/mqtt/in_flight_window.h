#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace carport::mqtt {

/// What the packet with a packet id waits for.
enum class Awaiting : std::uint8_t {
  sending,  ///< reserved: its packet has not been sent yet
  puback,
  pubrec,
  release,  ///< PUBREC has come; this side has not yet sent PUBREL
  pubcomp,
  suback,
  unsuback,
};

/// The packet ids that one side has given to its packets and that the other has not yet acknowledged. Everything is
/// found at once, however many there are. Owner: a connection. One thread.
class InFlightWindow {
 public:
  /// Most packet ids in use: all but one, so that a free one is always found.
  static constexpr std::size_t kMaxCapacity = 65'534;

  explicit InFlightWindow(std::size_t capacity) { setCapacity(capacity); }

  /// How many ids may be in use from now on; those that are stay.
  void setCapacity(std::size_t capacity) { m_capacity = capacity < kMaxCapacity ? capacity : kMaxCapacity; }
  std::size_t capacity() const { return m_capacity; }

  /// A free id, now in use; none where the window is full.
  std::optional<PacketId> take(Awaiting awaiting = Awaiting::puback);
  /// Puts an id in use again, for redelivery; false where it is already, is 0, or the window is full.
  bool takeAgain(PacketId id, Awaiting awaiting = Awaiting::puback);
  /// The same for a QoS 2 message of which only PUBREL is sent again: nothing is in its way but kMaxCapacity.
  bool restoreReleased(PacketId id);
  /// What the id waits for; none where it is not in use.
  std::optional<Awaiting> find(PacketId id) const;
  /// The id, which is in use, waits for something else now.
  void move(PacketId id, Awaiting awaiting);
  /// Frees an id; false where it is not in use.
  bool release(PacketId id);

  std::size_t size() const { return m_size; }
  bool full() const { return m_size >= m_capacity; }

 private:
  struct Entry {
    PacketId id = 0;  // 0: the place is free
    Awaiting awaiting{};
  };
  const Entry* entryOf(PacketId id) const;
  void put(PacketId id, Awaiting awaiting);
  void grow();

  std::size_t m_capacity = 0;
  // Each id has its place: its lowest bits. Ids are given in turn, so two meet in one place only where one has stayed
  // while the others went round; then there are twice as many places. With 65,536 of them nothing can meet.
  std::vector<Entry> m_places;
  std::size_t m_size = 0;
  PacketId m_last = 0;
};

}  // namespace carport::mqtt
