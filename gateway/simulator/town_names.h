#pragma once

#include <cstdint>
#include <string>

namespace carport::sim {

/// Names for what a made-up town consists of; the same numbers give the same names. `number` may be anything.
std::string townName(std::uint64_t number);
std::string riverName(std::uint64_t number);
std::string avenueName(int number);
std::string suburbName(int number);
std::string parkName(std::uint64_t number);
/// "Mill Lane"; old ones for the old town.
std::string streetName(std::uint64_t number, bool old);

}  // namespace carport::sim
