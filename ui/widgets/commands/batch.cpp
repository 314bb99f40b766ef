#include "ui/widgets/commands/batch.h"

#include <utility>

namespace carport::ui {

void Batch::start(const QStringList& ids, Ask ask) {
  if (m_running || ids.isEmpty()) return;
  m_ids = ids;
  m_ask = std::move(ask);
  m_told.clear();
  m_next = m_out = m_succeeded = m_refused = m_leftOut = 0;
  m_running = true;
  emit progressed(0, total());
  askFurther();
}

void Batch::stop() {
  if (!m_running) return;
  m_leftOut += total() - m_next;
  m_next = total();
}

void Batch::askFurther() {
  while (m_out < kMaxAtOnce && m_next < total()) {
    const QString id = m_ids[m_next++];
    ++m_out;
    m_ask(id, [this, id](const QString& problem) { onAnswer(id, problem); });
  }
}

void Batch::onAnswer(const QString& id, const QString& problem) {
  --m_out;
  if (problem.isEmpty()) {
    ++m_succeeded;
  } else {
    ++m_refused;
    if (m_told.size() < kRefusalsTold) m_told.append(tr("%1: %2").arg(id, problem));
  }
  emit progressed(m_succeeded + m_refused, total());
  askFurther();
  if (m_out > 0) return;
  m_running = false;
  emit finished();
}

QString Batch::refusals() const {
  QStringList lines = m_told;
  const int further = m_refused - static_cast<int>(m_told.size());
  if (further > 0) lines.append(tr("and %Ln more", nullptr, further));
  return lines.join(QLatin1Char('\n'));
}

}  // namespace carport::ui
