# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Users in Rust, and the crates' own tests.
foreach(kind ${yolo_kinds})
  yolo_install_test(rust_system_${kind} rust_system.sh ${kind})
endforeach()
yolo_install_test(rust_vendored rust_vendored.sh)
set_tests_properties(install.rust_vendored PROPERTIES LABELS "install;slow")
if("shared" IN_LIST yolo_kinds)
  yolo_install_test(rust_crates rust_crates.sh test)
  yolo_install_test(rust_lint rust_crates.sh lint)
  yolo_install_test(rust_endurance rust_crates.sh endurance)
  yolo_install_test(rust_neuron rust_crates.sh neuron
    $<TARGET_FILE:make_neff> $<TARGET_FILE:nrt_sim_newest>)
endif()
