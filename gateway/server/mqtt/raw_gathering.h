#pragma once

#include "gateway/server/links.h"

#include <functional>
#include <string_view>
#include <vector>

namespace carport {

class MqttShard;

/// Asks every I/O thread for the newest messages of a car, which is this organisation's, and calls `done`, on one of
/// them, with what they have together. Any thread.
void gatherRaw(const std::vector<MqttShard*>& shards, std::string_view organisation, const RawWish& wish,
               std::function<void(RawAnswer)> done);

}  // namespace carport
