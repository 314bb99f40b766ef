#pragma once

#include "app/carportd/folder_session.h"
#include "app/embedded/portal_token.h"
#include "gateway/base/endpoint.h"
#include "gateway/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace carport {

/// The gateway that serves a data folder, asked over its own API with a token of an administrator that lasts as long as
/// this, and a little longer at most where the program is killed. Owner: a subcommand. One thread; every call blocks.
class RunningGateway {
 public:
  /// The longest answer.
  static constexpr std::size_t kMaxAnswerBytes = 64 * 1024;
  /// From the connection to the answer.
  static constexpr std::chrono::seconds kPatience{10};

  /// Fails where no gateway serves the folder. `longest`: for how long it may be asked.
  static Result<std::unique_ptr<RunningGateway>> find(FolderSession& session, Milliseconds longest);
  /// Gives the token back.
  ~RunningGateway();
  RunningGateway(const RunningGateway&) = delete;
  RunningGateway& operator=(const RunningGateway&) = delete;

  /// What it answers; a problem as the error that it tells. `path` below /api/v2; `body` is sent where there is one.
  Result<nlohmann::json> get(std::string_view path) const;
  Result<nlohmann::json> post(std::string_view path, const std::string& body) const;

 private:
  RunningGateway(FolderSession& session, Endpoint address, LentToken token);
  Result<nlohmann::json> ask(bool isPost, std::string_view path, const std::string& body) const;

  FolderSession& m_session;
  const Endpoint m_address;
  const LentToken m_token;
};

}  // namespace carport
