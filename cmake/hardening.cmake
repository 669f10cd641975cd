# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What ends the process rather than let a mistake of ours be used against it, and sets
#   yolo_hardening_options  of the compiler, for the library's own code
#   yolo_hardening_link     of the linker, for libyolo.so
# Both are empty with YOLO_HARDENING off, and under sanitizers, which see more. They are no
# usage requirements: a program that links libyolo keeps its own flags.

set(yolo_hardening_options)
set(yolo_hardening_link)
if(NOT YOLO_HARDENING OR "${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize=")
  return()
endif()

# Flags that a compiler lacks are left out, also where it only warns of them.
include(CheckCXXCompilerFlag)
function(yolo_harden flag)
  string(MAKE_C_IDENTIFIER "YOLO_HAS${flag}" known)
  set(CMAKE_REQUIRED_FLAGS -Werror)
  set(CMAKE_REQUIRED_QUIET ON)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    set(yolo_hardening_options ${yolo_hardening_options} ${flag} PARENT_SCOPE)
  endif()
endfunction()
yolo_harden(-fstack-protector-strong)
yolo_harden(-fstack-clash-protection)
yolo_harden(-fcf-protection)  # x86

# Level 3 is level 2 where the compiler or glibc has no more. Nothing without
# optimisation, of which glibc would warn.
list(APPEND yolo_hardening_options
  $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE>
  $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-D_FORTIFY_SOURCE=3>)
set(yolo_hardening_link
  LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack LINKER:-z,text)
