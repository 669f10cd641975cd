#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""The load of `yolo bench` on OpenCV's DNN module, JPEG bytes to boxes; it reads Darknet files itself.

  opencv_dnn.py MODEL.cfg MODEL.weights IMAGES --json opencv.json

Needs Debian's python3-opencv. Four settings are tried, the fastest is measured: a network for each CPU with one thread, or one
network with a thread for each CPU; the images of a call in one run, or one by one.
"""
import argparse
import os
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'neuron')]

import cv2  # noqa: E402
import numpy as np  # noqa: E402

import darknet  # noqa: E402
import load  # noqa: E402
from pipeline import Runners, candidates_of_settings, pipeline  # noqa: E402

LEAST_THRESHOLD = 0.2  # its Region layer's own


def network(cfg, weights):
    net = cv2.dnn.readNetFromDarknet(cfg, weights)
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
    heads = net.getUnconnectedOutLayersNames()

    def run(blob):
        net.setInput(blob)
        # The [yolo] layers give boxes and class scores; each picture's rows lie together.
        return [head.reshape(len(blob), -1, head.shape[-1]) for head in net.forward(heads)]
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    load.add_arguments(parser)
    args = parser.parse_args()
    if args.threshold < LEAST_THRESHOLD:
        parser.error('--threshold: OpenCV drops what scores less than %g itself' % LEAST_THRESHOLD)
    model = darknet.read_cfg(args.cfg)

    def candidates(outputs, n):
        rows = np.concatenate([head[n] for head in outputs])
        row, which = np.nonzero(rows[:, 5:] > args.threshold)
        picked = rows[row]
        return (which, rows[row, 5 + which], *picked[:, :4].T)

    def make(runs, threads, whole_batch):
        cv2.setNumThreads(threads)
        runners = Runners(lambda: network(args.cfg, args.weights), runs)
        return pipeline(runners, (model.width, model.height), candidates, args.iou, whole_batch)

    load.main(args, 'OpenCV DNN', 'OpenCV ' + cv2.__version__, (model.width, model.height),
              model.heads[0].options['classes'], candidates_of_settings(len(os.sched_getaffinity(0))), make)


if __name__ == '__main__':
    main()
