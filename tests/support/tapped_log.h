#pragma once

#include "gateway/base/base_errc.h"
#include "gateway/domain/durable_log.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace carport::test {

/// The real storage with a tap: holds commits' answers back, fails them, refuses jobs or lets nobody through, when told
/// to. Any thread.
class TappedLog final : public DurableLog {
 public:
  explicit TappedLog(DurableLog& real) : m_real(real) {}

  /// From now on what is on disk is not reported, until letGo().
  void hold() {
    set([this] { m_holding = true; });
  }
  void letGo() {
    std::vector<std::function<void()>> held;
    set([&] {
      m_holding = false;
      held.swap(m_held);
    });
    for (const auto& report : held) report();
  }
  /// Whoever calls appendSamples() from now on stays in it, until letThrough(): an I/O thread that is stuck.
  void block() {
    set([this] { m_blocking = true; });
  }
  void letThrough() {
    set([this] { m_blocking = false; });
    m_through.notify_all();
  }
  /// Callers that are stuck.
  std::size_t stuck() const {
    std::lock_guard lock(m_mutex);
    return m_stuck;
  }
  /// The next appendSamples() is reported as failed.
  void failNext() {
    set([this] { m_failNext = true; });
  }
  /// appendSamples() says that the queue is full, while on.
  void setFull(bool full) {
    set([&] { m_full = full; });
  }
  /// changeRegistry() says the same, while on.
  void refuseRegistry(bool refuse) {
    set([&] { m_refuseRegistry = refuse; });
  }
  /// appendConnections() says the same, while on.
  void refuseConnections(bool refuse) {
    set([&] { m_refuseConnections = refuse; });
  }
  /// appendSessionChanges() is reported as failed, while on.
  void failSessions(bool fail) {
    set([&] { m_failSessions = fail; });
  }
  std::size_t held() const {
    std::lock_guard lock(m_mutex);
    return m_held.size();
  }

  bool appendSamples(std::shared_ptr<const SampleBatch> samples, Done done) override {
    bool failing = false;
    {
      std::unique_lock lock(m_mutex);
      ++m_stuck;
      m_through.wait(lock, [this] { return !m_blocking; });
      --m_stuck;
      if (m_full) return false;
      failing = std::exchange(m_failNext, false);
    }
    if (failing) {
      done(carport::fail(BaseErrc::ioFailed, "The disk is broken"));
      return true;
    }
    return m_real.appendSamples(std::move(samples), tapped(std::move(done)));
  }
  bool appendEvents(std::vector<api::Event> events, EventsDone done) override {
    return m_real.appendEvents(std::move(events), std::move(done));
  }
  using DurableLog::saveCommand;
  bool saveCommand(api::Command command, std::optional<Act> act, Done done) override {
    return m_real.saveCommand(std::move(command), std::move(act), std::move(done));
  }
  bool saveRetained(RetainedMessage message, Done done) override {
    return m_real.saveRetained(std::move(message), tapped(std::move(done)));
  }
  bool appendSessionChanges(std::shared_ptr<const SessionChanges> changes, SessionsDone done) override {
    bool failing = false;
    set([&] { failing = m_failSessions; });
    if (failing) {
      done(carport::fail(BaseErrc::ioFailed, "The disk is broken"));
      return true;
    }
    return m_real.appendSessionChanges(std::move(changes), tapped<std::uint64_t>(std::move(done)));
  }
  bool appendConnections(std::shared_ptr<const ConnectionNews> news, Done done) override {
    bool refusing = false;
    set([&] { refusing = m_refuseConnections; });
    return !refusing && m_real.appendConnections(std::move(news), std::move(done));
  }
  bool changeRegistry(RegistryChange change, Done done) override {
    bool refusing = false;
    set([&] { refusing = m_refuseRegistry; });
    return !refusing && m_real.changeRegistry(std::move(change), std::move(done));
  }
  bool changeNitrogen(NitrogenChange change, std::size_t bytes, Done done) override {
    return m_real.changeNitrogen(std::move(change), bytes, std::move(done));
  }
  WriterStatus status() const override { return m_real.status(); }
  DiskLevel diskLevel() const override { return m_real.diskLevel(); }

 private:
  template <class Value = void>
  std::function<void(const Result<Value>&)> tapped(std::function<void(const Result<Value>&)> done) {
    return [this, done = std::move(done)](const Result<Value>& result) {
      auto report = [done, result] { done(result); };
      {
        std::lock_guard lock(m_mutex);
        if (m_holding) return m_held.push_back(std::move(report));
      }
      report();
    };
  }
  template <class Change>
  void set(Change change) {
    std::lock_guard lock(m_mutex);
    change();
  }

  DurableLog& m_real;
  // Guards the members below: the gateway's threads append, the writer reports, the test turns the tap.
  mutable std::mutex m_mutex;
  bool m_holding = false;
  bool m_failNext = false;
  bool m_full = false;
  bool m_failSessions = false;
  bool m_refuseRegistry = false;
  bool m_refuseConnections = false;
  bool m_blocking = false;
  std::size_t m_stuck = 0;
  std::condition_variable m_through;
  std::vector<std::function<void()>> m_held;
};

}  // namespace carport::test
