#include "app/carportd/folder_session.h"
#include "app/carportd/registry_lookup.h"
#include "app/carportd/subcommands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct OrganisationFlags {
  std::string id, name, note, administrator, password;
};

/// Somebody who can administer a new organisation; with `made`, the password is a one-time one.
Result<PrincipalRecord> firstAdministrator(const OrganisationFlags& flags, std::string& password, bool& made) {
  made = password.empty();
  if (made) password = makeOneTimePassword();
  auto hash = hashPassword(password);
  if (!hash) return failFrom(hash);
  PrincipalRecord record;
  record.principal.id = flags.administrator;
  record.principal.type = api::PrincipalType::user;
  record.principal.role = api::kAdministratorRole;
  record.passwordHash = std::move(*hash);
  record.mustChangePassword = made;
  return record;
}

int addOrganisation(Program& program, const OrganisationFlags& flags) {
  if (!api::isValidOrganisationId(flags.id)) {
    return program.refuse(fmt::format("“{}” cannot be an organisation's id. Use 1 to {} of a–z 0–9 -, with a letter or "
                                      "digit at both ends",
                                      flags.id, api::kMaxOrganisationIdBytes),
                          kExitUsage);
  }
  const bool wantsUser = !flags.administrator.empty();
  if (wantsUser && (!checkId(program, flags.administrator) || !api::idIsIn(flags.administrator, flags.id))) {
    return program.refuse(fmt::format("--admin: an id in {0} begins with “{0}.”", flags.id), kExitUsage);
  }
  std::string password = wantsUser ? passwordFrom(program, flags.password) : std::string();
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::make, exitCode);
  if (!session) return exitCode;
  bool made = false;
  auto user = wantsUser ? firstAdministrator(flags, password, made) : Result<PrincipalRecord>();
  if (!user) return program.refuse(user.error(), kExitUsage);
  const auto added = session->registry().addOrganisation({flags.id, flags.name, flags.note, {}});
  if (!added) return program.refuse(added.error());
  program.err << "Added the organisation " << flags.id << ". Ids in it begin with “" << flags.id << ".”." << std::endl;
  if (!wantsUser) return kExitOk;
  if (const auto first = session->registry().addPrincipal(*std::move(user)); !first)
    return program.refuse(first.error());
  program.err << "Added its administrator " << flags.administrator << '.'
              << (made ? " The password follows; it is shown this once and must be changed at the first sign-in." : "")
              << std::endl;
  if (made) program.out << password << std::endl;
  return kExitOk;
}

int listOrganisations(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  for (const api::Organisation& organisation : snapshot->organisations) {
    program.out << organisation.id << '\t' << organisation.name << '\n';
  }
  program.out.flush();
  return kExitOk;
}

int removeOrganisation(Program& program, const OrganisationFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  if (const auto removed = session->registry().removeOrganisation(flags.id); !removed) {
    return program.refuse(removed.error());
  }
  program.err << "Removed the organisation " << flags.id << " with its rules, roles and keys." << std::endl;
  return kExitOk;
}

}  // namespace

void addOrganisationCommand(CLI::App& app, Program& program) {
  CLI::App* organisation = app.add_subcommand("organisation",
                                              "Add, list and remove organisations, which never see each "
                                              "other");
  organisation->require_subcommand(1);
  const auto flags = std::make_shared<OrganisationFlags>();
  CLI::App* add = organisation->add_subcommand("add", "Add an organisation with the usual rules");
  addDataFlags(*add, program);
  add->add_option("ID", flags->id, "1 to 24 of a-z 0-9 -")->required();
  add->add_option("--name", flags->name, "What people read")->type_name("TEXT");
  add->add_option("--note", flags->note, "For those who run the gateway")->type_name("TEXT");
  add->add_option("--admin", flags->administrator, "Also adds this person, who administers it: ID.NAME")
      ->type_name("NAME");
  add->add_option("--password", flags->password,
                  "That person's, at least 8 characters; - reads it from standard input; left out, one is made and "
                  "printed")
      ->type_name("P");
  add->callback([&program, flags] { program.action = [&program, flags] { return addOrganisation(program, *flags); }; });
  CLI::App* list = organisation->add_subcommand("list", "List the organisations: id, name");
  addDataFlags(*list, program);
  list->callback([&program] { program.action = [&program] { return listOrganisations(program); }; });
  CLI::App* remove = organisation->add_subcommand("remove", "Remove an organisation that nobody is in any more");
  addDataFlags(*remove, program);
  remove->add_option("ID", flags->id, "The organisation's id")->required();
  remove->callback(
      [&program, flags] { program.action = [&program, flags] { return removeOrganisation(program, *flags); }; });
}

}  // namespace carport
