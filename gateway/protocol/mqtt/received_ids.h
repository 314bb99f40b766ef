#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <vector>

namespace carport::mqtt {

/// The receiver's half of QoS 2 (MQTT 5.0 §4.3.3): the packet ids of messages that came and that their sender has not
/// released, so that one that is sent again is not taken for another one. At most as many as there are packet ids.
/// Owner: a connection. One thread.
class ReceivedIds {
 public:
  enum class Stage : std::uint8_t {
    unknown,   ///< not here
    taken,     ///< PUBREC is owed
    recorded,  ///< PUBREC was sent
    released,  ///< PUBREL came, PUBCOMP is owed
  };

  /// A PUBLISH with this id came. What it was before: `unknown` where the message is a new one.
  Stage arrived(PacketId id);
  /// It came on an earlier connection; does not count before it comes again.
  void restore(PacketId id, Stage stage);
  Stage stageOf(PacketId id);
  /// The id, which is here, has come further.
  void move(PacketId id, Stage stage);
  /// False where it was not here.
  bool forget(PacketId id);

  /// Those that came on this connection: what the receive maximum limits (§4.9).
  std::size_t counted() const { return m_counted; }
  std::size_t size() const { return m_entries.size(); }

 private:
  struct Entry {
    PacketId id;
    Stage stage;
    bool counts;
  };
  std::vector<Entry>::iterator place(PacketId id);
  std::vector<Entry>::iterator find(PacketId id);

  std::vector<Entry> m_entries;  // by id: senders count upwards, so a new one goes to the end
  std::size_t m_counted = 0;
};

}  // namespace carport::mqtt
