#include "gateway/server/mqtt/door_desk.h"

#include "gateway/base/base_errc.h"
#include "gateway/domain/car_topics.h"
#include "gateway/protocol/payload/event_batch.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/ingest_batcher.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

namespace {

/// One request that waits for its commit. Answers once, at the latest when nobody holds it any more.
class WaitingDoor final : public AckReceiver {
 public:
  WaitingDoor(DoorReceipt receipt, DeviceDoor::Done done) : m_receipt(std::move(receipt)), m_done(std::move(done)) {}
  ~WaitingDoor() override { answer(fail(BaseErrc::queueFull, "The gateway is stopping; send it again later")); }
  WaitingDoor(const WaitingDoor&) = delete;
  WaitingDoor& operator=(const WaitingDoor&) = delete;

  void committed(std::uint64_t) override { answer(std::move(m_receipt)); }
  void judge(std::uint64_t, Verdict) override {}  // whether anybody has subscribed does not matter to a device
  void notCommitted(std::uint64_t, const std::string& why) override {
    answer(fail(BaseErrc::queueFull, fmt::format("It was not taken: {}; send it again later", why)));
  }

 private:
  void answer(Result<DoorReceipt> result) {
    if (auto done = std::exchange(m_done, nullptr)) done(std::move(result));
  }

  DoorReceipt m_receipt;
  DeviceDoor::Done m_done;
};

AckWaiter waiterFor(DoorReceipt receipt, DeviceDoor::Done done) {
  return {std::make_shared<WaitingDoor>(std::move(receipt), std::move(done)), 1};
}

/// Why nothing of the payload could be used, with the first reason where there is one.
Error unusable(const Error& why, const payload::RefusalReport& report) {
  if (report.empty()) return why;
  const auto& first = report.entries.front();
  return Error(BaseErrc::invalidArgument,
               fmt::format("{}: object {}{}: {}", why.message(), first.index,
                           first.field.empty() ? std::string() : fmt::format(", \"{}\"", first.field), first.reason));
}

}  // namespace

DoorDesk::DoorDesk(ShardCore& core, IngestBatcher& batcher, FanOut& fanOut, payload::TelemetryDecoder& decoder)
    : m_core(core), m_batcher(batcher), m_fanOut(fanOut), m_decoder(decoder) {}

void DoorDesk::take(const DoorMessage& message, DeviceDoor::Done done) {
  if (auto room = checkRoom(message); !room) return done(failFrom(room));
  m_core.connections.count(message.car, api::AttemptKind::http, {});
  if (message.kind == DoorKind::telemetry) return takeTelemetry(message, std::move(done));
  takeEvents(message, std::move(done));
}

Result<void> DoorDesk::checkRoom(const DoorMessage& message) const {
  if (m_core.draining || m_core.lettingGo) {
    return fail(BaseErrc::queueFull, "The gateway is stopping; send it again later");
  }
  if (m_core.context.parts.durableLog.diskLevel() >= DiskLevel::reserved) {
    return fail(BaseErrc::queueFull, "The gateway's disk is full; send it again later");
  }
  if (!m_batcher.hasRoom() || !m_batcher.hasRoomForEvent()) {
    return fail(BaseErrc::queueFull, "The storage does not keep up; send it again later");
  }
  if (subscribersKeepUp(message)) return {};
  return fail(BaseErrc::queueFull, "Those who subscribed to messages do not keep up; send it again later");
}

bool DoorDesk::subscribersKeepUp(const DoorMessage& message) const {
  const auto& context = m_core.context;
  if (context.listeners.load(std::memory_order_relaxed) == 0) return true;
  if (!m_fanOut.hasRoom() || context.slowSubscribers.load(std::memory_order_relaxed) > 0) return false;
  const auto organisation = std::string_view(message.carId).substr(0, message.organisationBytes);
  if (!organisation.empty() && context.slowInOrganisations.hasAny(organisation)) return false;
  return context.fullJournals.load(std::memory_order_relaxed) == 0 ||
         context.durableListeners.load(std::memory_order_relaxed) == 0;
}

void DoorDesk::count(MessageResult result) {
  m_core.traffic.doorMessages[static_cast<std::size_t>(result)].add();
}

void DoorDesk::refused(const DoorMessage& message, std::vector<api::Refusal> refusals) {
  if (!refusals.empty()) m_core.context.parts.control.fieldsRefused(message.car, std::move(refusals));
}

MqttMessagePtr DoorDesk::messageFor(const DoorMessage& from, std::string_view payload) const {
  if (m_core.context.listeners.load(std::memory_order_relaxed) == 0) return nullptr;
  auto message = std::make_shared<MqttMessage>();
  message->topic = from.kind == DoorKind::telemetry ? telemetryTopic(from.carId) : eventTopic(from.carId);
  message->payload = payload;
  message->qos = static_cast<std::uint8_t>(mqtt::Qos::atLeastOnce);
  message->car = from.car;
  message->organisationBytes = from.organisationBytes;
  return message;
}

void DoorDesk::keepRaw(const DoorMessage& message, TimePoint arrival, api::MessageOutcome outcome, std::size_t firstRow,
                       std::string_view reason) {
  const auto topic = message.kind == DoorKind::telemetry ? telemetryTopic(message.carId) : eventTopic(message.carId);
  RawArrival raw;
  raw.car = message.car;
  raw.organisation = std::string_view(message.carId).substr(0, message.organisationBytes);
  raw.at = arrival;
  raw.topic = topic;
  raw.payload = message.payload;
  raw.reason = reason;
  raw.qos = static_cast<std::uint8_t>(mqtt::Qos::atLeastOnce);
  raw.doorway = api::Doorway::http;
  raw.outcome = outcome;
  for (const auto& row : m_batcher.samples().rows().subspan(firstRow)) {
    ++raw.samples;
    raw.values += row.metricCount + row.attributeCount;
  }
  m_core.raw.keep(raw);
}

void DoorDesk::takeTelemetry(const DoorMessage& message, DeviceDoor::Done done) {
  auto& samples = m_batcher.samples();
  const std::size_t before = samples.size();
  const auto arrival = m_core.now();
  std::vector<api::Refusal> refusals;
  DoorReceipt receipt;
  const auto decoded = m_decoder.decode(message.car, message.payload, arrival, samples, refusals, &receipt.refused,
                                        std::string_view(message.carId).substr(0, message.organisationBytes));
  if (!decoded && refusals.empty()) refusals.push_back({arrival, {}, decoded.error().message()});
  keepRaw(message, arrival, decoded ? api::MessageOutcome::taken : api::MessageOutcome::unusable, before,
          refusals.empty() ? std::string_view() : std::string_view(refusals.front().reason));
  refused(message, std::move(refusals));
  if (!decoded) {
    count(MessageResult::unusable);
    return done(tl::unexpected<Error>(unusable(decoded.error(), receipt.refused)));
  }
  count(MessageResult::accepted);
  receipt.taken = samples.size() - before;
  m_batcher.added(message.payload.size(), waiterFor(std::move(receipt), std::move(done)),
                  messageFor(message, message.payload));
}

void DoorDesk::takeEvents(const DoorMessage& message, DeviceDoor::Done done) {
  const auto arrival = m_core.now();
  std::vector<api::Event> events;
  DoorReceipt receipt;
  const auto decoded = payload::decodeEvents(message.car, message.payload, arrival, events, receipt.refused);
  const auto rows = m_batcher.samples().size();
  if (decoded) {
    keepRaw(message, arrival, api::MessageOutcome::taken, rows,
            receipt.refused.empty() ? std::string_view() : std::string_view(receipt.refused.entries.front().reason));
  } else {
    keepRaw(message, arrival, api::MessageOutcome::unusable, rows, decoded.error().message());
  }
  if (!decoded) {
    count(MessageResult::unusable);
    refused(message, {{arrival, "event", decoded.error().message()}});
    return done(tl::unexpected<Error>(unusable(decoded.error(), receipt.refused)));
  }
  if (!receipt.refused.empty()) refused(message, {{arrival, "event", receipt.refused.entries.front().reason}});
  count(MessageResult::accepted);
  receipt.taken = events.size();
  // Whoever waits for the last one waits for all: what is added in one turn is committed together.
  for (std::size_t i = 0; i < events.size(); ++i) {
    AckWaiter waiter;
    if (i + 1 == events.size()) waiter = waiterFor(std::move(receipt), std::move(done));
    const std::size_t bytes = events[i].data.size();
    auto news = messageFor(message, events[i].data);
    m_batcher.addEvent(std::move(events[i]), bytes, std::move(waiter), std::move(news));
  }
}

}  // namespace carport
