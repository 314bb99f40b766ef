#pragma once

#include "gateway/api/audit.h"
#include "gateway/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace carport {

/// How many refused attempts get into the audit log: enough to see what goes on, too few to fill a disk. At 10 a minute
/// of at most a few hundred bytes, an attack that never ends costs about 5 MB a day.
struct AttemptLogLimits {
  std::size_t maxWaiting = 200;        ///< different attempts between two writings
  std::size_t maxFromSource = 20;      ///< of them from one address, so that one attacker does not hide another
  std::size_t maxOfOrganisation = 50;  ///< of them by those of one organisation
  std::size_t burst = 300;             ///< entries that may be written at once after a quiet time
  std::size_t perMinute = 10;          ///< entries that may be written on and on
};

/// Refused attempts on their way into the audit log: those alike become one entry with a count, and of a flood those
/// over the limits are counted and left out, which the log says; organisations take turns. Owner: Control, which writes
/// what it takes. Any thread.
class AttemptLog {
 public:
  /// At most one entry in so long says how many were left out.
  static constexpr Milliseconds kLeftOutEvery{60'000};
  /// Action of the entry that says how many were left out, in its count.
  static constexpr const char* kLeftOut = "audit.leftOut";

  explicit AttemptLog(AttemptLogLimits limits = {}) : m_limits(limits), m_room(static_cast<double>(limits.burst)) {}

  /// Somebody was refused; `entry` as refusalOf() makes it. `now` becomes its time where it has none.
  void refused(api::AuditEntry entry, TimePoint now);
  /// What is to be written now, oldest first; what it returns is forgotten here.
  std::vector<api::AuditEntry> take(SteadyPoint now, TimePoint time);
  /// Puts back what could not be written.
  void putBack(std::vector<api::AuditEntry> entries);
  bool empty() const;
  /// Left out since the start.
  std::uint64_t leftOut() const;

 private:
  // These run with the lock held.
  void add(std::string key, api::AuditEntry entry);
  void leaveOut(const api::AuditEntry& entry);
  void refill(SteadyPoint now);

  const AttemptLogLimits m_limits;
  // Guards the members below. Every I/O thread and the control thread refuse somebody now and then; a post would be a
  // queue that a flood could fill.
  mutable std::mutex m_mutex;
  std::map<std::string, api::AuditEntry> m_waiting;
  std::unordered_map<std::string, std::size_t> m_fromSource;
  double m_room;
  SteadyPoint m_refilled{};
  SteadyPoint m_leftOutTold{};
  bool m_hasTold = false;
  std::int64_t m_leftOutNow = 0;
  std::string m_leftOutFrom;  // the latest of them
  std::uint64_t m_leftOutEver = 0;
};

}  // namespace carport
