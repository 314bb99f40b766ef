#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/visible_rows.h"

namespace carport::handlers {

namespace {

Answer answerCommands(Call& call, std::optional<PrincipalNumber> car) {
  const auto limit = call.integer("limit", 1, CommandQuery::kMaxLimit, 100);
  if (!limit) co_return limit.error();
  CommandQuery query;
  query.car = car;
  query.limit = static_cast<std::size_t>(*limit);
  auto reading = readVisible<api::Command, CommandQuery>(
      call, std::move(query),
      [](HistoryReader& reader, const CommandQuery& wanted) { return reader.commands(wanted); });
  const Result<nlohmann::json> commands = co_await std::move(reading);
  co_return commands ? replyOk({{"commands", *commands}}) : replyFailure(commands.error());
}

/// The command that the path names, once the rules have allowed `action` on its car.
boost::asio::awaitable<Asked<api::Command>> commandFor(Call& call, api::Action action) {
  const std::string& id = call.variable("commandId");
  std::function<Result<std::optional<api::Command>>(HistoryReader&)> read = [id](HistoryReader& reader) {
    return reader.command(id);
  };
  auto reading = call.read<std::optional<api::Command>>(std::move(read));
  const Result<std::optional<api::Command>> stored = co_await std::move(reading);
  if (!stored) co_return refuse(replyFailure(stored.error()));
  const auto car = *stored ? call.registry().find((*stored)->car) : std::nullopt;
  if (!car)
    co_return refuse(replyFailure(ErrorKind::notFound, fmt::format("There is no command '{}'", id.substr(0, 64))));
  if (const auto allowed = call.demand(action, *car); !allowed) co_return refuse(allowed.error());
  co_return **stored;
}

}  // namespace

Answer sendCommand(Call& call) {
  const auto car = call.car(api::Action::command);
  if (!car) co_return car.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string name;
  std::string arguments = "{}";
  std::optional<TimePoint> expiresAt;
  api::FieldReader fields(*json);
  fields.noOthers({"name", "arguments", "expiresAt"})
      .text("name", name, api::Need::required, api::kMaxCommandNameBytes)
      .objectText("arguments", arguments, api::Need::optional, api::kMaxCommandArgumentsBytes)
      .time("expiresAt", expiresAt);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  StartWork<api::Command> start = [&call, &car, name, arguments,
                                   expiresAt](std::function<void(Result<api::Command>)> done) {
    call.control.commands.create(car->number, call.who().number, name, arguments, expiresAt, std::move(done));
    return true;
  };
  auto creating = awaitAnswer<api::Command>(call.control.port, std::move(start));
  const Result<api::Command> created = co_await std::move(creating);
  co_return created ? replyCreated(described(*created, call.registry())) : replyFailure(created.error());
}

Answer listCarCommands(Call& call) {
  const auto car = call.car(api::Action::view);
  if (!car) co_return car.error();
  auto answering = answerCommands(call, car->number);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

Answer listCommands(Call& call) {
  auto answering = answerCommands(call, std::nullopt);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

Answer getCommand(Call& call) {
  auto finding = commandFor(call, api::Action::view);
  const Asked<api::Command> command = co_await std::move(finding);
  co_return command ? replyOk(described(*command, call.registry())) : command.error();
}

Answer cancelCommand(Call& call) {
  auto finding = commandFor(call, api::Action::command);
  const Asked<api::Command> command = co_await std::move(finding);
  if (!command) co_return command.error();
  if (call.control.commands.find(command->id) == nullptr) {
    co_return replyFailure(ErrorKind::conflict, fmt::format("It is too late to cancel: the command is {} already",
                                                            api::nameOf(command->state)));
  }
  StartWork<api::Command> start = [&call, &command](std::function<void(Result<api::Command>)> done) {
    call.control.commands.cancel(command->id, std::move(done));
    return true;
  };
  auto cancelling = awaitAnswer<api::Command>(call.control.port, std::move(start));
  const Result<api::Command> cancelled = co_await std::move(cancelling);
  co_return cancelled ? replyOk(described(*cancelled, call.registry())) : replyFailure(cancelled.error());
}

}  // namespace carport::handlers
