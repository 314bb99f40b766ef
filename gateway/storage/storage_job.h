#pragma once

#include "gateway/domain/durable_log.h"
#include "gateway/storage/segment.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace carport {

struct SamplesJob {
  std::shared_ptr<const SampleBatch> samples;
  DurableLog::Done done;
};
struct EventsJob {
  std::vector<api::Event> events;
  DurableLog::EventsDone done;
};
struct CommandJob {
  api::Command command;
  std::optional<Act> act;  ///< who gave or cancelled it; none: it went on by itself
  DurableLog::Done done;
};
struct RetainedJob {
  RetainedMessage message;
  DurableLog::Done done;
};
struct RegistryJob {
  DurableLog::RegistryChange change;
  DurableLog::Done done;
};

struct NitrogenJob {
  DurableLog::NitrogenChange change;
  DurableLog::Done done;
};
struct SessionsJob {
  std::shared_ptr<const SessionChanges> changes;
  DurableLog::SessionsDone done;
};
struct ConnectionsJob {
  std::shared_ptr<const ConnectionNews> news;
  DurableLog::Done done;
};
struct CompactionJob {
  std::shared_ptr<const CompactionSwap> swap;
  DurableLog::Done done;
};

/// What waits for the storage writer.
struct StorageJob {
  std::variant<SamplesJob, EventsJob, CommandJob, RetainedJob, RegistryJob, SessionsJob, CompactionJob, NitrogenJob,
               ConnectionsJob>
      work;
  std::size_t bytes = 0;  ///< roughly, in memory
};

/// Roughly what it occupies in memory.
std::size_t bytesOf(const SampleBatch& samples);
std::size_t bytesOf(const std::vector<api::Event>& events);
std::size_t bytesOf(const api::Command& command);
std::size_t bytesOf(const RetainedMessage& message);
std::size_t bytesOf(const SessionChanges& changes);
std::size_t bytesOf(const ConnectionNews& news);
std::size_t bytesOf(const CompactionSwap& swap);

}  // namespace carport
