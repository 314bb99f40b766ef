#include "gateway/domain/command_book.h"

#include "gateway/api/embedded_json.h"
#include "gateway/domain/domain_errc.h"
#include "gateway/domain/utf8.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace carport {

namespace {

using api::Command;
using api::CommandState;
using nlohmann::json;

/// A JSON object out of text, or a discarded value. Never throws.
json parseObject(std::string_view text) {
  json value = api::parseEmbedded(text);
  return value.is_object() ? value : json(json::value_t::discarded);
}

Result<void> checkName(const std::string& name) {
  if (name.empty()) return fail(DomainErrc::badCommand, "A command needs a name, for example “lock”");
  if (name.size() > api::kMaxCommandNameBytes) {
    return fail(DomainErrc::badCommand,
                fmt::format("The command's name is longer than {} bytes", api::kMaxCommandNameBytes));
  }
  const bool hasControl =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (hasControl || !isUtf8(name)) {
    return fail(DomainErrc::badCommand, "The command's name holds characters that cannot be read");
  }
  return {};
}

/// The arguments as compact JSON text.
Result<std::string> checkArguments(const std::string& arguments) {
  if (arguments.empty()) return std::string("{}");
  if (arguments.size() > api::kMaxCommandArgumentsBytes) {
    return fail(DomainErrc::badCommand,
                fmt::format("The command's arguments are longer than {} bytes", api::kMaxCommandArgumentsBytes));
  }
  const json object = parseObject(arguments);
  if (object.is_discarded()) {
    return fail(DomainErrc::badCommand,
                fmt::format("The command's arguments must be a JSON object, at most {} levels deep, for example "
                            "{{\"level\": 2}}",
                            api::kMaxEmbeddedDepth));
  }
  return object.dump();
}

Result<TimePoint> checkExpiry(std::optional<TimePoint> expiresAt, TimePoint now) {
  const TimePoint expiry = expiresAt.value_or(now + api::kDefaultCommandLife);
  if (expiry <= now)
    return fail(DomainErrc::badCommand, "The command has expired already: its expiry lies in the past");
  if (expiry > now + api::kMaxCommandLife) {
    return fail(DomainErrc::badCommand, "The command's expiry lies more than 30 days ahead");
  }
  return expiry;
}

tl::unexpected<Error> unknown(std::string_view id) {
  return fail(DomainErrc::unknownCommand,
              fmt::format("There is no open command {}: it is done, failed, expired or cancelled, or never was", id));
}

}  // namespace

void CommandBook::insert(Command command) {
  m_ofCar[command.car].insert(command.id);
  m_expiries.emplace(command.expiresAt, command.id);
  std::string id = command.id;
  m_open.insert_or_assign(std::move(id), std::move(command));
}

void CommandBook::restore(std::vector<Command> open) {
  m_open.clear();
  m_ofCar.clear();
  m_expiries.clear();
  for (Command& command : open) {
    if (!api::isFinal(command.state)) insert(std::move(command));
  }
}

UlidMaker& CommandBook::idsOf(std::string_view organisation) {
  if (const auto known = m_ids.find(organisation); known != m_ids.end()) return known->second;
  if (m_ids.size() >= kMaxIdMakers) m_ids.clear();
  return m_ids.emplace(organisation, m_random).first->second;
}

Result<Command> CommandBook::create(PrincipalNumber car, PrincipalNumber by, std::string name, std::string arguments,
                                    std::optional<TimePoint> expiresAt, TimePoint now, std::string_view organisation) {
  if (auto ok = checkName(name); !ok) return failFrom(ok);
  auto checkedArguments = checkArguments(arguments);
  if (!checkedArguments) return failFrom(checkedArguments);
  const auto expiry = checkExpiry(expiresAt, now);
  if (!expiry) return failFrom(expiry);
  if (const auto open = m_ofCar.find(car); open != m_ofCar.end() && open->second.size() >= kMaxOpenPerCar) {
    return fail(
        DomainErrc::tooManyCommands,
        fmt::format("The car has {} open commands already. Cancel some, or wait until they are done", kMaxOpenPerCar));
  }
  Command command;
  command.id = idsOf(organisation).next(now);
  command.car = car;
  command.issuedBy = by;
  command.name = std::move(name);
  command.arguments = std::move(*checkedArguments);
  command.createdAt = command.changedAt = now;
  command.expiresAt = *expiry;
  insert(command);
  return command;
}

void CommandBook::discard(std::string_view id) {
  const auto found = m_open.find(std::string(id));
  if (found == m_open.end()) return;
  m_expiries.erase({found->second.expiresAt, found->first});
  if (const auto car = m_ofCar.find(found->second.car); car != m_ofCar.end()) {
    car->second.erase(found->first);
    if (car->second.empty()) m_ofCar.erase(car);
  }
  m_open.erase(found);
}

Command CommandBook::finish(Command& command, CommandState state, TimePoint now) {
  command.state = state;
  command.changedAt = now;
  Command result = command;
  discard(result.id);
  return result;
}

std::vector<Command> CommandBook::forget(PrincipalNumber car, TimePoint now) {
  std::vector<Command> cancelled;
  const auto found = m_ofCar.find(car);
  if (found == m_ofCar.end()) return cancelled;
  const std::set<std::string> ids = found->second;
  for (const std::string& id : ids) cancelled.push_back(finish(m_open.at(id), CommandState::cancelled, now));
  return cancelled;
}

std::vector<Command> CommandBook::toDeliver(PrincipalNumber car, TimePoint now) const {
  std::vector<Command> result;
  const auto found = m_ofCar.find(car);
  if (found == m_ofCar.end()) return result;
  for (const std::string& id : found->second) {
    const Command& command = m_open.at(id);
    const bool waits = command.state == CommandState::queued || command.state == CommandState::sent;
    if (waits && command.expiresAt > now) result.push_back(command);
  }
  return result;
}

std::optional<Command> CommandBook::markSent(std::string_view id, TimePoint now) {
  Command* command = findMutable(id);
  if (command == nullptr || command->state != CommandState::queued) return std::nullopt;
  command->state = CommandState::sent;
  command->changedAt = now;
  return *command;
}

std::optional<Command> CommandBook::markReceived(std::string_view id, PrincipalNumber car, TimePoint now) {
  Command* command = findMutable(id);
  if (command == nullptr || command->car != car || command->state == CommandState::received) return std::nullopt;
  command->state = CommandState::received;
  command->changedAt = now;
  return *command;
}

Result<Command> CommandBook::applyReply(std::string_view id, PrincipalNumber car, std::string_view payload,
                                        TimePoint now) {
  Command* command = findMutable(id);
  if (command == nullptr) return unknown(id);
  if (command->car != car)
    return fail(DomainErrc::notThisCar, fmt::format("The command {} belongs to another car", id));
  if (payload.size() > kMaxReplyBytes) {
    return fail(DomainErrc::badReply, fmt::format("The reply is longer than {} bytes", kMaxReplyBytes));
  }
  const json reply = parseObject(payload);
  const auto status = reply.is_object() ? reply.find("status") : reply.end();
  if (!reply.is_object() || status == reply.end() || !status->is_string()) return fail(DomainErrc::badReply);
  const auto& word = status->get_ref<const std::string&>();
  if (word == "received") {
    if (command->state == CommandState::received && !command->result.empty()) {
      return fail(DomainErrc::tooLate, fmt::format("The car has said already that it received the command {}", id));
    }
    if (command->state != CommandState::received) command->changedAt = now;
    command->state = CommandState::received;
    command->result = reply.dump();
    return *command;
  }
  if (word != "done" && word != "failed") return fail(DomainErrc::badReply);
  command->result = reply.dump();
  return finish(*command, word == "done" ? CommandState::done : CommandState::failed, now);
}

Result<Command> CommandBook::cancel(std::string_view id, TimePoint now) {
  Command* command = findMutable(id);
  if (command == nullptr) return unknown(id);
  return finish(*command, CommandState::cancelled, now);
}

std::vector<Command> CommandBook::expire(TimePoint now) {
  std::vector<Command> expired;
  while (!m_expiries.empty() && m_expiries.begin()->first <= now) {
    const std::string id = m_expiries.begin()->second;
    expired.push_back(finish(m_open.at(id), CommandState::expired, now));
  }
  return expired;
}

std::optional<TimePoint> CommandBook::nextExpiry() const {
  if (m_expiries.empty()) return std::nullopt;
  return m_expiries.begin()->first;
}

const Command* CommandBook::find(std::string_view id) const {
  const auto found = m_open.find(std::string(id));
  return found == m_open.end() ? nullptr : &found->second;
}

Command* CommandBook::findMutable(std::string_view id) {
  const auto found = m_open.find(std::string(id));
  return found == m_open.end() ? nullptr : &found->second;
}

std::string commandPayload(const Command& command) {
  json arguments = parseObject(command.arguments);
  if (arguments.is_discarded()) arguments = json::object();
  const json payload{{"id", command.id},
                     {"name", command.name},
                     {"arguments", std::move(arguments)},
                     {"issuedAt", toMs(command.createdAt)},
                     {"expiresAt", toMs(command.expiresAt)}};
  return payload.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace carport
