# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What cmake/hardening.cmake asked for is in libyolo.so.
#
# cmake -DREADELF=readelf -DOBJDUMP=objdump -DLIBRARY=libyolo.so
#   -DOPTIONS="..." -DFORTIFIED=1 -P hardening_test.cmake
if(NOT OPTIONS)
  message("skipped: YOLO_HARDENING is off, or a sanitizer on")
  return()
endif()

execute_process(COMMAND ${READELF} --wide --program-headers --dynamic --dyn-syms ${LIBRARY}
  OUTPUT_VARIABLE elf RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${READELF} failed on ${LIBRARY}")
endif()

function(expect what pattern)
  if(NOT elf MATCHES "${pattern}")
    message(SEND_ERROR "${LIBRARY}: ${what}")
  endif()
endfunction()
function(refuse what pattern)
  if(elf MATCHES "${pattern}")
    message(SEND_ERROR "${LIBRARY}: ${what}: ${CMAKE_MATCH_0}")
  endif()
endfunction()

# Of the code of one function. LLVM's objdump has another name for its option.
function(expect_code function what pattern)
  execute_process(COMMAND ${OBJDUMP} -d --disassemble=${function} ${LIBRARY}
    OUTPUT_VARIABLE code RESULT_VARIABLE status ERROR_QUIET)
  if(NOT status EQUAL 0)
    execute_process(COMMAND ${OBJDUMP} -d --disassemble-symbols=${function} ${LIBRARY}
      OUTPUT_VARIABLE code)
  endif()
  if(NOT code MATCHES "${pattern}")
    message(SEND_ERROR "${LIBRARY}: ${function}: ${what}")
  endif()
endfunction()

expect("no segment that is made read-only" "GNU_RELRO")
expect("functions are bound late" "BIND_NOW|FLAGS_1[^\n]*NOW")
expect("nothing said of the stack" "GNU_STACK +[^\n]* RW +0x")
refuse("an executable stack" "GNU_STACK +[^\n]* RWE +0x")
refuse("a segment that is written and executed" "LOAD +[^\n]* RWE +0x")
refuse("code that is written when it is loaded" "TEXTREL")
if(OPTIONS MATCHES "-fstack-protector-strong")
  expect("no stack is protected" " __stack_chk_fail")
endif()
if(OPTIONS MATCHES "_GLIBCXX_ASSERTIONS" AND elf MATCHES "GLIBCXX_")
  expect("no container is checked" "__glibcxx_assert_fail")
endif()
if(OPTIONS MATCHES "-fcf-protection")
  # The library as a whole is marked only where the C library's crti.o is, which Debian 12's
  # is not; its functions begin as they must in any case.
  expect_code(yolo_create "no landing pad" "<yolo_create[^>]*>:\n[^\n]*endbr")
  if(OPTIONS MATCHES "cfi-vcall")
    # The trap behind a check of Clang's; other processors have another.
    expect_code(yolo_detect_image "no virtual call is checked" "[ \t]ud1")
  endif()
endif()
if(OPTIONS MATCHES "-mbranch-protection")
  expect_code(yolo_create "no signed return and no landing pad"
    "<yolo_create[^>]*>:\n[^\n]*(paciasp|bti)")
endif()
# musl has no such functions, and code that is not optimised calls none.
if(FORTIFIED)
  expect("no call whose size is checked" " __[a-z]*_chk@")
endif()
