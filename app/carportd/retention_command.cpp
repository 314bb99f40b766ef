#include "app/carportd/folder_session.h"
#include "app/carportd/size_text.h"
#include "app/carportd/subcommands.h"
#include "gateway/domain/retention.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace carport {

namespace {

/// Who changed a policy, where it was the command line.
constexpr const char* kByCommandLine = "carportd";

struct RetentionFlags {
  std::string name, group, budget;
  std::uint32_t rawDays = 0, minuteDays = 0, hourDays = 0;  // 0: for ever
};

std::optional<std::uint32_t> daysOf(std::uint32_t flag) {
  return flag == 0 ? std::nullopt : std::optional(flag);
}

/// Reads what is stored, lets `edit` change it (false, with a sentence printed: it is left as it is) and stores it.
template <class Edit>
int changeRetention(Program& program, Edit edit) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto before = session->registry().retention();
  if (!before) return program.refuse(before.error());
  api::Retention wanted = *before;
  if (!edit(wanted)) return kExitFailure;
  if (const auto fine = checkRetention(wanted); !fine) return program.refuse(fine.error(), kExitUsage);
  wanted = signedBy(std::move(wanted), *before, kByCommandLine, session->now());
  if (const auto stored = session->registry().setRetention(wanted); !stored) return program.refuse(stored.error());
  const auto changes = describeChanges(*before, wanted);
  for (const std::string& change : changes) program.err << "Retention: " << change << '.' << std::endl;
  if (changes.empty()) program.err << "Nothing had to be changed." << std::endl;
  return kExitOk;
}

int setPolicy(Program& program, const RetentionFlags& flags) {
  return changeRetention(program, [&](api::Retention& retention) {
    api::RetentionPolicy policy;
    policy.name = flags.name;
    if (!flags.group.empty()) policy.group = flags.group;
    policy.rawDays = daysOf(flags.rawDays);
    policy.minuteDays = daysOf(flags.minuteDays);
    policy.hourDays = daysOf(flags.hourDays);
    const auto found = std::find_if(retention.policies.begin(), retention.policies.end(),
                                    [&](const api::RetentionPolicy& known) { return known.name == flags.name; });
    if (found == retention.policies.end()) {
      retention.policies.push_back(std::move(policy));
    } else {
      *found = std::move(policy);
    }
    return true;
  });
}

int removePolicy(Program& program, const RetentionFlags& flags) {
  return changeRetention(program, [&](api::Retention& retention) {
    const auto removed = std::erase_if(retention.policies,
                                       [&](const api::RetentionPolicy& policy) { return policy.name == flags.name; });
    if (removed == 0) program.refuse(fmt::format("There is no retention policy “{}”", flags.name), kExitFailure);
    return removed > 0;
  });
}

int setBudget(Program& program, const RetentionFlags& flags) {
  const auto bytes = flags.budget == "none" ? std::optional<std::uint64_t>(0) : parseSizeText(flags.budget);
  if (!bytes) {
    return program.refuse(fmt::format("“{}” is no size. Write bytes, or 500M, 20G, 2T, or none", flags.budget),
                          kExitUsage);
  }
  return changeRetention(program, [&](api::Retention& retention) {
    retention.diskBudgetBytes = *bytes == 0 ? std::nullopt : bytes;
    return true;
  });
}

int listPolicies(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto retention = session->registry().retention();
  if (!retention) return program.refuse(retention.error());
  const auto days = [](const std::optional<std::uint32_t>& count) {
    return count ? std::to_string(*count) : std::string("-");
  };
  for (const api::RetentionPolicy& policy : retention->policies) {
    program.out << policy.name << '\t' << policy.group.value_or("*") << '\t' << days(policy.rawDays) << '\t'
                << days(policy.minuteDays) << '\t' << days(policy.hourDays) << '\t' << policy.changedBy << '\n';
  }
  program.out.flush();
  program.err << retention->policies.size() << (retention->policies.size() == 1 ? " policy; " : " policies; ")
              << "columns: name, group, days of samples, of minutes, of hours, changed by." << std::endl;
  if (retention->diskBudgetBytes) {
    program.err << "Disk budget: " << sizeText(*retention->diskBudgetBytes) << '.' << std::endl;
  }
  return kExitOk;
}

void addDayFlags(CLI::App& set, RetentionFlags& flags) {
  const auto days = [&](const char* name, std::uint32_t& target, const char* help) {
    set.add_option(name, target, help)->check(CLI::Range(1U, api::kMaxRetentionDays))->type_name("N");
  };
  set.add_option("--group", flags.group, "The group of cars; left out: the cars that no other policy is about")
      ->type_name("ID");
  days("--raw-days", flags.rawDays, "Days that every sample is kept; left out: for ever");
  days("--minute-days", flags.minuteDays, "Days that one roll-up a minute is kept; left out: for ever");
  days("--hour-days", flags.hourDays, "Days that one roll-up an hour and events are kept; left out: for ever");
}

}  // namespace

void addRetentionCommand(CLI::App& app, Program& program) {
  CLI::App* retention = app.add_subcommand("retention", "How long what cars sent is kept");
  retention->require_subcommand(1);
  const auto flags = std::make_shared<RetentionFlags>();
  const auto add = [&](const char* name, const char* help, auto run) {
    CLI::App* command = retention->add_subcommand(name, help);
    addDataFlags(*command, program);
    command->callback(
        [&program, flags, run] { program.action = [&program, flags, run] { return run(program, *flags); }; });
    return command;
  };
  CLI::App* set = add("set", "Add a policy, or put it in the place of the one of that name", setPolicy);
  set->add_option("NAME", flags->name, "What logs call it")->required();
  addDayFlags(*set, *flags);
  add("list", "List the policies", [](Program& with, const RetentionFlags&) { return listPolicies(with); });
  add("remove", "Remove a policy", removePolicy)->add_option("NAME", flags->name, "The policy's name")->required();
  add("budget", "Limit the bytes of all stored telemetry; the oldest days go first", setBudget)
      ->add_option("SIZE", flags->budget, "Bytes, or 500M, 20G, 2T; none takes the limit away")
      ->required();
}

}  // namespace carport
