#include "gateway/api/problem.h"
#include "gateway/server/http/handlers/handlers.h"

namespace carport::handlers {

namespace {
nlohmann::json described(const api::ProblemType& type) {
  return {{"type", fmt::format("{}/{}", api::kProblemTypePath, type.kind)},
          {"kind", type.kind},
          {"title", type.title},
          {"status", type.status},
          {"meaning", type.meaning}};
}
}  // namespace

Answer listProblems(Call&) {
  nlohmann::json problems = nlohmann::json::array();
  for (const api::ProblemType& type : api::problemTypes()) problems.push_back(described(type));
  co_return replyOk({{"problems", std::move(problems)}});
}

Answer getProblem(Call& call) {
  const std::string& kind = call.variable("kind");
  const api::ProblemType* type = api::problemTypeNamed(kind);
  if (type == nullptr) {
    co_return replyFailure(ErrorKind::notFound, fmt::format("There is no problem '{}'", kind.substr(0, 64)));
  }
  co_return replyOk(described(*type));
}

}  // namespace carport::handlers
