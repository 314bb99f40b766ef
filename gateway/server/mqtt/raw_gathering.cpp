#include "gateway/server/mqtt/raw_gathering.h"

#include "gateway/server/mqtt/mqtt_shard.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace carport {

namespace {

/// What the threads have answered so far. Each writes its own part; the last one to be ready reads them all.
struct RawGathering {
  RawWish wish;
  std::function<void(RawAnswer)> done;
  std::vector<RawRing::Part> parts;
  std::atomic<std::size_t> left;

  void ready() {
    if (left.fetch_sub(1, std::memory_order_acq_rel) == 1) done(together());
  }
  RawAnswer together() {
    RawAnswer answer;
    for (auto& part : parts) {
      std::move(part.messages.begin(), part.messages.end(), std::back_inserter(answer.messages));
      for (const auto& [topic, count] : part.leftOut) answer.leftOut[topic] += count;
      answer.next.push_back(part.next);
    }
    std::stable_sort(answer.messages.begin(), answer.messages.end(),
                     [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
    if (answer.messages.size() <= wish.most) return answer;
    const auto newest = answer.messages.end() - static_cast<std::ptrdiff_t>(wish.most);
    for (auto older = answer.messages.begin(); !wish.after.empty() && older != newest; ++older) {
      ++answer.leftOut[older->topic];
    }
    answer.messages.erase(answer.messages.begin(), newest);
    return answer;
  }
};

}  // namespace

void gatherRaw(const std::vector<MqttShard*>& shards, std::string_view organisation, const RawWish& wish,
               std::function<void(RawAnswer)> done) {
  auto gathering = std::make_shared<RawGathering>();
  gathering->wish = wish;
  gathering->done = std::move(done);
  gathering->parts.resize(shards.size());
  gathering->left = shards.size();
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const auto after = i < wish.after.size() ? wish.after[i] : 0;
    auto take = [gathering, i](RawRing::Part part) {
      gathering->parts[i] = std::move(part);
      gathering->ready();
    };
    const bool isAsked = shards[i]->readRaw(std::string(organisation), wish.car, after, wish.most, std::move(take));
    if (isAsked) continue;
    gathering->parts[i].next = after;  // it has too much to do; the next time
    gathering->ready();
  }
}

}  // namespace carport
