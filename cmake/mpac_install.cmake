# What `cmake --install` puts where, and the package that find_package(mpac) finds afterwards.
#
#   bin/mpac-cluster                the hub
#   bin/mpac                        what looks after hubs and tests them
#   etc/mpac/cluster.toml           its configuration, every key with its default
#   lib/libmpac_<room>.a            one static library a room
#   include/mpac/<room>/*.hpp       headers, included as in this tree: "protocol/envelope.hpp"
#   lib/cmake/mpac/                 the package: targets mpac::<room>
include_guard()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/mpac)
get_property(all_rooms GLOBAL PROPERTY MPAC_ROOMS)

# Rooms that others may build on; tools, bench and tests stay at home.
set(rooms)
foreach(room IN LISTS all_rooms)
  get_target_property(folder ${room} SOURCE_DIR)
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${folder}")
  if(NOT folder MATCHES "^(tools|bench|tests|examples)(/|$)")
    list(APPEND rooms ${room})
    string(REGEX REPLACE "/.*" "" folder "${folder}")
    list(APPEND folders ${folder})
  endif()
endforeach()
list(REMOVE_DUPLICATES folders)

install(TARGETS ${rooms} EXPORT mpac
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder IN LISTS folders)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION include/mpac
    FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(EXPORT mpac NAMESPACE mpac:: FILE mpacTargets.cmake DESTINATION ${package_dir})

# Which packages the libraries need again when somebody links them: the ones their link lines name.
set(known_packages
  "Threads::|Threads"
  "Boost::|Boost 1.81"
  "CAF::|CAF"
  "simdjson::|simdjson"
  "tomlplusplus::|tomlplusplus"
  "fmt::|fmt"
  "spdlog::|spdlog"
  "prometheus-cpp::|prometheus-cpp"
  "OpenSSL::|OpenSSL"
  "CLI11::|CLI11"
  "RocksDB::|RocksDB"
  "RapidJSON|RapidJSON"
  "rapidjson|RapidJSON")
set(MPAC_DEPENDENCIES "")
foreach(room IN LISTS rooms)
  get_target_property(kind ${room} TYPE)
  set(named)
  foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    if(NOT (kind STREQUAL "INTERFACE_LIBRARY" AND property STREQUAL "LINK_LIBRARIES"))
      get_target_property(libraries ${room} ${property})
      if(libraries)
        list(APPEND named ${libraries})
      endif()
    endif()
  endforeach()
  foreach(library IN LISTS named)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" library "${library}")
    if(library MATCHES "^(mpac::|mpac_|\\$<BUILD_INTERFACE:)")
      continue()
    endif()
    if(library MATCHES "^-?[A-Za-z0-9_.+-]+$" AND NOT library MATCHES "^[Rr]apid[Jj][Ss]")
      continue() # a plain name, such as dl: the linker knows it
    endif()
    set(known FALSE)
    foreach(entry IN LISTS known_packages)
      string(REPLACE "|" ";" entry "${entry}")
      list(GET entry 0 prefix)
      list(GET entry 1 package)
      if(library MATCHES "^${prefix}")
        set(known TRUE)
        string(APPEND MPAC_DEPENDENCIES "find_dependency(${package})\n")
      endif()
    endforeach()
    if(NOT known)
      message(FATAL_ERROR "${room} links ${library}, which cmake/mpac_install.cmake does not know. "
        "Please add to its table which package brings it, or link an imported target.")
    endif()
  endforeach()
endforeach()
string(REGEX REPLACE "\n$" "" dependency_lines "${MPAC_DEPENDENCIES}")
string(REPLACE "\n" ";" dependency_lines "${dependency_lines}")
list(REMOVE_DUPLICATES dependency_lines)
list(JOIN dependency_lines "\n" MPAC_DEPENDENCIES)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/mpacConfig.cmake.in
  ${PROJECT_BINARY_DIR}/mpacConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mpacConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/mpacConfig.cmake
  ${PROJECT_BINARY_DIR}/mpacConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  DESTINATION ${package_dir})

# Everything one runs: what tools/run builds.
add_custom_target(programs)
foreach(program mpac-cluster mpac swarm relay micro)
  if(TARGET ${program})
    add_dependencies(programs ${program})
  endif()
endforeach()

foreach(program mpac-cluster mpac)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/config/cluster.toml DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/mpac)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
