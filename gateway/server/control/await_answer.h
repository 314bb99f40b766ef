#pragma once

#include "gateway/base/base_errc.h"
#include "gateway/base/result.h"
#include "gateway/server/control/control_port.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace carport {

/// Gives work away with `start(done)`; false: nobody took it. `done` may be called on any thread.
template <class T>
using StartWork = std::function<bool(std::function<void(Result<T>)> done)>;

/// Waits on the control thread for what another thread answers. The other thread holds no more than a weak reference: a
/// coroutine that is gone is not woken. Fails with BaseErrc::queueFull where nobody took the work, or nobody has
/// answered by `until`.
template <class T>
boost::asio::awaitable<Result<T>> awaitAnswer(
    std::shared_ptr<ControlPort> port, StartWork<T> start,
    boost::asio::steady_timer::time_point until = boost::asio::steady_timer::time_point::max()) {
  struct Pending {
    Pending(const boost::asio::any_io_executor& executor, boost::asio::steady_timer::time_point end)
        : timer(executor, end) {}
    boost::asio::steady_timer timer;  // stands for "answered": cancelled when `answer` is there
    std::optional<Result<T>> answer;
  };
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto pending = std::make_shared<Pending>(executor, until);
  std::function<void(Result<T>)> done = [port, waiting = std::weak_ptr<Pending>(pending)](Result<T> answer) {
    auto shared = std::make_shared<Result<T>>(std::move(answer));
    port->answer([waiting, shared] {
      const auto alive = waiting.lock();
      if (!alive) return;
      alive->answer = std::move(*shared);
      alive->timer.cancel();
    });
  };
  if (!start(std::move(done))) co_return fail(BaseErrc::queueFull, "The gateway is too busy; try again in a while");
  while (!pending->answer) {
    const auto [cancelled] = co_await pending->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!cancelled && !pending->answer) {
      co_return fail(BaseErrc::queueFull, "The gateway is too busy to answer in time; try again in a while");
    }
  }
  co_return std::move(*pending->answer);
}

}  // namespace carport
