#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/transport/tls_context.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace carport {

/// Holds the TLS context that new connections are made from, and replaces it when its files change: a certificate is
/// renewed without a restart. One that cannot be used is told in the log, and the old one stays. Warns of certificates
/// that end soon. Owner: the server; one thread, that of its owner.
class CertificateKeeper {
 public:
  using Context = std::shared_ptr<const TlsContext>;

  /// From when on an end that comes near is warned about, and how often.
  static constexpr Milliseconds kWarnAhead = std::chrono::hours(24 * 30);
  static constexpr Milliseconds kWarnEvery = std::chrono::hours(24);

  /// Fails with a sentence where the files cannot be used.
  static Result<std::unique_ptr<CertificateKeeper>> open(TlsFiles files, const Clock& clock, Log log);

  const Context& context() const { return m_context; }
  /// Call every few seconds. The new context once the files have changed and then stayed the same from one call to the
  /// next, as they may be written one after the other; null otherwise.
  Context look();
  /// Reads the files now, whether they have changed or not; null where they cannot be used.
  Context reload();

 private:
  /// When each file was written last and how long it is; what tells that one has changed.
  struct Stamp {
    std::filesystem::file_time_type written;
    std::uintmax_t bytes = 0;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::vector<std::optional<Stamp>>;

  CertificateKeeper(TlsFiles files, const Clock& clock, Log log);
  Stamps stamps() const;
  Context take(Stamps now);
  void warnOfEnd();

  const TlsFiles m_files;
  const Clock& m_clock;
  Log m_log;
  Context m_context;
  Stamps m_judged;  // what was loaded, or refused
  Stamps m_seen;    // at the last look
  std::optional<SteadyPoint> m_warnedAt;
};

}  // namespace carport
