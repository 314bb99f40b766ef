#include "app/carportd/tls_folder.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/owner_only.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <system_error>

namespace carport {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannotWrite(const fs::path& file) {
  return fail(BaseErrc::ioFailed,
              fmt::format("{} cannot be written. Check that there is room, and that this account may write there",
                          file.string()));
}

/// A folder that is made here and that nobody else may look into. Goes with all that is in it, unless it has been given
/// its place.
class Draft {
 public:
  explicit Draft(fs::path path) : m_path(std::move(path)) {
    m_isMade = fs::create_directory(m_path, m_error);
    if (m_isMade) fs::permissions(m_path, fs::perms::owner_all, m_error);
  }
  ~Draft() {
    std::error_code ignored;
    if (m_isMade) fs::remove_all(m_path, ignored);  // never what somebody else has there
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// Whether it was made.
  Result<void> check() const {
    if (m_error) return cannotWrite(m_path);
    if (m_isMade) return {};
    return fail(BaseErrc::invalidArgument,
                fmt::format("{} is there already: certificates are being made just now, or that was once cut short. If "
                            "nobody makes any now, remove it",
                            m_path.string()));
  }
  const fs::path& path() const { return m_path; }

 private:
  fs::path m_path;
  std::error_code m_error;
  bool m_isMade = false;
};

}  // namespace

Result<void> writeNewFile(const fs::path& file, const std::string& text, FileSecrecy secrecy) {
  std::error_code ec;
  if (fs::exists(fs::symlink_status(file, ec))) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("{} is there already and is not overwritten. Move it away first", file.string()));
  }
  if (secrecy == FileSecrecy::secret) {
    if (writeFileForOwner(file, text)) return cannotWrite(file);
    return {};
  }
  // "x" of C11: it makes the file or fails; nobody can slip another one in between.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.string().c_str(), "wbx"), std::fclose);
  if (!out) return cannotWrite(file);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), out.get()) == text.size() && std::fflush(out.get()) == 0;
  if (written) return {};
  fs::remove(file, ec);
  return cannotWrite(file);
}

Result<void> TlsFolder::create(const IssuedCertificate& authority, const IssuedCertificate& server) const {
  std::error_code ec;
  if (fs::exists(fs::symlink_status(m_path, ec))) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("{} is there already and is not overwritten: cars and portals trust the authority in it. "
                            "For a new server certificate, run carportd tls renew",
                            m_path.string()));
  }
  fs::create_directories(m_path.parent_path(), ec);
  const Draft draft(m_path.string() + ".new");
  if (const auto made = draft.check(); !made) return made;
  const auto write = [&draft](const fs::path& file, const std::string& text, FileSecrecy secrecy) {
    return writeNewFile(draft.path() / file.filename(), text, secrecy);
  };
  auto written = write(authorityKey(), authority.key, FileSecrecy::secret);
  if (written) written = write(authorityCertificate(), authority.certificate, FileSecrecy::open);
  if (written) written = write(serverKey(), server.key, FileSecrecy::secret);
  if (written) written = write(serverCertificate(), server.certificate, FileSecrecy::open);
  if (!written) return written;
  fs::rename(draft.path(), m_path, ec);  // all of it at once
  if (ec) return cannotWrite(m_path);
  return {};
}

Result<void> TlsFolder::replaceServer(const IssuedCertificate& server) const {
  const Draft draft(m_path / "new");
  if (const auto made = draft.check(); !made) return made;
  const auto key = draft.path() / serverKey().filename();
  const auto certificate = draft.path() / serverCertificate().filename();
  auto written = writeNewFile(key, server.key, FileSecrecy::secret);
  if (written) written = writeNewFile(certificate, server.certificate, FileSecrecy::open);
  if (!written) return written;
  std::error_code ec;
  fs::rename(key, serverKey(), ec);
  if (!ec) fs::rename(certificate, serverCertificate(), ec);
  if (ec) return cannotWrite(serverCertificate());
  return {};
}

}  // namespace carport
