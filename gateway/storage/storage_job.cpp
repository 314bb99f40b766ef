#include "gateway/storage/storage_job.h"

namespace carport {

std::size_t bytesOf(const SampleBatch& samples) {
  std::size_t bytes = sizeof(SampleBatch) + samples.size() * sizeof(SampleBatch::Row);
  for (const auto& row : samples.rows()) {
    bytes += row.metricCount * sizeof(MetricValue) + row.attributeCount * sizeof(NamedAttribute);
    for (const auto& attribute : samples.attributes(row)) {
      if (const auto* text = std::get_if<std::string>(&attribute.value)) bytes += text->size();
    }
  }
  return bytes;
}

std::size_t bytesOf(const std::vector<api::Event>& events) {
  std::size_t bytes = 0;
  for (const auto& event : events) bytes += sizeof event + event.name.size() + event.message.size() + event.data.size();
  return bytes;
}

std::size_t bytesOf(const api::Command& command) {
  return sizeof command + command.name.size() + command.arguments.size() + command.result.size();
}

std::size_t bytesOf(const RetainedMessage& message) {
  return sizeof message + message.topic.size() + message.payload.size() + message.properties.size();
}

std::size_t bytesOf(const SessionChanges& changes) {
  std::size_t bytes = sizeof changes + changes.size() * sizeof(SessionChange);
  const void* counted = nullptr;  // the same message comes once for each of its sessions, one after the other
  for (const auto& change : changes) {
    const auto* put = std::get_if<OutgoingPut>(&change);
    if (!put || !put->outgoing.message || put->outgoing.message.get() == counted) continue;
    const auto& message = *put->outgoing.message;
    counted = &message;
    bytes += sizeof message + message.topic.size() + message.payload.size() + message.properties.size();
  }
  return bytes;
}

std::size_t bytesOf(const ConnectionNews& news) {
  std::size_t bytes = sizeof news + news.attempts.size() * sizeof(api::AttemptCount);
  for (const api::Connection& connection : news.connections) {
    bytes += sizeof connection + connection.address.size() + connection.clientId.size() + connection.reason.size();
  }
  return bytes;
}

std::size_t bytesOf(const CompactionSwap& swap) {
  std::size_t bytes = sizeof swap;
  for (const NewSegment& segment : swap.segments) bytes += segment.block.data.size() + segment.minutes.size();
  for (const NewHourRollup& rollup : swap.hourRollups) bytes += rollup.data.size();
  return bytes;
}

}  // namespace carport
