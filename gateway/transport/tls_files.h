#pragma once

#include <cstdint>
#include <filesystem>

namespace carport {

/// Whether clients show certificates of their own.
enum class ClientCertificates : std::uint8_t {
  none,      ///< they are not asked
  optional,  ///< they may; one that does not hold ends the handshake
  required,  ///< without one there is no connection
};

/// Where the things are that TLS needs, all of them PEM.
struct TlsFiles {
  std::filesystem::path certificate;  ///< the server's, its own first, then those that lead to a known authority
  std::filesystem::path key;          ///< of the first certificate; without a passphrase
  std::filesystem::path clientCa;     ///< authorities whose certificates clients may show; empty: none
  ClientCertificates clientCertificates = ClientCertificates::none;
};

}  // namespace carport
