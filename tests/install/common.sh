# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# What the scripts of this folder share; sourced with these set by CMakeLists.txt:
# SOURCE, BUILD: folders; SCRATCH: this test's own; STAGE: where libyolo is installed;
# COMMAND: the yolo command; COMPARE: compare_boxes; CC, CXX, CFLAGS, CXXFLAGS, CMAKE,
# GENERATOR: as in the build.
set -euo pipefail
export CFLAGS CXXFLAGS CC CXX

photo=$SOURCE/samples/images/coffee.jpg
model=$SOURCE/samples/models/yolov4-nano/yolov4-nano
threshold=0.05

skip() {
  echo "SKIPPED: $1"
  exit 77
}
need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

# compare PROGRAM...: its boxes are those of the command.
compare() {
  "$COMMAND" detect --threshold $threshold --json "$photo" >"$SCRATCH/command.json"
  "$@" "$model.cfg" "$model.weights" $threshold "$photo" >"$SCRATCH/boxes.txt"
  "$COMPARE" "$SCRATCH/command.json" "$SCRATCH/boxes.txt"
}

# Where yolo.pc is below a prefix.
pc_folder() { dirname "$(find "$1" -name yolo.pc)"; }

rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"
cd "$SCRATCH"
