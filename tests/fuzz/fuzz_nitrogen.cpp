#include "gateway/api/json_codec.h"
#include "gateway/domain/json_web_token.h"
#include "gateway/domain/nitrogen_ids.h"
#include "gateway/domain/nitrogen_message.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// The same bytes as a token, an id, a time and a message: nobody forges the first two, the others come back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kReady = initCryptography().has_value();
  static const SecretKey kKey = makeSecretKey();
  static const JsonWebTokens kTokens(kKey);
  static const NitrogenIds kIds(kKey);
  const auto text = fuzz::asText(data, size);
  const auto now = fromMs(1'790'000'000'000);
  fuzz::require(kReady && !kTokens.read(text, now), "nobody makes a token without the key");
  fuzz::require(!kIds.principalOf(text) && !kIds.apiKeyNumber(text), "nobody guesses an id");
  if (const auto time = parseIsoTime(text)) fuzz::require(parseIsoTime(isoTime(*time)) == *time, "a time comes back");
  const auto json = api::parseJson(text);
  const auto draft = json ? readNitrogenMessage(*json, now) : Result<NitrogenDraft>(NitrogenDraft{});
  if (!json || !draft) return 0;
  const auto again = readNitrogenMessage(draft->document("f", "t"), now);
  fuzz::require(again && again->document("f", "t") == draft->document("f", "t"), "a message comes back");
  static_cast<void>(telemetryOf(*draft));
  return 0;
}
