# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# libyolo as a part of another project, which has its own flags, options and names.
. "$(dirname "$0")/common.sh"
"$CMAKE" -S "$SOURCE/tests/install/vendored" -B build -G "$GENERATOR" \
  -DCMAKE_BUILD_TYPE=Release -DYOLO_SOURCE="$SOURCE" -DYOLO_ONEDNN="$ONEDNN" \
  >configure.log || { cat configure.log; exit 1; }
"$CMAKE" --build build >build.log || { tail -50 build.log; exit 1; }
if grep -i 'warning:' build.log; then fail "warnings"; fi

compare build/programs/consumer
compare build/programs/c_consumer

# Only what the parent installs itself.
"$CMAKE" --install build --prefix prefix >install.log
[[ $(cd prefix && find . -type f) == ./bin/consumer ]] || fail "installed: $(find prefix -type f)"
