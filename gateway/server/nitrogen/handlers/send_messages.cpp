#include "gateway/api/json_codec.h"
#include "gateway/domain/car_topics.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/device_door.h"
#include "gateway/server/http/limit_call.h"
#include "gateway/server/nitrogen/claiming.h"
#include "gateway/server/nitrogen/command_messages.h"
#include "gateway/server/nitrogen/letters.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;

/// How long a sender waits for what it sent to become telemetry.
constexpr std::chrono::seconds kLongestDoorWait{10};

using Letters = std::vector<Letter>;

NitrogenReply limited(const LimitVerdict& verdict) {
  NitrogenReply reply = nitrogenFailure(http::status::too_many_requests, limitSentence(verdict));
  reply.retryAfter = retryAfter(verdict);
  return reply;
}

/// What limits make of the messages; those of the MQTT dialect have come past them already, and have no token.
std::optional<NitrogenReply> overLimit(const NitrogenCall& call, const Letters& letters) {
  const SteadyPoint now = call.context.control.parts.clock.steadyNow();
  LimitBook& book = call.registry().limitBook();
  const LimitSubject subject{&call.who(), call.address};
  if (call.caller->token.info.number > 0) {
    const auto share = book.shareFor(subject, now);
    const auto count = std::count_if(letters.begin(), letters.end(), [](const Letter& one) { return !one.isCopy; });
    const auto verdict = share ? share->messagesAtOnce(count, call.request.body().size(), now) : LimitVerdict();
    if (verdict.kind == LimitVerdict::Kind::refused) return limited(verdict);
  }
  const auto commands =
      std::count_if(letters.begin(), letters.end(), [](const Letter& one) { return !one.isCopy && one.commanded; });
  if (commands == 0) return std::nullopt;
  const auto verdict = book.charge(api::LimitMeasure::commandsPerHour, subject, commands, now);
  return verdict.kind == LimitVerdict::Kind::refused ? std::optional(limited(verdict)) : std::nullopt;
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
  const std::string payload = api::toText(telemetry);
  const Resource about{&letter.from, topic, {}, payload};
  if (!call.registry().rules()->decide(letter.from, api::Action::send, about, call.now()).allowed) {
    co_return Result<void>();
  }
  call.context.sockets->expectOwnSample(letter.from.number, letter.draft.ts);
  DeviceDoor* const door = call.context.control.door;
  if (door == nullptr) co_return fail(BaseErrc::queueFull, "The gateway is stopping");
  DoorMessage message{letter.from.number, letter.from.id, DoorKind::telemetry, payload, letter.from.organisationBytes};
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
    if (letter.isCopy) continue;
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
  if (auto over = overLimit(call, *letters)) co_return std::move(*over);
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
