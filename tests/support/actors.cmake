# What test programs need to run actors under a clock of their own.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/support.cmake)

add_library(mpac_actor_support STATIC
  ${CMAKE_CURRENT_LIST_DIR}/actor_house.cpp ${CMAKE_CURRENT_LIST_DIR}/patient_journal.cpp)
target_link_libraries(mpac_actor_support PUBLIC mpac_test_support mpac::actors PRIVATE mpac_flags)
