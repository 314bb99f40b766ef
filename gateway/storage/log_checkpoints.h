#pragma once

#include "gateway/base/clock.h"

namespace carport {

/// Says when whoever commits brings the write-ahead log into the database, once it has grown. Where a long reader (a
/// backup) has held it back, that may be hundreds of megabytes, for which the next commit would be late: such a reader
/// does it itself at its end (WriteBack), so the writer leaves it time to. Knows no clock; one thread's.
class LogCheckpoints {
 public:
  /// Pages from which on it is due; a few seconds' at full load.
  static constexpr int kDuePages = 2048;
  /// Nobody gets further without a reader in the way.
  static constexpr int kLongPages = 2 * kDuePages;
  /// How often a long log is tried: once its reader is done, the rest is little.
  static constexpr Milliseconds kRetryLong{2000};

  /// After a commit that left so many pages in the log.
  bool isDue(int pages, SteadyPoint now) {
    if (pages <= kLongPages) return pages >= kDuePages;
    if (now - m_tried < kRetryLong) return false;
    m_tried = now;
    return true;
  }

 private:
  SteadyPoint m_tried{};
};

}  // namespace carport
