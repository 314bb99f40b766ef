#pragma once

#include "gateway/api/fence.h"
#include "gateway/base/result.h"

#include <QObject>
#include <QStringList>

#include <cstddef>
#include <vector>

namespace carport::ui {

class FenceStore;

/// Sends what an import makes to the gateway, one fence after the other, until all are there, the gateway refuses for
/// good, or somebody cancels. Owner: the import's panel, or whoever outlives it; the store outlives it. GUI thread.
class FenceSaver : public QObject {
  Q_OBJECT

 public:
  /// So many of them that the gateway refused are named.
  static constexpr qsizetype kMaxNamed = 20;

  explicit FenceSaver(FenceStore& store, QObject* parent = nullptr) : QObject(parent), m_store(store) {}

  void start(std::vector<api::Fence> fences);
  /// Those that are saved stay.
  void cancel() { m_isCancelled = true; }
  bool isRunning() const { return m_isRunning; }
  std::size_t saved() const { return m_saved; }
  std::size_t all() const { return m_fences.size(); }
  /// Those that are not saved, so that they can be tried once more.
  const std::vector<api::Fence>& left() const { return m_left; }
  /// What the gateway said against some, a sentence each.
  const QStringList& refusals() const { return m_refusals; }

 signals:
  void progressed();
  void finished();

 private:
  void next();
  void onAnswer(const Result<api::Fence>& answer);

  FenceStore& m_store;
  std::vector<api::Fence> m_fences;
  std::vector<api::Fence> m_left;
  QStringList m_refusals;
  std::size_t m_next = 0;
  std::size_t m_saved = 0;
  bool m_isRunning = false;
  bool m_isCancelled = false;
};

}  // namespace carport::ui
