#pragma once

#include "gateway/transport/byte_channel.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <string>
#include <utility>

namespace carport {

/// What every channel does with its socket first: never block, send at once, notice peers that are gone.
boost::system::error_code prepareSocket(boost::asio::ip::tcp::socket& socket);

/// ADDRESS:PORT of the other side, "unknown" where it has gone already.
std::string peerOf(const boost::asio::ip::tcp::socket& socket);

/// Waits without a buffer, so that quiet connections hold none.
inline void waitFor(boost::asio::ip::tcp::socket& socket, boost::asio::socket_base::wait_type what,
                    std::shared_ptr<ByteChannelUser> user,
                    void (ByteChannelUser::*call)(const boost::system::error_code&)) {
  socket.async_wait(what, [user = std::move(user), call](const boost::system::error_code& ec) { ((*user).*call)(ec); });
}

/// Calls `user` in a turn of its own.
inline void callSoon(boost::asio::ip::tcp::socket& socket, std::shared_ptr<ByteChannelUser> user) {
  boost::asio::post(socket.get_executor(), [user = std::move(user)] { user->onReadable({}); });
}

}  // namespace carport
