#pragma once

#include "gateway/base/result.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace carport::ui {

/// What a request answers that only has to succeed.
struct Nothing {
  bool operator==(const Nothing&) const = default;
};

/// The answer to one request, to come. A value: copies speak of the same request; letting go of all of them does not
/// take the request back. GUI thread.
///
///     m_pending.cancel();                            // an older answer is of no interest any more
///     m_pending = client.history(id, query);
///     m_pending.then(this, [this](const Result<api::History>& history) { … });
template <class T>
class Reply {
 public:
  using Callback = std::function<void(const Result<T>&)>;

  /// The sending side of a Reply.
  struct State {
    QPointer<QObject> receiver;
    Callback callback;
    std::function<void()> abort;
    bool answered = false;

    void answer(const Result<T>& result) {
      answered = true;
      abort = nullptr;
      const Callback call = std::exchange(callback, nullptr);
      if (call && receiver) call(result);
    }
  };

  Reply() = default;

  /// Calls `callback` once with the answer, never from within then(), and never after `receiver` is gone or cancel()
  /// was called. One callback a request: a second takes the place of the first.
  void then(QObject* receiver, Callback callback) const {
    if (!m_state) return;
    m_state->receiver = receiver;
    m_state->callback = std::move(callback);
  }

  /// Takes the request back where it has not been answered; nobody is called. No harm where there is none.
  void cancel() {
    if (!m_state) return;
    const auto state = std::exchange(m_state, nullptr);
    state->callback = nullptr;
    if (const auto abort = std::exchange(state->abort, nullptr)) abort();
  }

  /// Takes the request back as cancel() does, without being what keeps it.
  std::function<void()> canceller() const {
    return [held = std::weak_ptr<State>(m_state)] { Reply(held.lock()).cancel(); };
  }

  /// A request is out and not answered.
  bool isPending() const { return m_state && !m_state->answered; }

  explicit Reply(std::shared_ptr<State> state) : m_state(std::move(state)) {}

 private:
  std::shared_ptr<State> m_state;
};

}  // namespace carport::ui
