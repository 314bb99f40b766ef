#pragma once

#include "gateway/server/http/reply.h"
#include "gateway/server/http/target.h"
#include "gateway/transport/http_message.h"

#include <optional>
#include <string>
#include <string_view>

namespace carport {

struct ControlContext;

/// The topic that a rule speaks of to let somebody scrape /metrics: `view` about `topic:$gateway/metrics`.
inline constexpr std::string_view kMetricsTopic = "$gateway/metrics";

/// What stands at the root, outside the API, because orchestrators and Prometheus look for it there: /healthz, /readyz
/// and /metrics. None for every other path. `address` is the client's, without port. The control thread.
std::optional<Reply> answerAtRoot(const HttpRequest& request, const Target& target, const std::string& address,
                                  ControlContext& control);

/// Whether a request was made on this machine itself and not merely handed on here: from a loopback address, for a
/// loopback host (a page in a browser may have had a name of its own point here), through no proxy.
bool isFromThisMachine(const HttpHeader& header, const std::string& address);

}  // namespace carport
