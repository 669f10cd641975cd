#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Seeded random weights for a cfg: the data folder's generator, then a gain.

usage: random_weights.py [--gain G] GENERATOR CFG OUT

GENERATOR is tools/random_weights.py of the test data. Its weights are drawn for
activations that pass half of the signal's power. Swish passes less, so that
deep swish networks hardly see their input any more; --gain multiplies the
weights of each batch-normalised convolution by G to make up for it.
"""
import argparse
import subprocess
import sys

import numpy as np

HEADER_BYTES = 20


def sections(path):
    """[(section, {key: value})] of a cfg, [net] first."""
    found = []
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            line = line.split('#')[0].split(';')[0].strip()
            if line.startswith('['):
                found.append((line[1:line.index(']')], {}))
            elif line:
                key, value = line.split('=', 1)
                found[-1][1][key.strip()] = value.strip()
    return found


def amplify(cfg, path, gain):
    weights = np.memmap(path, '<f4', mode='r+', offset=HEADER_BYTES)
    channels, outputs, at = 3, [], 0
    for i, (name, keys) in enumerate(sections(cfg)[1:]):
        if name == 'convolutional':
            filters = int(keys['filters'])
            normalised = int(keys.get('batch_normalize', 0)) == 1
            at += filters * (4 if normalised else 1)
            count = filters * channels // int(keys.get('groups', 1)) * int(keys['size']) ** 2
            if normalised:
                weights[at:at + count] *= np.float32(gain)
            at += count
            channels = filters
        elif name == 'route':
            sources = [int(v) for v in keys['layers'].split(',')]
            channels = sum(outputs[s if s >= 0 else i + s] for s in sources)
            channels //= int(keys.get('groups', 1))
        outputs.append(channels)
    if at != weights.size:
        raise SystemExit('%s: %d floats in the cfg, %d in the file' % (cfg, at, weights.size))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--gain', type=float, default=1)
    parser.add_argument('generator')
    parser.add_argument('cfg')
    parser.add_argument('out')
    args = parser.parse_args()
    subprocess.run([sys.executable, args.generator, args.cfg, args.out], check=True,
                   stdout=subprocess.DEVNULL)
    if args.gain != 1:
        amplify(args.cfg, args.out, args.gain)


if __name__ == '__main__':
    main()
