#include "app/carportd/export_writer.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/registry_lookup.h"
#include "app/carportd/subcommands.h"
#include "app/carportd/time_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct ExportFlags {
  std::string car, from, to;
  std::string format = "csv";
};

/// Reads --from or --to where given; false, with a sentence, where it is no time.
bool readTime(Program& program, const char* flag, const std::string& text, TimePoint& time) {
  if (text.empty()) return true;
  if (const auto parsed = parseTimeText(text)) {
    time = *parsed;
    return true;
  }
  program.refuse(
      fmt::format("{}: “{}” is not a time. Write milliseconds since 1970 or 2026-11-21T06:15:00Z", flag, text),
      kExitUsage);
  return false;
}

int exportSamples(Program& program, const ExportFlags& flags) {
  ExportRange range;
  range.from = fromMs(INT64_MIN);
  if (!readTime(program, "--from", flags.from, range.from) || !readTime(program, "--to", flags.to, range.to)) {
    return kExitUsage;
  }
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto car = findPrincipal(program, session->registry(), flags.car, api::PrincipalType::device, exitCode);
  if (!car) return exitCode;
  range.car = car->principal.number;
  const auto reader = session->folder().openReader();
  if (!reader) return program.refuse(reader.error());
  const auto write = flags.format == "csv" ? exportCsv : exportJsonLines;
  const auto written = write(**reader, session->names(), range, program.out);
  if (!written) return program.refuse(written.error());
  program.err << *written << (*written == 1 ? " sample." : " samples.") << std::endl;
  return kExitOk;
}

}  // namespace

void addExportCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("export", "Write what a car sent, as it is stored, to standard output");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<ExportFlags>();
  command->add_option("--car", flags->car, "The car's id")->required()->type_name("ID");
  command->add_option("--from", flags->from, "From this time on: ms since 1970, or ISO 8601")->type_name("T");
  command->add_option("--to", flags->to, "Before this time")->type_name("T");
  command->add_option("--format", flags->format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}))
      ->type_name("FORMAT");
  command->callback(
      [&program, flags] { program.action = [&program, flags] { return exportSamples(program, *flags); }; });
}

}  // namespace carport
