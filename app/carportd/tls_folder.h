#pragma once

#include "gateway/base/result.h"
#include "gateway/transport/certificate_authority.h"

#include <filesystem>
#include <string>

namespace carport {

/// Writes a text into a file that is not there yet; fails with a sentence where it is. A secret one can be read by its
/// owner alone, from before there is anything in it.
enum class FileSecrecy { open, secret };
Result<void> writeNewFile(const std::filesystem::path& file, const std::string& text, FileSecrecy secrecy);

/// Where a data folder has the gateway's own authority and server certificate, all in PEM: made by `carportd tls init`,
/// used by `serve` where no other certificate is set. A value; one thread.
class TlsFolder {
 public:
  explicit TlsFolder(const std::filesystem::path& dataFolder) : m_path(dataFolder / "tls") {}

  const std::filesystem::path& path() const { return m_path; }
  std::filesystem::path authorityCertificate() const { return m_path / "authority.pem"; }
  std::filesystem::path authorityKey() const { return m_path / "authority.key"; }
  std::filesystem::path serverCertificate() const { return m_path / "server.pem"; }
  std::filesystem::path serverKey() const { return m_path / "server.key"; }

  /// Makes the folder with all four files, or nothing. Fails with a sentence where there is one.
  Result<void> create(const IssuedCertificate& authority, const IssuedCertificate& server) const;
  /// Puts a new server certificate in the place of the old one. A gateway that serves takes it by itself.
  Result<void> replaceServer(const IssuedCertificate& server) const;

 private:
  std::filesystem::path m_path;
};

}  // namespace carport
