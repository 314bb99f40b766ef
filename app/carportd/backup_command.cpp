#include "app/carportd/command_line_act.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/size_text.h"
#include "app/carportd/subcommands.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/backup.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct BackupFlags {
  std::string to, rate;
  bool prune = false;
  bool verbose = false;
};

/// A name that ends so is one file; any other is a folder, unless a file of that name is there.
bool isArchive(const std::filesystem::path& target) {
  std::error_code error;
  if (std::filesystem::is_directory(target, error)) return false;
  return std::filesystem::is_regular_file(target, error) || target.extension() == ".tar";
}

int backUpFolder(Program& program, const BackupFlags& flags) {
  int exitCode = kExitOk;
  const auto folder = chosenDataFolder(program, exitCode);
  if (!folder) return exitCode;
  if (const auto ready = initCryptography(); !ready) return program.refuse(ready.error());
  BackupOptions options;
  if (!flags.rate.empty()) {
    const auto rate = parseSizeText(flags.rate);
    if (!rate) {
      return program.refuse(fmt::format("“{}” is no rate. Write bytes a second, or 50M; 0 for no limit", flags.rate),
                            kExitUsage);
    }
    options.bytesPerSecond = *rate;
  }
  options.prune = flags.prune;
  options.writtenBy = std::string("carportd ") + CARPORT_VERSION;
  if (flags.verbose) options.progress = [&](const std::string& line) { program.err << line << std::endl; };
  const std::filesystem::path target = flags.to;
  const auto now = SystemClock().now();
  const auto report =
      isArchive(target) ? backUpToArchive(*folder, target, now, options) : backUp(*folder, target, now, options);
  if (!report) return program.refuse(report.error());
  program.err << fmt::format("Backed up {} to {}: {} files copied ({}), {} unchanged", folder->string(),
                             target.string(), report->copied, sizeText(report->copiedBytes), report->kept);
  if (report->older > 0) {
    program.err << fmt::format("; {} days that the data folder no longer has were kept", report->older);
  }
  program.err << '.' << std::endl;
  enterInAudit(program, *folder, "backup", target.string(),
               {{"files", report->copied}, {"bytes", report->copiedBytes}, {"unchanged", report->kept}});
  for (const std::string& warning : report->warnings) program.refuse(warning, kExitFailure);
  return report->warnings.empty() ? kExitOk : kExitFailure;
}

}  // namespace

void addBackupCommand(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("backup", "Back the data folder up, beside a running gateway, which does not wait for it");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<BackupFlags>();
  command
      ->add_option("--to", flags->to,
                   "A folder (only what has changed is copied into one that has a backup already) or a file NAME.tar")
      ->required()
      ->type_name("DIR|FILE");
  command->add_option("--rate", flags->rate, "Most bytes a second; 100M unless said, 0 for no limit")
      ->type_name("SIZE");
  command->add_flag("--prune", flags->prune, "Remove days from the backup that the data folder no longer has");
  command->add_flag("--verbose", flags->verbose, "A line a file");
  command->callback(
      [&program, flags] { program.action = [&program, flags] { return backUpFolder(program, *flags); }; });
}

}  // namespace carport
