#include "gateway/server/control/command_desk.h"

#include "gateway/api/json_fields.h"
#include "gateway/base/base_errc.h"
#include "gateway/domain/command_access.h"
#include "gateway/domain/domain_errc.h"

#include <utility>

namespace carport {

using api::Command;
using api::CommandState;

CommandDesk::CommandDesk(DurableLog& durableLog, const Registry& registry, const Clock& clock,
                         std::shared_ptr<ControlPort> port, Log log)
    : m_durableLog(durableLog), m_registry(registry), m_clock(clock), m_port(std::move(port)), m_log(std::move(log)) {}

void CommandDesk::create(PrincipalNumber car, PrincipalNumber by, std::string name, std::string arguments,
                         std::optional<TimePoint> expiresAt, Act act, Done done) {
  const auto target = m_registry.find(car);
  const std::string_view organisation = target ? target->organisation() : std::string_view();
  const Result<Command> created =
      m_book.create(car, by, std::move(name), std::move(arguments), expiresAt, m_clock.now(), organisation);
  if (!created) {
    done(created);
    return;
  }
  m_beingCreated.insert(created->id);
  const auto delivered = [this, done = std::move(done)](const Result<Command>& saved) {
    if (saved) deliver(*saved);
    done(saved);
  };
  save(*created, delivered, std::move(act));
}

void CommandDesk::cancel(const std::string& id, Act act, Done done) {
  const Result<Command> cancelled = m_book.cancel(id, m_clock.now());
  if (!cancelled) {
    done(cancelled);
    return;
  }
  save(*cancelled, std::move(done), std::move(act));
}

void CommandDesk::carReady(PrincipalNumber car) {
  for (const Command& command : m_book.toDeliver(car, m_clock.now())) {
    if (!m_beingCreated.contains(command.id)) deliver(command);
  }
}

void CommandDesk::sent(const std::string& id) {
  if (auto changed = m_book.markSent(id, m_clock.now())) save(std::move(*changed), {});
}

void CommandDesk::received(PrincipalNumber car, const std::string& id) {
  if (auto changed = m_book.markReceived(id, car, m_clock.now())) save(std::move(*changed), {});
}

void CommandDesk::replied(PrincipalNumber car, const std::string& id, const std::string& payload,
                          const DurableLog::Done& done) {
  const Result<Command> changed = m_book.applyReply(id, car, payload, m_clock.now());
  if (!changed) {
    done(failFrom(changed));
    return;
  }
  save(*changed, [done](const Result<Command>& saved) { saved ? done(Result<void>()) : done(failFrom(saved)); });
}

void CommandDesk::requested(PrincipalNumber by, PrincipalNumber car, const std::string& payload,
                            const DurableLog::Done& done) {
  const Result<nlohmann::json> json = api::parseJson(payload);
  if (!json) {
    done(failFrom(json));
    return;
  }
  std::string name;
  std::string arguments = "{}";
  std::optional<TimePoint> expiresAt;
  api::FieldReader fields(*json);
  fields.text("name", name).objectText("arguments", arguments, api::Need::optional).time("expiresAt", expiresAt);
  if (const Result<void> read = fields.finish(); !read) {
    done(read);
    return;
  }
  const auto who = m_registry.find(by);
  // The MQTT side lets through what may depend on the command.
  const auto about = m_registry.find(car);
  if (!who || !about || !decideCommand(*m_registry.rules(), *who, *about, name, arguments, m_clock.now()).allowed) {
    done(fail(DomainErrc::notPermitted,
              fmt::format("The access rules do not allow the command {}", name.substr(0, 64))));
    return;
  }
  Act act{who->id, std::string(who->organisation()), api::Door::mqtt, {}};
  create(car, by, std::move(name), std::move(arguments), expiresAt, std::move(act),
         [done](const Result<Command>& saved) { saved ? done(Result<void>()) : done(failFrom(saved)); });
}

void CommandDesk::tick() {
  for (Command& command : m_book.expire(m_clock.now())) save(std::move(command), {});
  for (auto& [id, command] : std::exchange(m_unsaved, {})) save(std::move(command), {});
}

void CommandDesk::save(Command command, Done done, std::optional<Act> act) {
  m_unsaved.erase(command.id);  // what is stored now is newer
  Command copy = command;
  // The desk lives as long as the port is open, so `this` is good wherever the answer is run.
  auto answer = [this, port = m_port, command, done](const Result<void>& result) {
    port->answer([this, command, result, done] { saved(command, result, done); });
  };
  const bool taken = m_durableLog.saveCommand(std::move(copy), std::move(act), std::move(answer));
  if (!taken)
    saved(command, fail(BaseErrc::queueFull, "The gateway is too busy to store the command; try again"), done);
}

void CommandDesk::saved(const Command& command, const Result<void>& result, const Done& done) {
  const bool isNew = m_beingCreated.erase(command.id) > 0;
  if (result) {
    if (m_changed) m_changed(command);
    if (done) done(command);
    return;
  }
  m_log.warning("cannot store a command", {{"command", command.id}, {"reason", result.error().message()}});
  if (isNew) {
    // Never stored, so it never was: whoever asked is told.
    static_cast<void>(m_book.cancel(command.id, m_clock.now()));
  } else {
    m_unsaved.try_emplace(command.id, command);
  }
  if (done) done(failFrom(result));
}

void CommandDesk::deliver(const Command& command) {
  const Command* current = m_book.find(command.id);
  const auto car = m_registry.find(command.car);
  if (m_mqtt != nullptr && current != nullptr && car) m_mqtt->deliverCommand(*current, car->id);
}

}  // namespace carport
