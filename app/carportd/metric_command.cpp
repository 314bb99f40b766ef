#include "app/carportd/command_line_act.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "gateway/storage/metric_resolutions.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct MetricFlags {
  std::string name;
  double resolution = 0;
};

int declare(Program& program, const std::string& metric, std::optional<double> resolution) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto done = declareMetricResolution(session->folder().path() / "registry.db", metric, resolution);
  if (!done) return program.refuse(done.error());
  const nlohmann::json told = resolution ? nlohmann::json{{"resolution", *resolution}} : nlohmann::json{{"exact", true}};
  enterInAudit(program, session->folder().path(), "metric.change", metric, told);
  program.err << (resolution
                      ? fmt::format("“{}” is rounded to multiples of {} when it is compacted.", metric, *resolution)
                      : fmt::format("“{}” is kept exactly as it was sent.", metric))
              << std::endl;
  return kExitOk;
}

int list(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto known = loadMetricResolutions(session->folder().path() / "registry.db");
  if (!known) return program.refuse(known.error());
  for (const auto& [metric, resolution] : *known) program.out << metric << '\t' << resolution << '\n';
  program.out.flush();
  program.err << known->size() << " of the metrics may be rounded; columns: name, multiples of." << std::endl;
  return kExitOk;
}

}  // namespace

void addMetricCommand(CLI::App& app, Program& program) {
  const auto flags = std::make_shared<MetricFlags>();
  CLI::App* command =
      app.add_subcommand("metric", "Which metrics may be rounded to save room; all others are kept exactly");
  command->require_subcommand(1);
  CLI::App* round = command->add_subcommand("round", "Round a metric when it is compacted");
  addDataFlags(*round, program);
  round->add_option("NAME", flags->name, "The metric")->required();
  round->add_option("MULTIPLE", flags->resolution, "To multiples of this, as 0.1")
      ->required()
      ->check(CLI::PositiveNumber);
  round->callback([&program, flags] {
    program.action = [&program, flags] { return declare(program, flags->name, flags->resolution); };
  });
  CLI::App* exact = command->add_subcommand("exact", "Keep a metric exactly as it is sent");
  addDataFlags(*exact, program);
  exact->add_option("NAME", flags->name, "The metric")->required();
  exact->callback(
      [&program, flags] { program.action = [&program, flags] { return declare(program, flags->name, {}); }; });
  CLI::App* all = command->add_subcommand("list", "The metrics that may be rounded");
  addDataFlags(*all, program);
  all->callback([&program] { program.action = [&program] { return list(program); }; });
}

}  // namespace carport
