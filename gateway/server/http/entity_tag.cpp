#include "gateway/server/http/entity_tag.h"

#include "gateway/domain/base64.h"
#include "gateway/server/http/entity_tag_list.h"
#include "gateway/server/http/header_text.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

namespace carport {

namespace {

constexpr std::string_view kTagField = "ETag";
/// 128 bits: nobody gains by making two states look alike.
constexpr std::size_t kTagBytes = 16;
/// Between the registry's half of a tag and the other.
constexpr char kHalves = '.';

std::string hashOf(std::string_view text) {
  std::array<unsigned char, kTagBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return toBase64Url({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

Reply tagged(nlohmann::json json, const std::string& tag) {
  Reply reply = replyOk(json);
  reply.fields.emplace_back(kTagField, '"' + tag + '"');
  return reply;
}

}  // namespace

std::string revisionOf(const nlohmann::json& thing) {
  return hashOf(api::toText(thing));
}

nlohmann::json withRevision(nlohmann::json thing) {
  thing["revision"] = revisionOf(thing);
  return thing;
}

Reply replyThing(const nlohmann::json& thing) {
  nlohmann::json shown = withRevision(thing);
  const auto tag = shown["revision"].get<std::string>();
  return tagged(std::move(shown), tag);
}

Reply replyThing(const nlohmann::json& thing, nlohmann::json shown) {
  const std::string revision = revisionOf(thing);
  const std::string rest = hashOf(api::toText(shown));
  shown["revision"] = revision;
  return tagged(std::move(shown), revision + kHalves + rest);
}

Asked<void> demandRevision(const Call& call, const nlohmann::json& thing) {
  const std::string_view wanted = toView(call.request[http::field::if_match]);
  if (wanted.empty()) return {};
  const std::string revision = revisionOf(thing);
  if (anyEntityTag(wanted, TagComparison::strong,
                   [&](std::string_view tag) { return tag.substr(0, tag.find(kHalves)) == revision; })) {
    return {};
  }
  return refuse(replyStatus(http::status::precondition_failed,
                            "Somebody has changed it meanwhile: fetch it again, look at what is different, and send "
                            "your change anew"));
}

Reply withEntityTag(const Call& call, Reply reply) {
  if (call.request.method() != http::verb::get || reply.status != http::status::ok || reply.problem) return reply;
  const auto has = [](const auto& field) { return field.first == kTagField; };
  auto found = std::find_if(reply.fields.begin(), reply.fields.end(), has);
  if (found == reply.fields.end()) {
    if (reply.body.empty() || reply.body.size() > kMaxTaggedBytes) return reply;
    reply.fields.emplace_back(kTagField, '"' + hashOf(reply.body) + '"');
    found = reply.fields.end() - 1;
  }
  const std::string tag = found->second.substr(1, found->second.size() - 2);
  const std::string_view known = toView(call.request[http::field::if_none_match]);
  if (!anyEntityTag(known, TagComparison::weak, [&](std::string_view other) { return other == tag; })) return reply;
  reply.status = http::status::not_modified;
  reply.body.clear();
  return reply;
}

}  // namespace carport
