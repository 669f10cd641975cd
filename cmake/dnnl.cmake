# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Target yolo_dnnl: oneDNN, for our build and for users of an installed static
# library. Debian's dnnl-config.cmake wants OpenCL's headers, which we do not use.
find_path(YOLO_DNNL_INCLUDE oneapi/dnnl/dnnl.hpp)
find_library(YOLO_DNNL_LIBRARY dnnl)
mark_as_advanced(YOLO_DNNL_INCLUDE YOLO_DNNL_LIBRARY)
if(YOLO_DNNL_INCLUDE AND YOLO_DNNL_LIBRARY AND NOT TARGET yolo_dnnl)
  add_library(yolo_dnnl INTERFACE IMPORTED)
  target_include_directories(yolo_dnnl SYSTEM INTERFACE ${YOLO_DNNL_INCLUDE})
  # gomp: the OpenMP run time that oneDNN is linked with.
  target_link_libraries(yolo_dnnl INTERFACE ${YOLO_DNNL_LIBRARY} gomp)
endif()
