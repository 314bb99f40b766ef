#include "gateway/server/http/rate_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace carport {

namespace {
/// Both are lists of structured fields (RFC 9651 §3.1).
void append(Reply& reply, std::string_view name, std::string item) {
  const auto found =
      std::find_if(reply.fields.begin(), reply.fields.end(), [&](const auto& field) { return field.first == name; });
  if (found == reply.fields.end()) {
    reply.fields.emplace_back(name, std::move(item));
  } else {
    found->second += ", " + item;
  }
}
}  // namespace

void tellRateLimit(Reply& reply, const RateLimit& limit) {
  std::string policy = fmt::format("\"{}\";q={}", limit.name, limit.quota);
  if (limit.window.count() > 0) policy += fmt::format(";w={}", limit.window.count());
  append(reply, "RateLimit-Policy", std::move(policy));
  append(reply, "RateLimit",
         fmt::format("\"{}\";r={};t={}", limit.name, std::max<std::int64_t>(limit.remaining, 0),
                     std::max<std::int64_t>(limit.wholeAgain.count(), 0)));
}

}  // namespace carport
