#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"
#include "ui/widgets/car/car_presenter.h"

#include <QDateTime>
#include <QLocale>

namespace carport::ui {

bool CarPresenter::isGone() const {
  return m_number && !m_id.isEmpty() && !m_store.rowOf(m_number);
}

QString CarPresenter::title() const {
  const auto row = m_store.rowOf(m_number);
  if (row) return m_store.label(*row);
  return m_id.isEmpty() ? tr("No car chosen") : m_id;
}

api::CarPosition CarPresenter::position() const {
  const auto row = m_store.rowOf(m_number);
  if (row) return m_store.position(*row);
  return m_state ? m_state->position : api::CarPosition();
}

QString CarPresenter::doing() const {
  if (!m_number) return tr("Choose a car on the map or in the list.");
  if (isGone()) return tr("This car was removed, or you may no longer see it.");
  return phrases::doing(position(), m_store.now());
}

QStringList CarPresenter::alarms() const {
  QStringList names;
  if (m_state) {
    for (const std::string& alarm : m_state->activeAlarms) names.append(QString::fromStdString(alarm));
  }
  return names;
}

std::vector<CarPresenter::RefusalLine> CarPresenter::refusals() const {
  std::vector<RefusalLine> lines;
  if (!m_state) return lines;
  for (const api::Refusal& refusal : m_state->refusals) {
    lines.push_back({refusal.field.empty() ? tr("Whole message") : QString::fromStdString(refusal.field),
                     QString::fromStdString(refusal.reason), phrases::age(refusal.time, m_store.now())});
  }
  return lines;
}

CarPresenter::Facts CarPresenter::facts() const {
  Facts facts;
  const auto row = m_store.rowOf(m_number);
  if (!row) return facts;
  const auto day = [](std::int64_t ms) {
    return ms == 0 ? QString("–") : QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat);
  };
  const auto orDash = [](const QString& text) { return text.isEmpty() ? QString("–") : text; };
  const TimePoint now = m_store.now();
  facts.push_back({tr("Id"), m_store.id(*row)});
  facts.push_back({tr("Name"), orDash(m_store.name(*row))});
  facts.push_back({tr("Groups"), orDash(m_store.groups(*row).join(", "))});
  facts.push_back({tr("Registered"), day(m_store.createdAtMs(*row))});
  facts.push_back({tr("Connection"), m_store.isConnected(*row) ? tr("Connected") : tr("Not connected")});
  facts.push_back({tr("Last message"), phrases::moment(fromMs(m_store.timesMs()[*row]), now)});
  if (m_state && m_state->arrival - m_state->position.time > std::chrono::minutes(1)) {
    facts.push_back({tr("Arrived"), phrases::moment(m_state->arrival, now)});
  }
  facts.push_back({tr("Position"), phrases::coordinates(m_store.latitudes()[*row], m_store.longitudes()[*row])});
  if (m_store.isBlocked(*row)) facts.push_back({tr("Access"), tr("Blocked: it cannot sign in")});
  return facts;
}

api::Principal CarPresenter::registered() const {
  api::Principal car = m_principal.value_or(api::Principal());
  const auto row = m_store.rowOf(m_number);
  if (!row) return {};
  car.number = m_number;
  car.id = m_id.toStdString();
  car.groups.clear();
  for (const QString& group : m_store.groups(*row)) car.groups.push_back(group.toStdString());
  car.attributes = m_store.attributes(*row);
  return car;
}

void CarPresenter::sendCommand(const CommandDraft& draft) {
  if (const QString problem = draft.problem(); !problem.isEmpty()) return emit commandRefused(problem);
  m_commandReply = m_client.sendCommand(m_id, draft.toCommand(m_store.now()));
  m_commandReply.then(this, [this](const Result<api::Command>& sent) {
    if (!sent) return emit commandRefused(QString::fromStdString(sent.error().message()));
    m_commands.upsert(*sent);
    emit commandSent();
  });
}

void CarPresenter::cancelCommand(const QString& commandId) {
  m_client.cancelCommand(commandId).then(this, [this](const Result<api::Command>& cancelled) {
    if (!cancelled) return emit commandRefused(QString::fromStdString(cancelled.error().message()));
    m_commands.upsert(*cancelled);
  });
}

}  // namespace carport::ui
