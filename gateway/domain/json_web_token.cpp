#include "gateway/domain/json_web_token.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/base64.h"
#include "gateway/domain/sodium_bytes.h"

#include <nlohmann/json.hpp>
#include <sodium.h>

#include <array>
#include <span>

namespace carport {

namespace {

static_assert(crypto_auth_hmacsha256_KEYBYTES == 32 && crypto_auth_hmacsha256_BYTES == 32);

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::array<unsigned char, 32> signature(std::string_view text, const SecretKey& key) {
  std::array<unsigned char, 32> mac{};
  crypto_auth_hmacsha256(mac.data(), sodiumBytes(text), text.size(), key.data());
  return mac;
}

std::int64_t toSeconds(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// A time far enough within range that milliseconds of it fit.
std::optional<TimePoint> timeAt(const nlohmann::json& claims, const char* name) {
  const auto claim = claims.find(name);
  constexpr std::int64_t kMost = 253'402'300'800;  // the year 10000
  if (claim == claims.end() || !claim->is_number_integer()) return std::nullopt;
  const auto seconds = claim->get<std::int64_t>();
  if (seconds < 0 || seconds > kMost) return std::nullopt;
  return TimePoint(std::chrono::seconds(seconds));
}

std::optional<std::string> textAt(const nlohmann::json& claims, const char* name) {
  const auto claim = claims.find(name);
  if (claim == claims.end() || !claim->is_string()) return std::nullopt;
  return claim->get<std::string>();
}

bool isHeaderFit(std::string_view part) {
  const auto text = fromBase64Url(part);
  if (!text) return false;
  const auto header = api::parseJson(*text);
  return header && header->is_object() && textAt(*header, "alg") == "HS256";
}

}  // namespace

JsonWebTokens::JsonWebTokens(const SecretKey& secret) {
  constexpr std::string_view kPurpose = "carport nitrogen tokens";
  crypto_generichash(m_key.data(), m_key.size(), sodiumBytes(kPurpose), kPurpose.size(), secret.data(), secret.size());
}

std::string JsonWebTokens::sign(const JsonWebToken& token) const {
  const nlohmann::json claims{{"iss", token.issuer},
                              {"jti", token.id},
                              {"crd", token.credential},
                              {"iat", toSeconds(token.issuedAt)},
                              {"exp", toSeconds(token.expiresAt)}};
  const std::string payload = api::toText(claims);
  std::string text = toBase64Url(kHeader) + '.' + toBase64Url(payload);
  const auto mac = signature(text, m_key);
  return text + '.' + toBase64Url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

std::optional<JsonWebToken> JsonWebTokens::read(std::string_view text, TimePoint now) const {
  if (text.size() > kMaxTokenBytes) return std::nullopt;
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto proof = fromBase64Url(text.substr(second + 1));
  const auto right = signature(text.substr(0, second), m_key);
  if (!proof || proof->size() != right.size() || sodium_memcmp(proof->data(), right.data(), right.size()) != 0) {
    return std::nullopt;
  }
  if (!isHeaderFit(text.substr(0, first))) return std::nullopt;
  const auto payload = fromBase64Url(text.substr(first + 1, second - first - 1));
  const auto claims = payload ? api::parseJson(*payload) : Result<nlohmann::json>(nlohmann::json());
  if (!claims || !claims->is_object()) return std::nullopt;
  auto issuer = textAt(*claims, "iss"), id = textAt(*claims, "jti"), credential = textAt(*claims, "crd");
  const auto issuedAt = timeAt(*claims, "iat"), expiresAt = timeAt(*claims, "exp");
  if (!issuer || !id || !credential || !issuedAt || !expiresAt || now >= *expiresAt) return std::nullopt;
  return JsonWebToken{std::move(*issuer), std::move(*id), std::move(*credential), *issuedAt, *expiresAt};
}

}  // namespace carport
