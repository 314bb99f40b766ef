// What access decisions cost with many rules: remembered by a session, as they are for nearly every message, and cold.
// One organisation has rules of all kinds, mostly about single cars and groups; what is asked is decided by a rule
// near the end of them, or by none. Prints JSON.
#include "gateway/server/mqtt/access_gate.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace carport;
using api::Action;
using api::Principal;
using api::PrincipalType;
using api::Rule;
using Kind = api::Selector::Kind;
using nlohmann::json;

constexpr std::size_t kGroups = 300;
constexpr std::size_t kBatch = 1000;  // cached decisions that are timed together: one takes less than a clock tells

struct Options {
  std::size_t rules = 10'000;
  std::size_t cars = 30'000;
  std::size_t users = 500;
  std::size_t decisions = 200'000;
};

class AccessBench {
 public:
  explicit AccessBench(Options options) : m_options(options) {
    RegistrySnapshot snapshot;
    for (std::size_t i = 0; i < kGroups; ++i) add(snapshot, group(i), PrincipalType::group);
    for (std::size_t i = 0; i < m_options.cars; ++i) {
      Principal& car = add(snapshot, fmt::format("car-{:05}", i), PrincipalType::device);
      car.groups = {group(i), group(i * 7)};
      car.attributes.set("depot", fmt::format("depot-{}", i % 40));
      m_cars.push_back(car);
    }
    for (std::size_t i = 0; i < m_options.users; ++i) {
      Principal& user = add(snapshot, fmt::format("user-{:04}", i), PrincipalType::user);
      user.role = i % 3 == 0 ? "viewer" : "operator";
      user.groups = {group(i), group(i * 11), group(i * 13)};
      m_users.push_back(user);
    }
    snapshot.rules = makeRules();
    m_registry.reset(std::move(snapshot));
    m_rules = m_registry.rules();
  }

  json run() {
    return {{"rules", m_rules->rules().size()},        {"cars", m_options.cars},           {"users", m_options.users},
            {"cachedPublish", cachedPublish()},        {"cachedReceive", cachedReceive()}, {"cold", cold(Action::view)},
            {"coldNoRule", cold(Action::impersonate)}, {"coldCommand", coldCommand()}};
  }

 private:
  static std::string group(std::size_t i) { return fmt::format("group-{:03}", i % kGroups); }

  Principal& add(RegistrySnapshot& snapshot, std::string id, PrincipalType type) {
    auto& principal = snapshot.principals.emplace_back().principal;
    principal.number = PrincipalNumber{static_cast<std::uint32_t>(snapshot.principals.size())};
    principal.id = std::move(id);
    principal.type = type;
    return principal;
  }

  std::string user(std::size_t i) const { return fmt::format("user-{:04}", i % m_options.users); }
  std::string car(std::size_t i) const { return fmt::format("car-{:05}", i % m_options.cars); }

  /// Of eight rules in a row: one person and one car, a group and a group, a role and a car, …
  Rule makeRule(std::size_t i) {
    Rule rule;
    const std::size_t any = m_random();
    const std::array who{"principal:" + user(any), "group:" + group(any),   std::string("role:operator"),
                         "principal:" + user(any), "group:" + group(any),   std::string("role:viewer"),
                         "group:" + group(any),    std::string("type:user")};
    const std::array about{"principal:" + car(any / 7),
                           "group:" + group(any / 7),
                           "principal:" + car(any / 7),
                           "group:" + group(any / 7),
                           fmt::format("attribute:depot=depot-{}x", any % 40),
                           "principal:" + car(any / 7),
                           std::string("topic:plant/+/door"),
                           "principal:" + car(any / 7)};
    rule.who = api::Selector::parse(who[i % who.size()]).value();
    rule.about = api::Selector::parse(about[i % about.size()]).value();
    rule.action = static_cast<Action>(any % 5);  // none about impersonating
    if (rule.action == Action::command && i % 2 == 0) rule.command = "unlock";
    rule.allow = any % 3 != 0;
    rule.priority = 100;
    return rule;
  }

  std::vector<Rule> makeRules() {
    std::vector<Rule> rules = defaultRules();
    const std::size_t others = m_options.rules - std::min(m_options.rules, rules.size());
    for (std::size_t i = 0; i < others; ++i) rules.push_back(makeRule(i));
    for (std::size_t i = 0; i < rules.size(); ++i) rules[i].number = RuleNumber{static_cast<std::int64_t>(i) + 1};
    return rules;
  }

  static json summary(std::vector<double> nanoseconds, std::size_t allowed) {
    std::sort(nanoseconds.begin(), nanoseconds.end());
    const auto at = [&](double part) {
      return nanoseconds[static_cast<std::size_t>(part * static_cast<double>(nanoseconds.size() - 1))];
    };
    return {{"nsMedian", at(0.5)},
            {"ns99", at(0.99)},
            {"nsMax", at(1)},
            {"timed", nanoseconds.size()},
            {"allowed", allowed}};
  }

  template <class Ask>
  json timed(std::size_t rounds, std::size_t each, Ask&& ask) const {
    std::vector<double> took;
    std::size_t allowed = 0;
    took.reserve(rounds);
    for (std::size_t i = 0; i < rounds; ++i) {
      const auto start = std::chrono::steady_clock::now();
      for (std::size_t n = 0; n < each; ++n) allowed += ask(i * each + n) ? 1 : 0;
      const auto end = std::chrono::steady_clock::now();
      took.push_back(std::chrono::duration<double, std::nano>(end - start).count() / static_cast<double>(each));
    }
    return summary(std::move(took), allowed);
  }

  /// A car's own telemetry, message after message.
  json cachedPublish() {
    AccessGate gate(m_registry, m_clock);
    AccessCache cache;
    const Principal& who = m_cars[7];
    const std::string topic = "cars/" + who.id + "/telemetry";
    const std::string payload = R"({"speed":12.5,"soc":71.5})";
    return timed(m_options.decisions / kBatch, kBatch, [&](std::size_t) {
      return gate.mayPublish(cache, who, topic, CarTopic::parse(topic), payload).allowed;
    });
  }

  /// A service that is sent what ten thousand cars send.
  json cachedReceive() {
    AccessGate gate(m_registry, m_clock);
    AccessCache cache;
    std::vector<MqttMessage> messages;
    for (std::size_t i = 0; i < std::min<std::size_t>(10'000, m_cars.size()); ++i) {
      auto& message = messages.emplace_back();
      message.topic = "cars/" + m_cars[i].id + "/telemetry";
      message.car = m_cars[i].number;
      static_cast<void>(gate.mayReceive(cache, m_users[1], message));
    }
    return timed(m_options.decisions / kBatch, kBatch,
                 [&](std::size_t i) { return gate.mayReceive(cache, m_users[1], messages[i % messages.size()]); });
  }

  json cold(Action action) {
    return timed(m_options.decisions, 1, [&](std::size_t) {
      const Principal& who = m_users[m_random() % m_users.size()];
      const Principal& about = m_cars[m_random() % m_cars.size()];
      return m_rules->allows(who, action, Resource{&about}, m_now);
    });
  }

  json coldCommand() {
    return timed(m_options.decisions, 1, [&](std::size_t i) {
      const Principal& who = m_users[m_random() % m_users.size()];
      const Principal& about = m_cars[m_random() % m_cars.size()];
      const std::string_view name = i % 2 == 0 ? "unlock" : "lock";
      return m_rules->allows(who, Action::command, Resource{&about, {}, name, "{}"}, m_now);
    });
  }

  const Options m_options;
  SystemClock m_clock;
  const TimePoint m_now = m_clock.now();
  std::mt19937 m_random{12};
  Registry m_registry;
  std::vector<Principal> m_cars, m_users;
  std::shared_ptr<const RuleSet> m_rules;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("What access decisions cost with many rules");
  program.add_option("--rules", options.rules)->capture_default_str();
  program.add_option("--cars", options.cars)->capture_default_str()->check(CLI::Range(8, 1'000'000));
  program.add_option("--users", options.users)->capture_default_str()->check(CLI::Range(2, 100'000));
  program.add_option("--decisions", options.decisions, "Of each kind")
      ->capture_default_str()
      ->check(CLI::Range(1000, 100'000'000));
  CLI11_PARSE(program, argc, argv);
  fmt::print("{}\n", AccessBench(options).run().dump(2));
  return 0;
}
