#include "app/carportd/command_line_act.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/size_text.h"
#include "app/carportd/subcommands.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/backup_restore.h"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct RestoreFlags {
  std::string from;
  bool replace = false;
};

int restoreFolder(Program& program, const RestoreFlags& flags) {
  int exitCode = kExitOk;
  const auto folder = chosenDataFolder(program, exitCode);
  if (!folder) return exitCode;
  if (const auto ready = initCryptography(); !ready) return program.refuse(ready.error());
  const auto report = restoreBackup(flags.from, *folder, flags.replace);
  if (!report) return program.refuse(report.error());
  enterInAudit(program, *folder, "restore", flags.from, {{"files", report->files}, {"takenAt", toMs(report->takenAt)}});
  program.err << fmt::format("Restored {} files ({}) to {}, as they were on {:%Y-%m-%d %H:%M:%S} UTC.", report->files,
                             sizeText(report->bytes), folder->string(),
                             std::chrono::floor<std::chrono::seconds>(report->takenAt))
              << std::endl;
  if (!report->replacedKept.empty()) {
    program.err << "What was there before is kept in " << report->replacedKept.string() << '.' << std::endl;
  }
  return kExitOk;
}

}  // namespace

void addRestoreCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("restore", "Make a data folder from a backup");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<RestoreFlags>();
  command->add_option("--from", flags->from, "The backup")->required()->type_name("DIR|FILE");
  command->add_flag("--replace", flags->replace, "Also where the folder is not empty; what is there is kept beside it");
  command->callback(
      [&program, flags] { program.action = [&program, flags] { return restoreFolder(program, *flags); }; });
}

}  // namespace carport
