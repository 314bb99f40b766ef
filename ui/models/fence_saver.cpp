#include "ui/models/fence_saver.h"

#include "ui/models/fence_store.h"

#include <utility>

namespace carport::ui {

void FenceSaver::start(std::vector<api::Fence> fences) {
  if (m_isRunning || fences.empty()) return;
  m_fences = std::move(fences);
  m_left.clear();
  m_refusals.clear();
  m_next = 0;
  m_saved = 0;
  m_isRunning = true;
  m_isCancelled = false;
  next();
}

void FenceSaver::next() {
  if (m_isCancelled)
    while (m_next < m_fences.size()) m_left.push_back(m_fences[m_next++]);
  if (m_next < m_fences.size()) {
    m_store.create(m_fences[m_next], this, [this](const Result<api::Fence>& answer) { onAnswer(answer); });
    return;
  }
  m_isRunning = false;
  emit finished();
}

void FenceSaver::onAnswer(const Result<api::Fence>& answer) {
  const api::Fence& fence = m_fences[m_next++];
  if (answer) {
    ++m_saved;
  } else {
    m_left.push_back(fence);
    const QString sentence = QString::fromStdString(answer.error().message());
    if (m_refusals.size() < kMaxNamed)
      m_refusals << tr("“%1”: %2").arg(QString::fromStdString(fence.name).left(80), sentence);
    // What is wrong with one fence alone is no reason to stop; everything else would be said of all that follow.
    if (answer.error().kind() != ErrorKind::invalid) m_isCancelled = true;
  }
  emit progressed();
  next();
}

}  // namespace carport::ui
