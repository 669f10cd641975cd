# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Debian packages: cmake --preset deb && cmake --build --preset deb &&
# cpack --config build/deb/CPackConfig.cmake
#
# libyolo0 is named after the SONAME, and libyolo-dev and yolo-tools need it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME yolo)
set(CPACK_PACKAGE_VENDOR "The libyolo authors")
set(CPACK_PACKAGE_CONTACT "The libyolo authors <maintainers@libyolo.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_COMPONENTS_ALL runtime development tools)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(debian_version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
# Each description begins with its own summary.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(about "libyolo finds objects in photos: JPEG bytes or raw pixels in, boxes out,
through one C99 header. It reads Darknet's models.")

set(package_runtime libyolo${PROJECT_VERSION_MAJOR})
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
  "YOLO object detection with a C ABI - shared library\n${about}")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
# Opened at run time, and without it the C library serves (src/base/memory.cc).
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS libmimalloc2.0)
# For the dependencies of programs that are linked with it, and ldconfig's trigger.
file(STRINGS abi/symbols.txt symbols)
list(TRANSFORM symbols REPLACE "^(.*)@@YOLO_(.*)$" " \\1@YOLO_\\2 \\2")
list(JOIN symbols "\n" symbols)
set(soname ${PROJECT_VERSION_MAJOR})
set(debian ${CMAKE_CURRENT_BINARY_DIR}/debian)
file(CONFIGURE OUTPUT ${debian}/symbols @ONLY CONTENT
  "libyolo.so.@soname@ @package_runtime@ #MINVER#\n@symbols@\n")
file(CONFIGURE OUTPUT ${debian}/shlibs @ONLY CONTENT
  "libyolo @soname@ @package_runtime@ (>= @PROJECT_VERSION_MAJOR@.@PROJECT_VERSION_MINOR@)\n")
file(CONFIGURE OUTPUT ${debian}/triggers CONTENT "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA
  ${debian}/symbols ${debian}/shlibs ${debian}/triggers)

set(package_development libyolo-dev)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "YOLO object detection with a C ABI - headers and static library\n${about}

This package has what is needed to build programs with libyolo.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${package_runtime} (= ${debian_version})")
# What a program with the static library inside is linked with.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS
  "libjpeg62-turbo-dev | libjpeg-dev, libhwy-dev")
if(YOLO_ONEDNN)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS ", libdnnl-dev")
endif()

set(package_tools yolo-tools)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
  "YOLO object detection - command\n${about}

This package has the command yolo, which reports or draws what it finds.")
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "${package_runtime} (= ${debian_version})")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)

# Multi-Arch has a variable of its own from CMake 3.31 on only; a field may be
# followed by another.
string(APPEND CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION "\nMulti-Arch: same")
string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION "\nMulti-Arch: same")
string(APPEND CPACK_DEBIAN_TOOLS_PACKAGE_SECTION "\nMulti-Arch: foreign")

# Each package has its licence and its changelog.
function(yolo_gzip input output)
  file(ARCHIVE_CREATE OUTPUT ${debian}/${output} PATHS ${input}
    FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9 MTIME 0)
endfunction()
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(cmake/debian/changelog.in debian/changelog @ONLY)
yolo_gzip(${debian}/changelog changelog.Debian.gz)
yolo_gzip(${PROJECT_SOURCE_DIR}/CHANGELOG.md changelog.gz)
yolo_gzip(${PROJECT_SOURCE_DIR}/docs/yolo.1 yolo.1.gz)
install(FILES ${debian}/yolo.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
foreach(component runtime development tools)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package_${component}})
  set(CPACK_COMPONENT_${upper}_GROUP)
  install(FILES cmake/debian/copyright ${debian}/changelog.Debian.gz ${debian}/changelog.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package_${component}}
    COMPONENT ${component})
endforeach()

include(CPack)
