#pragma once

#include <string>
#include <string_view>

namespace carport {

/// The address in `peer`, which is ADDRESS:PORT as peerOf() writes it: without port, and without the square brackets of
/// IPv6. Every door names its clients in this form: in the audit log, in the uses of tokens and to limits.
std::string peerAddress(std::string_view peer);

}  // namespace carport
