#include "gateway/server/operations/operations_desk.h"

#include "gateway/base/base_errc.h"
#include "gateway/server/operations/readiness.h"
#include "gateway/server/password_checker.h"

#include <chrono>
#include <utility>

namespace carport {

using api::DrainPhase;

OperationsDesk::OperationsDesk(Parts parts) : m_parts(std::move(parts)), m_startedAt(m_parts.clock.now()) {}

std::string OperationsDesk::obstacles() const {
  return carport::obstacles(isDraining(), m_parts.durableLog.status(), m_parts.durableLog.diskLevel());
}

GatewayFigures OperationsDesk::figures() const {
  GatewayFigures figures;
  figures.version = m_parts.version;
  figures.startedAt = m_startedAt;
  figures.isDraining = isDraining();
  figures.cars = m_parts.registry.count(api::PrincipalType::device);
  figures.process = processFigures();
  if (m_mqtt != nullptr) figures.mqtt = m_mqtt->counters();
  figures.storage = m_parts.durableLog.status();
  figures.disk = m_parts.durableLog.diskLevel();
  figures.isReady = carport::obstacles(isDraining(), figures.storage, figures.disk).empty();
  figures.http = m_http.figures();
  figures.passwords = {m_parts.passwords.waiting(), PasswordChecker::kMaxWaiting, m_parts.passwords.refused()};
  if (m_addControlFigures) m_addControlFigures(figures);
  return figures;
}

Result<void> OperationsDesk::drain(const api::DrainWish& wish) {
  if (wish.thenEnd && !m_parts.settings.end) {
    return fail(BaseErrc::invalidArgument,
                "This gateway lives in the window of a portal and ends with it; leave thenEnd out");
  }
  const auto period = std::chrono::seconds(wish.seconds);
  const auto now = m_parts.clock.now();
  ++m_drains;
  m_drain.phase = DrainPhase::draining;
  if (!m_drain.since) m_drain.since = now;
  m_drain.until = now + period;
  m_drain.thenEnd = wish.thenEnd;
  m_drain.server = wish.server;
  m_parts.log.info("letting clients go; no new ones are taken",
                   {{"seconds", wish.seconds}, {"server", wish.server.empty() ? "-" : wish.server}});
  if (m_mqtt != nullptr) m_mqtt->drain({period, wish.server});
  return {};
}

void OperationsDesk::resume(Resumed resumed) {
  if (m_isEnding) return resumed(fail(BaseErrc::alreadyRunning, "The gateway is ending already; start it again"));
  if (!isDraining() || m_mqtt == nullptr) return resumed({});
  // The desk lives as long as the port is open, so `this` is good wherever the answer is run.
  m_mqtt->resume(
      [this, port = m_parts.port, order = m_drains, resumed = std::move(resumed)](const Result<void>& result) {
        port->answer([this, order, result, resumed] {
          if (result && order == m_drains) {
            m_drain = {};
            m_parts.log.info("taking clients again");
          }
          resumed(result);
        });
      });
}

api::DrainState OperationsDesk::drainState() const {
  api::DrainState state = m_drain;
  if (m_mqtt != nullptr) state.connections = m_mqtt->counters().connections;
  return state;
}

void OperationsDesk::tick() {
  if (m_drain.phase != DrainPhase::draining) return;
  if (m_mqtt != nullptr && m_mqtt->counters().connections > 0) return;
  m_drain.phase = DrainPhase::drained;
  m_parts.log.info("the last client has gone; what was acknowledged is on disk");
  if (!m_drain.thenEnd || m_isEnding) return;
  m_isEnding = true;
  m_parts.settings.end();
}

}  // namespace carport
