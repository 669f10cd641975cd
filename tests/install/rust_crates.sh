# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# rust_crates.sh test|lint|endurance|neuron MAKE_NEFF LIBNRT: the crates of bindings/rust with the installed
# shared library, which they get from YOLO_LIB_DIR.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/rust_common.sh"
export YOLO_LIB_DIR=$library_folder LD_LIBRARY_PATH=$library_folder
cd "$crates"
case $1 in
  test)
    leaks=a_detector_dropped_in_the_callback_is_leaked
    cargo test --locked --target "$target" -- --skip $leaks
    ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 \
      cargo test --locked --target "$target" --test rules $leaks
    ;;
  lint)
    cargo fmt --version >/dev/null 2>&1 || skip "rustfmt is not installed"
    cargo clippy --version >/dev/null 2>&1 || skip "clippy is not installed"
    cargo fmt -- --check
    cargo clippy --locked --target "$target" --all-targets -- -D warnings
    rm -rf "$output/doc"  # another rustdoc's cannot be added to
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --target "$target" --no-deps
    ;;
  endurance)
    # Sanitizers keep memory of their own; leaks of less they find themselves.
    cargo run --locked --target "$target" --release --example endurance -- \
      100000 ${RUSTFLAGS:+4096}
    cargo run --locked --target "$target" --release --example detect -- \
      "$model.cfg" "$model.weights" "$photo" | grep '^class 45, '
    ;;
  neuron)
    "$2" "$model.cfg" "$model.weights" "$SCRATCH/nano.neff"
    export YOLO_TEST_NEFF=$SCRATCH/nano.neff YOLO_TEST_LIBNRT=$3
    cargo test --locked --target "$target" -p yolo --test neuron -- --include-ignored
    ;;
esac
