#include "gateway/transport/certificate_keeper.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace carport {

namespace fs = std::filesystem;

CertificateKeeper::CertificateKeeper(TlsFiles files, const Clock& clock, Log log)
    : m_files(std::move(files)), m_clock(clock), m_log(std::move(log)) {}

Result<std::unique_ptr<CertificateKeeper>> CertificateKeeper::open(TlsFiles files, const Clock& clock, Log log) {
  std::unique_ptr<CertificateKeeper> keeper(new CertificateKeeper(std::move(files), clock, std::move(log)));
  keeper->m_judged = keeper->m_seen = keeper->stamps();
  auto context = TlsContext::load(keeper->m_files);
  if (!context) return failFrom(context);
  keeper->m_context = std::move(*context);
  keeper->warnOfEnd();
  return keeper;
}

CertificateKeeper::Stamps CertificateKeeper::stamps() const {
  Stamps all;
  for (const auto* file : {&m_files.certificate, &m_files.key, &m_files.clientCa}) {
    std::error_code ec;
    Stamp stamp;
    if (!file->empty()) stamp.written = fs::last_write_time(*file, ec);
    if (!file->empty() && !ec) stamp.bytes = fs::file_size(*file, ec);
    all.push_back(ec || file->empty() ? std::nullopt : std::optional(stamp));
  }
  return all;
}

CertificateKeeper::Context CertificateKeeper::look() {
  auto now = stamps();
  const bool settled = now == std::exchange(m_seen, now);
  if (settled && now != m_judged) return take(std::move(now));
  if (!m_warnedAt || m_clock.steadyNow() - *m_warnedAt >= kWarnEvery) warnOfEnd();
  return nullptr;
}

CertificateKeeper::Context CertificateKeeper::reload() {
  return take(stamps());
}

CertificateKeeper::Context CertificateKeeper::take(Stamps now) {
  m_judged = m_seen = std::move(now);
  auto loaded = TlsContext::load(m_files);
  if (!loaded) {
    m_log.error("The new TLS certificate is not used; the one before stays", {{"reason", loaded.error().message()}});
    return nullptr;
  }
  if ((*loaded)->validUntil() <= m_clock.now()) {
    m_log.error("The new TLS certificate is not used, because it has ended already; the one before stays",
                {{"file", m_files.certificate.string()}});
    return nullptr;
  }
  m_context = std::move(*loaded);
  m_log.info("New connections use the new TLS certificate",
             {{"file", m_files.certificate.string()},
              {"until", fmt::format("{:%Y-%m-%d}",
                                    std::chrono::time_point_cast<std::chrono::seconds>(m_context->validUntil()))}});
  warnOfEnd();
  return m_context;
}

void CertificateKeeper::warnOfEnd() {
  m_warnedAt = m_clock.steadyNow();
  const auto until = std::chrono::time_point_cast<std::chrono::seconds>(m_context->validUntil());
  const auto left = m_context->validUntil() - m_clock.now();
  const auto file = m_files.certificate.string();
  if (left <= Milliseconds(0)) {
    m_log.error(fmt::format("The TLS certificate {} ended on {:%Y-%m-%d}: clients refuse it. Renew it", file, until));
  } else if (left <= kWarnAhead) {
    m_log.warning(fmt::format("The TLS certificate {} ends in {} days, on {:%Y-%m-%d}. Renew it before", file,
                              std::chrono::floor<std::chrono::days>(left).count(), until));
  }
}

}  // namespace carport
