#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Says which lines of src/ the tests run: tests/coverage.sh [CTEST-OPTION...]
# or the inputs of a fuzzer:              tests/coverage.sh --fuzz NAME
#
# Builds preset "coverage" (GCC and gcovr: apt-get install gcovr), runs all tests but the slow
# ones and those of sources and installation, or those that the options choose, or replays the
# fuzzer's seeds and what tests/fuzz/run.sh has found (build/fuzz/corpus). Prints lines by folder
# and writes those that were not run to build/coverage/lines.txt. Failed tests are named; the
# exit status is theirs.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v gcovr >/dev/null; then
  echo "no gcovr: apt-get install gcovr"
  exit 2
fi

cmake --preset coverage >/dev/null
found=
if [[ ${1-} == --fuzz ]]; then
  name=${2:?a fuzzer}
  set -- -R "^fuzz\\.$name(_data)?\$"
  cmake --build --preset coverage --target "fuzz.$name"
  found=build/fuzz/corpus/$name
else
  if (($# == 0)); then set -- --label-exclude 'slow|static|install'; fi
  cmake --build --preset coverage
fi
find build/coverage -name '*.gcda' -delete
status=0
ctest --preset coverage --quiet --output-log build/coverage/tests.txt "$@" || status=$?
sed -n '/% tests passed/,$p' build/coverage/tests.txt
if [[ -d $found ]]; then
  "build/coverage/bin/fuzz.$name" "$found" | tail -n 1 || status=$?
fi

# Objects of the library only. Of a line that was compiled for several instruction sets, any
# that ran counts. Threads may lose counts, of which gcovr warns, but not that a line ran.
cd build/coverage
gcovr --root ../.. --filter '../../src/' --gcov-ignore-parse-errors -j 2 \
  --json lines.json --txt lines.txt \
  CMakeFiles/yolo_objects.dir CMakeFiles/yolo_kernels.dir 2>gcovr.txt ||
  { cat gcovr.txt && exit 1; }
python3 - <<'PYTHON'
import collections, json
folders = collections.defaultdict(lambda: [0, 0])
for file in json.load(open('lines.json'))['files']:
    parts = file['file'].split('/')
    folder = '/'.join(parts[:2]) if len(parts) > 2 else 'src (beside the folders)'
    for line in file['lines']:
        if not line.get('gcovr/noncode'):
            for key in (folder, 'all'):
                folders[key][0] += line['count'] > 0
                folders[key][1] += 1
for folder, (run, lines) in sorted(folders.items(), key=lambda item: (item[0] == 'all', item[0])):
    print(f'{folder:26} {run:6} of {lines:6} lines, {100 * run / lines:5.1f} %')
PYTHON
exit "$status"
