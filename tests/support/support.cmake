# The test doubles and notations that several test programs share.
include_guard(GLOBAL)

set(support_sources correspondence.cpp faulty_table.cpp json.cpp message_writer.cpp notation.cpp pure_house.cpp)
list(TRANSFORM support_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
add_library(mpac_test_support STATIC ${support_sources})
target_link_libraries(mpac_test_support PUBLIC mpac::protocol PRIVATE mpac_flags)
target_include_directories(mpac_test_support PUBLIC ${PROJECT_SOURCE_DIR})
