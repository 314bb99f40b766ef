#include "gateway/simulator/town_names.h"

#include <array>

namespace carport::sim {

namespace {
constexpr std::array kTowns{"Larkenford", "Wagonbury", "Oakenbridge", "Millhaven", "Fernmouth", "Carstow"};
constexpr std::array kRivers{"Lark", "Wend", "Alder Water", "Marl", "Fern"};
constexpr std::array kAvenues{"Station Avenue", "Harbour Avenue", "Cathedral Avenue", "University Avenue",
                              "Castle Avenue",  "Orchard Avenue", "Mill Avenue",      "Airport Avenue"};
constexpr std::array kSuburbs{"Northgate", "Eastfield", "Millbrook", "Highwood",
                              "Southbank", "Westerham", "Oldmoor",   "Foundry Quarter"};
constexpr std::array kParks{"Linden Park", "Queen's Garden", "River Meadow", "Botanic Garden", "Market Green",
                            "Castle Park", "Fountain Park",  "Old Orchard",  "Swan Green"};
constexpr std::array kOldFirst{"Candle", "Baker", "Cooper", "Tanner", "Smith", "Weaver",  "Saddler", "Cloister",
                               "Bridge", "Fish",  "Corn",   "Bell",   "Tower", "Lantern", "Potter",  "Fountain"};
constexpr std::array kOldSecond{"Lane", "Row", "Alley", "Street", "Yard"};
constexpr std::array kFirst{"Linden", "Maple",   "Chestnut", "Birch",   "Juniper", "Rowan",    "Elm",      "Alder",
                            "Heron",  "Kestrel", "Swallow",  "Wren",    "Falcon",  "Plover",   "Ada",      "Newton",
                            "Curie",  "Kepler",  "Faraday",  "Volta",   "Ampere",  "Diesel",   "Benz",     "Noether",
                            "Meadow", "Hill",    "Valley",   "Spring",  "Quarry",  "Windmill", "Vineyard", "Garden",
                            "School", "Chapel",  "Forge",    "Granary", "Hunter",  "Shepherd", "Miller",   "Carter"};
constexpr std::array kSecond{"Street", "Road", "Street", "Way", "Lane", "Crescent", "Street", "Rise"};

std::uint64_t mixed(std::uint64_t number) {
  number ^= number >> 31;
  number *= 0x7fb5d329728ea185ULL;
  return number ^ number >> 27;
}
}  // namespace

std::string townName(std::uint64_t number) {
  return kTowns[(number - 1) % kTowns.size()];
}

std::string riverName(std::uint64_t number) {
  return kRivers[number % kRivers.size()];
}

std::string avenueName(int number) {
  return kAvenues[static_cast<std::size_t>(number) % kAvenues.size()];
}

std::string suburbName(int number) {
  return kSuburbs[static_cast<std::size_t>(number) % kSuburbs.size()];
}

std::string parkName(std::uint64_t number) {
  return kParks[mixed(number) % kParks.size()];
}

std::string streetName(std::uint64_t number, bool old) {
  const std::uint64_t first = mixed(number);
  const std::uint64_t second = first >> 20;
  if (old) return std::string(kOldFirst[first % kOldFirst.size()]) + " " + kOldSecond[second % kOldSecond.size()];
  return std::string(kFirst[first % kFirst.size()]) + " " + kSecond[second % kSecond.size()];
}

}  // namespace carport::sim
