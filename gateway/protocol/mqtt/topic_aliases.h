#pragma once

#include "gateway/base/text_hash.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carport::mqtt {

/// The topics that the other side has given a number (MQTT 5.0 §3.3.2.3.4). Owner: a connection. One thread.
class ReceivedAliases {
 public:
  /// `alias` stands for `topic` from now on. The caller has compared it with the announced maximum.
  void set(std::uint16_t alias, std::string_view topic);
  /// Empty where the alias stands for nothing. Valid until set() changes it.
  std::string_view topic(std::uint16_t alias) const;

 private:
  std::vector<std::string> m_topics;  // by alias - 1
};

/// The numbers that this side gives to topics: to the first that are sent, as many as the other side allows. Looking
/// one up allocates nothing. Owner: a connection. One thread.
class AssignedAliases {
 public:
  explicit AssignedAliases(std::size_t maximum) : m_maximum(maximum) {}

  struct Use {
    std::uint16_t alias = 0;  ///< 0: none, the topic goes out by its name
    bool isNew = false;       ///< it goes out with the name; then call assign()
  };
  Use find(std::string_view topic) const;
  /// The use that find() proposed was sent.
  void assign(std::string_view topic);

 private:
  std::size_t m_maximum;
  TextMap<std::uint16_t> m_aliases;
};

}  // namespace carport::mqtt
