#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"
#include "gateway/domain/credentials.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What an id of Nitrogen's API names.
enum class NitrogenKind : std::uint8_t { principal = 1, rule, message, apiKey, blob };

/// Ids of Nitrogen's API: 24 hexadecimal digits that are numbers of Carport, enciphered with a key of the gateway's
/// own. So every principal has one without being told, nobody can guess one, and none says how many others there are. A
/// balanced Feistel network of 96 bits, four rounds of keyed BLAKE2b; half of the plain text is zeros and the kind, by
/// which a foreign id is known. Immutable; any thread.
class NitrogenIds {
 public:
  static constexpr std::size_t kIdChars = 24;
  /// Numbers are below 2^40.
  static constexpr std::int64_t kMaxNumber = (std::int64_t{1} << 40U) - 1;

  explicit NitrogenIds(const SecretKey& secret);

  std::string idOf(PrincipalNumber principal) const { return encipher(NitrogenKind::principal, principal.value); }
  std::string idOf(RuleNumber rule) const { return encipher(NitrogenKind::rule, rule.value); }
  std::string idOf(NitrogenKind kind, std::int64_t number) const { return encipher(kind, number); }
  /// None where it is no id of this gateway, or one of another kind.
  std::optional<std::int64_t> numberOf(NitrogenKind kind, std::string_view id) const;
  std::optional<PrincipalNumber> principalOf(std::string_view id) const;
  /// The id of the message that stands for what a car sent at this moment in another way.
  std::string idOfSample(PrincipalNumber car, TimePoint time) const;

  /// The text of an API key, which proves itself: it is never stored.
  std::string apiKeyText(std::int64_t number) const;
  std::optional<std::int64_t> apiKeyNumber(std::string_view text) const;

 private:
  std::string encipher(NitrogenKind kind, std::int64_t number) const;

  SecretKey m_key;
};

}  // namespace carport
