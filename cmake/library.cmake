# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What users link: target yolo, shared or static as BUILD_SHARED_LIBS says, and with
# YOLO_BOTH_KINDS yolo_static too. yolo_kinds lists what there is: shared, static.

# cmake/yolo.map lets only yolo_* out.
function(yolo_finish_shared target)
  target_link_options(${target} PRIVATE
    LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/yolo.map LINKER:--as-needed
    ${yolo_hardening_link})
  set_target_properties(${target} PROPERTIES
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/yolo.map
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endfunction()

# It passes on what its user has to link. With link-time optimisation objects have no
# symbols yet that could be made local.
function(yolo_finish_static target)
  target_link_libraries(${target} PRIVATE JPEG::JPEG hwy::hwy Threads::Threads
    ${CMAKE_DL_LIBS} m)
  if(YOLO_ONEDNN)
    target_link_libraries(${target} PRIVATE yolo_dnnl)
  endif()
  if(CMAKE_OBJCOPY AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION AND
     NOT "${CMAKE_CXX_FLAGS}" MATCHES "-flto")
    add_custom_command(TARGET ${target} POST_BUILD VERBATIM
      COMMAND ${CMAKE_COMMAND} -DARCHIVE=$<TARGET_FILE:${target}>
        -DLINKER=${CMAKE_LINKER} -DOBJCOPY=${CMAKE_OBJCOPY} -DAR=${CMAKE_AR}
        -P ${PROJECT_SOURCE_DIR}/cmake/localize.cmake)
  endif()
endfunction()

function(yolo_add_library target)
  add_library(${target} ${ARGN})
  add_library(yolo::${target} ALIAS ${target})
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:yolo_objects>
    $<BUILD_INTERFACE:yolo_kernels>)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME yolo EXPORT_NAME yolo LINKER_LANGUAGE CXX)
endfunction()

yolo_add_library(yolo)
get_target_property(type yolo TYPE)
if(type STREQUAL "SHARED_LIBRARY")
  yolo_finish_shared(yolo)
  set(yolo_kinds shared)
  set(yolo_shared_target yolo)
else()
  yolo_finish_static(yolo)
  set(yolo_kinds static)
  set(yolo_static_target yolo)
endif()
if(YOLO_BOTH_KINDS AND yolo_kinds STREQUAL "shared")
  yolo_add_library(yolo_static STATIC)
  yolo_finish_static(yolo_static)
  list(APPEND yolo_kinds static)
  set(yolo_static_target yolo_static)
endif()
