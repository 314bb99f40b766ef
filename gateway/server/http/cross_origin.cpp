#include "gateway/server/http/cross_origin.h"

#include "gateway/server/http/header_text.h"

#include <algorithm>

namespace carport {

namespace {

/// How long a browser remembers the answer to a preflight, in seconds.
constexpr std::string_view kMaxAge = "600";
/// What a page may send beyond what every page may.
constexpr std::string_view kAllowedFields =
    "Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match, Idempotency-Key, Carport-See-As";
/// What a page may read beyond what every page may.
constexpr std::string_view kExposedFields =
    "Allow, Carport-Claim-Code, Carport-Seen-As, ETag, Idempotent-Replayed, Link, RateLimit, RateLimit-Policy, "
    "Retry-After";

}  // namespace

bool CrossOrigin::isLetIn(std::string_view origin) const {
  return std::find(m_origins.begin(), m_origins.end(), origin) != m_origins.end();
}

std::optional<Reply> CrossOrigin::preflight(const HttpHeader& request, std::string_view allow) const {
  const bool asks = request.method() == http::verb::options &&
                    request.find(http::field::access_control_request_method) != request.end();
  if (!asks || allow.empty() || !isLetIn(toView(request[http::field::origin]))) return std::nullopt;
  Reply reply = replyNoContent();
  reply.fields.emplace_back("Access-Control-Allow-Methods", allow);
  reply.fields.emplace_back("Access-Control-Allow-Headers", kAllowedFields);
  reply.fields.emplace_back("Access-Control-Max-Age", kMaxAge);
  return reply;
}

void CrossOrigin::mark(const std::string& origin, HttpResponse& response) const {
  if (m_origins.empty()) return;
  response.set(http::field::vary, "Origin");
  if (!isLetIn(origin)) return;
  response.set(http::field::access_control_allow_origin, origin);
  response.set(http::field::access_control_expose_headers, kExposedFields);
}

}  // namespace carport
