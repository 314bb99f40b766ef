#include "gateway/server/nitrogen/letters.h"

#include "gateway/server/nitrogen/nitrogen_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;
using Letters = std::vector<Letter>;

NitrogenAsked<void> findSender(const NitrogenCall& call, Letter& letter) {
  letter.from = call.who();
  if (letter.draft.from && *letter.draft.from != call.context.ids.idOf(call.who().number)) {
    auto from = call.administered(*letter.draft.from);
    if (!from) return nitrogenRefuse(from.error());
    letter.from = std::move(*from);
  }
  // By custom from which address somebody came is for the service to say, whoever else may speak for him.
  if (letter.draft.type != "ip" || call.rights().mayAdministerGateway(call.who())) return {};
  return nitrogenRefuse(http::status::forbidden, "Messages of type 'ip' are for who administers the gateway to send");
}

NitrogenAsked<void> findReceiver(const NitrogenCall& call, Letter& letter) {
  if (!letter.draft.to || letter.draft.to->empty()) {
    if (call.rights().may(call.who(), api::Action::send, letter.from)) return {};
    return nitrogenRefuse(http::status::forbidden, "You may not send messages");
  }
  letter.isToService = *letter.draft.to == "service" || *letter.draft.to == serviceId(call.context);
  if (letter.isToService) return {};
  auto to = call.principal(*letter.draft.to);
  if (!to) return nitrogenRefuse(to.error());
  letter.to = std::move(*to);
  return {};
}

/// The message as it is now, for the rules to look at.
Json documentOf(const NitrogenCall& call, const Letter& letter) {
  std::string to = letter.to ? call.context.ids.idOf(letter.to->number) : std::string();
  if (letter.isToService) to = serviceId(call.context);
  return letter.draft.document(call.context.ids.idOf(letter.from.number), to);
}

NitrogenAsked<void> demandReceiver(const NitrogenCall& call, const Letter& letter) {
  if (!letter.to || letter.to->number == call.who().number) return {};
  if (call.rights().maySend(call.who(), *letter.to, letter.draft.type, documentOf(call, letter))) return {};
  return nitrogenRefuse(http::status::forbidden, "You may not send messages to this principal");
}

NitrogenAsked<void> findCommanded(const NitrogenCall& call, Letter& letter) {
  constexpr std::string_view kTag = "command:";
  for (const std::string& tag : letter.draft.tags) {
    if (!tag.starts_with(kTag)) continue;
    const auto device = call.principal(std::string_view(tag).substr(kTag.size()));
    if (!device || device->type != api::PrincipalType::device) continue;
    // What a device says of commands to itself (its answers carry the tag, too) commands nobody.
    if (device->number == letter.from.number) continue;
    if (!call.rights().maySend(call.who(), *device, letter.draft.type, documentOf(call, letter))) {
      return nitrogenRefuse(http::status::forbidden, "You may not send commands to this device");
    }
    if (letter.commanded) return nitrogenRefuse(http::status::bad_request, "A message commands one device at most");
    letter.commanded = *device;
  }
  return {};
}

/// Puts the letter in, or one for each member of the group that it is to. The device that it commands comes first.
void putLetters(const NitrogenCall& call, Letter letter, Letters& letters) {
  const bool isToGroup = letter.to && letter.to->type == api::PrincipalType::group;
  auto members = isToGroup ? call.registry().membersOf(letter.to->id) : std::vector<api::Principal>();
  if (members.empty()) return letters.push_back(std::move(letter));
  std::stable_partition(members.begin(), members.end(), [&](const api::Principal& member) {
    return letter.commanded && member.number == letter.commanded->number;
  });
  for (api::Principal& member : members) {
    letter.to = std::move(member);
    letters.push_back(letter);
    letter.commanded.reset();
    letter.isCopy = true;
  }
}

}  // namespace

NitrogenAsked<Letters> readLetters(const NitrogenCall& call) {
  auto json = call.json();
  if (!json) return nitrogenRefuse(json.error());
  const Json list = json->is_array() ? std::move(*json) : Json::array({std::move(*json)});
  if (list.size() > kMaxMessagesPerCall) {
    return nitrogenRefuse(http::status::bad_request,
                          fmt::format("Send {} messages at once at most", kMaxMessagesPerCall));
  }
  Letters letters;
  for (const Json& one : list) {
    auto draft = readNitrogenMessage(one, call.now());
    if (!draft) return nitrogenRefuse(nitrogenFailure(draft.error()));
    Letter letter;
    letter.draft = std::move(*draft);
    if (const auto found = findSender(call, letter); !found) return nitrogenRefuse(found.error());
    if (const auto found = findReceiver(call, letter); !found) return nitrogenRefuse(found.error());
    if (const auto allowed = demandReceiver(call, letter); !allowed) return nitrogenRefuse(allowed.error());
    if (const auto found = findCommanded(call, letter); !found) return nitrogenRefuse(found.error());
    putLetters(call, std::move(letter), letters);
    if (letters.size() > kMaxLettersPerCall) {
      return nitrogenRefuse(
          http::status::bad_request,
          fmt::format("With the members of groups a call has {} messages at most", kMaxLettersPerCall));
    }
  }
  return letters;
}

}  // namespace carport::nitrogen
