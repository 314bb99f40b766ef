#include "gateway/transport/peer_address.h"

namespace carport {

std::string peerAddress(std::string_view peer) {
  std::string_view address = peer.substr(0, peer.rfind(':'));
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  return std::string(address);
}

}  // namespace carport
