#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""yolo eval against pycocotools on the same results file: random scenes, and models on COCO's photos.

usage: eval_pycocotools_test.py --yolo COMMAND [unittest's arguments]

Skipped (77) without NumPy and pycocotools; what needs the test data is skipped without YOLO_TEST_DATA.
"""
import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'golden'))
DATA = pathlib.Path(os.environ.get('YOLO_TEST_DATA', ROOT.parent / 'shared' / 'data'))
ANNOTATIONS = DATA / 'coco' / 'instances_val2017_204.json'
MODELS = ['yolo-fastest-1.1-xl', 'yolo-fastest-1.1', 'MobileNetV2-YOLOv3-Nano-coco']
TOLERANCE = 1e-6

try:
    import numpy
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
except ImportError as missing:
    print('skipped: %s; python3 -m pip install numpy pycocotools' % missing)
    sys.exit(77)

import make_coco_goldens as goldens  # noqa: E402

YOLO = None


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def eval(self, *arguments):
        return subprocess.run([YOLO, 'eval', *map(str, arguments)], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

    def assert_same(self, ours, stats, classes):
        self.assertEqual(len(ours['stats']), 12)
        for i, (got, want) in enumerate(zip(ours['stats'], stats)):
            self.assertLess(abs(got - want), TOLERANCE, 'stats[%d]' % i)
        self.assertEqual(len(ours['per_class']), len(classes))
        for got, want in zip(ours['per_class'], classes):
            self.assertEqual(got['category_id'], want[0])
            for key, number in zip(('ap', 'ap50', 'ap75', 'ar'), want[1:]):
                self.assertLess(abs(got[key] - number), TOLERANCE, '%s of %s' % (key, got['name']))


class Scenes(Base):
    def test_goldens_are_what_pycocotools_says(self):
        for name, make in goldens.SCENES.items():
            text = (pathlib.Path(goldens.FOLDER) / (name + '.json')).read_text()
            kept, golden = json.loads(text), make().golden()
            for key in ('annotations', 'results'):
                self.assertEqual(kept[key], golden[key], name)
            numpy.testing.assert_allclose(kept['stats'], golden['stats'], atol=1e-12)
            numpy.testing.assert_allclose(kept['per_class'], golden['per_class'], atol=1e-12)

    def test_random_scenes(self):
        for seed in range(1000, 1040):
            with self.subTest(seed=seed):
                scene = goldens.crowded(seed=seed, decimals=1 + seed % 3, crowds=0.1 * (seed % 5),
                                        images=2 + seed % 7, objects=3 + seed % 20)
                if not scene.results:
                    continue
                truth, found = self.folder / 'truth.json', self.folder / 'found.json'
                truth.write_text(json.dumps(scene.annotations))
                found.write_text(json.dumps(scene.results))
                ours = json.loads(self.eval('--annotations', truth, '--detections', found, '--json'))
                self.assert_same(ours, *goldens.evaluate(scene.annotations, scene.results))


@unittest.skipUnless(ANNOTATIONS.exists(), 'no test data at %s; set YOLO_TEST_DATA' % DATA)
class Photos(Base):
    def compare(self, threshold, *model):
        found = self.folder / 'found.json'
        images = ['--images', DATA / 'coco' / 'images']
        ours = json.loads(self.eval('--annotations', ANNOTATIONS, *images, *model, '--threshold',
                                    threshold, '--results', found, '--json'))
        self.assertEqual(ours['failed'], [])
        self.assertEqual(ours['misfits'], [])
        results = json.loads(found.read_text())
        self.assertEqual(ours['detections'], len(results))
        self.assert_same(ours, *goldens.evaluate(json.loads(ANNOTATIONS.read_text()), results))
        return found, ours['stats']

    def test_models(self):
        for model in MODELS:
            cfg = DATA / 'weights' / (model + '.cfg')
            for threshold in (0.001, 0.25):
                with self.subTest(model=model, threshold=threshold):
                    stats = self.compare(threshold, '--model', cfg)[1]
                    self.assertGreater(stats[1], 0.1)

    def test_the_built_in_model(self):
        for threshold in (0.001, 0.25):
            with self.subTest(threshold=threshold):
                self.compare(threshold)

    def test_the_twelve_lines_are_coco_s(self):
        found = self.compare(0.25)[0]
        with contextlib.redirect_stdout(io.StringIO()):
            truth = COCO(str(ANNOTATIONS))
            evaluation = COCOeval(truth, truth.loadRes(str(found)), 'bbox')
            evaluation.evaluate()
            evaluation.accumulate()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            evaluation.summarize()
        ours = self.eval('--annotations', ANNOTATIONS, '--detections', found)
        self.assertTrue(ours.endswith('\n' + printed.getvalue()), ours)


if __name__ == '__main__':
    at = sys.argv.index('--yolo') if '--yolo' in sys.argv else 0
    YOLO = sys.argv[at + 1] if at else str(ROOT / 'build' / 'release' / 'bin' / 'yolo')
    del sys.argv[at:at + 2 if at else 0]
    unittest.main()
