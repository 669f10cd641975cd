# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# A crate that builds libyolo from source: from yolo-sys as it would be published, out of
# reach of the repository.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/rust_common.sh"
# Unpacked files are as old as any others: nothing may be taken from a build before.
export CARGO_TARGET_DIR=$SCRATCH/target
output=$CARGO_TARGET_DIR/$target
cargo package --locked --no-verify --allow-dirty --manifest-path "$crates/yolo-sys/Cargo.toml" \
  2>package.log || { cat package.log; fail "cargo package"; }
mkdir published
tar -xzf target/package/yolo-sys-*.crate -C published
mv published/yolo-sys-* published/yolo-sys
if find published -type l | grep .; then fail "links in the package"; fi
# It is found beside yolo.
cp -rL "$crates/yolo" published

# No libyolo but that of the package.
PKG_CONFIG_PATH=
export PKG_CONFIG_PATH YOLO_ONEDNN=$ONEDNN
rust_consumer "$SCRATCH/published/yolo" "$SCRATCH/published/yolo-sys" vendored
if ldd consumer | grep libyolo; then fail "the program needs a shared libyolo"; fi
compare ./consumer
