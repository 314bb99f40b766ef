#include "gateway/protocol/payload/event_batch.h"

#include "gateway/api/json_codec.h"
#include "gateway/protocol/payload/event_decoder.h"
#include "gateway/protocol/payload/payload_errc.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace carport::payload {

Result<void> decodeEvents(PrincipalNumber car, std::string_view payload, TimePoint arrival,
                          std::vector<api::Event>& out, RefusalReport& report) {
  const auto first = payload.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || payload[first] != '[') {
    auto only = decodeEvent(car, payload, arrival);
    if (!only) return failFrom(only);
    out.push_back(std::move(*only));
    return {};
  }
  const auto list = api::parseJson(payload);
  if (!list) return fail(PayloadErrc::badJson, list.error().message());
  if (list->size() > kMaxEventsPerPayload) {
    return fail(PayloadErrc::tooManyRows,
                fmt::format("The payload is an array of more than {} events", kMaxEventsPerPayload));
  }
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto event = decodeEvent(car, api::toText((*list)[i]), arrival);
    if (event) {
      out.push_back(std::move(*event));
    } else {
      report.add({i, {}, event.error().message()});
    }
  }
  if (out.size() == before) return fail(PayloadErrc::nothingUsable);
  return {};
}

}  // namespace carport::payload
