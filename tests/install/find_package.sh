# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# find_package.sh shared|static: a CMake project that finds libyolo in a prefix, in C++
# and in a project that knows C only.
. "$(dirname "$0")/common.sh"
kind=$1
for language in CXX C; do
  "$CMAKE" -S "$SOURCE/tests/install/find_package" -B "$SCRATCH/$language" -G "$GENERATOR" \
    -DCMAKE_PREFIX_PATH="$STAGE" -DLANGUAGE=$language -DKIND="$kind" \
    -DVERSION="$VERSION" >configure.log || { cat configure.log; exit 1; }
  "$CMAKE" --build "$SCRATCH/$language"
  compare "$SCRATCH/$language/consumer"
done

# Refused in words: a kind that is not there, and another minor version.
for wrong in "-DKIND=oak" "-DVERSION=0.99"; do
  if "$CMAKE" -S "$SOURCE/tests/install/find_package" -B wrong -G "$GENERATOR" \
    -DCMAKE_PREFIX_PATH="$STAGE" -DLANGUAGE=C -DKIND="$kind" -DVERSION="$VERSION" \
    "$wrong" >wrong.log 2>&1; then
    fail "find_package accepted $wrong"
  fi
  tr -s ' \n' ' ' <wrong.log | grep -qE 'no component oak|compatible with requested version "0.99"' ||
    fail "no reason given for $wrong: $(cat wrong.log)"
  rm -rf wrong
done
