#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "app/carportd/time_text.h"
#include "gateway/api/json_codec.h"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <ostream>

namespace carport {

namespace {

struct AuditFlags {
  std::string who, about, action, from, to;
  std::size_t limit = 100;
  bool refused = false;
  bool json = false;
};

bool readTime(Program& program, const char* flag, const std::string& text, TimePoint& out) {
  if (text.empty()) return true;
  const auto time = parseTimeText(text);
  if (time) out = *time;
  if (!time) program.refuse(fmt::format("{}: “{}” is no time. Write 2026-11-21T06:15 or ms", flag, text), kExitUsage);
  return time.has_value();
}

std::optional<std::string> given(const std::string& flag) {
  return flag.empty() ? std::nullopt : std::optional(flag);
}

/// A tab or a line end from outside would make columns and lines of its own.
std::string column(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text.empty() ? "-" : text;
}

void printLine(Program& program, const api::AuditEntry& entry) {
  std::string detail = entry.reason;
  if (!entry.before.empty()) detail += (detail.empty() ? "" : " ") + entry.before;
  if (!entry.after.empty()) detail += (detail.empty() ? "→ " : " → ") + entry.after;
  if (entry.count > 1) detail += fmt::format(" ({} times)", entry.count);
  program.out << entry.number << '\t'
              << fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(entry.time)) << '\t'
              << nameOf(entry.outcome) << '\t' << column(entry.who) << '\t'
              << column(fmt::format("{} {}", nameOf(entry.door), entry.address)) << '\t' << column(entry.action) << '\t'
              << column(entry.about) << '\t' << column(detail) << '\n';
}

int listAudit(Program& program, const AuditFlags& flags) {
  AuditQuery query;
  if (!readTime(program, "--from", flags.from, query.from) || !readTime(program, "--to", flags.to, query.to)) {
    return kExitUsage;
  }
  query.who = given(flags.who);
  query.about = given(flags.about);
  query.action = given(flags.action);
  if (flags.refused) query.outcome = api::ActOutcome::refused;
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto reader = session->folder().openReader();
  if (!reader) return program.refuse(reader.error());
  std::size_t told = 0;
  while (told < flags.limit) {
    query.limit = std::min(flags.limit - told, AuditQuery::kMaxLimit);
    const auto entries = (*reader)->audit(query);
    if (!entries) return program.refuse(entries.error());
    for (const api::AuditEntry& entry : *entries) {
      if (flags.json) {
        program.out << api::toText(api::toJson(entry)) << '\n';
      } else {
        printLine(program, entry);
      }
    }
    told += entries->size();
    if (entries->size() < query.limit) break;
    query.before = entries->back().number;
  }
  program.out.flush();
  program.err << told << (told == 1 ? " entry" : " entries")
              << ", newest first; columns: number, time, outcome, who, from where, action, about, what." << std::endl;
  return kExitOk;
}

}  // namespace

void addAuditCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("audit", "Who did what, and what was refused, newest first");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<AuditFlags>();
  command->add_option("--who", flags->who, "Only what this one did")->type_name("ID");
  command->add_option("--about", flags->about, "Only what was done to this one, or “rule 12”, “token 7”")
      ->type_name("ID");
  command->add_option("--action", flags->action, "Only this, as car.add or signIn")->type_name("ACTION");
  command->add_option("--from", flags->from, "From this time on: ms since 1970, or ISO 8601")->type_name("T");
  command->add_option("--to", flags->to, "Before this time")->type_name("T");
  command->add_option("--limit", flags->limit, "So many at most; 100 unless said")->type_name("N");
  command->add_flag("--refused", flags->refused, "Only what was refused");
  command->add_flag("--json", flags->json, "A JSON object a line, with everything and the hashes");
  command->callback([&program, flags] { program.action = [&program, flags] { return listAudit(program, *flags); }; });
}

}  // namespace carport
