# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What libyolo.so gives to its host and takes from it.
#
# cmake -DNM=nm -DLIBRARY=libyolo.so -DSYMBOLS=abi/symbols.txt -P symbols_test.cmake

function(read_symbols out)
  execute_process(COMMAND ${NM} -D ${ARGN} ${LIBRARY}
    OUTPUT_VARIABLE text RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${NM} failed on ${LIBRARY}")
  endif()
  # "0000000000001234 T yolo_create@@YOLO_0.1" -> "T yolo_create"
  string(REGEX MATCHALL "[A-Za-z] [A-Za-z_][^\n@]*" symbols "${text}")
  set(${out} "${symbols}" PARENT_SCOPE)
endfunction()

# Everything defined is a function of the public header, and the other way round.
read_symbols(defined --defined-only)
list(FILTER defined EXCLUDE REGEX "^A YOLO_")  # the version node itself
list(TRANSFORM defined REPLACE "^T " "")
list(SORT defined)
file(STRINGS ${SYMBOLS} expected)
if(NOT defined STREQUAL expected)
  message(FATAL_ERROR "exported:\n  ${defined}\nin ${SYMBOLS}:\n  ${expected}")
endif()

# A library does not print, handle signals or end its host. The environment is
# touched in one file only, for libnrt reads its settings nowhere else
# (arrows_test.cc).
read_symbols(undefined --undefined-only)
list(FILTER undefined INCLUDE REGEX
  "^[Uw] (printf|fprintf|vprintf|vfprintf|puts|putchar|fputs|fputc|fwrite|perror|secure_getenv|exit|_exit|quick_exit|abort|system|signal|sigaction|__(printf|fprintf|vprintf|vfprintf)_chk)$")
if(undefined)
  message(FATAL_ERROR "the library uses ${undefined}")
endif()
