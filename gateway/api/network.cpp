#include "gateway/api/network.h"

#include "gateway/api/api_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace carport::api {

namespace {

constexpr std::size_t kV4Begins = 12;  // in an address of 16 bytes
constexpr AddressBytes kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool isV4(const AddressBytes& address) {
  return std::equal(kV4Prefix.begin(), kV4Prefix.begin() + kV4Begins, address.begin());
}

/// A number of digits alone, to the end of the text.
template <class T>
bool readNumber(std::string_view text, int base, T& out) {
  if (text.empty() || text.front() == '-' || text.front() == '+') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size();
}

/// Four numbers with full stops between them into four bytes.
bool readV4(std::string_view text, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t stop = text.find('.');
    if ((stop == std::string_view::npos) != (i == 3)) return false;
    const std::string_view part = text.substr(0, stop);
    // 010 is eight to some programs and ten to others.
    if (part.size() > 3 || (part.size() > 1 && part.front() == '0') || !readNumber(part, 10, out[i])) return false;
    if (i < 3) text.remove_prefix(stop + 1);
  }
  return true;
}

/// Groups of up to four digits with colons between them, an IPv4 address for the last two; how many bytes, or none.
std::optional<std::size_t> readGroups(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t bytes = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    const bool isLast = colon == std::string_view::npos;
    if (isLast && part.find('.') != std::string_view::npos) {
      if (bytes + 4 > out.size() || !readV4(part, out.subspan(bytes, 4))) return std::nullopt;
      return bytes + 4;
    }
    std::uint16_t group = 0;
    if (part.size() > 4 || !readNumber(part, 16, group) || bytes + 2 > out.size()) return std::nullopt;
    out[bytes++] = static_cast<std::uint8_t>(group >> 8U);
    out[bytes++] = static_cast<std::uint8_t>(group & 0xFFU);
    if (isLast) return bytes;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;  // it ended in a colon
  }
  return bytes;
}

std::optional<AddressBytes> readV6(std::string_view text) {
  AddressBytes address{};
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const auto bytes = readGroups(text, address);
    return bytes == address.size() ? std::optional(address) : std::nullopt;
  }
  // IPv4's four numbers are the last of an address, and so never in front of a gap.
  if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
  const auto before = readGroups(text.substr(0, gap), address);
  AddressBytes end{};
  const auto after = readGroups(text.substr(gap + 2), end);
  if (!before || !after || *before + *after > address.size() - 2) return std::nullopt;
  std::copy_n(end.begin(), *after, address.end() - static_cast<std::ptrdiff_t>(*after));
  return address;
}

void clearBehind(AddressBytes& address, std::size_t bits) {
  for (std::size_t i = 0; i < address.size(); ++i) {
    const std::size_t kept = bits > 8 * i ? std::min<std::size_t>(bits - 8 * i, 8) : 0;
    address[i] = static_cast<std::uint8_t>(address[i] & (0xFF00U >> kept));
  }
}

std::string v6Text(const AddressBytes& address) {
  std::string text;
  for (std::size_t i = 0; i < address.size() / 2; i += 2) {
    text += fmt::format("{:x}:", (address[i] << 8) | address[i + 1]);
  }
  return text + ":/64";
}

}  // namespace

std::optional<AddressBytes> parseAddress(std::string_view text) {
  if (text.size() > kMaxNetworkBytes) return std::nullopt;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  text = text.substr(0, text.find('%'));
  if (text.empty()) return std::nullopt;
  if (text.find(':') != std::string_view::npos) return readV6(text);
  AddressBytes address = kV4Prefix;
  if (!readV4(text, std::span(address).subspan(kV4Begins))) return std::nullopt;
  return address;
}

std::string sourceText(std::string_view text) {
  const auto address = parseAddress(text);
  if (!address) return std::string(text.substr(0, kMaxNetworkBytes));
  if (!isV4(*address)) return v6Text(*address);
  const auto& a = *address;
  return fmt::format("{}.{}.{}.{}", a[kV4Begins], a[kV4Begins + 1], a[kV4Begins + 2], a[kV4Begins + 3]);
}

Result<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parseAddress(text.substr(0, slash));
  if (!address) {
    return fail(ApiErrc::badSelector, fmt::format("'{}' is no address", text.substr(0, kMaxNetworkBytes)));
  }
  const bool v4 = isV4(*address) && text.substr(0, slash).find(':') == std::string_view::npos;
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  unsigned bits = 0;
  if (!readNumber(text.substr(slash + 1), 10, bits) || bits > (v4 ? 32U : 128U)) {
    return fail(ApiErrc::badSelector,
                fmt::format("Behind the slash of a network stands a number up to {}", v4 ? 32 : 128));
  }
  network.bits = static_cast<std::uint8_t>(v4 ? bits + 8 * kV4Begins : bits);
  clearBehind(network.address, network.bits);
  if (network.address != *address) {
    return fail(ApiErrc::badSelector, fmt::format("'{}' has bits behind its first {}; they would not count",
                                                  text.substr(0, kMaxNetworkBytes), bits));
  }
  return network;
}

bool Network::contains(const AddressBytes& other) const {
  AddressBytes begin = other;
  clearBehind(begin, bits);
  return begin == address;
}

}  // namespace carport::api
