#include "gateway/simulator/command_desk.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace carport::sim {

namespace {
constexpr Milliseconds kHornFor = std::chrono::seconds(4);
constexpr Milliseconds kLightsFor = std::chrono::seconds(15);
constexpr double kShortestMs = 250;
constexpr double kLongestMs = 1600;

std::string text(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// An id becomes part of a topic name, so nothing that means something there.
bool isAcceptableId(std::string_view id) {
  return !id.empty() && id.size() <= CommandDesk::kMaxCommandIdBytes &&
         id.find_first_of("/+#") == std::string_view::npos;
}
}  // namespace

void CommandDesk::receive(std::string_view payload, TimePoint now) {
  const nlohmann::json command = nlohmann::json::parse(payload, nullptr, false);
  const std::string id = command.is_object() ? text(command, "id") : std::string();
  if (!isAcceptableId(id)) {
    ++m_unreadable;
    return;
  }
  const auto waits = std::find_if(m_pending.begin(), m_pending.end(), [&](const Pending& one) { return one.id == id; });
  if (waits != m_pending.end()) return;  // delivered again: one answer is enough
  if (m_pending.size() > kMaxPending) {
    ++m_unreadable;
    return;
  }
  const std::string name = m_pending.size() == kMaxPending ? "too many" : text(command, "name");
  const auto delay = Milliseconds(static_cast<std::int64_t>(m_random.between(kShortestMs, kLongestMs)));
  m_pending.push_back({id, name, now + delay});
}

std::vector<CarMessage> CommandDesk::takeReplies(TimePoint now, bool moving) {
  std::vector<CarMessage> replies;
  std::erase_if(m_pending, [&](const Pending& pending) {
    if (pending.due > now) return false;
    const std::string problem = carryOut(pending.name, now, moving);
    nlohmann::ordered_json reply{{"status", problem.empty() ? "done" : "failed"}};
    if (!problem.empty()) reply["message"] = problem;
    reply["ts"] = toMs(now);
    const auto replace = nlohmann::ordered_json::error_handler_t::replace;
    replies.push_back({fmt::format("command/{}/reply", pending.id), reply.dump(-1, ' ', false, replace), toMs(now)});
    return true;
  });
  return replies;
}

std::string CommandDesk::carryOut(const std::string& name, TimePoint now, bool moving) {
  if (name == "lock" || name == "unlock") {
    m_body.locked = name == "lock";
  } else if (name == "honk") {
    m_body.hornUntil = now + kHornFor;
  } else if (name == "flash" || name == "locate") {
    m_body.lightsUntil = now + kLightsFor;
  } else if (name == "immobilise") {
    if (moving) return "The car is moving; it can be immobilised only while it stands";
    m_body.immobilised = true;
  } else if (name == "release") {
    m_body.immobilised = false;
  } else if (name == "too many") {
    return "The car has too many commands waiting; try again in a moment";
  } else {
    return fmt::format("This car does not know the command “{}”", name);
  }
  return {};
}

}  // namespace carport::sim
