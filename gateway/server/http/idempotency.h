#pragma once

#include "gateway/domain/answer_seal.h"
#include "gateway/server/http/call.h"
#include "gateway/server/http/router.h"

#include <boost/asio/awaitable.hpp>

#include <set>
#include <string>

namespace carport {

/// Whether a call may be sent with the header Idempotency-Key: what makes or orders something, for callers who are
/// signed in, and whose answer is not so long that it could not be kept. Other calls are idempotent by themselves.
bool takesIdempotencyKey(const Route& route);

/// Carries a call with an Idempotency-Key out once (draft-ietf-httpapi-idempotency-key-header): whoever asks the same
/// again within AnswerStore::kKept gets the same answer. Answers that tell of a success are kept; after a failure the
/// key is free again. Owner: ApiService; the control thread.
class Idempotency {
 public:
  /// Whether the call came with a key.
  static bool isAskedFor(const Call& call);

  /// Runs the route's handler, or answers as it did before: 422 where the key came with another request, 409 while the
  /// first one is still being answered.
  boost::asio::awaitable<Reply> answer(Call& call, const Route& route);

 private:
  class InProgress;
  boost::asio::awaitable<Reply> runOnce(Call& call, const Route& route, const AnswerSeal& seal);

  std::set<KeptAnswer::Hash> m_inProgress;  // at most as many as there are connections
};

}  // namespace carport
