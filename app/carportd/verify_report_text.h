#pragma once

#include "gateway/storage/verify_report.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace carport {

/// Cars' ids by number, as far as the registry of that folder can be read.
std::map<PrincipalNumber, std::string> carIdsIn(const std::filesystem::path& folder);

/// What is lost of a file, a sentence a car, with times, and one for what has no car any more; empty where nothing is.
std::vector<std::string> describeLosses(const Losses& lost, const std::map<PrincipalNumber, std::string>& carIds);

/// “12 blocks, 3400 samples, 3 events”.
std::string describeContents(const FileVerdict& verdict);

}  // namespace carport
