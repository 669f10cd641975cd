# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# The same sources give the same bytes, wherever they lie and are built: both libraries,
# compiled twice without a compiler cache.
. "$(dirname "$0")/common.sh"
export CCACHE_DISABLE=1
for folder in a another/folder; do
  mkdir -p "$folder"
  cp -r "$SOURCE"/{CMakeLists.txt,cmake,include,src,samples,docs,abi,LICENSE,README.md,CHANGELOG.md} \
    "$folder"
  "$CMAKE" -S "$folder" -B "$folder/build" -G "$GENERATOR" -DCMAKE_BUILD_TYPE=Release \
    -DYOLO_CLI=OFF -DYOLO_BOTH_KINDS=ON -DYOLO_ONEDNN="$ONEDNN" >configure.log ||
    { cat configure.log; exit 1; }
  "$CMAKE" --build "$folder/build" >build.log || { tail -50 build.log; exit 1; }
done
for library in libyolo.so libyolo.a; do
  cmp a/build/lib/$library another/folder/build/lib/$library || fail "$library differs"
  if grep -q "$SCRATCH" a/build/lib/$library; then fail "$library names its folder"; fi
done
sha256sum a/build/lib/libyolo.so a/build/lib/libyolo.a
