# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Every dependency is found, or is an error that names its Debian package.

function(yolo_need what package found)
  if(NOT found)
    message(FATAL_ERROR "${what} not found: apt-get install ${package}")
  endif()
endfunction()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_package(hwy QUIET CONFIG)
yolo_need("Highway" libhwy-dev "${hwy_FOUND}")

if(YOLO_TESTS OR YOLO_KERNELS_ONLY)
  find_package(doctest QUIET CONFIG)
  yolo_need("doctest" doctest-dev "${doctest_FOUND}")
endif()

if(YOLO_KERNELS_ONLY)
  return()
endif()

find_package(JPEG QUIET)
yolo_need("libjpeg-turbo" libjpeg62-turbo-dev "${JPEG_FOUND}")

find_package(Eigen3 QUIET NO_MODULE)
yolo_need("Eigen" libeigen3-dev "${Eigen3_FOUND}")

# Headers only: the library is opened at run time (src/base/memory.cc).
find_path(YOLO_MIMALLOC_INCLUDE mimalloc.h PATH_SUFFIXES mimalloc-2.0 mimalloc)
yolo_need("mimalloc" libmimalloc-dev "${YOLO_MIMALLOC_INCLUDE}")
add_library(yolo_mimalloc_headers INTERFACE)
target_include_directories(yolo_mimalloc_headers SYSTEM INTERFACE ${YOLO_MIMALLOC_INCLUDE})
set(YOLO_MIMALLOC_SONAME libmimalloc.so.2 CACHE STRING "Opened at run time for tensors")

if(YOLO_ONEDNN)
  include(cmake/dnnl.cmake)
  yolo_need("oneDNN (or -DYOLO_ONEDNN=OFF)" libdnnl-dev "${YOLO_DNNL_LIBRARY}")
endif()

if(YOLO_CLI)
  find_package(CLI11 QUIET CONFIG)
  yolo_need("CLI11" libcli11-dev "${CLI11_FOUND}")
endif()
if(YOLO_CLI OR YOLO_TESTS)
  find_package(nlohmann_json QUIET CONFIG)
  yolo_need("JSON for Modern C++" nlohmann-json3-dev "${nlohmann_json_FOUND}")
  find_package(PNG QUIET)
  yolo_need("libpng" libpng-dev "${PNG_FOUND}")
endif()
if(YOLO_BENCH)
  find_package(benchmark QUIET CONFIG)
  yolo_need("Google Benchmark" libbenchmark-dev "${benchmark_FOUND}")
  # What we compare with, where it is there: libopencv-dev, libturbojpeg0-dev.
  find_package(OpenCV QUIET COMPONENTS core imgproc imgcodecs dnn)
  find_library(YOLO_TURBOJPEG_LIBRARY turbojpeg)
endif()
