#include "gateway/server/control/audit_desk.h"

#include <utility>

namespace carport {

AuditDesk::AuditDesk(DurableLog& durableLog, ReaderPool& readers, const Registry& registry, const Clock& clock,
                     std::shared_ptr<ControlPort> port, Log log)
    : m_durableLog(durableLog),
      m_readers(readers),
      m_registry(registry),
      m_clock(clock),
      m_port(std::move(port)),
      m_log(log.as("audit")) {}

std::vector<api::AuditEntry> AuditDesk::take() {
  auto entries = m_attempts.take(m_clock.steadyNow(), m_clock.now());
  for (api::AuditEntry& entry : entries) {
    if (entry.isHouses) entry.organisation.clear();
    if (entry.isHouses || !entry.organisation.empty()) continue;
    if (const auto who = m_registry.find(entry.who)) entry.organisation = who->organisation();
  }
  return entries;
}

void AuditDesk::write(std::function<void()> done) {
  m_written = m_clock.steadyNow();
  auto entries = take();
  if (entries.empty()) return done();
  const auto shared = std::make_shared<const std::vector<api::AuditEntry>>(std::move(entries));
  // The desk lives as long as the port is open, so `this` is good wherever the answer is run.
  auto answer = [this, port = m_port, shared, done](const Result<void>& result) {
    port->answer([this, shared, done, written = result.has_value()] {
      if (!written) m_attempts.putBack(*shared);
      done();
    });
  };
  const bool taken =
      m_durableLog.changeRegistry([shared](RegistryStore& store) { return store.enter(*shared); }, std::move(answer));
  if (taken) return;
  m_attempts.putBack(*shared);
  done();
}

void AuditDesk::writeLast() {
  auto entries = take();
  if (entries.empty()) return;
  const bool taken = m_durableLog.changeRegistry(
      [entries = std::move(entries)](RegistryStore& store) { return store.enter(entries); }, {});
  if (!taken) m_log.warning("refused attempts of the last seconds could not be entered: the storage is too busy");
}

void AuditDesk::tick() {
  const auto now = m_clock.steadyNow();
  if (now - m_written >= kWriteEvery) write([] {});
  if (m_days > 0 && (m_forgotten == SteadyPoint{} || now - m_forgotten >= kForgetEvery)) {
    m_forgotten = now;
    forgetOld();
  }
  if (m_headTold == SteadyPoint{} || now - m_headTold >= kTellHeadEvery) {
    m_headTold = now;
    tellHead();
  }
}

void AuditDesk::forgetOld() {
  const TimePoint oldest = m_clock.now() - std::chrono::hours(24) * m_days;
  auto forget = [oldest, log = m_log](RegistryStore& store) -> Result<void> {
    const auto gone = store.forgetAuditBefore(oldest);
    if (!gone) return failFrom(gone);
    if (*gone > 0) log.info("entries of the audit log were removed, because of their age", {{"entries", *gone}});
    return {};
  };
  // Refused by a full queue, or failed: the next hour tries again.
  static_cast<void>(m_durableLog.changeRegistry(std::move(forget), {}));
}

void AuditDesk::tellHead() {
  static_cast<void>(m_readers.read([log = m_log](HistoryReader& reader) {
    AuditQuery newest;
    newest.limit = 1;
    const auto entries = reader.audit(newest);
    if (!entries || entries->empty()) return;
    log.info("the newest entry of the audit log",
             {{"number", entries->front().number}, {"hash", entries->front().hash}});
  }));
}

}  // namespace carport
