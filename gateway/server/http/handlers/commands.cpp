#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/list_filters.h"
#include "gateway/server/http/handlers/visible_rows.h"
#include "gateway/server/http/limit_call.h"
#include "gateway/server/http/page.h"

namespace carport::handlers {

namespace {

constexpr PageSize kCommandPage{100, CommandQuery::kMaxLimit};

Answer answerCommands(Call& call, std::optional<PrincipalNumber> car) {
  const auto page = readPage(call, 1, kCommandPage);
  if (!page) co_return page.error();
  const auto state =
      readWord<api::CommandState>(call, "state", "queued, sent, received, done, failed, expired or cancelled");
  if (!state) co_return state.error();
  CommandQuery query;
  query.car = car;
  query.limit = page->limit;
  if (page->after) query.before = page->after->front();
  std::function<bool(const api::Command&)> accepts = [wanted = *state,
                                                      name = call.parameter("name")](const api::Command& command) {
    return (!wanted || command.state == *wanted) && (!name || command.name == *name);
  };
  auto reading = readVisible<api::Command, CommandQuery>(
      call, std::move(query), [](HistoryReader& reader, const CommandQuery& wanted) { return reader.commands(wanted); },
      std::move(accepts));
  const Result<VisibleRows<api::Command>> commands = co_await std::move(reading);
  if (!commands) co_return replyFailure(commands.error());
  std::optional<std::vector<std::string>> last;
  if (commands->last) last = {commands->last->id};
  co_return replyPage(call, "commands", commands->rows, last);
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
  const auto missing = [&](bool isConcealed) {
    Reply reply = replyFailure(ErrorKind::notFound, fmt::format("There is no command '{}'", id.substr(0, 64)));
    reply.concealed = isConcealed;
    return refuse(std::move(reply));
  };
  const auto car = *stored ? call.registry().find((*stored)->car) : std::nullopt;
  if (!car || !call.sees(*car)) co_return missing(car.has_value());
  const api::Command& command = **stored;
  const auto allowed = action == api::Action::command ? call.demandCommand(*car, command.name, command.arguments)
                                                      : call.demand(action, *car);
  // Where the car must not be known of, its id must not be told either.
  if (!allowed && allowed.error().status == http::status::not_found) co_return missing(true);
  if (!allowed) co_return refuse(allowed.error());
  co_return **stored;
}

}  // namespace

Answer sendCommand(Call& call) {
  const auto car = call.knownCar(call.variable("id"));
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
  if (const auto allowed = call.demandCommand(*car, name, arguments); !allowed) co_return allowed.error();
  if (const auto within = chargeLimits(call, api::LimitMeasure::commandsPerHour); !within) co_return within.error();
  StartWork<api::Command> start = [&call, &car, name, arguments,
                                   expiresAt](std::function<void(Result<api::Command>)> done) {
    call.control.commands.create(car->number, call.who().number, name, arguments, expiresAt, call.act(),
                                 std::move(done));
    return true;
  };
  auto creating = awaitAnswer<api::Command>(call.control.port, std::move(start));
  const Result<api::Command> created = co_await std::move(creating);
  co_return created ? replyCreated(described(*created, call.registry(), call.numbers()))
                    : replyFailure(created.error());
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
  co_return command ? replyOk(described(*command, call.registry(), call.numbers())) : command.error();
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
    call.control.commands.cancel(command->id, call.act(), std::move(done));
    return true;
  };
  auto cancelling = awaitAnswer<api::Command>(call.control.port, std::move(start));
  const Result<api::Command> cancelled = co_await std::move(cancelling);
  co_return cancelled ? replyOk(described(*cancelled, call.registry(), call.numbers()))
                      : replyFailure(cancelled.error());
}

}  // namespace carport::handlers
