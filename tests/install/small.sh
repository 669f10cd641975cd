# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Preset small: what its library weighs, and what it needs beside itself.
. "$(dirname "$0")/common.sh"
need readelf
(cd "$SOURCE" && "$CMAKE" --preset small -B "$SCRATCH/build" -G "$GENERATOR") >configure.log ||
  { cat configure.log; exit 1; }
"$CMAKE" --build build --target yolo sample_detect >build.log || { tail -50 build.log; exit 1; }
bytes=$(stat --dereference --format %s build/lib/libyolo.so)
needed=$(readelf --dynamic build/lib/libyolo.so | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
echo "libyolo.so: $bytes bytes; needs" $needed
((bytes <= 1500000)) || fail "more than 1,500,000 bytes"
# libhwy: 30 kB of choosing the instruction set; Debian has it as a shared library only.
for library in $needed; do
  case $library in
    libjpeg.so.* | libhwy.so.* | libstdc++.so.* | libgcc_s.so.* | libc.so.* | libm.so.* | ld-linux*) ;;
    *) fail "needs $library" ;;
  esac
done
build/bin/sample_detect "$model.cfg" "$model.weights" "$photo" | grep -q '^class 45, '
