#pragma once

#include "gateway/server/http/handlers/handlers.h"

#include <functional>
#include <string>

namespace carport::handlers {

/// Whether the caller would rather have CBOR than JSON.
bool wantsCbor(const Call& call);

/// Answers with what `read` makes on a reading thread, in CBOR or JSON: tens of thousands of points are work to encode.
Answer readAndReply(Call& call, std::function<Result<std::string>(HistoryReader&)> read, bool cbor);

}  // namespace carport::handlers
