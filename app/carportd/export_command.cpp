#include "app/carportd/export_writer.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/registry_lookup.h"
#include "app/carportd/subcommands.h"
#include "app/carportd/time_text.h"
#include "gateway/protocol/payload/clock_check.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>

namespace carport {

namespace {

struct ExportFlags {
  std::string car, from, to;
  std::string format = "csv";
  std::string count;  ///< the metric whose samples are counted instead
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

/// How many stored samples have a metric, of one car or of all; read from the samples or from roll-ups of them.
int countSamples(Program& program, const ExportFlags& flags) {
  api::FleetHistoryQuery query;
  query.metric = flags.count;
  query.from = payload::kOldestTime;  // no sample is older
  query.to = SystemClock().now() + std::chrono::hours(24);
  if (!readTime(program, "--from", flags.from, query.from) || !readTime(program, "--to", flags.to, query.to)) {
    return kExitUsage;
  }
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  if (!flags.car.empty()) {
    const auto car = findPrincipal(program, session->registry(), flags.car, api::PrincipalType::device, exitCode);
    if (!car) return exitCode;
    query.cars = {car->principal.number};
  }
  const auto reader = session->folder().openReader();
  if (!reader) return program.refuse(reader.error());
  const auto history = (*reader)->fleetHistory(query);
  if (!history) return program.refuse(history.error());
  std::uint64_t count = 0;
  for (const auto& bucket : history->buckets) count += bucket.count;
  program.out << count << std::endl;
  return kExitOk;
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
  command->add_option("--car", flags->car, "The car's id; needed, except with --count")->type_name("ID");
  command->add_option("--from", flags->from, "From this time on: ms since 1970, or ISO 8601")->type_name("T");
  command->add_option("--to", flags->to, "Before this time")->type_name("T");
  command->add_option("--format", flags->format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}))
      ->type_name("FORMAT");
  command->add_option("--count", flags->count, "Only count the samples that have this metric, of one car or of all")
      ->type_name("METRIC");
  command->callback([&program, flags] {
    if (flags->car.empty() && flags->count.empty()) throw CLI::RequiredError("--car");
    const auto action = flags->count.empty() ? exportSamples : countSamples;
    program.action = [&program, flags, action] { return action(program, *flags); };
  });
}

}  // namespace carport
