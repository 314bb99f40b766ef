#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "gateway/domain/car_import.h"
#include "gateway/domain/csv_reader.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>
#include <unordered_set>

namespace carport {

namespace {

struct ImportFlags {
  std::string file, secretsFile;
};

std::optional<std::string> readList(Program& program, const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code ignored;
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    program.refuse(fmt::format("{} cannot be read. Check its name and that you may read it", file), kExitFailure);
    return std::nullopt;
  }
  std::string text(kMaxImportBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

void writeSecrets(std::ostream& out, const std::vector<MadeSecret>& made) {
  out << "id,password\n";
  for (const MadeSecret& secret : made) out << csvField(secret.id) << ',' << secret.secret << '\n';
  out.flush();
}

int refuseMistakes(Program& program, const std::string& file, const CarImport& list) {
  for (const ImportMistake& mistake : list.mistakes) {
    program.refuse(fmt::format("{}, line {}: {}", file, mistake.line, mistake.reason), kExitFailure);
  }
  return program.refuse("Nothing was imported. Correct these lines and import the list again", kExitFailure);
}

/// Opens the file for made secrets before anything is stored: a secret that cannot be written down is lost.
bool openSecretsFile(Program& program, const std::string& file, std::ofstream& stream) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    program.refuse(fmt::format("{} exists already. Name a new file for the made secrets", file), kExitFailure);
    return false;
  }
  stream.open(file, std::ios::binary);
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  if (stream && !error) return true;
  program.refuse(fmt::format("{} cannot be written. Nothing was imported", file), kExitFailure);
  return false;
}

int importCars(Program& program, const ImportFlags& flags) {
  const auto text = readList(program, flags.file);
  if (!text) return kExitFailure;
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::make, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  std::unordered_set<std::string> known;
  for (const PrincipalRecord& record : snapshot->principals) {
    if (record.secret) known.insert(record.principal.id);
  }
  const CarImport list = readCarImport(*text, session->folder().secretKey(),
                                       [&](std::string_view id) { return known.contains(std::string(id)); });
  if (!list.mistakes.empty()) return refuseMistakes(program, flags.file, list);

  std::ofstream secrets;
  if (!list.made.empty() && !flags.secretsFile.empty() && !openSecretsFile(program, flags.secretsFile, secrets)) {
    return kExitFailure;
  }
  const auto imported = session->registry().importPrincipals(list.cars);
  if (!imported) return program.refuse(imported.error());
  program.err << "Imported " << *imported << (*imported == 1 ? " car." : " cars.");
  if (!list.made.empty()) {
    program.err << " The secrets that were made for " << list.made.size() << " of them "
                << (flags.secretsFile.empty() ? "follow; they are shown this once."
                                              : "are in " + flags.secretsFile + ".");
  }
  program.err << std::endl;
  if (list.made.empty()) return kExitOk;
  std::ostream& target = flags.secretsFile.empty() ? program.out : secrets;
  writeSecrets(target, list.made);
  if (!target) {
    return program.refuse(
        "The cars are imported, but the made secrets could not be written. Give the cars new ones with "
        "carportd device secret ID",
        kExitFailure);
  }
  return kExitOk;
}

}  // namespace

void addImportCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("import", "Add cars from a CSV file with the columns id,name,password");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<ImportFlags>();
  command->add_option("FILE", flags->file, "The list of cars")->required();
  command
      ->add_option("--secrets", flags->secretsFile,
                   "A new file for the secrets that are made; otherwise they are printed")
      ->type_name("FILE");
  command->callback([&program, flags] { program.action = [&program, flags] { return importCars(program, *flags); }; });
}

}  // namespace carport
