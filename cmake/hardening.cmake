# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What ends the process rather than let a mistake of ours be used against it, and sets
#   yolo_hardening_options  of the compiler, for the library's own code
#   yolo_hardening_link     of the linker, for libyolo.so
#   yolo_cfi_options        of both, for tests that have classes derived from the library's
# All are empty with YOLO_HARDENING off, and under sanitizers, which see more. They are no
# usage requirements: a program that links libyolo keeps its own flags.

set(yolo_hardening_options)
set(yolo_hardening_link)
set(yolo_cfi_options)
if(NOT YOLO_HARDENING OR "${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize=")
  if(YOLO_CFI)
    message(FATAL_ERROR "YOLO_CFI needs YOLO_HARDENING, and no sanitizer")
  endif()
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
yolo_harden(-mbranch-protection=standard)  # 64-bit Arm

# Level 3 is level 2 where the compiler or glibc has no more. Nothing without
# optimisation, of which glibc would warn.
list(APPEND yolo_hardening_options
  $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE>
  $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-D_FORTIFY_SOURCE=3>)
# Bounds of [], front(), back() and the like.
list(APPEND yolo_hardening_options -D_GLIBCXX_ASSERTIONS)
set(yolo_hardening_link
  LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack LINKER:-z,text)

# A virtual call or a cast whose object is not of that class ends the process. The compiler
# has to see the whole library, so that the objects are for its linker only. Classes of std
# are left out, whose library was not compiled so; and calls of functions by pointer, for
# those of libnrt and mimalloc come from dlsym.
if(YOLO_CFI)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT BUILD_SHARED_LIBS OR YOLO_BOTH_KINDS)
    message(FATAL_ERROR "YOLO_CFI needs Clang, its linker lld, and builds no libyolo.a")
  endif()
  set(yolo_cfi_options -flto=thin -fvisibility=hidden
    "SHELL:-Xclang -flto-visibility-public-std"
    -fsanitize=cfi-vcall,cfi-nvcall,cfi-derived-cast,cfi-unrelated-cast)
  list(APPEND yolo_hardening_options ${yolo_cfi_options})
  list(APPEND yolo_hardening_link ${yolo_cfi_options} -fuse-ld=lld)
endif()
