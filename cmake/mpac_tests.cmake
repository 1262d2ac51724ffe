# mpac_tests(NAME SOURCES ... USES ...): one Catch2 program for the tests opposite one folder, run as one ctest entry.
include_guard()

find_package(Catch2 REQUIRED)
find_library(MPAC_RAPIDCHECK rapidcheck REQUIRED)

add_library(mpac_catch_main STATIC ${PROJECT_SOURCE_DIR}/tests/support/catch_main.cpp)
target_link_libraries(mpac_catch_main PUBLIC Catch2::Catch2)
target_include_directories(mpac_catch_main PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_features(mpac_catch_main PUBLIC cxx_std_20)
target_compile_definitions(mpac_catch_main PUBLIC MPAC_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

function(mpac_tests name)
  cmake_parse_arguments(TESTS "" "" "SOURCES;USES" ${ARGN})
  set(target ${name}_tests)
  add_executable(${target} ${TESTS_SOURCES})
  target_link_libraries(${target} PRIVATE mpac_catch_main mpac_flags ${TESTS_USES} ${MPAC_RAPIDCHECK})
  # Tests are compiled more often than they run.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  add_test(NAME ${name} COMMAND ${target})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
