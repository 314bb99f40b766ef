#include "gateway/domain/organisation_topics.h"
#include "gateway/domain/topic_filter.h"
#include "gateway/protocol/mqtt/subscription_tree.h"
#include "gateway/protocol/mqtt/topic.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;
using namespace carport::mqtt;

/// "filter\ntopic": the tree finds a subscription exactly where matches() says so, and forgets it when told to; a
/// filter that is refused because it concerns nothing of an organisation matches nothing of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  const auto newLine = text.find('\n');
  const auto filter = text.substr(0, newLine);
  const auto topic = newLine == std::string_view::npos ? std::string_view() : text.substr(newLine + 1);
  static_cast<void>(parseSharedFilter(filter));
  if (!checkTopicFilter(filter) || !checkTopicName(topic)) return 0;

  SubscriptionTree<int> tree;
  tree.add(filter, 1, Qos::atLeastOnce);
  int found = 0;
  tree.match(topic, [&](int, Qos) { ++found; });
  fuzz::require(found == (matches(filter, topic) ? 1 : 0), "the tree agrees with matches()");
  fuzz::require(topicMatchesFilter(topic, filter) == matches(filter, topic), "the rules agree with the broker");
  fuzz::require(tree.remove(filter, 1) && tree.size() == 0, "a subscription can be taken away");
  const auto organisation = topic.starts_with("cars/") ? std::string_view("acme") : organisationOfTopic(topic);
  if (!organisation.empty() && matches(filter, topic)) {
    fuzz::require(filterMayConcern(filter, organisation), "who may hear a topic may subscribe to it");
  }
  return 0;
}
