# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What the scripts for Rust share; sourced after common.sh.
need cargo
need pkg-config
crates=$SOURCE/bindings/rust

# Where programs find a shared library outside the system's folders.
library_folder=$(dirname "$(find "$STAGE" -name 'libyolo.so' -o -name 'libyolo.a' | head -1)")
# Nothing of the user's environment takes part.
unset YOLO_LIB_DIR RUSTFLAGS RUSTDOCFLAGS CARGO_BUILD_TARGET
# Tests that depend on the same crates in the same place build them once.
export CARGO_TARGET_DIR=$BUILD/tests/install/rust_target

# The few crates that build scripts need: those of Debian, where they are installed, so
# that no network is needed; their packages name no checksum of pkg-config. Otherwise
# crates.io.
debian=/usr/share/cargo/registry
debian_crates=(cc-1.0.73 cmake-0.1.45 pkg-config-0.3.25)
missing=()
for crate in "${debian_crates[@]}"; do
  [[ -d $debian/$crate ]] || missing+=("$crate")
done
if ((${#missing[@]} == 0)); then
  mkdir crates cargo_home
  for crate in "${debian_crates[@]}"; do
    cp -r "$debian/$crate" crates
    sum=$(grep -A 3 "^name = \"${crate%-*}\"" "$crates/Cargo.lock" |
      sed -n 's/^checksum = "\(.*\)"/\1/p')
    sed -i "s/Could not get crate checksum/$sum/" "crates/$crate/.cargo-checksum.json"
  done
  export CARGO_HOME=$SCRATCH/cargo_home
  printf '%s\n' '[source.crates-io]' 'replace-with = "debian"' '[source.debian]' \
    "directory = \"$SCRATCH/crates\"" '[net]' 'offline = true' >"$CARGO_HOME/config.toml"
elif ! cargo fetch --locked --manifest-path "$crates/Cargo.toml" 2>fetch.log; then
  skip "no network for crates, nor Debian's librust-{cc,cmake,pkg-config}-dev: $(tail -1 fetch.log)"
fi
cargo --version

# A sanitized library needs the sanitizers' run time in the program. With a target that
# is named, build scripts are left alone.
target=$(rustc -vV | sed -n 's/^host: //p')
output=$CARGO_TARGET_DIR/$target
if [[ $CFLAGS == *-fsanitize=thread* ]]; then
  skip "Rust's standard library is not built for ThreadSanitizer"
elif [[ $CFLAGS =~ -fsanitize=[a-z,]+ ]]; then
  export RUSTFLAGS="-C linker=$CC -C link-arg=${BASH_REMATCH[0]}"
  # Without, the linker is told -nodefaultlibs, which leaves the run time out.
  RUSTFLAGS+=" -C default-linker-libraries=yes"
  export RUSTDOCFLAGS=$RUSTFLAGS
  # RSS is looked at: freed memory is not kept for long.
  export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64
fi

# rust_consumer YOLO-CRATE YOLO-SYS-CRATE [FEATURE]: builds the consumer in this folder.
rust_consumer() {
  cp -r "$SOURCE/tests/install/rust_consumer" .
  sed -i -e "s|@YOLO@|$1|" -e "s|@YOLO_SYS@|$2|" rust_consumer/Cargo.toml
  # The versions of the crates' own lock file.
  cp "$crates/Cargo.lock" rust_consumer
  cargo build --release --offline --target "$target" --manifest-path rust_consumer/Cargo.toml \
    ${3:+--features "$3"} 2>build.log || { tail -50 build.log; fail "cargo build"; }
  cp "$output/release/rust_consumer" consumer
}
