#pragma once

#include "gateway/base/clock.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace carport {

/// Who speaks through a channel. The waits it asked for keep it alive.
class ByteChannelUser {
 public:
  virtual ~ByteChannelUser() = default;
  /// There may be something to read; or waiting failed.
  virtual void onReadable(const boost::system::error_code& failed) = 0;
  /// There may be room to write; or waiting failed.
  virtual void onWritable(const boost::system::error_code& failed) = 0;
};

/// What a client's certificate, proven in the TLS handshake, says.
struct PeerCertificate {
  std::string name;      ///< the principal's id; empty where it names nobody, or more than one
  TimePoint validUntil;  ///< it proves nothing from here on
};

/// Bytes both ways, whatever lies below: TCP, TLS, WebSocket, one on the other. Nothing blocks, and next to nothing is
/// held while nothing happens: one waits first, then reads into the thread's buffer. Handshakes happen inside read().
/// Owner: a protocol's connection; one thread, that of the socket's io_context.
class ByteChannel {
 public:
  using ErrorCode = boost::system::error_code;

  virtual ~ByteChannel() = default;

  /// Prepares the socket. Once, first of all.
  virtual ErrorCode start() = 0;
  /// Reads what has come, as far as there is room. 0 and would_block where nothing has; 0 and another error where
  /// nothing will come any more (eof where the other side said so).
  virtual std::size_t read(std::span<char> room, ErrorCode& ec) = 0;
  /// Writes what can be written at once and returns how much of `bytes` that was. After less than all of it (with
  /// would_block) the next call must begin with the rest.
  std::size_t write(std::string_view bytes, ErrorCode& ec) { return writeTwo({}, bytes, ec); }
  /// The same for two pieces in one go; counts both.
  virtual std::size_t writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) = 0;
  /// Calls `user` when reading may bring something. One wait at a time.
  virtual void waitReadable(std::shared_ptr<ByteChannelUser> user) = 0;
  virtual void waitWritable(std::shared_ptr<ByteChannelUser> user) = 0;
  /// Calls `user` as waitReadable() does, but at once: what it waits for has been read from the socket already. Soon,
  /// not before it returns.
  virtual void callSoon(std::shared_ptr<ByteChannelUser> user) = 0;
  /// Call a few times a second: writes what the channel itself has to say and could not at once.
  virtual void onTime() {}
  /// Says that no more will be written. False where there is nobody left to hear it.
  virtual bool endSending() = 0;
  /// Ends everything; waits end with operation_aborted.
  virtual void close() = 0;

  /// ADDRESS:PORT of the other side, "unknown" where it has gone already.
  virtual std::string peer() const = 0;
  /// What it still waits for before bytes go through ("the TLS handshake"); empty once they do.
  virtual std::string_view opening() const { return {}; }
  /// Why the last error came, where more is known than its code: a sentence without a subject ("it offered …").
  virtual std::string failure() const { return {}; }
  /// The client's certificate; null where it has none. Known once opening() is empty.
  virtual const PeerCertificate* certificate() const { return nullptr; }
  /// True for a WebSocket that a page of another host opened: what the browser proves by itself (a certificate, being
  /// in this network) is then not what its owner wants to prove.
  virtual bool isFromForeignPage() const { return false; }

  static bool wouldBlock(const ErrorCode& ec) {
    return ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
  }
};

}  // namespace carport
