#include "gateway/transport/websocket_frames.h"
#include "gateway/transport/websocket_handshake.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>
#include <vector>

using namespace carport;

namespace {

/// What a client's frames come to.
class Listener final : public WebSocketControls {
 public:
  void onPing(std::string_view payload) override { heard += "ping " + std::string(payload) + webSocketPong(payload); }
  void onClose(WebSocketClose code) override {
    heard += "close " + webSocketClosing(code);
    ended = true;
  }
  std::string heard;
  std::string payload;
  bool ended = false;
};

Listener listen(std::string_view stream, std::size_t step, WebSocketClose& mistake) {
  Listener listener;
  WebSocketFrameDecoder decoder;
  for (std::size_t at = 0; at < stream.size() && !listener.ended; at += step) {
    std::string piece(stream.substr(at, step));
    const std::size_t length = decoder.decode(piece, listener);
    fuzz::require(length <= piece.size(), "there is no more payload than bytes");
    listener.payload.append(piece, 0, length);
    mistake = decoder.mistake();
    if (mistake == WebSocketClose::none) continue;
    fuzz::require(!decoder.explanation().empty(), "every mistake has a sentence");
    break;
  }
  return listener;
}

void checkFrames(std::string_view stream, std::size_t step) {
  WebSocketClose mistake{}, mistakeInPieces{};
  const auto whole = listen(stream, std::max<std::size_t>(1, stream.size()), mistake);
  const auto pieces = listen(stream, step, mistakeInPieces);
  fuzz::require(whole.payload == pieces.payload, "cuts do not change the payload");
  fuzz::require(whole.heard == pieces.heard && mistake == mistakeInPieces, "cuts do not change what is heard");
}

std::string shake(std::string_view request, std::size_t step, bool& accepted) {
  static const WebSocketOffer offer{"mqtt", {"/mqtt", "/"}};
  WebSocketHandshake handshake(offer);
  for (std::size_t at = 0; at < request.size() && handshake.answer().empty(); at += step) {
    const auto piece = request.substr(at, step);
    const auto taken = handshake.feed(piece);
    fuzz::require(taken <= piece.size(), "no more is taken than there is");
    if (handshake.answer().empty()) fuzz::require(taken == piece.size(), "everything belongs to an unfinished request");
  }
  accepted = handshake.isAccepted();
  if (!accepted && !handshake.answer().empty()) fuzz::require(!handshake.explanation().empty(), "a refusal says why");
  return handshake.answer();
}

void checkHandshake(std::string_view request, std::size_t step) {
  bool accepted = false, acceptedInPieces = false;
  const auto answer = shake(request, std::max<std::size_t>(1, request.size()), accepted);
  if (request.size() > WebSocketHandshake::kMaxRequestBytes) return;  // how much is looked at depends on the cuts
  fuzz::require(answer == shake(request, step, acceptedInPieces) && accepted == acceptedInPieces,
                "cuts do not change the answer");
  fuzz::require(!accepted || answer.starts_with("HTTP/1.1 101"), "who is accepted is told so");
}

}  // namespace

/// However a stream is cut, a WebSocket's opening and its frames mean the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = fuzz::asText(data, size);
  const std::size_t step = size == 0 ? 1 : 1 + data[size - 1] % 7;
  checkHandshake(stream, step);
  checkFrames(stream, step);
  return 0;
}
