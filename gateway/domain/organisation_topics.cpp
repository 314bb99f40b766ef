#include "gateway/domain/organisation_topics.h"

namespace carport {

namespace {
constexpr std::string_view kPrefix = "organisations/";
}  // namespace

std::string_view organisationOfTopic(std::string_view topic) {
  if (!topic.starts_with(kPrefix)) return {};
  topic.remove_prefix(kPrefix.size());
  return topic.substr(0, topic.find('/'));
}

bool filterMayConcern(std::string_view filter, std::string_view organisation) {
  const std::string_view first = filter.substr(0, filter.find('/'));
  if (first == "#" || first == "+" || first == "cars") return true;
  if (!filter.starts_with(kPrefix)) return false;
  const std::string_view id = organisationOfTopic(filter);
  return id == "#" || id == "+" || id == organisation;
}

}  // namespace carport
