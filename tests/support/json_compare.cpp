#include "tests/support/json_compare.h"

CARPORT_JSON_TEMPLATES();

namespace QTest {

template <>
char* toString(const nlohmann::json& json) {
  return qstrdup(json.dump(1).c_str());
}

}  // namespace QTest
