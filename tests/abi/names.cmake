# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# abi/symbols-in-versions: every name of the C headers and the version in which it first
# appeared. Without UPDATE, checks the table; with it, adds new names as of this version
# and marks those that are gone.
#
# cmake -DSOURCE=<project> -DVERSION=0.1.0 [-DUPDATE=ON] -P names.cmake
cmake_minimum_required(VERSION 3.21)
set(table ${SOURCE}/abi/symbols-in-versions)
string(REGEX MATCH "^[0-9]+\\.[0-9]+" version "${VERSION}")

set(names)
foreach(header yolo neuron)
  file(READ ${SOURCE}/include/yolo/${header}.h text)
  string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" " " text "${text}")
  string(REGEX REPLACE "#include[^\n]*" "" text "${text}")
  string(REGEX MATCHALL "(yolo|YOLO)_[A-Za-z0-9_]+" found "${text}")
  list(APPEND names ${found})
endforeach()
list(REMOVE_DUPLICATES names)
list(FILTER names EXCLUDE REGEX "_H_$")  # include guards
list(SORT names)

# name -> "introduced removed"
set(known)
if(EXISTS ${table})
  file(STRINGS ${table} lines REGEX "^(yolo|YOLO)_")
  foreach(line ${lines})
    if(NOT line MATCHES "^([A-Za-z0-9_]+) +([0-9]+\\.[0-9]+) *([0-9]+\\.[0-9]+)?$")
      message(FATAL_ERROR "${table}: not a name and versions: ${line}")
    endif()
    list(APPEND known ${CMAKE_MATCH_1})
    set(introduced_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    set(removed_${CMAKE_MATCH_1} ${CMAKE_MATCH_3})
    if(CMAKE_MATCH_2 VERSION_GREATER version)
      message(FATAL_ERROR "${table}: ${CMAKE_MATCH_1} is of a later version than ${version}")
    endif()
  endforeach()
endif()

set(all ${known} ${names})
list(REMOVE_DUPLICATES all)
list(SORT all)
set(text "# Every name of yolo.h and neuron.h, the version in which it first appeared, and that in
# which it was taken out. Written by cmake --build --target update_abi.
#
# name                                    introduced  removed
")
foreach(name ${all})
  if(NOT DEFINED introduced_${name})
    set(introduced_${name} ${version})
  endif()
  if(NOT name IN_LIST names AND NOT removed_${name})
    set(removed_${name} ${version})
  endif()
  string(LENGTH ${name} length)
  math(EXPR length "42 - ${length}")
  string(REPEAT " " ${length} space)
  set(line "${name}${space}${introduced_${name}}")
  if(removed_${name})
    string(APPEND line "         ${removed_${name}}")
  endif()
  string(APPEND text "${line}\n")
endforeach()

set(old)
if(EXISTS ${table})
  file(READ ${table} old)
endif()
if(UPDATE)
  file(WRITE ${table} "${text}")
elseif(NOT old STREQUAL text)
  message(FATAL_ERROR
    "${table} is not what the headers say: cmake --build --target update_abi, and see docs/abi.md")
endif()
