#include "gateway/domain/nitrogen_ids.h"

#include <sodium.h>

#include <array>
#include <span>

namespace carport {

namespace {

constexpr std::size_t kHalfBytes = 6;
constexpr int kIdRounds = 4;
constexpr std::size_t kProofChars = 32;
constexpr std::string_view kDigits = "0123456789abcdef";

using Half = std::array<std::uint8_t, kHalfBytes>;
struct Halves {
  Half left{};
  Half right{};
};

std::array<std::uint8_t, 32> keyedHash(std::span<const std::uint8_t> text, const SecretKey& key) {
  std::array<std::uint8_t, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), text.data(), text.size(), key.data(), key.size());
  return hash;
}

std::span<const std::uint8_t> idBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void mix(Half& into, const Half& from, int round, const SecretKey& key) {
  std::array<std::uint8_t, kHalfBytes + 1> text{};
  for (std::size_t i = 0; i < kHalfBytes; ++i) text[i] = from[i];
  text[kHalfBytes] = static_cast<std::uint8_t>(round);
  const auto hash = keyedHash(text, key);
  for (std::size_t i = 0; i < kHalfBytes; ++i) into[i] = static_cast<std::uint8_t>(into[i] ^ hash[i]);
}

void appendHex(std::string& out, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
}

/// Ids are written in small letters; no other spelling names anything.
bool readHex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != out.size() * 2) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = kDigits.find(text[2 * i]), low = kDigits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    out[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return true;
}

}  // namespace

NitrogenIds::NitrogenIds(const SecretKey& secret) : m_key(keyedHash(idBytes("carport nitrogen ids"), secret)) {}

std::string NitrogenIds::encipher(NitrogenKind kind, std::int64_t number) const {
  Halves halves;
  halves.right[0] = static_cast<std::uint8_t>(kind);
  for (std::size_t i = 1; i < kHalfBytes; ++i) {
    halves.right[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8U * (kHalfBytes - 1 - i)));
  }
  for (int round = 0; round < kIdRounds; ++round) {
    mix(halves.left, halves.right, round, m_key);
    std::swap(halves.left, halves.right);
  }
  std::string id;
  id.reserve(kIdChars);
  appendHex(id, halves.left);
  appendHex(id, halves.right);
  return id;
}

std::optional<std::int64_t> NitrogenIds::numberOf(NitrogenKind kind, std::string_view id) const {
  Halves halves;
  if (id.size() != kIdChars || !readHex(id.substr(0, kIdChars / 2), halves.left) ||
      !readHex(id.substr(kIdChars / 2), halves.right)) {
    return std::nullopt;
  }
  for (int round = kIdRounds; round-- > 0;) {
    std::swap(halves.left, halves.right);
    mix(halves.left, halves.right, round, m_key);
  }
  if (halves.left != Half{} || halves.right[0] != static_cast<std::uint8_t>(kind)) return std::nullopt;
  std::int64_t number = 0;
  for (std::size_t i = 1; i < kHalfBytes; ++i) number = number << 8U | halves.right[i];
  return number;
}

std::optional<PrincipalNumber> NitrogenIds::principalOf(std::string_view id) const {
  const auto number = numberOf(NitrogenKind::principal, id);
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return PrincipalNumber{static_cast<std::uint32_t>(*number)};
}

std::string NitrogenIds::idOfSample(PrincipalNumber car, TimePoint time) const {
  std::array<std::uint8_t, 13> text{'s'};
  for (std::size_t i = 0; i < 4; ++i) text[1 + i] = static_cast<std::uint8_t>(car.value >> (8U * i));
  const auto ms = static_cast<std::uint64_t>(toMs(time));
  for (std::size_t i = 0; i < 8; ++i) text[5 + i] = static_cast<std::uint8_t>(ms >> (8U * i));
  const auto hash = keyedHash(text, m_key);
  std::string id;
  appendHex(id, std::span(hash).first(kIdChars / 2));
  return id;
}

std::string NitrogenIds::apiKeyText(std::int64_t number) const {
  std::string text = encipher(NitrogenKind::apiKey, number);
  const auto proof = keyedHash(idBytes("api key " + text), m_key);
  appendHex(text, std::span(proof).first(kProofChars / 2));
  return text;
}

std::optional<std::int64_t> NitrogenIds::apiKeyNumber(std::string_view text) const {
  if (text.size() != kIdChars + kProofChars) return std::nullopt;
  const auto number = numberOf(NitrogenKind::apiKey, text.substr(0, kIdChars));
  if (!number) return std::nullopt;
  const std::string right = apiKeyText(*number);
  return sodium_memcmp(right.data(), text.data(), right.size()) == 0 ? number : std::nullopt;
}

}  // namespace carport
