#include "gateway/api/connection.h"
#include "gateway/api/fence_tester.h"
#include "gateway/api/json_codec.h"
#include "gateway/api/raw_message.h"
#include "gateway/base/endpoint.h"
#include "gateway/domain/retention.h"
#include "tests/fuzz/fuzz_input.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

using namespace carport;
using namespace carport::api;

namespace {

/// What is read and written again reads as the same.
template <class T>
void read(const nlohmann::json& json) {
  const auto value = fromJson<T>(json);
  if (!value) return fuzz::require(!value.error().message().empty(), "every error has a sentence");
  const auto written = toText(toJson(*value));
  const auto parsed = parseJson(written);
  fuzz::require(parsed.has_value(), "what is written is JSON");
  const auto again = fromJson<T>(*parsed);
  fuzz::require(again.has_value(), "what is written can be read");
  fuzz::require(toText(toJson(*again)) == written, "it is the same");
}

void readRetention(const nlohmann::json& json) {
  read<Retention>(json);
  const auto retention = fromJson<Retention>(json);
  if (!retention || !checkRetention(*retention)) return;
  const RetentionPlan plan(*retention, {{PrincipalNumber{1}, {"group-1"}}});
  StoredDetail before = StoredDetail::raw;
  for (const std::int64_t age : {0, 1, 30, 400, 40'000}) {
    const auto detail = plan.detailOf(PrincipalNumber{1}, age);
    fuzz::require(detail >= before, "an older day has no more than a younger one");
    fuzz::require(detail >= plan.mostGenerous(age) && detail <= plan.leastGenerous(age), "within the extremes");
    before = detail;
  }
}

void readDrain(const nlohmann::json& json) {
  read<DrainState>(json);
  const auto wish = fromJson<DrainWish>(json);
  if (!wish) return fuzz::require(!wish.error().message().empty(), "every error has a sentence");
  fuzz::require(wish->seconds >= 0 && wish->seconds <= DrainWish::kMostSeconds, "a period that can be");
  fuzz::require(wish->server.empty() || Endpoint::parse(wish->server).has_value(), "a server that can be");
}

double squareDegrees(const FenceRing& ring) {
  double twice = 0;
  for (std::size_t n = 0; n < ring.size(); ++n) {
    const FencePoint& one = ring[n];
    const FencePoint& other = ring[(n + 1) % ring.size()];
    twice +=
        (one.longitude - ring[0].longitude) * other.latitude - (other.longitude - ring[0].longitude) * one.latitude;
  }
  return std::abs(twice / 2);
}

double squareDegrees(const FencePolygon& polygon) {
  double sum = squareDegrees(polygon.outer);
  for (const FenceRing& hole : polygon.holes) sum -= squareDegrees(hole);
  return sum;
}

/// Wherever on the globe it lies, what it encloses is what its parts enclose, but for what the grid takes where an edge
/// is cut.
void cutAnywhere(const FencePolygon& polygon) {
  constexpr double kLostAtAnEdge = 4e-5;
  for (const double east : {0.0, 180.0, -97.3, 262.1234567}) {
    FencePolygon moved = polygon;
    for (FencePoint& corner : moved.outer) corner.longitude += east;
    for (FenceRing& hole : moved.holes)
      for (FencePoint& corner : hole) corner.longitude += east;
    double parts = 0;
    for (const FencePolygon& part : cutAtAntimeridian(moved)) {
      parts += squareDegrees(part);
      for (const FencePoint& corner : part.outer)
        fuzz::require(std::abs(corner.longitude) <= 180, "parts are in range");
    }
    const double lost = kLostAtAnEdge * static_cast<double>(pointsOf(FenceArea{polygon}));
    fuzz::require(std::abs(parts - squareDegrees(polygon)) <= lost, "nothing is lost where it is cut");
  }
}

void readFence(const nlohmann::json& json) {
  read<Fence>(json);
  const auto fence = fromJson<Fence>(json);
  if (!fence) return;
  fuzz::require(onFenceGrid(fence->shape) == fence->shape, "what was read is on the grid");
  fuzz::require(pointsOf(fence->shape) <= kMaxFencePoints, "corners within the limit");
  const FenceTester tester(fence->shape);
  if (const auto* circle = std::get_if<FenceCircle>(&fence->shape)) {
    return fuzz::require(tester.contains(circle->centre.latitude, circle->centre.longitude), "the centre is inside");
  }
  for (const FencePolygon& polygon : std::get<FenceArea>(fence->shape)) {
    for (const FencePoint& corner : polygon.outer) {
      fuzz::require(tester.contains(corner.latitude, corner.longitude), "the border is inside");
    }
    fuzz::require(!cutAtAntimeridian(polygon).empty(), "what encloses something still does when it is cut");
    cutAnywhere(polygon);
  }
}

constexpr auto kReaders =
    std::to_array<void (*)(const nlohmann::json&)>({read<Principal>,       read<TokenInfo>,     read<Rule>,
                                                    read<Decision>,        read<Command>,       read<Event>,
                                                    read<CarPosition>,     read<CarState>,      read<Car>,
                                                    read<History>,         read<GatewayStatus>, read<LogEntry>,
                                                    read<RetentionPolicy>, readRetention,       readDrain,
                                                    read<Attributes>,      read<Organisation>,  read<Role>,
                                                    read<ProvisioningKey>, read<ClaimCode>,     read<PassedOver>,
                                                    read<TurnedDecision>,  read<TurnedFor>,     read<RuleSimulation>,
                                                    read<FleetHistory>,    read<Limit>,         readFence,
                                                    read<Connection>,      read<AttemptCount>,  read<RawMessage>,
                                                    read<RawMessages>});

}  // namespace

/// The first byte tells as what the rest is read: JSON of requests and answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto json = parseJson(fuzz::asText(data + 1, size - 1));
  if (!json) {
    fuzz::require(!json.error().message().empty(), "every error has a sentence");
    return 0;
  }
  kReaders[static_cast<std::size_t>(data[0] - (data[0] >= 'a' ? 'a' : 0)) % kReaders.size()](*json);
  return 0;
}
