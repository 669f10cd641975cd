# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` writes.
#
# Components: runtime (the shared library), development, tools (the command).
include(CMakePackageConfigHelpers)

foreach(kind ${yolo_kinds})
  install(TARGETS ${yolo_${kind}_target} EXPORT yolo-${kind}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
      COMPONENT runtime NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  install(EXPORT yolo-${kind} DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/yolo
    NAMESPACE yolo:: FILE yolo-${kind}-targets.cmake COMPONENT development)
endforeach()
install(DIRECTORY include/yolo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development)

# libyolo is C++ inside; a C program that links it statically needs its run time.
set(YOLO_CXX_RUNTIME ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(FILTER YOLO_CXX_RUNTIME INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+)$")
list(REMOVE_DUPLICATES YOLO_CXX_RUNTIME)

# find_package(yolo)
set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/yolo)
configure_package_config_file(cmake/yolo-config.cmake.in yolo-config.cmake
  INSTALL_DESTINATION ${folder}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Binaries go on with a newer minor version (docs/abi.md); sources may have to be
# changed while the major version is 0.
write_basic_package_version_file(yolo-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/yolo-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/yolo-config-version.cmake
  cmake/dnnl.cmake
  DESTINATION ${folder} COMPONENT development)

# pkg-config yolo. Folders are relative to the file, so that a prefix can be moved.
# What a static libyolo needs is named by its library, not by a .pc file: with that,
# users of the shared one would need it too, for --cflags.
cmake_path(SET prefix NORMALIZE "${CMAKE_INSTALL_PREFIX}")
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_LIBDIR BASE_DIRECTORY "${prefix}"
  NORMALIZE OUTPUT_VARIABLE libdir)
cmake_path(RELATIVE_PATH prefix BASE_DIRECTORY "${libdir}/pkgconfig"
  OUTPUT_VARIABLE YOLO_PC_PREFIX)
set(YOLO_PC_PRIVATE)
function(yolo_pc_private name file)
  cmake_path(GET file PARENT_PATH folder)
  if(file AND NOT folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    string(APPEND YOLO_PC_PRIVATE " -L${folder}")
  endif()
  string(APPEND YOLO_PC_PRIVATE " -l${name}")
  set(YOLO_PC_PRIVATE "${YOLO_PC_PRIVATE}" PARENT_SCOPE)
endfunction()
foreach(type RELEASE DEBUG)
  if(JPEG_LIBRARY_${type})
    set(jpeg ${JPEG_LIBRARY_${type}})
  endif()
endforeach()
yolo_pc_private(jpeg "${jpeg}")
yolo_pc_private(hwy "")
if(YOLO_ONEDNN)
  yolo_pc_private(dnnl "${YOLO_DNNL_LIBRARY}")
  yolo_pc_private(gomp "")
endif()
yolo_pc_private("${YOLO_CXX_RUNTIME}" "")
string(APPEND YOLO_PC_PRIVATE " -lm -pthread -ldl")
# Where there is no shared library everybody needs them.
set(YOLO_PC_LIBS)
if(NOT "shared" IN_LIST yolo_kinds)
  set(YOLO_PC_LIBS "${YOLO_PC_PRIVATE}")
  set(YOLO_PC_PRIVATE)
endif()
configure_file(cmake/yolo.pc.in yolo.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/yolo.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

# Debian has these elsewhere (package.cmake).
if(NOT YOLO_DEB)
  install(FILES docs/yolo.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
  install(FILES LICENSE CHANGELOG.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)
endif()
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs
  COMPONENT development FILES_MATCHING PATTERN "*.md" PATTERN "*.jpg")
