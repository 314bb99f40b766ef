#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace carport::mqtt {

/// The packet ids that one side has given to its packets and that the other has not yet acknowledged. Owner: a
/// connection. One thread.
class InFlightWindow {
 public:
  /// Most packet ids in use: all but one, so that a free one is always found.
  static constexpr std::size_t kMaxCapacity = 65'534;

  explicit InFlightWindow(std::size_t capacity) : m_capacity(capacity < kMaxCapacity ? capacity : kMaxCapacity) {}

  /// A free id, now in use; none where the window is full.
  std::optional<PacketId> take();
  /// Puts an id in use again, for redelivery; false where it is already, is 0, or the window is full.
  bool takeAgain(PacketId id);
  /// Frees an id; false where it is not in use.
  bool release(PacketId id);

  std::size_t size() const { return m_inUse.size(); }
  bool full() const { return m_inUse.size() >= m_capacity; }

 private:
  bool isInUse(PacketId id) const;

  std::size_t m_capacity;
  std::vector<PacketId> m_inUse;  // oldest first, so that an acknowledgement in order is found at once
  PacketId m_last = 0;
};

}  // namespace carport::mqtt
