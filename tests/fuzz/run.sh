#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Fuzzes: tests/fuzz/run.sh MINUTES [NAME...]
#
# Builds preset "fuzz" (Clang with compiler-rt: apt-get install clang
# libclang-rt-14-dev), then runs each fuzzer, or those named, for so many
# minutes of wall time, one after the other. What is found grows in
# build/fuzz/corpus/NAME and is kept between runs; an input that breaks a law is
# written to build/fuzz/NAME-*, and the exit status is 1. YOLO_TEST_DATA
# (default ../shared/data) adds its files to the seeds.
set -uo pipefail
cd "$(dirname "$0")/../.."

if [[ ! ${1-} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '5,13s/^# \{0,1\}//p' "$0"
  exit 2
fi
seconds=$(($1 * 60))
shift
names=("$@")
if ((${#names[@]} == 0)); then
  names=(cfg detect frame jpeg labels neff options weights)
fi
data=${YOLO_TEST_DATA:-../shared/data}

cmake --preset fuzz >/dev/null && cmake --build --preset fuzz || exit 1

# Input sizes beyond which nothing new is to be found, bytes.
declare -A most=([cfg]=8192 [detect]=16384 [frame]=4096 [jpeg]=16384
  [labels]=1024 [neff]=1200 [options]=1000 [weights]=200)
broken=0
for name in "${names[@]}"; do
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  seeds=()
  case $name in
    jpeg) folders=("$data/jpeg-corpus") ;;
    detect) folders=(tests/fuzz/corpus/jpeg "$data/jpeg-corpus") ;;
    cfg) folders=("$data/cfg") ;;
    *) folders=() ;;
  esac
  for folder in "tests/fuzz/corpus/$name" "${folders[@]}"; do
    if [[ -d $folder ]]; then seeds+=("$folder"); fi
  done
  echo "== $name"
  build/fuzz/bin/fuzz."$name" -max_total_time=$seconds -timeout=10 \
    -rss_limit_mb=2048 -max_len="${most[$name]}" -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$name-" "$corpus" "${seeds[@]}" \
    >"build/fuzz/$name.log" 2>&1 || broken=1
  grep -aE 'ERROR|SUMMARY|broken:|Test unit written|DONE|number_of_executed' \
    "build/fuzz/$name.log"
done
exit $broken
