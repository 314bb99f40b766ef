#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "app/carportd/verify_report_text.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/verify.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

namespace carport {

namespace {

struct VerifyFlags {
  std::string backup, auditHash;
};

/// "NUMBER:HASH", as verify prints it and the gateway's log has it.
std::optional<KnownAuditEntry> knownEntry(const std::string& text) {
  const auto colon = text.find(':');
  KnownAuditEntry known;
  const auto [end, code] = std::from_chars(text.data(), text.data() + std::min(colon, text.size()), known.number);
  const auto hash = colon == std::string::npos ? std::nullopt : auditHashFrom(std::string_view(text).substr(colon + 1));
  if (code != std::errc() || end != text.data() + std::min(colon, text.size()) || !hash) return std::nullopt;
  known.hash = *hash;
  return known;
}

bool isTelemetry(const FileVerdict& file) {
  return file.path.starts_with("telemetry/");
}

/// One file's lines: a first one for scripts, and what is wrong below it.
void print(Program& program, const FileVerdict& file, const std::filesystem::path& folder, bool canRecover) {
  program.out << file.path << ": " << (file.sound() ? "sound" : "damaged");
  if (isTelemetry(file)) program.out << ", " << describeContents(file) << (file.sound() ? "" : " can be read");
  program.out << '\n';
  for (const std::string& damage : file.damage) program.out << "  " << damage << '\n';
  if (file.moreDamage > 0) program.out << "  and " << file.moreDamage << " more like these\n";
  for (const std::string& note : file.notes) program.out << "  " << note << '\n';
  if (!file.lost.none()) {
    for (const std::string& lost : describeLosses(file.lost, carIdsIn(folder)))
      program.out << "  lost: " << lost << '\n';
  }
  if (!file.sound() && canRecover && isTelemetry(file)) {
    program.out << "  save the rest: carportd recover --data " << folder.string() << " --day "
                << std::filesystem::path(file.path).stem().string() << '\n';
  }
  program.out.flush();
}

int verify(Program& program, const VerifyFlags& flags) {
  if (const auto ready = initCryptography(); !ready) return program.refuse(ready.error());
  const auto known = knownEntry(flags.auditHash);
  if (!flags.auditHash.empty() && !known) {
    return program.refuse(fmt::format("“{}” is no entry of an audit log. Write NUMBER:HASH", flags.auditHash),
                          kExitUsage);
  }
  std::filesystem::path place = flags.backup;
  const bool isBackup = !flags.backup.empty();
  if (!isBackup) {
    int exitCode = kExitOk;
    const auto folder = chosenDataFolder(program, exitCode);
    if (!folder) return exitCode;
    place = *folder;
  }
  const VerifyProgress progress = [&](const FileVerdict& file) { print(program, file, place, !isBackup); };
  const auto report = isBackup ? verifyBackup(place, progress, known) : verifyFolder(place, progress, known);
  if (!report) return program.refuse(report.error());
  std::size_t damaged = 0;
  for (const FileVerdict& file : report->files) damaged += file.sound() ? 0U : 1U;
  if (damaged == 0) {
    program.err << fmt::format("All {} files of {} are sound.", report->files.size(), place.string()) << std::endl;
    return kExitOk;
  }
  return program.refuse(fmt::format("{} of {} files of {} are damaged", damaged, report->files.size(), place.string()),
                        kExitFailure);
}

}  // namespace

void addVerifyCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("verify", "Read everything that is stored, and say what is damaged");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<VerifyFlags>();
  command->add_option("--backup", flags->backup, "Verify this backup instead of a data folder")->type_name("DIR|FILE");
  command
      ->add_option("--audit-hash", flags->auditHash,
                   "An entry of the audit log that was kept elsewhere: the log must still lead through it")
      ->type_name("NUMBER:HASH");
  command->callback([&program, flags] { program.action = [&program, flags] { return verify(program, *flags); }; });
}

}  // namespace carport
