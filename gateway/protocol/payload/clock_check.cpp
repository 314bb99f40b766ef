#include "gateway/protocol/payload/clock_check.h"

#include "gateway/protocol/payload/event_time.h"

namespace carport::payload {

CheckedTime checkTime(double ts, TimePoint arrival) {
  const auto time = timeFromNumber(ts);
  if (!time) return {arrival, ClockVerdict::notATime};
  if (*time > arrival + kMaxClockAhead) return {arrival, ClockVerdict::tooFarAhead};
  if (*time < kOldestTime) return {arrival, ClockVerdict::tooOld};
  if (*time < arrival - kDoubtedClockBehind) return {*time, ClockVerdict::doubted};
  return {*time, ClockVerdict::believed};
}

}  // namespace carport::payload
