#pragma once

#include <string>
#include <string_view>

namespace carport {

/// Topics that belong to no car and are an organisation's lie below `organisations/{id}`; all others are the house's.
/// Gives the id; empty where the topic is the house's.
std::string_view organisationOfTopic(std::string_view topic);

/// Whether a topic filter could match anything that an organisation has: its cars' topics, and its own.
bool filterMayConcern(std::string_view filter, std::string_view organisation);

}  // namespace carport
