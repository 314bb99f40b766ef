#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace carport {

namespace {

struct RoleFlags {
  std::string id, name, note, organisation;
};

int addRole(Program& program, const RoleFlags& flags) {
  if (!api::isValidRoleId(flags.id)) {
    return program.refuse(fmt::format("“{}” cannot be a role's id. Use 1 to {} of A–Z a–z 0–9 . _ -, not beginning "
                                      "with a dot",
                                      flags.id, api::kMaxRoleIdBytes),
                          kExitUsage);
  }
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto added =
      session->registry().addRole({flags.id, flags.name, flags.note, flags.organisation, false, TimePoint{}});
  if (!added) return program.refuse(added.error());
  program.err << "Added the role " << flags.id << ". Rules speak of it by role:" << flags.id << '.' << std::endl;
  return kExitOk;
}

int listRoles(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  for (const auto id : {api::kAdministratorRole, api::kOperatorRole, api::kViewerRole}) {
    program.out << id << "\t\tbuilt in\n";
  }
  for (const api::Role& role : snapshot->roles) program.out << role.id << '\t' << role.name << "\town\n";
  program.out.flush();
  return kExitOk;
}

int removeRole(Program& program, const RoleFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  if (const auto removed = session->registry().removeRole(flags.id); !removed) return program.refuse(removed.error());
  program.err << "Removed the role " << flags.id << " with the rules that named it." << std::endl;
  return kExitOk;
}

}  // namespace

void addRoleCommand(CLI::App& app, Program& program) {
  CLI::App* role = app.add_subcommand("role", "Add, list and remove roles besides admin, operator and viewer");
  role->require_subcommand(1);
  const auto flags = std::make_shared<RoleFlags>();
  CLI::App* add = role->add_subcommand("add", "Add a role; it means what rules say of it");
  addDataFlags(*add, program);
  add->add_option("ID", flags->id, "The role's id")->required();
  add->add_option("--name", flags->name, "What people read")->type_name("TEXT");
  add->add_option("--note", flags->note, "What it is for")->type_name("TEXT");
  add->add_option("--organisation", flags->organisation, "Whose it is; the house's where left out")->type_name("ID");
  add->callback([&program, flags] { program.action = [&program, flags] { return addRole(program, *flags); }; });
  CLI::App* list = role->add_subcommand("list", "List the roles: id, name, whether it is built in");
  addDataFlags(*list, program);
  list->callback([&program] { program.action = [&program] { return listRoles(program); }; });
  CLI::App* remove = role->add_subcommand("remove", "Remove a role that nobody has any more");
  addDataFlags(*remove, program);
  remove->add_option("ID", flags->id, "The role's id")->required();
  remove->callback([&program, flags] { program.action = [&program, flags] { return removeRole(program, *flags); }; });
}

}  // namespace carport
