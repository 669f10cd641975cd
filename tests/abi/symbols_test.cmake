# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What libyolo gives to its host: the functions of abi/symbols.txt, each in the version
# node in which it first appeared, and nothing else.
#
# cmake -DNM=nm -DSHARED=libyolo.so -DSTATIC=libyolo.a -DSYMBOLS=abi/symbols.txt
#   -P symbols_test.cmake; either library may be missing.
function(check library out)
  execute_process(COMMAND ${NM} --defined-only ${ARGN} ${library}
    OUTPUT_VARIABLE text RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${NM} failed on ${library}")
  endif()
  # "0000000000001234 T yolo_create@@YOLO_0.1" -> "yolo_create@@YOLO_0.1"
  string(REGEX MATCHALL "[0-9a-f]+ [A-Za-z] [^\n]+" symbols "${text}")
  list(TRANSFORM symbols REPLACE "^[0-9a-f]+ T " "")
  list(FILTER symbols EXCLUDE REGEX "^[0-9a-f]+ A YOLO_")  # a version node itself
  list(SORT symbols)
  set(${out} "${symbols}" PARENT_SCOPE)
endfunction()

file(STRINGS ${SYMBOLS} expected)
if(SHARED)
  check(${SHARED} defined --dynamic)
  if(NOT defined STREQUAL expected)
    message(FATAL_ERROR "exported:\n  ${defined}\nin ${SYMBOLS}:\n  ${expected}")
  endif()
endif()
if(STATIC)
  check(${STATIC} defined --extern-only)
  list(TRANSFORM expected REPLACE "@.*" "")
  if(NOT defined STREQUAL expected)
    message(FATAL_ERROR "global in the static library:\n  ${defined}\nin ${SYMBOLS}:\n  ${expected}")
  endif()
endif()
