#include "gateway/base/endpoint.h"

#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <charconv>

namespace carport {

namespace {
tl::unexpected<Error> refuse(std::string_view text) {
  return fail(BaseErrc::invalidArgument,
              fmt::format("“{}” is not an address. Write HOST:PORT, for example 127.0.0.1:1883 or [::1]:8080", text));
}
}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return refuse(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return refuse(text);
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return refuse(text);
  }
  Endpoint endpoint{std::string(host), 0};
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
  if (code != std::errc() || digits.empty() || end != digits.data() + digits.size()) return refuse(text);
  return endpoint;
}

std::string Endpoint::toString() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

bool Endpoint::isLoopback() const {
  const bool isAddress = host.find_first_not_of("0123456789.") == std::string::npos;  // 127.example.com is none
  return host == "localhost" || host == "::1" || (isAddress && host.starts_with("127."));
}

}  // namespace carport
