#include "gateway/server/nitrogen/find_options.h"
#include "gateway/server/nitrogen/message_search.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace carport::nitrogen {

namespace {

/// Most messages that are removed at once.
constexpr std::size_t kMaxRemoved = 1000;

boost::asio::awaitable<Result<MessageSearch::Found>> search(NitrogenCall& call, api::DocumentFilter filter,
                                                            bool newestFirst, std::size_t wanted) {
  const auto search = std::make_shared<MessageSearch>(
      call.registry(), call.context.ids, call.context.control.parts.names, call.who(), std::move(filter), call.now());
  std::function<Result<MessageSearch::Found>(HistoryReader&, NitrogenReader*)> read =
      [search, newestFirst, wanted](HistoryReader& reader, NitrogenReader* stored) {
        return search->run(reader, stored, newestFirst, wanted);
      };
  auto reading = call.read<MessageSearch::Found>(std::move(read));
  Result<MessageSearch::Found> found = co_await std::move(reading);
  co_return found;
}

}  // namespace

Answer findMessages(NitrogenCall& call) {
  auto filter = filterOf(call);
  if (!filter) co_return filter.error();
  auto options = FindOptions::of(call);
  if (!options) co_return options.error();
  if (!options->sortBy.empty() && options->sortBy != "ts") {
    co_return nitrogenFailure(http::status::bad_request, "Messages are sorted by 'ts' alone");
  }
  const bool newestFirst = options->sortBy.empty() || !options->ascending;
  auto searching = search(call, std::move(*filter), newestFirst, options->skip + options->limit);
  Result<MessageSearch::Found> found = co_await std::move(searching);
  if (!found) co_return nitrogenFailure(found.error());
  // The device has what it asked for: its commands have reached it.
  for (const std::string& command : found->commands) call.context.control.commands.sent(command);
  options->sortBy.clear();  // they come sorted
  options->apply(found->messages);
  co_return nitrogenOk({{"messages", std::move(found->messages)}});
}

Answer removeMessages(NitrogenCall& call) {
  auto filter = filterOf(call);
  if (!filter) co_return filter.error();
  auto searching = search(call, std::move(*filter), true, kMaxRemoved);
  const Result<MessageSearch::Found> found = co_await std::move(searching);
  if (!found) co_return nitrogenFailure(found.error());
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < found->numbers.size(); ++i) {
    const auto sender = call.registry().find(found->from[i]);
    const bool isOwn = found->from[i] == call.who().number;
    if (isOwn || (sender && call.mayAdminister(*sender))) numbers.push_back(found->numbers[i]);
  }
  if (numbers.empty() && !found->numbers.empty()) {
    co_return nitrogenFailure(http::status::forbidden,
                              "You may remove your own messages, and those of whom you administer");
  }
  auto removing = call.changeNitrogen(0, [numbers](NitrogenStore& store) { return store.removeMessages(numbers); });
  const Result<void> removed = co_await std::move(removing);
  co_return removed ? nitrogenOk({{"removed", numbers.size()}}) : nitrogenFailure(removed.error());
}

}  // namespace carport::nitrogen
