#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Times the network part of OpenCV's DNN module on a Darknet model.

usage: compare_opencv.py CFG WEIGHTS [--threads N] [--runs N] [--size WxH]

Prints one JSON object. Only the forward pass is timed, on random pixels: not
decoding, resizing, or NMS (the [yolo] layers are left out). Needs Debian's
python3-opencv; WEIGHTS may come from tests/golden/random_weights.py.
"""
import argparse
import json
import os
import statistics
import sys
import time

import cv2
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'golden'))
from random_weights import sections  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('cfg')
    parser.add_argument('weights')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--runs', type=int, default=9)
    parser.add_argument('--size', help='default: the cfg\'s')
    args = parser.parse_args()

    (_, keys), *layers = sections(args.cfg)
    width, height = (int(v) for v in args.size.split('x')) if args.size else (
        int(keys['width']), int(keys['height']))
    cv2.setNumThreads(args.threads)
    net = cv2.dnn.readNetFromDarknet(args.cfg, args.weights)
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
    names = list(net.getLayerNames())
    # The importer puts permute_<i> between section i - 1 and [yolo] i.
    heads = [names[names.index('permute_%d' % i) - 1]
             for i, (name, _) in enumerate(layers) if name == 'yolo']

    image = np.random.default_rng(0).random((1, 3, height, width), dtype=np.float32)
    times = []
    for run in range(args.runs + 2):  # the first two warm up
        net.setInput(image)
        start = time.perf_counter()
        net.forward(heads)
        if run >= 2:
            times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({
        'tool': 'OpenCV ' + cv2.__version__, 'cfg': os.path.basename(args.cfg),
        'width': width, 'height': height, 'threads': args.threads, 'runs': args.runs,
        'ms_median': round(statistics.median(times), 3),
        'ms_min': round(min(times), 3), 'ms_max': round(max(times), 3)}))


if __name__ == '__main__':
    main()
