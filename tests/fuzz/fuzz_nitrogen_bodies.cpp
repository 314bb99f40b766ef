#include "gateway/api/json_codec.h"
#include "gateway/domain/live_states.h"
#include "gateway/server/http/encoded.h"
#include "gateway/server/nitrogen/find_options.h"
#include "gateway/server/nitrogen/letters.h"
#include "gateway/server/nitrogen/nitrogen_call.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/permission_fields.h"
#include "gateway/server/nitrogen/permission_rights.h"
#include "gateway/server/nitrogen/profile_fields.h"
#include "gateway/transport/io_thread.h"
#include "tests/fuzz/fuzz_gateway.h"

#include <algorithm>
#include <string>

using namespace carport;

namespace {

using Json = nlohmann::json;

/// What handlers of Nitrogen's API work with, where nobody else is at work.
class Handlers {
 public:
  Handlers() {
    m_fixture.control.reset();
    for (const char* id : {"root", "car-1"}) m_context.book.put(m_fixture.numberOf(id), Json{{"type", "user"}});
  }

  NitrogenCall call(std::string_view target, std::string body, std::string_view host = "localhost") {
    HttpRequest request{http::verb::post, "/api/v1/messages", 11};
    request.set(http::field::host, boost::beast::string_view(host.data(), host.size()));
    request.body() = filledIn(std::move(body));
    NitrogenCall made(m_context, std::move(request), Target::parse(target).value_or(Target{}), "127.0.0.1");
    made.caller = NitrogenCaller{*m_fixture.registry.find("root"), {}, {}};
    return made;
  }

 private:
  /// `$ROOT` and `$CAR` become ids, which differ from run to run.
  std::string filledIn(std::string text) const {
    for (const auto& [word, id] : {std::pair("$ROOT", "root"), std::pair("$CAR", "car-1")}) {
      const std::string value = m_context.ids.idOf(m_fixture.numberOf(id));
      for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word)) {
        text.replace(at, std::string_view(word).size(), value);
      }
    }
    return text;
  }

  test::ControlFixture m_fixture;
  const Log m_log = Log::toMemory(m_fixture.recent);
  ControlParts m_parts{*m_fixture.writer,
                       *m_fixture.readers,
                       *m_fixture.polled,
                       m_fixture.registry,
                       m_fixture.names,
                       m_fixture.clock,
                       m_fixture.folder->secretKey(),
                       *m_fixture.passwords,
                       m_fixture.recent,
                       m_log,
                       {"9.9.9", "the folder"}};
  IoThread m_thread{IoThread::kMaxPosted, [](std::string_view) {}};
  std::shared_ptr<ControlPort> m_port = std::make_shared<ControlPort>(m_thread);
  LiveStates m_states{m_parts.names};
  RegistryFollower m_follower{m_parts.registryStore, m_parts.registry, m_log};
  Statistics m_statistics{m_parts.clock, m_parts.registry, m_parts.durableLog};
  LiveHub m_hub{m_parts.registry};
  CommandDesk m_commands{m_parts.durableLog, m_parts.registry, m_parts.clock, m_port, m_log};
  AuditDesk m_audit{m_parts.durableLog, m_parts.readers, m_parts.registry, m_parts.clock, m_port, m_log};
  TokenUses m_tokenUses{m_parts.durableLog, m_parts.clock};
  OperationsDesk m_operations{
      {m_parts.clock, m_parts.registry, m_parts.durableLog, m_parts.passwords, m_port, m_log, "9.9.9", {}}};
  ControlContext m_control{m_parts,      m_states, m_commands, m_follower,  m_statistics, m_hub,
                           m_operations, m_port,   m_audit,    m_tokenUses, nullptr};
  NitrogenContext m_context{m_control, m_log};
};

void refused(const NitrogenReply& reply) {
  fuzz::require(static_cast<unsigned>(reply.status) / 100 == 4, "what cannot be read is the caller's mistake");
  const auto json = api::parseJson(reply.body);
  fuzz::require(json && !json->at("error").at("message").get<std::string>().empty(), "every refusal has a sentence");
}

void readPermission(Handlers& handlers, std::string_view text) {
  const auto call = handlers.call("/x", std::string(text));
  const auto json = call.json();
  if (!json) return refused(json.error());
  const auto rule = nitrogen::readPermission(call, *json);
  if (!rule) return refused(rule.error());
  if (const auto priority = json->find("priority"); priority != json->end() && !priority->is_null()) {
    fuzz::require(Json(rule->priority).dump() == priority->dump(), "the priority is the one that was said");
  }
  static_cast<void>(nitrogen::PermissionRights(call).demand(*rule, nullptr));
  const auto told = permissionJson(call.context, *rule);
  fuzz::require(told.has_value(), "what this API says it has words for");
  const auto again = nitrogen::readPermission(call, *told);
  fuzz::require(again && permissionJson(call.context, *again) == told, "a permission comes back");
}

void readProfile(Handlers& handlers, std::string_view text) {
  const auto call = handlers.call("/x", std::string(text));
  const auto json = call.json();
  if (!json) return refused(json.error());
  Json profile = Json::object();
  if (const auto read = carport::readProfile(*json, profile); !read) return refused(read.error());
  fuzz::require(profile.size() <= 4 && api::toText(profile).size() <= kMaxProfileBytes, "a profile has its limits");
  Json again = Json::object();
  fuzz::require(carport::readProfile(profile, again).has_value() && again == profile, "a profile comes back");
}

Json someList() {
  return Json::array({{{"ts", 3}, {"name", "b"}},
                      {{"ts", 1}, {"name", "a"}, {"body", {1}}},
                      {{"ts", "x"}},
                      {{"a", nullptr}},
                      {{"ts", 2.5}}});
}

void readOptions(Handlers& handlers, std::string_view text) {
  const std::string encoded = percentEncoded(std::string(text));
  const auto call = handlers.call("/x?q=" + encoded + "&options=" + encoded, {});
  const auto options = FindOptions::of(call);
  if (options) {
    Json list = someList();
    options->apply(list);
    const std::size_t rest = someList().size() - std::min(options->skip, someList().size());
    fuzz::require(options->limit <= FindOptions::kMaxLimit && list.size() == std::min(rest, options->limit),
                  "a list is cut to what is asked for");
  } else {
    refused(options.error());
  }
  const auto filter = filterOf(call);
  if (!filter) return refused(filter.error());
  for (const Json& entry : someList()) static_cast<void>(filter->matches(entry));
}

void readMessages(Handlers& handlers, std::string_view text) {
  const auto call = handlers.call("/x", std::string(text));
  const auto letters = nitrogen::readLetters(call);
  if (!letters) return refused(letters.error());
  fuzz::require(letters->size() <= nitrogen::kMaxLettersPerCall, "letters are limited");
  for (const auto& letter : *letters) {
    fuzz::require(letter.isToService || letter.to || !letter.draft.to || letter.draft.to->empty(),
                  "who is named as the receiver is known");
  }
}

void readAddress(Handlers& handlers, std::string_view text) {
  const auto call = handlers.call("/x", {}, text);
  const std::string origin = call.origin();
  const auto host = call.request[http::field::host];  // without blanks around it
  fuzz::require(origin.empty() || origin == "http://" + std::string(host.data(), host.size()),
                "an address is what was asked for");
  fuzz::require(origin.find_first_of(" \"'<>\r\n@\\?#%") == std::string::npos, "and could be one");
  if (const auto target = Target::parse(text)) {
    const auto match = findNitrogenRoute(http::verb::get, target->segments);
    fuzz::require(match.route == nullptr || match.route->method == http::verb::get, "a route has its method");
  }
}

constexpr void (*kReaders[])(Handlers&, std::string_view) = {readPermission, readProfile, readOptions, readMessages,
                                                             readAddress};

}  // namespace

/// The first byte tells as what the rest is read: bodies, options and the header Host of Nitrogen's API.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto handlers = std::make_unique<Handlers>();
  if (size == 0) return 0;
  const auto index = static_cast<std::size_t>(data[0] - (data[0] >= 'a' ? 'a' : 0)) % std::size(kReaders);
  kReaders[index](*handlers, fuzz::asText(data + 1, size - 1));
  return 0;
}
