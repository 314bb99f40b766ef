# A folder is a target. Sources are globbed, so that a new file needs no edit here.

# carport_module(NAME [LINK targets...] [PRECOMPILE headers...] [REUSE target] [TOGETHER number])
# A static library of every .cpp in the calling folder, included from the project's root. TOGETHER compiles so many
# files as one: where each takes seconds for the templates they share, a build from nothing takes a third of the time.
function(carport_module name)
  cmake_parse_arguments(arg "" "REUSE;TOGETHER" "LINK;PRECOMPILE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  # A program's folder is a library too, so that tests reach all of it but main().
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE carport_flags)
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILE})
  elseif(arg_REUSE)
    target_precompile_headers(${name} REUSE_FROM ${arg_REUSE})
  endif()
  if(arg_TOGETHER)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${arg_TOGETHER})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # GCC takes a file's own types for a header's where files are compiled together.
      target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
endfunction()

# carport_moc(TARGET SOURCE)
# What moc makes of a test, for the test to include at its end. AUTOMOC would take three steps a test for this one.
function(carport_moc target source)
  get_filename_component(stem "${source}" NAME_WE)
  get_filename_component(path "${source}" ABSOLUTE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.moc")
  add_custom_command(OUTPUT "${folder}/${stem}.moc"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${folder}"
    COMMAND Qt6::moc ${CMAKE_AUTOMOC_MOC_OPTIONS} -o "${folder}/${stem}.moc" "${path}"
    DEPENDS "${path}" COMMENT "Moc of ${stem}" VERBATIM)
  target_sources(${target} PRIVATE "${folder}/${stem}.moc")
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()

# Tests are compiled far more often than they run: without optimisation that takes a fifth less.
set(CARPORT_TEST_FLAGS $<$<CONFIG:Dev>:-O0>)

# carport_test_headers(NAME LINK targets... HEADERS headers...)
# Headers precompiled once for all tests that link the same targets; QtTest, JSON and what everybody includes are added.
function(carport_test_headers name)
  cmake_parse_arguments(arg "" "" "LINK;HEADERS" ${ARGN})
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp" "")
  add_library(${name} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  target_link_libraries(${name} PRIVATE json_compare ${arg_LINK} carport_flags)
  target_compile_options(${name} PRIVATE ${CARPORT_TEST_FLAGS})
  target_precompile_headers(${name} PRIVATE <QtTest/QtTest> <algorithm> <chrono> <cstdint> <deque> <filesystem> <functional>
    <map> <memory> <optional> <random> <span> <string> <string_view> <thread> <vector> <tl/expected.hpp> <fmt/format.h>
    "${PROJECT_SOURCE_DIR}/tests/support/json_compare.h" ${arg_HEADERS})
endfunction()

# carport_test(NAME SOURCES files... [LINK targets...] [HEADERS target] [LABELS labels...] [TIMEOUT seconds])
# One Qt Test executable a unit, named for what it proves; HEADERS is a carport_test_headers() target.
function(carport_test name)
  cmake_parse_arguments(arg "" "TIMEOUT;HEADERS" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  foreach(source IN LISTS arg_SOURCES)
    carport_moc(${name} "${source}")
  endforeach()
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINK} json_compare carport_flags)
  target_compile_options(${name} PRIVATE ${CARPORT_TEST_FLAGS})
  if(arg_HEADERS)
    target_precompile_headers(${name} REUSE_FROM ${arg_HEADERS})
  endif()
  target_compile_definitions(${name} PRIVATE CARPORT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" CARPORT_BIN_DIR="${PROJECT_BINARY_DIR}/bin")
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(CARPORT_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 4")  # the sanitizers take their time
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  if(CARPORT_SANITIZE MATCHES "thread")
    set_tests_properties(${name} PROPERTIES
      # Tests start programs by fork and exec; the child before exec is no business of the sanitizer.
      ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp:die_after_fork=0")
  endif()
endfunction()
