#include "app/carportd/command_line_act.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "app/carportd/verify_report_text.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/recovery.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct RecoverFlags {
  std::string day;
};

int recover(Program& program, const RecoverFlags& flags) {
  const auto day = parseDay(flags.day);
  if (!day) return program.refuse(fmt::format("“{}” is no day. Write 2026-11-21", flags.day), kExitUsage);
  if (const auto ready = initCryptography(); !ready) return program.refuse(ready.error());
  int exitCode = kExitOk;
  const auto folder = chosenDataFolder(program, exitCode);
  if (!folder) return exitCode;
  const auto report = recoverDay(*folder, *day);
  if (!report) return program.refuse(report.error());
  enterInAudit(program, *folder, "recover", flags.day, {{"damagedKeptAs", report->damaged.filename().string()}});
  program.out << "saved: " << describeContents(report->verdict) << '\n';
  for (const std::string& lost : describeLosses(report->verdict.lost, carIdsIn(*folder))) {
    program.out << "lost: " << lost << '\n';
  }
  program.out.flush();
  program.err << fmt::format("What could be saved is {} {}; the damaged file is kept as {}.",
                             report->merged ? "now also in" : "now", report->file.string(), report->damaged.string())
              << std::endl;
  return kExitOk;
}

}  // namespace

void addRecoverCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("recover", "Save what can be read of a damaged day's file");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<RecoverFlags>();
  command->add_option("--day", flags->day, "The day (UTC) in whose file it is")->required()->type_name("YYYY-MM-DD");
  command->callback([&program, flags] { program.action = [&program, flags] { return recover(program, *flags); }; });
}

}  // namespace carport
