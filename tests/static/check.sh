#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# Reads the library's sources with a checker: tests/static/check.sh TOOL BUILD [FILE...]
#
# TOOL is clang-tidy or cppcheck (Debian's packages of those names), BUILD a build folder with
# compile_commands.json, which presets from "dev" on write. All sources of src/, or those
# named. Exit status 1: something was found; 77: the tool is not here.
set -euo pipefail
tool=${1-} build=${2-}
if [[ $tool != clang-tidy && $tool != cppcheck ]] || [[ ! -f $build/compile_commands.json ]]; then
  sed -n '5,9s/^# \{0,1\}//p' "$0"
  exit 2
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
shift 2
if ! command -v "$tool" >/dev/null; then
  echo "skipped: no $tool; apt-get install $tool"
  exit 77
fi

# The commands of our own sources, without what only GCC understands and what is no
# compiler (ccache, after which clang-tidy would look for one).
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 - "$root" "$build/compile_commands.json" "$scratch" "$@" <<'PYTHON'
import json, pathlib, re, sys
root, commands, scratch = map(pathlib.Path, sys.argv[1:4])
named = {(root / name).resolve() for name in sys.argv[4:]}
chosen = {}
for entry in json.loads(commands.read_text()):
    path = pathlib.Path(entry['file'])
    if (root / 'src') in path.parents and (not named or path in named):
        entry['command'] = re.sub(r'^\S*ccache\s+| -fno-gnu-unique\b', '', entry['command'])
        chosen[str(path)] = entry
if not chosen or len(chosen) < len(named):
    sys.exit('no such sources in ' + str(commands))
(scratch / 'compile_commands.json').write_text(json.dumps(list(chosen.values())))
# Those that take longest first.
(scratch / 'files').write_text('\n'.join(
    sorted(chosen, key=lambda name: ('/kernels/' not in name, name))) + '\n')
PYTHON
echo "$tool: $(wc -l <"$scratch/files") files"

if [[ $tool == cppcheck ]]; then
  cppcheck --project="$scratch/compile_commands.json" -j "$(nproc)" --quiet --std=c++20 \
    --enable=warning,style,performance,portability --error-exitcode=1 \
    --suppressions-list=<(sed '/^#/d; /^$/d' "$root/tests/static/cppcheck.txt")
else
  # How many warnings of other people's headers were left out is no news.
  xargs -P "$(nproc)" -n 1 clang-tidy -p "$scratch" --quiet <"$scratch/files" \
    2> >(grep -v 'warnings\{0,1\} generated\.$' >&2) || exit 1
fi
