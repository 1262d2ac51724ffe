# How every target of the project is compiled: one place for flags, caching and the rooms' library helper.
include_guard()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# -O3 makes the hub no faster, and every build a fifth longer.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(MPAC_CCACHE ccache)
if(MPAC_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${MPAC_CCACHE}")
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)

add_library(mpac_flags INTERFACE)
# g++ 12 sees overlapping copies in std::string that are not there (its bug 105651).
target_compile_options(mpac_flags INTERFACE -Wall -Wextra $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Every sanitizer reports and then fails the test that made it speak.
if(MPAC_SANITIZE)
  add_compile_options(-fsanitize=${MPAC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(MPAC_SANITIZE MATCHES undefined)
    # RapidJSON 1.1 adds zero to null pointers, in templates that are compiled as ours.
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
  add_link_options(-fsanitize=${MPAC_SANITIZE})
endif()

# mpac_room(NAME SOURCES ... USES ...): the library of one folder. USES is its statement of who it may name.
function(mpac_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATELY_USES" ${ARGN})
  set(target mpac_${name})
  if(ROOM_SOURCES)
    add_library(${target} STATIC ${ROOM_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:mpac_flags>)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(mpac::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/mpac>)
  target_link_libraries(${target} ${scope} ${ROOM_USES})
  if(ROOM_PRIVATELY_USES)
    target_link_libraries(${target} PRIVATE ${ROOM_PRIVATELY_USES})
  endif()
  set_property(GLOBAL APPEND PROPERTY MPAC_ROOMS ${target})
endfunction()
