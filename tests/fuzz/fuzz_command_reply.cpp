#include "gateway/api/json_codec.h"
#include "gateway/domain/car_topics.h"
#include "gateway/domain/command_book.h"
#include "gateway/domain/credentials.h"
#include "tests/fuzz/fuzz_input.h"

#include <nlohmann/json.hpp>

#include <string>

using namespace carport;

namespace {

constexpr PrincipalNumber kCar{7};
constexpr PrincipalNumber kSomebody{2};
const TimePoint kNow = fromMs(1'790'000'000'000);

/// Lists of commands are read with a limit on depth.
void requireTellable(const api::Command& command) {
  nlohmann::json list;
  list["commands"].push_back(api::toJson(command));
  const auto read = api::parseJson(api::toText(list));
  fuzz::require(read.has_value(), "whoever reads a list of commands can read this one");
  fuzz::require(api::fromJson<api::Command>(read->at("commands").at(0)).has_value(), "it is a command");
}

void reply(std::string_view text) {
  CommandBook book;
  const auto command = book.create(kCar, kSomebody, "lock", "{}", std::nullopt, kNow);
  fuzz::require(command.has_value(), "a command is given");
  fuzz::require(!book.applyReply(command->id, kSomebody, text, kNow), "nobody answers for another");
  const auto answered = book.applyReply(command->id, kCar, text, kNow);
  if (!answered) {
    fuzz::require(!answered.error().message().empty(), "every error has a sentence");
    return fuzz::require(book.find(command->id)->state == command->state, "what is no answer changes nothing");
  }
  requireTellable(*answered);
  const bool isOver = answered->state != api::CommandState::received;
  fuzz::require((book.find(command->id) == nullptr) == isOver, "what is over is let go");
  fuzz::require(!book.applyReply(command->id, kCar, text, kNow), "an answer counts once");
}

void give(std::string_view text) {
  CommandBook book;
  const auto command = book.create(kCar, kSomebody, "lock", std::string(text), std::nullopt, kNow);
  if (!command) return fuzz::require(!command.error().message().empty(), "every error has a sentence");
  requireTellable(*command);
  const auto payload = api::parseJson(commandPayload(*command));
  fuzz::require(payload && payload->at("id") == command->id, "the car can read it");
}

void readTopic(std::string_view text) {
  const auto topic = CarTopic::parse(text);
  if (!topic) return;
  fuzz::require(text.substr(5).starts_with(topic->car), "the car is in the topic");
  std::string again(text);
  if (topic->kind == CarTopicKind::telemetry) again = telemetryTopic(topic->car);
  if (topic->kind == CarTopicKind::event) again = eventTopic(topic->car);
  if (topic->kind == CarTopicKind::command) again = commandTopic(topic->car);
  if (topic->kind == CarTopicKind::commandReply) again = commandReplyTopic(topic->car, topic->commandId);
  fuzz::require(again == text, "a topic comes back");
}

}  // namespace

/// The same bytes as a car's answer to a command, as what a command says, and as a topic.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kReady = initCryptography().has_value();
  fuzz::require(kReady, "cryptography is ready");
  const auto text = fuzz::asText(data, size);
  reply(text);
  give(text);
  readTopic(text);
  return 0;
}
