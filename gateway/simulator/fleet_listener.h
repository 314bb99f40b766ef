#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/base/result.h"
#include "gateway/simulator/latency_histogram.h"

#include <cstdint>
#include <functional>
#include <string>

namespace carport::sim {

/// Who listens, and to what.
struct ListenOptions {
  Endpoint mqtt;
  std::string user;
  std::string secret;  ///< password or token; never logged
  std::string clientId = "carport-sim-listener";
  std::string filter = "#";
  int qos = 1;                 ///< 0 to 2
  double seconds = 0;          ///< from the first subscription on; 0: until told to stop
  std::uint64_t expected = 0;  ///< it ends once so many have come; 0: does not count
  bool keepSession = false;    ///< clean session = 0: what is sent while it is away comes later
};

/// What came.
struct ListenCounts {
  std::uint64_t received = 0;
  std::uint64_t duplicates = 0;  ///< of them, marked as sent before
  std::uint64_t bytes = 0;       ///< of payload
  std::uint64_t connections = 0;
  std::uint64_t broken = 0;  ///< connections that ended without being asked to
  double seconds = 0;        ///< from the first subscription to the end
  double busySeconds = 0;    ///< from the first message to the last
  LatencyHistogram latency;  ///< from the time that a payload tells as `ts` to its arrival, in whole milliseconds
  std::string lastProblem;   ///< the newest sentence about the connection; may be empty
};

/// One client that takes everything that a filter matches as fast as it comes, counts it, and comes back by itself
/// where the connection breaks. Runs on the calling thread until its time is up, enough has come or `shouldStop` says
/// so (asked a few times a second). `subscribed` is called once, when the first subscription stands. Fails where the
/// address or the options are no good, or where it was never let in.
Result<ListenCounts> listen(const ListenOptions& options, const std::function<bool()>& shouldStop,
                            const std::function<void()>& subscribed);

}  // namespace carport::sim
