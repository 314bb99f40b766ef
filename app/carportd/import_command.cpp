#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "gateway/domain/car_import.h"
#include "gateway/domain/csv_reader.h"
#include "gateway/storage/owner_only.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace carport {

namespace {

struct ImportFlags {
  std::string file, secretsFile;
  bool isDryRun = false;
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

void tellMistakes(Program& program, const std::string& file, const CarImport& list) {
  for (const ImportMistake& mistake : list.mistakes) {
    program.refuse(fmt::format("{}, line {}: {}", file, mistake.line, mistake.reason), kExitFailure);
  }
  if (list.refused > list.mistakes.size()) {
    program.refuse(fmt::format("{} further lines are refused", list.refused - list.mistakes.size()), kExitFailure);
  }
}

int refuseMistakes(Program& program, const std::string& file, const CarImport& list) {
  tellMistakes(program, file, list);
  return program.refuse("Nothing was imported. Correct these lines and import the list again", kExitFailure);
}

/// One line for a car: what would become of it.
std::string sentenceOf(const ImportChange& change) {
  std::string text = fmt::format("line {}: {} {}", change.line, change.isNew ? "create" : "update", change.id);
  for (const auto& [field, before, after] : change.fields) {
    if (field == "secret") {
      text += change.isNew ? "" : "; secret: another one";
    } else if (change.isNew) {
      text += fmt::format("; {}: {}", field, after);
    } else {
      text +=
          fmt::format("; {}: {} → {}", field, before.empty() ? "nothing" : before, after.empty() ? "nothing" : after);
    }
  }
  return text;
}

int tellDryRun(Program& program, const std::string& file, const CarImport& list) {
  for (const ImportChange& change : list.changes) program.out << sentenceOf(change) << '\n';
  if (const std::size_t all = list.created + list.updated; all > list.changes.size()) {
    program.out << fmt::format("and {} further changes\n", all - list.changes.size());
  }
  program.out << fmt::format("{} would be created, {} updated, {} left as they are, {} refused. Nothing was changed",
                             list.created, list.updated, list.unchanged, list.refused)
              << std::endl;
  tellMistakes(program, file, list);
  return list.refused == 0 ? kExitOk : kExitFailure;
}

/// The list as CSV, or as JSON where it begins as that does.
CarImport readCars(const std::string& text, const ImportContext& context) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool isJson = first != std::string::npos && text[first] == '{';
  return isJson ? readCarImportJson(text, context) : readCarImport(text, context);
}

/// The registry's records by id, as long as a list is checked against them.
class KnownRecords {
 public:
  explicit KnownRecords(RegistrySnapshot snapshot) {
    for (PrincipalRecord& record : snapshot.principals) m_records.emplace(record.principal.id, std::move(record));
    for (const api::Organisation& organisation : snapshot.organisations) m_organisations.insert(organisation.id);
  }
  ImportContext context(const SecretKey& key, bool isDryRun) const {
    ImportContext context{key};
    context.find = [this](std::string_view id) {
      const auto found = m_records.find(std::string(id));
      return found == m_records.end() ? std::nullopt : std::optional(found->second);
    };
    context.organisationOf = [this](std::string_view id) {
      const std::string prefix(id.substr(0, id.find('.')));
      return prefix.size() < id.size() && m_organisations.contains(prefix) ? prefix : std::string();
    };
    context.isDryRun = isDryRun;
    return context;
  }

 private:
  std::unordered_map<std::string, PrincipalRecord> m_records;
  std::unordered_set<std::string> m_organisations;
};

/// Opens the file for made secrets before anything is stored: a secret that cannot be written down is lost.
bool openSecretsFile(Program& program, const std::string& file, std::ofstream& stream) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    program.refuse(fmt::format("{} exists already. Name a new file for the made secrets", file), kExitFailure);
    return false;
  }
  error = writeFileForOwner(file, {});
  if (!error) stream.open(file, std::ios::binary);
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
  auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  const KnownRecords known(std::move(*snapshot));
  const auto context = known.context(session->folder().secretKey(), flags.isDryRun);
  const CarImport list = readCars(*text, context);
  if (flags.isDryRun) return tellDryRun(program, flags.file, list);
  if (list.refused > 0) return refuseMistakes(program, flags.file, list);

  std::ofstream secrets;
  if (!list.made.empty() && !flags.secretsFile.empty() && !openSecretsFile(program, flags.secretsFile, secrets)) {
    return kExitFailure;
  }
  const auto imported = session->registry().importPrincipals(list.cars);
  if (!imported) return program.refuse(imported.error());
  program.err << "Imported " << list.taken() << (list.taken() == 1 ? " car." : " cars.");
  if (list.updated + list.unchanged > 0) {
    program.err << fmt::format(" {} are new, {} have changed, {} are as they were.", list.created, list.updated,
                               list.unchanged);
  }
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
  CLI::App* command =
      app.add_subcommand("import", "Add or change cars by a list in CSV (id,name,password,groups,attributes) or JSON");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<ImportFlags>();
  command->add_option("FILE", flags->file, "The list of cars")->required();
  command->add_flag("--dry-run", flags->isDryRun, "Only say what would be created, updated and refused");
  command
      ->add_option("--secrets", flags->secretsFile,
                   "A new file for the secrets that are made; otherwise they are printed")
      ->type_name("FILE");
  command->callback([&program, flags] { program.action = [&program, flags] { return importCars(program, *flags); }; });
}

}  // namespace carport
