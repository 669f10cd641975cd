# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs the build as users do; the other tests start from here. What is installed
# names no folder of the build.
. "$(dirname "$0")/common.sh"
rm -rf "$STAGE"
"$CMAKE" --install "$BUILD" --prefix "$STAGE" >"$SCRATCH/install.log"
for file in bin/yolo include/yolo/yolo.h include/yolo/yolo.hpp include/yolo/neuron.h \
  share/doc/yolo/LICENSE share/doc/yolo/README.md; do
  [[ -e $STAGE/$file ]] || fail "$file was not installed"
done
if grep -rIl -e "$SOURCE" -e "$BUILD" "$STAGE" --include=*.cmake --include=*.pc; then
  fail "these name the build's folders"
fi
"$STAGE/bin/yolo" --version
