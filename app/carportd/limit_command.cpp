#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "gateway/api/enum_names.h"
#include "gateway/api/limit.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace carport {

namespace {

struct LimitFlags {
  std::string whom, per = "all", measure, reaction = "reject", note, organisation;
  std::int64_t most = 0, number = 0;
  std::optional<std::int64_t> burst;
};

int refuseWord(Program& program, std::string_view flag, std::string_view word, std::string_view known) {
  return program.refuse(fmt::format("“{}” is nothing that {} takes. Use {}", word, flag, known), kExitUsage);
}

/// Whom the limit names has to be there, as over the API.
bool isThere(const RegistrySnapshot& snapshot, const api::LimitTarget& whom) {
  using Kind = api::LimitTarget::Kind;
  if (whom.kind == Kind::organisation) {
    return std::any_of(snapshot.organisations.begin(), snapshot.organisations.end(),
                       [&](const api::Organisation& one) { return one.id == whom.value; });
  }
  if (whom.kind != Kind::principal && whom.kind != Kind::group) return true;
  return std::any_of(snapshot.principals.begin(), snapshot.principals.end(), [&](const PrincipalRecord& record) {
    const bool isGroup = record.principal.type == api::PrincipalType::group;
    return record.principal.id == whom.value && isGroup == (whom.kind == Kind::group);
  });
}

std::string describe(const api::Limit& limit) {
  std::string text =
      fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}", limit.number.value, limit.organisation, limit.whom.toString(),
                  api::nameOf(limit.per), api::nameOf(limit.measure), limit.most, api::nameOf(limit.reaction));
  if (limit.burst) text += fmt::format("\tburst {}", *limit.burst);
  return text;
}

int addLimit(Program& program, const LimitFlags& flags) {
  const auto whom = api::LimitTarget::parse(flags.whom);
  if (!whom) return program.refuse(whom.error().message(), kExitUsage);
  const auto measure = api::valueOf<api::LimitMeasure>(flags.measure);
  if (!measure) {
    return refuseWord(program, "MEASURE", flags.measure,
                      "messagesPerSecond, bytesPerDay, connections, signInsPerMinute or commandsPerHour");
  }
  const auto per = api::valueOf<api::LimitPer>(flags.per);
  if (!per) return refuseWord(program, "--per", flags.per, "all, principal, organisation or address");
  const auto reaction = api::valueOf<api::LimitReaction>(flags.reaction);
  if (!reaction) return refuseWord(program, "--then", flags.reaction, "slow, reject or count");
  const api::Limit limit{{},         flags.organisation, *whom,     *per,       *measure,
                         flags.most, flags.burst,        *reaction, flags.note, {}};
  if (const auto fits = api::checkLimit(limit); !fits) return program.refuse(fits.error().message(), kExitUsage);
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  if (!isThere(*snapshot, *whom)) {
    return program.refuse(fmt::format("There is no {} that the limit could be about", flags.whom), kExitFailure);
  }
  const auto added = session->registry().addLimit(limit);
  if (!added) return program.refuse(added.error());
  program.out << added->number.value << std::endl;
  program.err << "Added the limit " << added->number.value << ". A gateway that serves has it within a second."
              << std::endl;
  return kExitOk;
}

int listLimits(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  for (const api::Limit& limit : snapshot->limits) program.out << describe(limit) << '\n';
  program.out.flush();
  return kExitOk;
}

int removeLimit(Program& program, const LimitFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto removed = session->registry().removeLimit(flags.organisation, api::LimitNumber{flags.number});
  if (!removed) return program.refuse(removed.error());
  program.err << "Removed the limit " << flags.number << '.' << std::endl;
  return kExitOk;
}

void addAdd(CLI::App& limit, Program& program, const std::shared_ptr<LimitFlags>& flags) {
  CLI::App* add = limit.add_subcommand("add", "Add a limit; prints its number");
  addDataFlags(*add, program);
  add->add_option("WHOM", flags->whom, "*, principal:ID, group:ID, organisation:ID or address:NETWORK")->required();
  add->add_option("MEASURE", flags->measure,
                  "messagesPerSecond, bytesPerDay, connections, signInsPerMinute or commandsPerHour")
      ->required();
  add->add_option("MOST", flags->most, "How much")->required();
  add->add_option("--burst", flags->burst, "How much at once after a rest; as much as MOST where left out");
  add->add_option("--per", flags->per,
                  "Who has a budget of its own: all (one together), principal, organisation, address")
      ->type_name("WORD");
  add->add_option("--then", flags->reaction, "What happens beyond: slow, reject or count")->type_name("WORD");
  add->add_option("--note", flags->note, "Why it is there")->type_name("TEXT");
  add->add_option("--organisation", flags->organisation, "Whose limit it is; the house's where left out")
      ->type_name("ID");
  add->callback([&program, flags] { program.action = [&program, flags] { return addLimit(program, *flags); }; });
}

}  // namespace

void addLimitCommand(CLI::App& app, Program& program) {
  CLI::App* limit = app.add_subcommand("limit", "Add, list and remove limits on what may be done in a while");
  limit->require_subcommand(1);
  const auto flags = std::make_shared<LimitFlags>();
  addAdd(*limit, program, flags);
  CLI::App* list = limit->add_subcommand(
      "list", "List the limits: number, organisation, whom, per, measure, most, what happens beyond");
  addDataFlags(*list, program);
  list->callback([&program] { program.action = [&program] { return listLimits(program); }; });
  CLI::App* remove = limit->add_subcommand("remove", "Remove a limit");
  addDataFlags(*remove, program);
  remove->add_option("NUMBER", flags->number, "The limit's number")->required();
  remove->add_option("--organisation", flags->organisation, "Whose limit it is; the house's where left out")
      ->type_name("ID");
  remove->callback([&program, flags] { program.action = [&program, flags] { return removeLimit(program, *flags); }; });
}

}  // namespace carport
