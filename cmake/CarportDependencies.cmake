# Every third-party package, found once. Names as Debian 12, vcpkg and Homebrew have them.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network WebSockets Test)
# Without the definitions that name each test's own folder, which would keep tests from sharing precompiled headers.
set_target_properties(Qt6::Test PROPERTIES INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)
if(CARPORT_PORTAL)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Widgets Charts Svg Positioning)
endif()
