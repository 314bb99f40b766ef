#pragma once

#include "gateway/server/control/control_context.h"
#include "gateway/server/http/call.h"
#include "gateway/server/http/cross_origin.h"
#include "gateway/server/http/idempotency.h"
#include "gateway/server/http/reply.h"
#include "gateway/server/nitrogen/nitrogen_service.h"
#include "gateway/server/sign_in_throttle.h"
#include "gateway/transport/http_message.h"

#include <string>

namespace carport {

/// Answers the API's calls: finds the route, signs the caller in, checks the body's kind and runs the handler.
/// Owner: Control; its thread.
class ApiService final : public HttpService {
 public:
  ApiService(ControlContext& control, Log log);

  std::size_t maxBodyBytes(const HttpHeader& header) override;
  boost::asio::awaitable<HttpResponse> answer(HttpRequest request, std::string address, ClientWatch& client) override;
  boost::asio::awaitable<void> upgrade(HttpStream stream, HttpRequest request, std::string address) override;
  HttpResponse refuse(http::status status, std::string_view sentence) override;

  /// Who answers what comes by Nitrogen's API.
  NitrogenService& nitrogen() { return m_nitrogen; }

 private:
  boost::asio::awaitable<Reply> reply(HttpRequest request, std::string address, ClientWatch& client);
  boost::asio::awaitable<Reply> replyTo(Call& call, const Route& route);

  ControlContext& m_control;
  Log m_log;
  SignInThrottle m_throttle;
  NitrogenService m_nitrogen;
  Idempotency m_idempotency;
  const CrossOrigin m_crossOrigin;
};

}  // namespace carport
