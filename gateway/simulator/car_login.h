#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace carport::sim {

/// How one car signs in.
struct CarLogin {
  std::string id;
  std::string name;    ///< for people; may be empty
  std::string secret;  ///< never logged
};

/// Most cars of one run.
inline constexpr std::size_t kMaxCars = 50'000;

/// Reads a file as `carportd import` takes it: CSV with the columns id, name, password, in that order or named by a
/// header line. Fields may be quoted as in RFC 4180. Fails with the line that cannot be used.
Result<std::vector<CarLogin>> readLogins(const std::filesystem::path& file);

/// `count` cars named `prefix` and a number, each with a secret of 160 random bits that is kept nowhere else.
std::vector<CarLogin> makeLogins(std::size_t count, const std::string& prefix);

}  // namespace carport::sim
