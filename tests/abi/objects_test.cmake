# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What libyolo's own objects ask of the system: nothing that prints, ends the process,
# handles signals or touches the environment. Text is put together in base/status.h,
# without the printf family. std::terminate is what the compiler calls where an
# exception would leave a noexcept function; assertions are there without NDEBUG only.
#
# cmake -DNM=nm -DOBJECTS=list.txt -DASSERTIONS=ON|OFF -P objects_test.cmake
set(banned
  # ends the process
  "exit" "_exit" "_Exit" "quick_exit" "abort" "raise" "kill" "system" "signal" "sigaction"
  # prints, to a stream or to a string
  "v?[fds]?n?printf" "__v?[fds]?n?printf_chk" "f?puts" "f?putc" "putchar" "fwrite"
  "perror" "psignal" "write" "syslog" "std(out|err)"
  "_ZSt4cout" "_ZSt4cerr" "_ZSt4clog" "_ZNSt8ios_base4InitC1Ev"
  # the environment
  "(secure_)?getenv" "setenv" "unsetenv" "putenv" "clearenv" "environ")
if(NOT ASSERTIONS)
  list(APPEND banned "__assert_fail" "__assert")
endif()
list(JOIN banned "|" banned)

file(STRINGS ${OBJECTS} objects)
list(LENGTH objects count)
if(count LESS 40)
  message(FATAL_ERROR "only ${count} objects in ${OBJECTS}")
endif()
set(environment_seen OFF)
foreach(object ${objects})
  execute_process(COMMAND ${NM} --undefined-only --no-demangle ${object}
    OUTPUT_VARIABLE text RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${NM} failed on ${object}")
  endif()
  string(REGEX MATCHALL "[Uw] [^\n]+" symbols "${text}")
  list(FILTER symbols INCLUDE REGEX "^[Uw] (${banned})$")
  # libnrt takes its settings from the environment and nowhere else.
  if(object MATCHES "/nrt_environment\\.cc\\.o$")
    list(FILTER symbols EXCLUDE REGEX "^U (getenv|setenv|unsetenv)$")
    set(environment_seen ON)
  endif()
  if(symbols)
    message(SEND_ERROR "${object} uses ${symbols}")
  endif()
endforeach()
if(NOT environment_seen)
  message(FATAL_ERROR "nrt_environment.cc.o is not in ${OBJECTS}")
endif()
