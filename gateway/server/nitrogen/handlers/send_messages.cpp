#include "gateway/api/json_codec.h"
#include "gateway/domain/car_topics.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/device_door.h"
#include "gateway/server/nitrogen/claiming.h"
#include "gateway/server/nitrogen/command_messages.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;

/// Most messages in one call.
constexpr std::size_t kMaxMessagesPerCall = 100;
/// How long a sender waits for what it sent to become telemetry.
constexpr std::chrono::seconds kLongestDoorWait{10};

/// One message, and what was found out about it.
struct Letter {
  NitrogenDraft draft;
  api::Principal from;
  std::optional<api::Principal> to;
  bool isToService = false;
  std::optional<api::Principal> commanded;  ///< the device that it commands
  std::string command;                      ///< id of the command that it became
};
using Letters = std::vector<Letter>;

tl::unexpected<NitrogenReply> refused(http::status status, std::string_view sentence) {
  return nitrogenRefuse(nitrogenFailure(status, sentence));
}

NitrogenAsked<void> findSender(const NitrogenCall& call, Letter& letter) {
  letter.from = call.who();
  if (!letter.draft.from || *letter.draft.from == call.context.ids.idOf(call.who().number)) return {};
  auto from = call.administered(*letter.draft.from);
  if (!from) return nitrogenRefuse(from.error());
  letter.from = std::move(*from);
  return {};
}

NitrogenAsked<void> findReceiver(const NitrogenCall& call, Letter& letter) {
  if (!letter.draft.to || letter.draft.to->empty()) {
    if (call.rights().may(call.who(), api::Action::send, letter.from)) return {};
    return refused(http::status::forbidden, "You may not send messages");
  }
  letter.isToService = *letter.draft.to == "service" || *letter.draft.to == serviceId(call.context);
  if (letter.isToService) return {};
  auto to = call.principal(*letter.draft.to);
  if (!to) return nitrogenRefuse(to.error());
  letter.to = std::move(*to);
  const bool isSelf = letter.to->number == call.who().number;
  if (isSelf || call.rights().maySend(call.who(), *letter.to, letter.draft.type)) return {};
  return refused(http::status::forbidden, "You may not send messages to this principal");
}

NitrogenAsked<void> findCommanded(const NitrogenCall& call, Letter& letter) {
  constexpr std::string_view kTag = "command:";
  for (const std::string& tag : letter.draft.tags) {
    if (!tag.starts_with(kTag)) continue;
    const auto device = call.principal(std::string_view(tag).substr(kTag.size()));
    if (!device || device->type != api::PrincipalType::device) continue;
    // What a device says of commands to itself (its answers carry the tag, too) commands nobody.
    if (device->number == letter.from.number) continue;
    if (!call.rights().maySend(call.who(), *device, letter.draft.type)) {
      return refused(http::status::forbidden, "You may not send commands to this device");
    }
    if (letter.commanded) return refused(http::status::bad_request, "A message commands one device at most");
    letter.commanded = *device;
  }
  return {};
}

NitrogenAsked<Letters> readLetters(const NitrogenCall& call) {
  auto json = call.json();
  if (!json) return nitrogenRefuse(json.error());
  const Json list = json->is_array() ? std::move(*json) : Json::array({std::move(*json)});
  if (list.size() > kMaxMessagesPerCall) {
    return refused(http::status::bad_request, fmt::format("Send {} messages at once at most", kMaxMessagesPerCall));
  }
  Letters letters;
  for (const Json& one : list) {
    auto draft = readNitrogenMessage(one, call.now());
    if (!draft) return nitrogenRefuse(nitrogenFailure(draft.error()));
    Letter letter;
    letter.draft = std::move(*draft);
    if (const auto found = findSender(call, letter); !found) return nitrogenRefuse(found.error());
    if (const auto found = findReceiver(call, letter); !found) return nitrogenRefuse(found.error());
    if (const auto found = findCommanded(call, letter); !found) return nitrogenRefuse(found.error());
    letters.push_back(std::move(letter));
  }
  return letters;
}

/// Makes the message one of Carport's commands, so that every API and the car's own connection know it.
boost::asio::awaitable<Result<void>> giveCommand(NitrogenCall& call, Letter& letter) {
  CommandMessages& commands = *call.context.commands;
  StartWork<api::Command> start = [&](std::function<void(Result<api::Command>)> done) {
    Act act{call.who().id, std::string(call.who().organisation()), api::Door::api, call.address};
    commands.give(*letter.commanded, call.who().number, std::move(act), letter.draft, std::move(done));
    return true;
  };
  auto giving = awaitAnswer<api::Command>(call.context.control.port, std::move(start));
  const Result<api::Command> given = co_await std::move(giving);
  if (!given) co_return failFrom(given);
  letter.command = given->id;
  if (!letter.draft.expires) letter.draft.expires = given->expiresAt;
  co_return Result<void>();
}

/// What a device says about itself becomes its telemetry, as if it had come over MQTT. What is wrong with it as
/// telemetry leaves the message alone.
boost::asio::awaitable<Result<void>> passOn(NitrogenCall& call, const Letter& letter) {
  const Json telemetry = letter.from.type == api::PrincipalType::device ? telemetryOf(letter.draft) : Json();
  if (telemetry.is_null()) co_return Result<void>();
  const std::string topic = telemetryTopic(letter.from.id);
  const Resource about{&letter.from, topic};
  if (!call.registry().rules()->decide(letter.from, api::Action::send, about, call.now()).allowed) {
    co_return Result<void>();
  }
  call.context.sockets->expectOwnSample(letter.from.number, letter.draft.ts);
  DeviceDoor* const door = call.context.control.door;
  if (door == nullptr) co_return fail(BaseErrc::queueFull, "The gateway is stopping");
  DoorMessage message{letter.from.number, letter.from.id, DoorKind::telemetry, api::toText(telemetry)};
  StartWork<DoorReceipt> start = [door, &message](std::function<void(Result<DoorReceipt>)> done) {
    return door->take(std::move(message), std::move(done));
  };
  auto taking = awaitAnswer<DoorReceipt>(call.context.control.port, std::move(start),
                                         std::chrono::steady_clock::now() + kLongestDoorWait);
  const Result<DoorReceipt> taken = co_await std::move(taking);
  const bool isForLater =
      !taken && (taken.error().kind() == ErrorKind::full || taken.error().kind() == ErrorKind::unavailable);
  co_return isForLater ? failFrom(taken) : Result<void>();
}

using Stored = std::shared_ptr<std::vector<NitrogenMessage>>;

Stored toStore(const NitrogenCall& call, const Letters& letters) {
  const auto stored = std::make_shared<std::vector<NitrogenMessage>>();
  for (const Letter& letter : letters) {
    std::string to = letter.to ? call.context.ids.idOf(letter.to->number) : std::string();
    if (letter.isToService) to = serviceId(call.context);
    const Json document = letter.draft.document(call.context.ids.idOf(letter.from.number), to);
    NitrogenMessage message;
    message.from = letter.from.number;
    message.to = letter.to ? letter.to->number : PrincipalNumber{};
    message.type = letter.draft.type;
    message.ts = letter.draft.ts;
    message.indexUntil = letter.draft.indexUntil;
    message.command = letter.command;
    message.document = api::toText(document);
    stored->push_back(std::move(message));
  }
  return stored;
}

boost::asio::awaitable<Result<void>> store(NitrogenCall& call, Stored messages) {
  std::size_t bytes = 0;
  for (const NitrogenMessage& message : *messages) bytes += sizeof message + message.document.size();
  DurableLog::NitrogenChange change = [messages, now = call.now()](NitrogenStore& store) {
    return store.addMessages(*messages, now);
  };
  auto storing = call.changeNitrogen(bytes, std::move(change));
  Result<void> stored = co_await std::move(storing);
  co_return stored;
}

/// Claims, commands and telemetry: what has to be done before anybody is told that the messages were taken.
boost::asio::awaitable<Result<void>> workOff(NitrogenCall& call, Letters& letters) {
  for (Letter& letter : letters) {
    if (letter.isToService && letter.draft.type == "claim") {
      auto claiming = claim(call, letter.draft.body["claim_code"].get<std::string>());
      if (Result<void> done = co_await std::move(claiming); !done) co_return done;
    }
    if (letter.commanded) {
      auto giving = giveCommand(call, letter);
      if (Result<void> done = co_await std::move(giving); !done) co_return done;
    }
    auto passing = passOn(call, letter);
    if (Result<void> done = co_await std::move(passing); !done) co_return done;
    if (!letter.draft.responseTo.empty()) {
      auto answering = call.context.commands->answer(call, letter.from, letter.draft);
      if (Result<void> done = co_await std::move(answering); !done) co_return done;
    }
  }
  co_return Result<void>();
}

}  // namespace

Answer sendMessages(NitrogenCall& call) {
  if (!call.hasRoom()) co_return nitrogenFailure(http::status::service_unavailable, "The disk is nearly full");
  auto letters = readLetters(call);
  if (!letters) co_return letters.error();
  auto working = workOff(call, *letters);
  if (const Result<void> done = co_await std::move(working); !done) co_return nitrogenFailure(done.error());
  const Stored messages = toStore(call, *letters);
  auto storing = store(call, messages);
  if (const Result<void> done = co_await std::move(storing); !done) co_return nitrogenFailure(done.error());
  Json answer = Json::array();
  for (const NitrogenMessage& message : *messages) answer.push_back(call.context.sockets->deliver(message));
  co_return nitrogenOk({{"messages", std::move(answer)}});
}

}  // namespace carport::nitrogen
