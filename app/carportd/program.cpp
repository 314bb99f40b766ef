#include "app/carportd/program.h"

#include "app/carportd/subcommands.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <ostream>

namespace carport {

int Program::refuse(const std::string& sentence, ExitCode code) {
  err << "carportd: " << sentence;
  if (sentence.empty() || std::string_view(".!?").find(sentence.back()) == std::string_view::npos) err << '.';
  err << std::endl;
  return code;
}

void addDataFlags(CLI::App& command, Program& program) {
  command.add_option("--data", program.dataFlag, "Folder with everything the gateway keeps")->type_name("DIR");
  command
      .add_option("--config", program.configFlag, "Settings in TOML or INI; flags and CARPORT_… variables come first")
      ->type_name("FILE");
}

int runCarportd(int argc, const char* const* argv, Program& program) {
  CLI::App app("Carport's gateway: takes in what cars send, keeps it, and serves it.", "carportd");
  app.set_version_flag("--version", std::string("carportd ") + CARPORT_VERSION);
  app.require_subcommand(1);
  app.footer("Exit codes: 0 all is well, 1 it failed, 2 the command line or the settings are wrong.");
  addServeCommand(app, program);
  addDeviceCommand(app, program);
  addUserCommand(app, program);
  addOrganisationCommand(app, program);
  addRoleCommand(app, program);
  addLimitCommand(app, program);
  addKeyCommand(app, program);
  addTokenCommand(app, program);
  addImportCommand(app, program);
  addExportCommand(app, program);
  addBackupCommand(app, program);
  addRestoreCommand(app, program);
  addVerifyCommand(app, program);
  addRecoverCommand(app, program);
  addRetentionCommand(app, program);
  addMetricCommand(app, program);
  addDrainCommands(app, program);
  addAuditCommand(app, program);
  addTlsCommand(app, program);
  addConfigCommand(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success, program.out, program.err);
  } catch (const CLI::ParseError& error) {
    program.refuse(error.what(), kExitUsage);
    program.err << "Run carportd --help, or carportd SUBCOMMAND --help, to see what there is." << std::endl;
    return kExitUsage;
  }
  try {
    return program.action();
  } catch (const std::exception& error) {
    return program.refuse(std::string("Something went wrong that should not: ") + error.what(), kExitFailure);
  }
}

}  // namespace carport
