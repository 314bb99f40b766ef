#include "gateway/server/nitrogen/command_messages.h"

#include "gateway/api/json_codec.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace carport {

namespace {

using Json = nlohmann::json;

/// The commands among the messages with these numbers that were for this device.
Result<std::vector<std::string>> commandsAmong(NitrogenReader* reader, const std::vector<std::int64_t>& numbers,
                                               PrincipalNumber device, const std::string& tag) {
  std::vector<std::string> commands;
  if (reader == nullptr) return commands;
  for (const std::int64_t number : numbers) {
    const auto message = reader->message(number);
    if (!message) return failFrom(message);
    if (!*message || (*message)->command.empty()) continue;
    const bool isForIt = (*message)->to == device || (*message)->document.find(tag) != std::string::npos;
    if (isForIt) commands.push_back((*message)->command);
  }
  return commands;
}

std::string replyOf(const NitrogenDraft& draft) {
  const auto error = draft.body.find("error");
  const bool failed = error != draft.body.end() && !error->is_null() && *error != false;
  return api::toText({{"status", failed ? "failed" : "done"}, {"type", draft.type}, {"body", draft.body}});
}

}  // namespace

void CommandMessages::give(const api::Principal& device, PrincipalNumber by, Act act, const NitrogenDraft& draft,
                           std::function<void(Result<api::Command>)> done) {
  const bool isTold = m_context.book.profile(device.number) != nullptr;
  m_context.control.commands.create(device.number, by, draft.type, api::toText(draft.body), draft.expires,
                                    std::move(act),
                                    [this, isTold, done = std::move(done)](const Result<api::Command>& created) {
                                      if (created && isTold) m_ours.insert(created->id);
                                      done(created);
                                    });
}

boost::asio::awaitable<Result<void>> CommandMessages::answer(NitrogenCall& call, const api::Principal& device,
                                                             const NitrogenDraft& draft) {
  std::vector<std::int64_t> numbers;
  for (const std::string& id : draft.responseTo) {
    if (const auto number = m_context.ids.numberOf(NitrogenKind::message, id)) numbers.push_back(*number);
  }
  if (numbers.empty() || device.type != api::PrincipalType::device) co_return Result<void>();
  std::function<Result<std::vector<std::string>>(HistoryReader&, NitrogenReader*)> read =
      [numbers, car = device.number, tag = "command:" + m_context.ids.idOf(device.number)](
          HistoryReader&, NitrogenReader* reader) { return commandsAmong(reader, numbers, car, tag); };
  auto reading = call.read<std::vector<std::string>>(std::move(read));
  const Result<std::vector<std::string>> commands = co_await std::move(reading);
  if (!commands) co_return failFrom(commands);
  const std::string reply = replyOf(draft);
  for (const std::string& id : *commands) {
    if (m_context.control.commands.find(id) == nullptr) continue;  // over already
    StartWork<void> start = [&](std::function<void(Result<void>)> done) {
      m_context.control.commands.replied(device.number, id, reply,
                                         [done = std::move(done)](const Result<void>& result) { done(result); });
      return true;
    };
    auto replying = awaitAnswer<void>(m_context.control.port, std::move(start));
    // A reply that is too long as one of a command's is a message all the same.
    static_cast<void>(co_await std::move(replying));
  }
  co_return Result<void>();
}

void CommandMessages::changed(const api::Command& command) {
  if (command.state != api::CommandState::queued || m_context.book.profile(command.car) == nullptr) return;
  // Whoever gave it learns so in a moment, and then it is known whether it was a message.
  m_context.control.port->answer([this, command] {
    if (m_ours.erase(command.id) == 0) tellDevice(command);
  });
}

void CommandMessages::tellDevice(const api::Command& command) {
  const auto body = api::parseJson(command.arguments);
  NitrogenDraft draft;
  draft.type = command.name.substr(0, kMaxNitrogenTypeBytes);
  draft.ts = command.createdAt;
  draft.expires = command.expiresAt;
  draft.indexUntil = nitrogenForever();
  draft.tags = {"command:" + m_context.ids.idOf(command.car)};
  if (body) draft.body = *body;
  const auto messages = std::make_shared<std::array<NitrogenMessage, 1>>();
  NitrogenMessage& message = messages->front();
  message.from = command.issuedBy;
  message.to = command.car;
  message.type = draft.type;
  message.ts = draft.ts;
  message.indexUntil = draft.indexUntil;
  message.command = command.id;
  message.document = api::toText(draft.document(m_context.ids.idOf(command.issuedBy), m_context.ids.idOf(command.car)));
  const auto stored = [this, messages, port = m_context.control.port](const Result<void>& result) {
    port->answer([this, messages, result] {
      if (result) m_context.sockets->deliver(messages->front());
    });
  };
  const bool taken = m_context.control.parts.durableLog.changeNitrogen(
      [messages, now = m_context.now()](NitrogenStore& store) { return store.addMessages(*messages, now); },
      sizeof message + message.document.size(), stored);
  if (!taken) {
    m_context.log.warning("the store is busy: a device is not told of a command by /api/v1", {{"command", command.id}});
  }
}

}  // namespace carport
