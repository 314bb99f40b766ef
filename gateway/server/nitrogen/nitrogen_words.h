#pragma once

#include "gateway/server/nitrogen/nitrogen_context.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// How Nitrogen's API calls the principal's type: `device`, `user`, `service`, `group`, `app`, `reactor`.
std::string nitrogenTypeOf(const NitrogenContext& context, const api::Principal& principal);

/// The principal as Nitrogen's API shows it; `inFull` to whoever may administer it: with claim code and last address.
nlohmann::json principalJson(const NitrogenContext& context, const api::Principal& principal, bool inFull);

/// A rule as one of Nitrogen's permissions. What Nitrogen calls `send` is Carport's `command`: to speak to somebody.
/// Carport's `send`, to speak for somebody, is called `publish`. None where it says what Nitrogen has no words for: it
/// speaks of more than one principal or group, of messages in another way, or counts only later.
std::optional<nlohmann::json> permissionJson(const NitrogenContext& context, const api::Rule& rule);

/// Carport's action; none where the word is not known.
std::optional<api::Action> actionOfNitrogen(std::string_view word);

/// The id of the gateway itself, to which claims are sent.
std::string serviceId(const NitrogenContext& context);

}  // namespace carport
