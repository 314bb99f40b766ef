#pragma once

#include "gateway/server/nitrogen/nitrogen_reply.h"

#include <nlohmann/json.hpp>

#include <cstddef>

namespace carport {

/// Longest profile, as JSON text.
inline constexpr std::size_t kMaxProfileBytes = 16 * 1024;

/// Takes over the fields that a principal may say of itself: `nickname`, `tags`, `sensors`, `public_key`. All others
/// are left out, whatever they are. The failing side is 400.
NitrogenAsked<void> readProfile(const nlohmann::json& json, nlohmann::json& profile);

/// A text of at most `maxBytes`, empty where there is none; 400 where it is something else.
NitrogenAsked<std::string> readText(const nlohmann::json& json, const char* name, std::size_t maxBytes);

}  // namespace carport
