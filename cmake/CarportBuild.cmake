# How everything is compiled: language, flags, output folders, faster builds.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Qt 6.4's moc cannot parse libstdc++'s <concepts>; told that it has been read already, it leaves it out.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

find_program(CARPORT_CCACHE ccache)
if(CARPORT_CCACHE)
  # ccache accepts a precompiled header only when told to trust what goes into it.
  set(launcher "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CARPORT_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
endif()

find_program(CARPORT_MOLD mold)
if(CARPORT_MOLD AND NOT CARPORT_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_library(carport_flags INTERFACE)
if(MSVC)
  target_compile_options(carport_flags INTERFACE /W4 /utf-8 /permissive- $<$<BOOL:${CARPORT_WARNINGS_ARE_ERRORS}>:/WX>)
else()
  target_compile_options(carport_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion
    $<$<BOOL:${CARPORT_WARNINGS_ARE_ERRORS}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns about its own std::string and coroutine frames when it inlines them (GCC bugs 105329, 105651).
    target_compile_options(carport_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
      -Wno-array-bounds -fpch-preprocess)
  endif()
endif()
if(CARPORT_SANITIZE)
  add_compile_options(-fsanitize=${CARPORT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CARPORT_SANITIZE})
endif()
