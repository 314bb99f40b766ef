#include "gateway/protocol/payload/refusal_list.h"

#include "gateway/api/metric_names.h"
#include "gateway/base/utf8_prefix.h"
#include "gateway/protocol/payload/telemetry_decoder.h"

#include <fmt/format.h>

namespace carport::payload {

std::string shortened(std::string_view text, std::size_t maxBytes) {
  if (text.size() <= maxBytes) return std::string(text);
  return std::string(utf8Prefix(text, maxBytes)) + "…";
}

void RefusalList::add(std::string_view field, std::string_view reason) {
  if (m_report) m_report->add({place(), shortened(field, MetricNames::kMaxNameBytes), std::string(reason)});
  ++m_count;
  if (m_count >= kMaxRefusalsPerPayload) {
    if (m_count == kMaxRefusalsPerPayload) m_out.emplace_back();
    const std::size_t more = m_count - kMaxRefusalsPerPayload + 1;
    m_out.back() = {m_arrival, "", fmt::format("{} more {} refused.", more, more == 1 ? "field was" : "fields were")};
    return;
  }
  m_out.push_back(
      {m_arrival, shortened(field, MetricNames::kMaxNameBytes),
       m_object == 0 ? std::string(reason) : fmt::format("{} (Object {} of the array.)", reason, m_object)});
}

void RefusalList::objectDropped() {
  if (m_report) m_report->add({place(), {}, "Nothing in the object could be kept."});
}

void RefusalList::withdraw() {
  m_out.resize(m_begin);
  if (m_report) m_report->clear();
}

}  // namespace carport::payload
