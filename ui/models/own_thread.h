#pragma once

#include "gateway/base/thread_priority.h"

#include <QObject>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace carport::ui {

/// One thread for work that would keep the window waiting, and that gives way to the window: jobs run there one after
/// the other, and what each has found comes back to its owner. Owner: the object that the jobs are for, as its last
/// member, so that everything else of it is there until the thread has ended. GUI thread; the destructor waits for all
/// jobs.
class OwnThread {
 public:
  OwnThread() { m_pool.setMaxThreadCount(1); }
  ~OwnThread() { m_pool.waitForDone(); }

  /// `work` on the thread, then `done` with what it returned on the thread of `owner`.
  template <class Work, class Done>
  void run(QObject* owner, Work work, Done done) {
    m_pool.start([owner, work = std::move(work), done = std::move(done)] {
      giveWay();
      const auto found = std::make_shared<decltype(work())>(work());
      post(owner, [found, done] { done(*found); });
    });
  }
  /// From within `work`: something to be done on the thread of `owner` before its end.
  template <class Tell>
  static void post(QObject* owner, Tell tell) {
    // The destructor waits for `work`, so the owner is alive; a queued call is dropped with its receiver.
    QMetaObject::invokeMethod(owner, std::move(tell), Qt::QueuedConnection);
  }
  /// What has not begun never will.
  void leaveOut() { m_pool.clear(); }
  /// Until all that was asked for is done.
  void wait() { m_pool.waitForDone(); }

 private:
  QThreadPool m_pool;
};

}  // namespace carport::ui
