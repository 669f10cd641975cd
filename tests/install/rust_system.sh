# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# rust_system.sh shared|static: a crate that uses the installed libyolo.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/rust_common.sh"
kind=$1
PKG_CONFIG_PATH=$(pc_folder "$STAGE")
export PKG_CONFIG_PATH
if [[ $kind == static ]]; then
  rust_consumer "$crates/yolo" "$crates/yolo-sys" static
  if ldd consumer | grep libyolo; then fail "the program needs a shared libyolo"; fi
else
  rust_consumer "$crates/yolo" "$crates/yolo-sys"
  export LD_LIBRARY_PATH=$library_folder
  ldd consumer | grep -q "libyolo.so.0 => $library_folder/" || fail "another libyolo: $(ldd consumer)"
fi
compare ./consumer

# Where there is no libyolo, the error says what to do.
export PKG_CONFIG_LIBDIR=$SCRATCH PKG_CONFIG_PATH=
if cargo build --offline --target "$target" --manifest-path rust_consumer/Cargo.toml \
  >missing.log 2>&1; then
  fail "built without libyolo"
fi
grep -q 'yolo-sys: libyolo was not found. Install it, or set' missing.log ||
  { cat missing.log; fail "the error"; }
