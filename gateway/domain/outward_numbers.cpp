#include "gateway/domain/outward_numbers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include <charconv>
#include <string>
#include <utility>

namespace carport {

namespace {

constexpr unsigned kRounds = 8;
/// What the audit log calls something by its number alone.
struct NamedByNumber {
  std::string_view prefix;
  NumberKind kind;
};
constexpr std::array kNamedByNumber{NamedByNumber{"token ", NumberKind::token},
                                    NamedByNumber{"car number ", NumberKind::principal}};

/// Half as many bits as the numbers of a kind have.
constexpr unsigned halfBitsOf(NumberKind kind) {
  return kind == NumberKind::event || kind == NumberKind::audit ? 20 : 15;
}
/// What is told begins here and ends below twice this.
constexpr std::int64_t firstOf(NumberKind kind) {
  return std::int64_t{1} << (2 * halfBitsOf(kind));
}

/// Details of an entry without numbers of principals, which older ones have.
std::string withoutNumber(const std::string& details) {
  if (details.find("\"number\"") == std::string::npos) return details;
  auto json = nlohmann::json::parse(details, nullptr, false);
  if (!json.is_object()) return details;
  json.erase("number");
  return json.empty() ? std::string() : json.dump();
}

/// The text with its number replaced by what `other` says of it; as it is where it names nothing by a number, or
/// `other` says nothing.
template <class Other>
std::string withOtherNumber(std::string text, const Other& other) {
  for (const auto& [prefix, kind] : kNamedByNumber) {
    if (!text.starts_with(prefix)) continue;
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data() + prefix.size(), text.data() + text.size(), number);
    if (ec != std::errc() || end != text.data() + text.size()) return text;
    const std::optional<std::int64_t> replaced = other(kind, number);
    return replaced ? fmt::format("{}{}", prefix, *replaced) : text;
  }
  return text;
}

}  // namespace

OutwardNumbers::OutwardNumbers(const SecretKey& secret, std::string_view organisation)
    : m_isEnciphered(!organisation.empty()) {
  if (!m_isEnciphered) return;
  const std::string text = fmt::format("carport outward numbers {}", organisation);
  static_assert(crypto_shorthash_KEYBYTES == sizeof(m_key));
  crypto_generichash(m_key.data(), m_key.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     secret.data(), secret.size());
}

std::uint32_t OutwardNumbers::roundOf(NumberKind kind, unsigned round, std::uint32_t half) const {
  const std::array<unsigned char, 6> text{
      static_cast<unsigned char>(kind),        static_cast<unsigned char>(round),
      static_cast<unsigned char>(half),        static_cast<unsigned char>(half >> 8U),
      static_cast<unsigned char>(half >> 16U), static_cast<unsigned char>(half >> 24U)};
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), text.data(), text.size(), m_key.data());
  const std::uint32_t bits = static_cast<std::uint32_t>(hash[0]) | static_cast<std::uint32_t>(hash[1]) << 8U |
                             static_cast<std::uint32_t>(hash[2]) << 16U;
  return bits & ((1U << halfBitsOf(kind)) - 1U);
}

std::int64_t OutwardNumbers::told(NumberKind kind, std::int64_t number) const {
  const std::int64_t first = firstOf(kind);
  if (!m_isEnciphered || number <= 0 || number >= first) return number;
  const unsigned bits = halfBitsOf(kind);
  auto left = static_cast<std::uint32_t>(number >> bits);
  auto right = static_cast<std::uint32_t>(number) & ((1U << bits) - 1U);
  for (unsigned round = 0; round < kRounds; ++round) {
    left ^= roundOf(kind, round, right);
    std::swap(left, right);
  }
  return first + (static_cast<std::int64_t>(left) << bits | right);
}

std::optional<std::int64_t> OutwardNumbers::meant(NumberKind kind, std::int64_t told) const {
  if (!m_isEnciphered) return told;
  const std::int64_t first = firstOf(kind);
  if (told < first || told >= 2 * first) return std::nullopt;
  const unsigned bits = halfBitsOf(kind);
  auto left = static_cast<std::uint32_t>((told - first) >> bits);
  auto right = static_cast<std::uint32_t>(told) & ((1U << bits) - 1U);
  for (unsigned round = kRounds; round-- > 0;) {
    std::swap(left, right);
    left ^= roundOf(kind, round, right);
  }
  const std::int64_t number = static_cast<std::int64_t>(left) << bits | right;
  return number > 0 ? std::optional(number) : std::nullopt;
}

PrincipalNumber OutwardNumbers::told(PrincipalNumber number) const {
  return PrincipalNumber{static_cast<std::uint32_t>(told(NumberKind::principal, number.value))};
}

std::optional<PrincipalNumber> OutwardNumbers::meant(PrincipalNumber told) const {
  const auto number = meant(NumberKind::principal, told.value);
  if (!number) return std::nullopt;
  return PrincipalNumber{static_cast<std::uint32_t>(*number)};
}

api::Principal OutwardNumbers::told(api::Principal value) const {
  value.number = told(value.number);
  return value;
}

api::CarPosition OutwardNumbers::told(api::CarPosition value) const {
  value.car = told(value.car);
  return value;
}

api::CarState OutwardNumbers::told(api::CarState value) const {
  value.position.car = told(value.position.car);
  return value;
}

api::Car OutwardNumbers::told(api::Car value) const {
  value.principal.number = told(value.principal.number);
  if (value.position) value.position->car = told(value.position->car);
  if (value.state) value.state->position.car = told(value.state->position.car);
  return value;
}

api::Event OutwardNumbers::told(api::Event value) const {
  value.number = EventNumber{told(NumberKind::event, value.number.value)};
  value.car = told(value.car);
  return value;
}

api::Command OutwardNumbers::told(api::Command value) const {
  value.car = told(value.car);
  value.issuedBy = told(value.issuedBy);
  return value;
}

api::Rule OutwardNumbers::told(api::Rule value) const {
  if (m_isEnciphered) value.number = RuleNumber{api::numberInOrganisation(value)};
  return value;
}

api::Decision OutwardNumbers::told(api::Decision value) const {
  if (value.rule) value.rule = told(std::move(*value.rule));
  for (api::PassedOver& passed : value.passedOver) passed.rule = told(std::move(passed.rule));
  return value;
}

api::TokenInfo OutwardNumbers::told(api::TokenInfo value) const {
  value.number = told(NumberKind::token, value.number);
  value.owner = told(value.owner);
  return value;
}

api::ProvisioningKey OutwardNumbers::told(api::ProvisioningKey value) const {
  value.number = told(NumberKind::provisioningKey, value.number);
  return value;
}

api::AuditEntry OutwardNumbers::told(api::AuditEntry value) const {
  if (!m_isEnciphered) return value;
  value.number = told(NumberKind::audit, value.number);
  value.hash.clear();
  value.about = withOtherNumber(std::move(value.about), [this](NumberKind kind, std::int64_t number) {
    return std::optional(told(kind, number));
  });
  value.before = withoutNumber(value.before);
  value.after = withoutNumber(value.after);
  return value;
}

std::string OutwardNumbers::auditedAbout(std::string about) const {
  return withOtherNumber(std::move(about),
                         [this](NumberKind kind, std::int64_t number) { return meant(kind, number); });
}

}  // namespace carport
