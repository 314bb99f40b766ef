#include "app/carportd/folder_session.h"
#include "app/carportd/registry_lookup.h"
#include "app/carportd/subcommands.h"
#include "gateway/domain/administration.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace carport {

namespace {

struct UserFlags {
  std::string id, role, password, name;
};

bool isRole(RegistryStore& store, std::string_view id) {
  if (api::isBuiltInRole(id)) return true;
  const auto snapshot = store.load();
  return snapshot && std::any_of(snapshot->roles.begin(), snapshot->roles.end(),
                                 [&](const api::Role& role) { return role.id == id; });
}

int addUser(Program& program, const UserFlags& flags) {
  if (!checkId(program, flags.id)) return kExitUsage;
  std::string password = passwordFrom(program, flags.password);
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::make, exitCode);
  if (!session) return exitCode;
  if (!isRole(session->registry(), flags.role)) {
    return program.refuse(
        fmt::format("“{}” is not a role. Write admin, operator, viewer or one of “carportd role list”", flags.role),
        kExitUsage);
  }
  const bool made = password.empty();
  if (made) password = makeOneTimePassword();
  auto hash = hashPassword(password);
  if (!hash) return program.refuse(hash.error(), hash.error().kind() == ErrorKind::invalid ? kExitUsage : kExitFailure);
  PrincipalRecord record;
  record.principal.id = flags.id;
  record.principal.name = flags.name;
  record.principal.type = api::PrincipalType::user;
  record.principal.role = flags.role;
  record.passwordHash = std::move(*hash);
  record.mustChangePassword = made;
  if (auto added = session->registry().addPrincipal(std::move(record)); !added) return program.refuse(added.error());
  program.err << "Added the user " << flags.id << " as " << flags.role << '.';
  if (made) program.err << " The password follows; it is shown this once and must be changed at the first sign-in.";
  program.err << std::endl;
  if (made) program.out << password << std::endl;
  if (flags.role != api::kAdministratorRole) return kExitOk;
  const auto restored = restoreAdministration(session->registry(), session->now());
  if (!restored) return program.refuse(restored.error());
  if (*restored) {
    program.err
        << "No administrator was allowed to administer any more. The rule that administrators may do everything "
           "is back, before all other rules."
        << std::endl;
  }
  return kExitOk;
}

int removeSecondFactor(Program& program, const UserFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto user = findPrincipal(program, session->registry(), flags.id, api::PrincipalType::user, exitCode);
  if (!user) return exitCode;
  const auto removed = session->registry().people().removeSecondFactor(user->principal.number);
  if (!removed) return program.refuse(removed.error());
  program.err << "The user " << flags.id << " signs in with the password alone again." << std::endl;
  return kExitOk;
}

int listUsers(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto users = listPrincipals(program, session->registry(), api::PrincipalType::user, exitCode);
  if (!users) return exitCode;
  for (const PrincipalRecord& user : *users) {
    program.out << user.principal.id << '\t' << (user.principal.role.empty() ? "-" : user.principal.role.str()) << '\t'
                << user.principal.name << '\t' << (user.principal.blocked ? "blocked" : "active") << '\n';
  }
  program.out.flush();
  return kExitOk;
}

}  // namespace

void addUserCommand(CLI::App& app, Program& program) {
  CLI::App* user = app.add_subcommand("user", "Add and list people");
  user->require_subcommand(1);
  const auto flags = std::make_shared<UserFlags>();
  CLI::App* add = user->add_subcommand("add", "Add a person");
  addDataFlags(*add, program);
  add->add_option("NAME", flags->id, "The id to sign in with")->required();
  add->add_option("--role", flags->role, "admin, operator, viewer or a role of your own")
      ->required()
      ->type_name("ROLE");
  add->add_option("--password", flags->password,
                  "At least 8 characters; - reads it from standard input; left out, one is made and printed")
      ->type_name("P");
  add->add_option("--name", flags->name, "What people read")->type_name("TEXT");
  add->callback([&program, flags] { program.action = [&program, flags] { return addUser(program, *flags); }; });
  CLI::App* factor = user->add_subcommand("no-second-factor", "Let a person in who has lost the app and the codes");
  addDataFlags(*factor, program);
  factor->add_option("NAME", flags->id, "The person's id")->required();
  factor->callback(
      [&program, flags] { program.action = [&program, flags] { return removeSecondFactor(program, *flags); }; });
  CLI::App* list = user->add_subcommand("list", "List the people: id, role, name, state");
  addDataFlags(*list, program);
  list->callback([&program] { program.action = [&program] { return listUsers(program); }; });
}

}  // namespace carport
