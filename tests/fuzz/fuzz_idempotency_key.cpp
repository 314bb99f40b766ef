#include "tests/fuzz/fuzz_gateway.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

using namespace carport;

namespace {

constexpr std::size_t kMostKeys = 3'000;
constexpr std::size_t kMaxKeyBytes = 255;

/// The key that the field says; empty where it says none.
std::string_view keyIn(std::string_view field) {
  const std::string_view blanks = " \t";
  field.remove_prefix(std::min(field.find_first_not_of(blanks), field.size()));
  field = field.substr(0, field.find_last_not_of(blanks) + 1);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
  const auto isFine = [](char c) { return c >= '!' && c <= '~' && c != '"' && c != '\\'; };
  const bool fits = field.size() <= kMaxKeyBytes && std::all_of(field.begin(), field.end(), isFine);
  return fits ? field : std::string_view();
}

}  // namespace

/// The header Idempotency-Key: a key within its limits is carried out once and answered alike ever after, whichever way
/// it is written; everything else is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::unique_ptr<fuzz::Gateway> gateway;
  static std::set<std::string, std::less<>> known;
  const auto field = fuzz::asText(data, size);
  if (field.size() > 4 * kMaxKeyBytes || field.find_first_of("\r\n") != std::string_view::npos) return 0;
  if (!gateway || known.size() > kMostKeys) {
    gateway.reset();
    gateway = std::make_unique<fuzz::Gateway>();
    known.clear();
  }
  std::string request = gateway->filledIn(
      "POST /api/v2/gateway/resume HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer $TOKEN\r\nContent-Length: "
      "0\r\n");
  request.append("Idempotency-Key: ").append(field).append("\r\n\r\n");
  const auto key = keyIn(field);
  const auto first = gateway->send(request);
  fuzz::require(first.has_value(), "every call is answered");
  if (key.empty()) {
    fuzz::require(first->status == 400, "what is no key is refused");
    return 0;
  }
  const bool isNew = known.insert(std::string(key)).second;
  fuzz::require(first->status / 100 == 2, "a call with a key is carried out");
  fuzz::require(first->header("Idempotent-Replayed").empty() == isNew, "once");
  const auto again = gateway->send(request);
  fuzz::require(again && again->status == first->status && again->body == first->body, "and answered alike");
  fuzz::require(again->header("Idempotent-Replayed") == "true", "the second answer says that it is one");
  return 0;
}
