# cmake -DINPUT=openapi.json -DOUTPUT=openapi_json.cpp -P embed_openapi.cmake
# Writes a file's bytes as a C++ array: string literals have a length limit on some compilers.
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "char(0x\\1)," bytes "${hex}")
file(WRITE "${OUTPUT}" "#include \"gateway/api/openapi.h\"

namespace carport::api {

namespace {
constexpr char kText[] = {
${bytes}};
}  // namespace

std::string_view openApiJson() { return {kText, sizeof(kText)}; }

}  // namespace carport::api
")
