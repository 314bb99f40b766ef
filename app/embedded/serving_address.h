#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/base/result.h"

#include <filesystem>

namespace carport {

// Where the gateway that serves a data folder answers over HTTP, in a file of that folder, for command lines beside it.
// It may have been left behind by one that was killed: whoever reads it first sees whether the folder's lock is taken.

/// Fails where the folder cannot be written.
Result<void> writeServingAddress(const std::filesystem::path& folder, const Endpoint& http);
/// As others on this machine reach it: an address that stands for all of the machine's is told as a loopback one.
Result<Endpoint> readServingAddress(const std::filesystem::path& folder);
void removeServingAddress(const std::filesystem::path& folder);

}  // namespace carport
