#include "gateway/api/problem.h"
#include "tests/fuzz/fuzz_gateway.h"

#include <boost/beast/core/string.hpp>

#include <memory>
#include <string>

using namespace carport;

namespace {

/// So many calls to one gateway; then what they made of it has to go.
constexpr int kMostCalls = 4'000;
/// So many refusals in a row, and the administrator is none any more.
constexpr int kMostRefusals = 40;

/// "METHOD TARGET\nName: value\n…\n\nbody" as it is sent, with a length where it says none.
std::string requestOf(std::string_view text) {
  const std::size_t end = std::min(text.find("\n\n"), text.size());
  const std::string_view body = end + 2 <= text.size() ? text.substr(end + 2) : std::string_view();
  std::string head;
  bool saysLength = false;
  bool isFirst = true;
  for (std::string_view rest = text.substr(0, end); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto begins = [&](std::string_view name) {
      const auto start = line.substr(0, name.size());
      return boost::beast::iequals({start.data(), start.size()}, {name.data(), name.size()});
    };
    saysLength = saysLength || begins("content-length") || begins("transfer-encoding");
    head.append(line).append(isFirst ? " HTTP/1.1\r\n" : "\r\n");
    isFirst = false;
  }
  if (!saysLength && !body.empty()) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return head.append("\r\n").append(body);
}

void check(const test::HttpAnswer& answer, bool headOnly) {
  fuzz::require(answer.status != 500, "the gateway makes no mistake");
  const std::string type = answer.header(boost::beast::http::field::content_type);
  if (headOnly || answer.body.empty() || type.find("json") == std::string::npos) return;
  fuzz::require(!answer.json.is_discarded(), "what calls itself JSON is JSON");
  if (type != api::kProblemMediaType) return;
  fuzz::require(answer.json.at("status") == answer.status, "a problem has the answer's status");
  fuzz::require(api::problemTypeNamed(answer.json.at("kind").get<std::string>()) != nullptr, "its kind is known");
  fuzz::require(!answer.json.at("detail").get<std::string>().empty(), "it has a sentence");
}

}  // namespace

/// Whole calls of both APIs, and of what stands at the root: whatever comes, no answer is a mistake of the gateway's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::unique_ptr<fuzz::Gateway> gateway;
  static int calls = 0;
  static int refusals = 0;
  if (++calls > kMostCalls || refusals > kMostRefusals || !gateway) {
    gateway.reset();
    gateway = std::make_unique<fuzz::Gateway>();
    calls = refusals = 0;
  }
  const std::string request = requestOf(gateway->filledIn(fuzz::asText(data, size)));
  const auto answer = gateway->send(request);
  if (!answer) return 0;
  check(*answer, request.starts_with("HEAD "));
  const bool isRefused = answer->status == 401 || answer->status == 403 || answer->status == 429;
  refusals = isRefused ? refusals + 1 : 0;
  return 0;
}
