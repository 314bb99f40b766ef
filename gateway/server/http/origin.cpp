#include "gateway/server/http/origin.h"

#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

constexpr std::size_t kMaxOriginBytes = 300;

bool isHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
}

}  // namespace

Result<void> checkOrigin(std::string_view origin) {
  std::string_view host = origin;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (origin.starts_with(scheme)) host = origin.substr(scheme.size());
  }
  const bool hasScheme = host.size() < origin.size();
  if (hasScheme && !host.empty() && origin.size() <= kMaxOriginBytes &&
      std::all_of(host.begin(), host.end(), isHostCharacter)) {
    return {};
  }
  return fail(BaseErrc::invalidArgument,
              fmt::format("“{}” is no origin of a page. Write it as a browser sends it, in lower case and with nothing "
                          "behind the host: https://fleet.example or http://localhost:3000",
                          origin.substr(0, kMaxOriginBytes)));
}

}  // namespace carport
