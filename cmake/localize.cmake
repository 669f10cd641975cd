# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes one object of those in a static library, in which only yolo_* is global: the
# program it goes into may have a yolo::Detector, or another copy of Eigen, of its own.
#
# cmake -DARCHIVE=libyolo.a -DLINKER=ld -DOBJCOPY=objcopy -DAR=ar -P localize.cmake
set(object ${ARCHIVE}.o)
foreach(command
    # Without groups: one that lost its global name could still be thrown away for
    # another object's of the same name.
    "${LINKER};-r;--force-group-allocation;--whole-archive;${ARCHIVE};-o;${object}"
    "${OBJCOPY};--wildcard;--keep-global-symbol=yolo_*;${object}"
    "${CMAKE_COMMAND};-E;rm;${ARCHIVE}"
    "${AR};qcsD;${ARCHIVE};${object}"
    "${CMAKE_COMMAND};-E;rm;${object}")
  execute_process(COMMAND ${command} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    file(REMOVE ${ARCHIVE})
    list(JOIN command " " command)
    message(FATAL_ERROR "failed: ${command}")
  endif()
endforeach()
