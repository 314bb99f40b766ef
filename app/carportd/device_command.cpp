#include "app/carportd/folder_session.h"
#include "app/carportd/registry_lookup.h"
#include "app/carportd/subcommands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>

namespace carport {

namespace {

struct DeviceFlags {
  std::string id, name, password;
  std::int64_t overlapHours = 0;
};

/// The secret that a person gave or one that is made; `made` tells which.
Result<DeviceSecret> secretFor(const DataFolder& folder, std::string& password, bool& made) {
  made = password.empty();
  if (made) password = makeDeviceSecret();
  return hashDeviceSecret(password, folder.secretKey());
}

int addDevice(Program& program, const DeviceFlags& flags) {
  if (!checkId(program, flags.id)) return kExitUsage;
  if (flags.name.size() > api::kMaxPrincipalNameBytes) {
    return program.refuse(fmt::format("The name is longer than {} bytes", api::kMaxPrincipalNameBytes), kExitUsage);
  }
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::make, exitCode);
  if (!session) return exitCode;
  std::string password = passwordFrom(program, flags.password);
  bool made = false;
  auto secret = secretFor(session->folder(), password, made);
  if (!secret) return program.refuse(secret.error(), kExitUsage);
  PrincipalRecord record;
  record.principal.id = flags.id;
  record.principal.name = flags.name;
  record.principal.type = api::PrincipalType::device;
  record.secret = *secret;
  if (auto added = session->registry().addPrincipal(std::move(record)); !added) return program.refuse(added.error());
  if (made) {
    program.err << "Added the car " << flags.id << ". Its secret follows; it is shown this once." << std::endl;
    program.out << password << std::endl;
  } else {
    program.err << "Added the car " << flags.id << '.' << std::endl;
  }
  return kExitOk;
}

int listDevices(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto cars = listPrincipals(program, session->registry(), api::PrincipalType::device, exitCode);
  if (!cars) return exitCode;
  for (const PrincipalRecord& car : *cars) {
    program.out << car.principal.id << '\t' << car.principal.name << '\t'
                << (car.principal.blocked ? "blocked" : "active") << '\n';
  }
  program.out.flush();
  program.err << cars->size() << (cars->size() == 1 ? " car." : " cars.") << std::endl;
  return kExitOk;
}

int removeDevice(Program& program, const DeviceFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto car = findPrincipal(program, session->registry(), flags.id, api::PrincipalType::device, exitCode);
  if (!car) return exitCode;
  if (auto removed = session->registry().removePrincipal(car->principal.number); !removed) {
    return program.refuse(removed.error());
  }
  program.err << "Removed the car " << flags.id << ". What it sent stays stored." << std::endl;
  return kExitOk;
}

int changeSecret(Program& program, const DeviceFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  auto car = findPrincipal(program, session->registry(), flags.id, api::PrincipalType::device, exitCode);
  if (!car) return exitCode;
  std::string password = passwordFrom(program, flags.password);
  bool made = false;
  auto secret = secretFor(session->folder(), password, made);
  if (!secret) return program.refuse(secret.error(), kExitUsage);
  replaceSecret(*car, *secret, session->now(), std::chrono::hours(flags.overlapHours));
  if (auto updated = session->registry().updatePrincipal(*car); !updated) return program.refuse(updated.error());
  program.err << "The car " << flags.id << " has a new secret; the old one stops working"
              << (car->retiring ? fmt::format(" in {} h.", flags.overlapHours) : ".") << std::endl;
  if (made) program.out << password << std::endl;
  return kExitOk;
}

int setBlocked(Program& program, const DeviceFlags& flags, bool blocked) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  auto car = findPrincipal(program, session->registry(), flags.id, api::PrincipalType::device, exitCode);
  if (!car) return exitCode;
  car->principal.blocked = blocked;
  if (auto updated = session->registry().updatePrincipal(*car); !updated) return program.refuse(updated.error());
  program.err << "The car " << flags.id
              << (blocked ? " is blocked. A gateway that runs closes its connections within a second."
                          : " may connect again.")
              << std::endl;
  return kExitOk;
}

}  // namespace

void addDeviceCommand(CLI::App& app, Program& program) {
  CLI::App* device = app.add_subcommand("device", "Add, list and remove cars");
  device->require_subcommand(1);
  const auto flags = std::make_shared<DeviceFlags>();
  const auto add = [&](const char* name, const char* help, bool takesId, bool takesPassword) {
    CLI::App* command = device->add_subcommand(name, help);
    addDataFlags(*command, program);
    if (takesId) command->add_option("ID", flags->id, "The car's id")->required();
    if (takesPassword) {
      command
          ->add_option("--password", flags->password,
                       "Its secret, at least 16 characters; - reads it from standard "
                       "input; left out, one is made and printed")
          ->type_name("P");
    }
    return command;
  };
  CLI::App* addOne = add("add", "Add a car", true, true);
  addOne->add_option("--name", flags->name, "What people call it")->type_name("NAME");
  addOne->callback([&program, flags] { program.action = [&program, flags] { return addDevice(program, *flags); }; });
  add("list", "List the cars: id, name, state", false, false)->callback([&program] {
    program.action = [&program] { return listDevices(program); };
  });
  add("remove", "Remove a car", true, false)->callback([&program, flags] {
    program.action = [&program, flags] { return removeDevice(program, *flags); };
  });
  CLI::App* secret = add("secret", "Give a car a new secret", true, true);
  secret->add_option("--overlap", flags->overlapHours, "So many hours the old one stays good; none where left out")
      ->check(CLI::Range(std::int64_t{0}, std::chrono::duration_cast<std::chrono::hours>(kMaxSecretOverlap).count()))
      ->type_name("HOURS");
  secret->callback([&program, flags] { program.action = [&program, flags] { return changeSecret(program, *flags); }; });
  add("block", "Keep a car out, and disconnect it", true, false)->callback([&program, flags] {
    program.action = [&program, flags] { return setBlocked(program, *flags, true); };
  });
  add("unblock", "Let a blocked car in again", true, false)->callback([&program, flags] {
    program.action = [&program, flags] { return setBlocked(program, *flags, false); };
  });
  addClaimCodeCommand(*device, program);
}

}  // namespace carport
