#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace carport {

/// What the writer and the readers of one data folder tell each other. Any thread.
struct StorageShared {
  /// Grows when a file was moved aside: readers then close what they have open.
  std::atomic<std::uint64_t> generation{0};
  /// Since the start; the compactor sees from them when there is work.
  std::atomic<std::uint64_t> blocksWritten{0};
  std::atomic<std::uint64_t> samplesWritten{0};
  /// The day whose file is being written, in days since the epoch; 0 before anything was.
  std::atomic<std::int64_t> currentDay{0};

  /// Compaction has work (or has got all of it done).
  void noteCompactionWork(bool isWaiting) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    if (!isWaiting) {
      m_compactionSince = 0;
    } else if (m_compactionSince == 0) {
      m_compactionSince = now;
    }
  }
  /// For how long it has had work that it has not got done.
  std::chrono::milliseconds compactionLag() const {
    const auto since = m_compactionSince.load();
    if (since == 0) return std::chrono::milliseconds(0);
    const std::chrono::steady_clock::duration lag(std::chrono::steady_clock::now().time_since_epoch().count() - since);
    return std::chrono::duration_cast<std::chrono::milliseconds>(lag);
  }

  /// A day's file cannot be read, for this reason; an empty one: it can again.
  void noteUnreadable(std::chrono::sys_days day, const std::string& reason) {
    std::lock_guard lock(m_mutex);
    if (reason.empty()) {
      m_unreadable.erase(day);
    } else {
      m_unreadable[day] = reason;
    }
  }
  /// Files of other days than these (ascending) are gone, and with them what was wrong.
  void keepDays(const std::vector<std::chrono::sys_days>& days) {
    std::lock_guard lock(m_mutex);
    std::erase_if(m_unreadable,
                  [&](const auto& one) { return !std::binary_search(days.begin(), days.end(), one.first); });
  }
  /// A sentence about the newest such file; empty where every file that was asked for could be read.
  std::string unreadable() const {
    std::lock_guard lock(m_mutex);
    return m_unreadable.empty() ? std::string() : m_unreadable.rbegin()->second;
  }

 private:
  std::atomic<std::chrono::steady_clock::rep> m_compactionSince{0};  // 0: it has none
  // Guards the member below: readers write it when they meet a damaged file, whoever asks for the status reads it at
  // once, and there is no thread of its own to post to.
  mutable std::mutex m_mutex;
  std::map<std::chrono::sys_days, std::string> m_unreadable;  // one a day file at most
};

}  // namespace carport
