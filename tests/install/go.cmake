# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# bindings/go and samples/go, with the libyolo that was installed.
foreach(kind ${yolo_kinds})
  yolo_install_test(go_${kind} go.sh ${kind})
endforeach()
