#pragma once

#include "app/carportd/program.h"
#include "gateway/domain/act.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace carport {

/// Who uses this command line, for the audit log: the account that runs it (of sudo, the one that asked for it). Nobody
/// proves it; whoever may write the data folder may do all this anyway.
Act commandLineAct();

/// Enters in a data folder's audit log what a command line did beside the registry: a backup, a restore, a recovery.
/// Prints a sentence where that cannot be done; what was done stays done. Does nothing to a registry of another
/// version.
void enterInAudit(Program& program, const std::filesystem::path& folder, const std::string& action,
                  const std::string& about, const nlohmann::json& what);

}  // namespace carport
