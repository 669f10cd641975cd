#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""A soak of `yolo bench`, 8 callers x 4 images, and whether it was steady.

  soak.py --yolo build/release/bin/yolo --out FOLDER [--seconds 600] -- --images IMAGES [options of yolo bench]

Writes FOLDER/soak.json and FOLDER/soak.html. Fails when an image failed, the library allocated, or resident memory grew by 1 %
or more after the first minute. Prints drift and P90, which depend on the machine and are not judged.
"""
import argparse
import json
import os
import subprocess
import sys

MOST_GROWTH = 1.0  # percent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--yolo', default='build/release/bin/yolo')
    parser.add_argument('--out', required=True, metavar='FOLDER')
    parser.add_argument('--seconds', type=float, default=600)
    parser.add_argument('options', nargs='+', help='of yolo bench')
    args = parser.parse_args()
    if args.seconds < 90:
        parser.error('--seconds: memory is judged after the first minute: 90 or more')
    os.makedirs(args.out, exist_ok=True)
    result = os.path.join(args.out, 'soak.json')
    subprocess.run([args.yolo, 'bench', '--callers', '8', '--batch', '4', '--seconds', str(args.seconds), '--json', result,
                    '--report', os.path.join(args.out, 'soak.html'), *args.options], check=True)
    with open(result) as file:
        run = json.load(file)
    growth = run['rss_bytes']['growth_percent']
    checks = [('no image failed', run['failed_images'] == 0, run['failed_images']),
              ('nothing allocated', run['allocations'] == 0, run['allocations']),
              ('allocations are counted', run['allocations_before'] > 0, run['allocations_before']),
              ('memory grew by less than %g %%' % MOST_GROWTH, growth is not None and growth < MOST_GROWTH, '%+.3f %%' % growth)]
    for what, passed, value in checks:
        print('%s: %s (%s)' % ('passed' if passed else 'FAILED', what, value))
    print('drift %s %%, P90 of a call %.1f ms' % (run['fps']['drift_percent'], run['latency_ms']['call']['p90']))
    sys.exit(0 if all(passed for _, passed, _ in checks) else 1)


if __name__ == '__main__':
    main()
