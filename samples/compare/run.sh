#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# libyolo, OpenCV's DNN module and ONNX Runtime on the same model, photos and load, side by side:
#
#   samples/compare/run.sh MODEL.cfg MODEL.weights IMAGES OUT [--seconds 60] [--window 30]
#                          [--callers 8] [--batch 4] [--warmup 5]
#
# IMAGES is a folder of JPEGs. Writes OUT/*.json and OUT/report.html. A tool that is not installed
# is left out, and that is said. YOLO: the yolo command (build/release/bin/yolo); PYTHON: an
# interpreter with cv2, onnx and onnxruntime (python3). See docs/measuring.md.
set -euo pipefail
if (($# < 4)); then
  sed -n '5,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
cfg=$1 weights=$2 images=$3 out=$4
shift 4
yolo=${YOLO:-$here/../../build/release/bin/yolo}
python=${PYTHON:-python3}
mkdir -p "$out"
runs=()

bench() { # name, file, options
  local name=$1 json=$out/$2.json
  shift 2
  "$yolo" bench --model "$cfg" --weights "$weights" --images "$images" --name "$name" \
    --json "$json" "$@"
  runs+=("$json")
}
peer() { # program, modules it needs, options
  local program=$1 modules=$2 json=$out/$1.json why
  shift 2
  if ! why=$("$python" -c "import $modules" 2>&1); then
    echo "$program: left out: $(tail -n 1 <<<"$why")" >&2
    return
  fi
  "$python" "$here/$program.py" "$cfg" "$weights" "$images" --json "$json" "$@"
  runs+=("$json")
}

bench 'libyolo' libyolo "$@"
bench 'libyolo f32' libyolo_f32 --precision f32 "$@"
peer opencv_dnn 'numpy, cv2' "$@"
peer onnx_runtime 'numpy, cv2, onnx, onnxruntime' "$@"
"$yolo" bench --compare "${runs[@]}" --report "$out/report.html"
echo "$out/report.html"
