#pragma once

#include "app/carportd/program.h"

namespace CLI {
class App;
}

namespace carport {

// Each adds its subcommand with its flags; where it is chosen, it sets Program::action. One file each.
void addServeCommand(CLI::App& app, Program& program);
void addDeviceCommand(CLI::App& app, Program& program);
/// `device claim-code`, below `device`.
void addClaimCodeCommand(CLI::App& device, Program& program);
void addOrganisationCommand(CLI::App& app, Program& program);
void addRoleCommand(CLI::App& app, Program& program);
void addLimitCommand(CLI::App& app, Program& program);
void addKeyCommand(CLI::App& app, Program& program);
void addImportCommand(CLI::App& app, Program& program);
void addUserCommand(CLI::App& app, Program& program);
void addTokenCommand(CLI::App& app, Program& program);
void addExportCommand(CLI::App& app, Program& program);
void addBackupCommand(CLI::App& app, Program& program);
void addRestoreCommand(CLI::App& app, Program& program);
void addVerifyCommand(CLI::App& app, Program& program);
void addRecoverCommand(CLI::App& app, Program& program);
void addRetentionCommand(CLI::App& app, Program& program);
void addMetricCommand(CLI::App& app, Program& program);
/// `drain` and `resume`.
void addDrainCommands(CLI::App& app, Program& program);
void addAuditCommand(CLI::App& app, Program& program);
void addTlsCommand(CLI::App& app, Program& program);
void addConfigCommand(CLI::App& app, Program& program);

/// --data and --config, which most subcommands take.
void addDataFlags(CLI::App& command, Program& program);

}  // namespace carport
