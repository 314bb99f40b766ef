#include "gateway/server/http/idempotency.h"

#include "gateway/server/http/header_text.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace carport {

using boost::asio::awaitable;

namespace {

constexpr std::string_view kHeader = "Idempotency-Key";
constexpr std::size_t kMaxKeyBytes = 255;

/// The key without the quotation marks that the draft wants around it; many clients leave them out.
Asked<std::string> readKey(const Call& call) {
  std::string_view text = toView(call.request[kHeader]);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const auto isFine = [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (!text.empty() && text.size() <= kMaxKeyBytes && std::all_of(text.begin(), text.end(), isFine)) {
    return std::string(text);
  }
  return refuse(replyWrongHeader(kHeader, fmt::format("The header Idempotency-Key must be 1 to {} visible ASCII "
                                                      "characters; a random UUID is best",
                                                      kMaxKeyBytes)));
}

/// A token for a part of what its owner may do has keys of its own: it must not be told what another token was.
std::string nameOf(const std::string& key, const Caller& caller) {
  return caller.principal.scope ? fmt::format("{} of token {}", key, caller.token.info.number) : key;
}

std::string textOf(const Reply& reply) {
  return api::toText({{"body", reply.body}, {"fields", reply.fields}});
}

Reply replyAgain(int status, const std::string& text) {
  const auto json = api::parseJson(text);
  Reply reply;
  reply.status = http::int_to_status(static_cast<unsigned>(status));
  if (json && json->is_object()) {
    reply.body = json->value("body", std::string());
    reply.fields = json->value("fields", decltype(reply.fields)());
  }
  reply.fields.emplace_back("Idempotent-Replayed", "true");
  return reply;
}

Reply stillAnswering() {
  Reply reply = replyFailure(ErrorKind::conflict,
                             "The first request with this Idempotency-Key is still being "
                             "answered; ask again in a moment");
  reply.retryAfter = std::chrono::seconds(1);
  return reply;
}

/// What is kept under the key, told to whoever asks again.
Reply replyKept(const KeptAnswer& kept, const KeptAnswer& wanted, const AnswerSeal& seal) {
  if (kept.request != wanted.request) {
    return replyStatus(http::status::unprocessable_entity,
                       "This Idempotency-Key came with another request before; take a new one for each new request");
  }
  const auto text = kept.status == 0 ? std::nullopt : seal.open(kept.sealed);
  if (text) return replyAgain(kept.status, *text);
  return replyFailure(ErrorKind::conflict,
                      kept.status == 0
                          ? "The gateway was stopped over the first request with this Idempotency-Key: look whether it "
                            "was carried out before you send it with a new key"
                          : "The first request with this Idempotency-Key was carried out, but its answer cannot be "
                            "read any more; look at what there is");
}

bool isSuccess(const Reply& reply) {
  return !reply.problem && http::to_status_class(reply.status) == http::status_class::successful;
}

}  // namespace

/// Holds a key while its request is being answered.
class Idempotency::InProgress {
 public:
  InProgress(Idempotency& owner, const KeptAnswer::Hash& key)
      : m_owner(owner), m_key(key), m_isFirst(owner.m_inProgress.insert(key).second) {}
  ~InProgress() {
    if (m_isFirst) m_owner.m_inProgress.erase(m_key);
  }
  InProgress(const InProgress&) = delete;
  InProgress& operator=(const InProgress&) = delete;

  bool isFirst() const { return m_isFirst; }

 private:
  Idempotency& m_owner;
  const KeptAnswer::Hash m_key;
  const bool m_isFirst;
};

bool takesIdempotencyKey(const Route& route) {
  return route.method == http::verb::post && route.admission == Admission::signedIn &&
         route.maxBodyBytes <= kMaxJsonBodyBytes;
}

bool Idempotency::isAskedFor(const Call& call) {
  return call.request.method() == http::verb::post && call.request.find(kHeader) != call.request.end();
}

awaitable<Reply> Idempotency::answer(Call& call, const Route& route) {
  if (!takesIdempotencyKey(route)) {
    co_return replyWrongHeader(kHeader, "This call takes no Idempotency-Key: its answer could not be kept");
  }
  const auto key = readKey(call);
  if (!key) co_return key.error();
  const AnswerSeal seal(nameOf(*key, *call.caller), call.who().number, call.control.parts.secretKey);
  const InProgress mine(*this, seal.key());
  if (!mine.isFirst()) co_return stillAnswering();
  auto running = runOnce(call, route, seal);
  Reply reply = co_await std::move(running);
  co_return reply;
}

awaitable<Reply> Idempotency::runOnce(Call& call, const Route& route, const AnswerSeal& seal) {
  KeptAnswer wanted;
  wanted.key = seal.key();
  wanted.request = hashParts({toView(call.request.target()), call.request.body()});
  wanted.caller = call.who().number;
  const auto kept = std::make_shared<std::optional<KeptAnswer>>();
  auto beginning = call.changeRegistry([wanted, kept](RegistryStore& store) -> Result<void> {
    auto begun = store.answers().begin(wanted);
    if (!begun) return failFrom(begun);
    *kept = std::move(*begun);
    return {};
  });
  const Result<void> begun = co_await std::move(beginning);
  if (!begun) co_return replyFailure(begun.error());
  if (*kept) co_return replyKept(**kept, wanted, seal);
  auto handling = route.handler(call);
  Reply reply = co_await std::move(handling);
  const std::string sealed = isSuccess(reply) ? seal.seal(textOf(reply)) : std::string();
  const bool keep = isSuccess(reply) && sealed.size() <= AnswerStore::kMaxSealedBytes;
  const int status = static_cast<int>(reply.status);
  auto ending =
      call.changeRegistry([key = wanted.key, sealed, status, keep, done = isSuccess(reply)](RegistryStore& store) {
        return done ? store.answers().finish(key, status, keep ? sealed : std::string())
                    : store.answers().giveBack(key);
      });
  // Where even this cannot be written, whoever asks again is told that the outcome is not known.
  static_cast<void>(co_await std::move(ending));
  co_return reply;
}

}  // namespace carport
