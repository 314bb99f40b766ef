#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string_view>

namespace carport::api {

/// Deepest nesting of JSON that others wrote and that is told inside of other JSON: what an event carries, what a
/// command says, how a car answers it. With the lists and objects around it, it stays below kMaxJsonDepth: one text
/// that is too deep would make the whole list unreadable.
inline constexpr std::size_t kMaxEmbeddedDepth = 24;

/// The text as JSON; a discarded value where it is none or nested more deeply than that. Never throws, and never builds
/// more than so many levels.
nlohmann::json parseEmbedded(std::string_view text);

}  // namespace carport::api
