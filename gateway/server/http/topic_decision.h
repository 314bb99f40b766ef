#pragma once

#include "gateway/api/permission.h"
#include "gateway/base/result.h"
#include "gateway/domain/registry.h"

#include <string_view>

namespace carport {

/// What the MQTT side answers `who` about `topic`, with the reason: topics below `cars/{id}/` are asked about the car,
/// a publication on its command topic as `command`, and a subscription with wildcards beyond one car is granted where
/// any rule could let something through. `topic` is a filter for `subscribe`, otherwise a topic name; fails with a
/// sentence where it is not well formed. A car that neither `who` nor `asker`, who is told, may know of is as one that
/// is not there.
Result<api::Decision> decideAboutTopic(const Registry& registry, const api::Principal& asker, const api::Principal& who,
                                       api::Action action, std::string_view topic, TimePoint now);

}  // namespace carport
