# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# pkg_config.sh shared|static: consumer.c by the one line of the documentation, and the
# sample detect.c. The prefix is moved first: yolo.pc finds itself.
. "$(dirname "$0")/common.sh"
need pkg-config
kind=$1
cp -r "$STAGE" "$SCRATCH/prefix"
if [[ $kind == static ]]; then
  find prefix -name 'libyolo.so*' -delete
  static=--static
fi
PKG_CONFIG_PATH=$(pc_folder prefix)
export PKG_CONFIG_PATH
for name in tests/install/consumer samples/detect; do
  # shellcheck disable=SC2086,SC2046
  "$CC" $CFLAGS -std=c99 -Wall -Wextra -Werror "$SOURCE/$name.c" -o "$(basename $name)" \
    $(pkg-config ${static:+--static} --cflags --libs yolo)
done
[[ $(pkg-config --modversion yolo) == "$VERSION" ]] || fail "version of yolo.pc"
if [[ $kind == shared ]]; then
  LD_LIBRARY_PATH=$(pkg-config --variable=libdir yolo)
  export LD_LIBRARY_PATH
elif ldd consumer | grep libyolo; then
  fail "the program needs a shared libyolo"
fi
compare ./consumer
./detect "$model.cfg" "$model.weights" "$photo" | grep -q '^class 45, '
