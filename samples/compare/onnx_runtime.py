#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""The load of `yolo bench` on ONNX Runtime's CPU provider, JPEG bytes to boxes. The model is exported first, in memory.

  onnx_runtime.py MODEL.cfg MODEL.weights IMAGES --json onnx.json

Needs onnxruntime and onnx (python3 -m pip install onnxruntime onnx) and Debian's python3-opencv, which decodes, resizes and
suppresses. Four settings are tried, the fastest is measured: a run for each CPU with one thread, or one run with a thread for each
CPU; the images of a call in one run, or one by one.
"""
import argparse
import os
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'neuron')]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

import darknet  # noqa: E402
import load  # noqa: E402
import onnx_export  # noqa: E402
from pipeline import Runners, candidates_of_settings, pipeline  # noqa: E402


def sigmoid(x):
    return 0.5 + 0.5 * np.tanh(0.5 * x)  # exp would overflow


class Head:
    """Decodes one [yolo] section."""

    def __init__(self, section, model):
        sides = np.array(section.numbers('anchors', float), np.float32).reshape(-1, 2)
        mask = section.numbers('mask') or list(range(len(sides)))
        self.anchors = sides[mask]
        self.scale = section.number('scale_x_y', 1.0, 0, 100, float)
        self.new_coords = section.number('new_coords', 0, 0, 1)
        self.size = model.width, model.height

    def candidates(self, head, threshold):
        """head: [anchors * (5 + classes), rows, columns]"""
        _, rows, columns = head.shape
        cells = head.reshape(len(self.anchors), -1, rows, columns)
        if self.new_coords:
            objectness = cells[:, 4]
        else:
            objectness = sigmoid(cells[:, 4])
        a, y, x = np.nonzero(objectness > threshold)  # no class of another cell can pass
        values = cells[a, :, y, x]
        classes = values[:, 5:] if self.new_coords else sigmoid(values[:, 5:])
        scores = classes * objectness[a, y, x][:, None]
        box, which = np.nonzero(scores > threshold)
        v, a, y, x = values[box], a[box], y[box], x[box]
        xy = v[:, :2] if self.new_coords else sigmoid(v[:, :2])
        xy = xy * self.scale - (self.scale - 1) / 2
        wh = (2 * v[:, 2:4]) ** 2 if self.new_coords else np.exp(v[:, 2:4])
        wh = wh * self.anchors[a] / self.size
        return (which, scores[box, which], (x + xy[:, 0]) / columns, (y + xy[:, 1]) / rows, wh[:, 0], wh[:, 1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    load.add_arguments(parser)
    args = parser.parse_args()
    model = darknet.read_model(args.cfg, args.weights)
    sections = darknet.parse_cfg(args.cfg)
    heads = [Head(sections[layer.index + 1], model) for layer in model.heads]
    document = onnx_export.export(model).SerializeToString()

    def candidates(outputs, n):
        found = [head.candidates(output[n], args.threshold) for head, output in zip(heads, outputs)]
        return [np.concatenate(parts) for parts in zip(*found)]

    def make(runs, threads, whole_batch):
        cv2.setNumThreads(threads)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        # One session: its runs may overlap.
        session = ort.InferenceSession(document, options, providers=['CPUExecutionProvider'])
        runners = Runners(lambda: lambda blob: session.run(None, {'image': blob}), runs)
        return pipeline(runners, (model.width, model.height), candidates, args.iou, whole_batch)

    load.main(args, 'ONNX Runtime', 'ONNX Runtime ' + ort.__version__, (model.width, model.height),
              model.heads[0].options['classes'], candidates_of_settings(len(os.sched_getaffinity(0))), make)


if __name__ == '__main__':
    main()
