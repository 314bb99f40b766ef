#pragma once

#include "gateway/base/result.h"
#include "gateway/transport/openssl_handles.h"
#include "gateway/transport/transport_errc.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// No file of more than this is read.
inline constexpr std::size_t kMaxPemFileBytes = 1024 * 1024;

/// Why OpenSSL's last call failed, in its words; forgets it.
std::string opensslReason();

/// Reads a file of text. `what` names it in the failure's sentence: "The TLS certificate".
Result<std::string> readPemFile(const std::filesystem::path& file, TransportErrc errc, std::string_view what);

/// Every certificate of a file (RFC 7468 §5); at least one.
Result<std::vector<X509Ptr>> readCertificates(const std::filesystem::path& file, TransportErrc errc,
                                              std::string_view what);

/// Every certificate in a text; none where there is none, or one of them cannot be read.
std::vector<X509Ptr> parseCertificates(const std::string& text);

/// A key without a passphrase (RFC 7468 §10), in a file that no other account may use.
Result<KeyPtr> readPrivateKey(const std::filesystem::path& file, TransportErrc errc, std::string_view what);

/// What OpenSSL calls for a passphrase: there is none, as a server cannot ask anybody. Without it OpenSSL would ask on
/// the terminal and wait. Sets the bool that `asked` points to, where it does.
int noPassphrase(char*, int, int, void* asked);

/// As text; empty where memory ran out.
std::string toPem(const X509& certificate);
std::string toPem(const EVP_PKEY& key);

}  // namespace carport
