#pragma once

#include "gateway/server/links.h"

#include <functional>
#include <vector>

namespace carport {

class MqttShard;

/// Asks every I/O thread for a car's newest messages and calls `done`, on one of them, with what they have together.
/// Any thread.
void gatherRaw(const std::vector<MqttShard*>& shards, const RawWish& wish, std::function<void(RawAnswer)> done);

}  // namespace carport
