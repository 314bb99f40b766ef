#include "gateway/server/mqtt/raw_ring.h"

#include "gateway/base/utf8_prefix.h"
#include "gateway/domain/utf8.h"
#include "gateway/protocol/mqtt/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace carport {

namespace {

constexpr std::size_t kRawAlignment = 8;
/// Longest part of a character of UTF-8 that a cut can leave behind.
constexpr std::size_t kLongestCut = 3;

std::string_view nameOfProperty(mqtt::PropertyId id) {
  switch (id) {
    case mqtt::PropertyId::payloadFormatIndicator:
      return "payload format";
    case mqtt::PropertyId::messageExpiryInterval:
      return "message expiry";
    case mqtt::PropertyId::contentType:
      return "content type";
    case mqtt::PropertyId::responseTopic:
      return "response topic";
    case mqtt::PropertyId::correlationData:
      return "correlation data";
    default:
      return {};
  }
}

std::vector<std::pair<std::string, std::string>> propertiesOf(std::string_view encoded) {
  std::vector<std::pair<std::string, std::string>> told;
  mqtt::PropertyReader reader(encoded);
  while (told.size() < api::RawMessage::kMaxProperties) {
    const auto property = reader.next();
    if (!property) break;
    if (property->id == mqtt::PropertyId::userProperty) {
      told.emplace_back(property->text, property->value);
    } else if (const auto name = nameOfProperty(property->id); !name.empty()) {
      const auto type = mqtt::typeOf(property->id);
      const bool isText = type == mqtt::PropertyType::text || type == mqtt::PropertyType::binary;
      told.emplace_back(name, isText ? std::string(property->text) : fmt::format("{}", property->number));
    }
  }
  return told;
}

/// Whole text, or text that was cut through one of its characters: then without the part of that.
bool makeText(std::string& payload, bool isCut) {
  for (std::size_t less = 0; less <= std::min(isCut ? kLongestCut : 0, payload.size()); ++less) {
    const auto whole = std::string_view(payload).substr(0, payload.size() - less);
    if (!isUtf8(whole)) continue;
    payload.resize(whole.size());
    return true;
  }
  return false;
}

void countIn(CountsByTopic& counts, std::string_view topic) {
  if (const auto known = counts.find(topic); known != counts.end()) {
    ++known->second;
  } else if (counts.size() < RawRing::kMaxTopics) {
    counts.emplace(topic, 1);
  }
}

}  // namespace

/// In front of each message; behind it come topic, payload, properties and reason.
struct RawRing::Header {
  std::uint64_t previous;  // place of the one before it in its chain
  std::int64_t atMs;
  std::uint32_t car;
  std::uint32_t payloadBytes;  // whole, also of what is not here
  std::uint32_t samples;
  std::uint32_t values;
  std::uint16_t topicBytes;
  std::uint16_t keptBytes;  // of the payload
  std::uint16_t propertyBytes;
  std::uint8_t reasonBytes;
  std::uint8_t qos;
  bool retain;
  bool duplicate;
  bool byAnother;
  api::Doorway doorway;
  api::MessageOutcome outcome;
};

void RawRing::reserve(std::size_t bytes) {
  m_inSlot.assign(bytes / kBlockBytes, 0);
  m_bytes.reset(new char[m_inSlot.size() * kBlockBytes]);  // not filled: memory is taken as messages come
  m_slotsUsed = 0;
  m_logs.clear();
  m_latest = nullptr;
}

RawRing::Log& RawRing::logOf(std::string_view organisation) {
  if (m_latest != nullptr && m_latest->first == organisation) return m_latest->second;
  auto found = m_logs.find(organisation);
  if (found == m_logs.end()) found = m_logs.try_emplace(std::string(organisation)).first;
  m_latest = &*found;
  return found->second;
}

void RawRing::beginBlock(Log& log) {
  const auto slot = m_slotsUsed < m_inSlot.size() ? m_slotsUsed++ : takeBlockFor(log);
  const auto block = ++m_rounds * m_inSlot.size() + slot;
  m_inSlot[slot] = block;
  log.blocks.push_back(block);
  log.begin = m_bytes.get() + slot * kBlockBytes;
  log.used = 0;
}

std::size_t RawRing::takeBlockFor(Log& log) {
  // Of several that have as many, the one whose oldest is oldest.
  const auto most = std::max_element(m_logs.begin(), m_logs.end(), [](const auto& a, const auto& b) {
    const auto &its = a.second.blocks, &others = b.second.blocks;
    return its.size() != others.size() ? its.size() < others.size() : !its.empty() && its.front() > others.front();
  });
  const bool paysItself = log.blocks.size() >= most->second.blocks.size();
  auto& blocks = paysItself ? log.blocks : most->second.blocks;
  const auto slot = static_cast<std::size_t>(blocks.front() % m_inSlot.size());
  blocks.pop_front();
  if (!paysItself && blocks.empty()) m_logs.erase(most);
  return slot;
}

void RawRing::keep(const RawArrival& arrival) {
  const auto payload = arrival.payload.substr(0, api::RawMessage::kMaxPayloadBytes);
  const auto properties = arrival.properties.size() <= kMaxPropertyBytes ? arrival.properties : std::string_view();
  const auto reason = utf8Prefix(arrival.reason, api::RawMessage::kMaxReasonBytes);
  const auto bytes = sizeof(Header) + arrival.topic.size() + payload.size() + properties.size() + reason.size();
  const auto room = (bytes + kRawAlignment - 1) / kRawAlignment * kRawAlignment;
  if (room > kBlockBytes || m_inSlot.empty()) return;
  Log& log = logOf(arrival.organisation);
  if (log.used + room > kBlockBytes) beginBlock(log);
  auto& newest = log.newest[arrival.car.value % kChains];
  const Header header{newest,
                      toMs(arrival.at),
                      arrival.car.value,
                      static_cast<std::uint32_t>(arrival.payload.size()),
                      arrival.samples,
                      arrival.values,
                      static_cast<std::uint16_t>(arrival.topic.size()),
                      static_cast<std::uint16_t>(payload.size()),
                      static_cast<std::uint16_t>(properties.size()),
                      static_cast<std::uint8_t>(reason.size()),
                      arrival.qos,
                      arrival.retain,
                      arrival.duplicate,
                      arrival.byAnother,
                      arrival.doorway,
                      arrival.outcome};
  const auto place = log.next();
  char* to = log.begin + log.used;
  std::memcpy(to, &header, sizeof header);
  to += sizeof header;
  for (const auto part : {arrival.topic, payload, properties, reason}) {
    if (part.empty()) continue;
    std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  newest = place;
  log.used += room;
}

RawRing::Header RawRing::headerAt(std::uint64_t place) const {
  Header header;
  std::memcpy(&header, at(place), sizeof header);
  return header;
}

std::string_view RawRing::topicAt(std::uint64_t place, const Header& header) const {
  return {at(place) + sizeof header, header.topicBytes};
}

RawRing::Part RawRing::read(std::string_view organisation, PrincipalNumber car, std::uint64_t after,
                            std::size_t most) const {
  Part part;
  const auto log = m_logs.find(organisation);
  part.next = log != m_logs.end() ? log->second.next() : (m_rounds + 1) * m_inSlot.size() * kBlockBytes;
  if (log == m_logs.end()) return part;
  Header header;
  for (auto place = log->second.newest[car.value % kChains]; isThere(place) && place >= after;
       place = header.previous) {
    header = headerAt(place);
    if (header.car != car.value) continue;
    if (part.messages.size() < most) {
      part.messages.push_back(messageAt(place, header));
    } else if (after == 0) {
      break;
    } else {
      countIn(part.leftOut, topicAt(place, header));
    }
  }
  std::reverse(part.messages.begin(), part.messages.end());
  return part;
}

api::RawMessage RawRing::messageAt(std::uint64_t place, const Header& header) const {
  const char* from = topicAt(place, header).data();
  const auto next = [&from](std::size_t bytes) {
    const std::string_view part(from, bytes);
    from += bytes;
    return part;
  };
  api::RawMessage message;
  message.arrival = fromMs(header.atMs);
  message.topic = next(header.topicBytes);
  message.payload = next(header.keptBytes);
  message.bytes = header.payloadBytes;
  message.isText = makeText(message.payload, header.keptBytes < header.payloadBytes);
  message.properties = propertiesOf(next(header.propertyBytes));
  message.reason = next(header.reasonBytes);
  message.samples = header.samples;
  message.values = header.values;
  message.qos = header.qos;
  message.retain = header.retain;
  message.duplicate = header.duplicate;
  message.byAnother = header.byAnother;
  message.doorway = header.doorway;
  message.outcome = header.outcome;
  return message;
}

}  // namespace carport
