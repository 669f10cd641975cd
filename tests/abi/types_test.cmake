# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Functions and types of the C headers against abi/libyolo.abi, by libabigail. The
# library here has the functions of src/api.cc only, compiled without optimisation and
# with full debug information, so that nothing but the headers matters.
#
# cmake -DLIBRARY=libyolo_api.so -DSOURCE=<project> -DABIDW=abidw -DABIDIFF=abidiff
#   [-DUPDATE=ON] -P types_test.cmake
if(NOT ABIDW OR NOT ABIDIFF)
  message("SKIPPED: abidw and abidiff are not installed (Debian: abigail-tools)")
  return()
endif()
set(baseline ${SOURCE}/abi/libyolo.abi)
set(options --headers-dir ${SOURCE}/include/yolo --drop-private-types
  --exported-interfaces-only --no-elf-needed --no-corpus-path --no-comp-dir-path
  --no-show-locs --type-id-style hash)
if(UPDATE)
  set(new ${baseline})
else()
  set(new ${LIBRARY}.abi)
endif()
execute_process(COMMAND ${ABIDW} ${options} --out-file ${new} ${LIBRARY}
  COMMAND_ERROR_IS_FATAL ANY)
if(NOT UPDATE)
  execute_process(COMMAND ${ABIDIFF} ${baseline} ${new} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR
      "the ABI differs from ${baseline}: see docs/abi.md; cmake --build --target update_abi takes it over")
  endif()
endif()
