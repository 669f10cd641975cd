#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""samples/compare: its tools find the boxes of `yolo detect`, and its numbers are those of `yolo bench`.

usage: compare_test.py --yolo PROGRAM [unittest's arguments]

Skipped (77) without cv2; what needs onnx and onnxruntime is skipped without them.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPARE = ROOT / 'samples' / 'compare'
sys.path[:0] = [str(COMPARE), str(ROOT / 'samples' / 'neuron')]
NANO = ROOT / 'samples' / 'models' / 'yolov4-nano' / 'yolov4-nano'
PHOTOS = ROOT / 'samples' / 'images'
CFG, WEIGHTS = str(NANO) + '.cfg', str(NANO) + '.weights'
YOLO = None

try:
    import cv2  # noqa: F401
    import numpy  # noqa: F401
except ImportError as missing:
    print('skipped: %s; apt-get install python3-opencv' % missing)
    sys.exit(77)
try:
    import onnx  # noqa: F401
    import onnxruntime  # noqa: F401
    NO_ONNX = ''
except ImportError as missing:
    NO_ONNX = '%s; python3 -m pip install onnxruntime onnx' % missing

import load  # noqa: E402


def tool(program, *arguments):
    done = subprocess.run([sys.executable, COMPARE / (program + '.py'), CFG, WEIGHTS, *map(str, arguments)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def detections(lines):
    return {pathlib.Path(line['image']).name: line['detections'] for line in map(json.loads, lines.splitlines())}


class Boxes(unittest.TestCase):
    def compare(self, program, threshold):
        done = subprocess.run([YOLO, 'detect', '--model', CFG, '--json', '--precision', 'f32', '--profile', 'opencv', '--decode',
                               'exact', '--threshold', threshold, PHOTOS], capture_output=True, text=True, check=True)
        expected = detections(done.stdout)
        found = detections(tool(program, PHOTOS, '--detect', '--threshold', threshold))
        self.assertEqual(set(found), set(expected))
        self.assertGreater(sum(map(len, expected.values())), 1)
        for name, boxes in expected.items():
            self.assertEqual([b['class_id'] for b in found[name]], [b['class_id'] for b in boxes])
            for a, b in zip(found[name], boxes):
                self.assertAlmostEqual(a['score'], b['score'], delta=1e-4)
                for x, y in zip(a['box'], b['box']):
                    self.assertAlmostEqual(x, y, delta=0.05)

    def test_opencv(self):
        self.compare('opencv_dnn', '0.2')

    @unittest.skipIf(NO_ONNX, NO_ONNX)
    def test_onnx_runtime(self):
        self.compare('onnx_runtime', '0.1')


class Json(unittest.TestCase):
    def compare(self, program):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            bad = folder / 'bad.jpg'
            bad.write_bytes(b'no photo')
            common = ['--callers', '2', '--batch', '2', '--seconds', '1', '--window', '0.25', '--warmup', '0']
            tool(program, PHOTOS, bad, *common, '--calibrate', '0.2', '--json', folder / 'peer.json')
            subprocess.run([YOLO, 'bench', '--model', CFG, '--images', PHOTOS, *common, '--json', folder / 'ours.json', '--compare',
                            folder / 'peer.json', '--report', folder / 'report.html'], check=True, capture_output=True)
            peer, ours = (json.loads((folder / (name + '.json')).read_text()) for name in ('peer', 'ours'))
            self.assertGreater((folder / 'report.html').stat().st_size, 10000)
        self.same_fields(peer, ours)
        images = peer['images'] + peer['failed_images']
        self.assertEqual(peer['latency_ms']['image']['count'], images)
        self.assertEqual(peer['latency_ms']['call']['count'], images / 2)
        self.assertEqual([(f['image'], f['times']) for f in peer['failed']], [(str(bad), peer['failed_images'])])
        self.assertGreater(peer['failed_images'], 0)
        self.assertAlmostEqual(peer['fps']['mean'], peer['images'] / peer['wall_s'])
        self.assertEqual(sum(w['images'] for w in peer['windows']), peer['images'])
        for stage in ('decode', 'pack', 'run', 'extract'):
            self.assertGreater(peer['stages_ms'][stage], 0)

    def same_fields(self, a, b, where='run'):
        if isinstance(a, dict) and where != 'run.settings':
            self.assertEqual(set(a), set(b), where)
            for key in a:
                self.same_fields(a[key], b[key], where + '.' + key)
        elif isinstance(a, list) and a and b:
            self.same_fields(a[0], b[0], where + '[]')

    def test_opencv(self):
        self.compare('opencv_dnn')

    @unittest.skipIf(NO_ONNX, NO_ONNX)
    def test_onnx_runtime(self):
        self.compare('onnx_runtime')


class Histogram(unittest.TestCase):
    def test_percentiles(self):
        random.seed(5)
        histogram = load.Histogram()
        values = sorted(int(random.lognormvariate(15, 3)) for _ in range(5000))
        for value in values:
            histogram.add(value)
        for percent in (0, 1, 50, 90, 99, 99.9, 100):
            exact = values[max(1, -int(-percent * 50 * (1 - 1e-12) // 1)) - 1] / 1e6
            self.assertAlmostEqual(histogram.percentile(percent), exact, delta=exact / 512 + 1e-6)
        self.assertEqual(histogram.summary()['count'], 5000)


if __name__ == '__main__':
    at = sys.argv.index('--yolo')
    YOLO = sys.argv[at + 1]
    unittest.main(argv=sys.argv[:at] + sys.argv[at + 2:])
