#pragma once

#include "app/carportd/settings.h"

#include <filesystem>
#include <vector>

namespace carport {

/// Fills in what was left out: the data folder's own certificate (`usualFolder`'s where no setting names one), and
/// whether clients show certificates. Says what does not fit.
void settleTls(Settings& settings, const std::filesystem::path& usualFolder, std::vector<SettingMistake>& mistakes);

/// Says which ports others could reach without TLS, where that was not allowed.
void checkExposure(const Settings& settings, std::vector<SettingMistake>& mistakes);

}  // namespace carport
