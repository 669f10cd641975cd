#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Annotations, results, and what pycocotools says of them.

usage: make_coco_goldens.py [--check]

Writes coco/NAME.json beside this script; README.md has the provenance. With
--check it writes nothing, and its exit status is 1 when a file would change.
Needs NumPy and pycocotools. Numbers of RandomState are the same in every NumPy.
"""
import argparse
import contextlib
import copy
import io
import json
import os
import sys

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'coco')


def evaluate(annotations, results):
    """pycocotools' twelve numbers, and [id, AP, AP50, AP75, AR] of each category."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = copy.deepcopy(annotations)
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(copy.deepcopy(results)), 'bbox')
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()

    def mean(values):
        values = values[values > -1]
        return float(values.mean()) if values.size else -1.0

    precision = evaluation.eval['precision'][:, :, :, 0, 2]  # [IoU][recall][category]
    recall = evaluation.eval['recall'][:, :, 0, 2]
    classes = [[int(id), mean(precision[:, :, k]), mean(precision[0, :, k]),
                mean(precision[5, :, k]), mean(recall[:, k])]
               for k, id in enumerate(evaluation.params.catIds)]
    return [float(v) for v in evaluation.stats], classes


class Scene:
    """Images of objects, and detections near some of them."""

    def __init__(self, seed, images, categories):
        self.random = np.random.RandomState(seed)
        self.annotations = {
            'images': [{'id': i, 'file_name': '%d.jpg' % i, 'width': 640, 'height': 480}
                       for i in images],
            'categories': [{'id': c, 'name': 'thing %d' % c} for c in categories],
            'annotations': []}
        self.results = []

    def number(self, low, high, decimals=2):
        return round(float(self.random.uniform(low, high)), decimals)

    def box(self, largest=200):
        w, h = self.number(4, largest), self.number(4, largest)
        return [self.number(0, 640 - w), self.number(0, 480 - h), w, h]

    def near(self, box, how_far):
        """The box, each number off by a share of its size."""
        x, y, w, h = box
        dx, dy, dw, dh = (self.number(-how_far, how_far, 4) for _ in range(4))
        return [round(v, 2) for v in (x + dx * w, y + dy * h, w * (1 + dw), h * (1 + dh))]

    def add_object(self, image, category, box, crowd=0, area=None, **more):
        objects = self.annotations['annotations']
        objects.append({'id': len(objects) + 1, 'image_id': image, 'category_id': category,
                        'bbox': box, 'iscrowd': crowd,
                        'area': round(0.8 * box[2] * box[3], 2) if area is None else area,
                        **more})

    def add_result(self, image, category, box, score):
        self.results.append({'image_id': image, 'category_id': category, 'bbox': box,
                             'score': score})

    def golden(self):
        stats, classes = evaluate(self.annotations, self.results)
        return {'annotations': self.annotations, 'results': self.results, 'stats': stats,
                'per_class': classes}


def crowded(seed=1, decimals=3, crowds=0.2, images=8, objects=10):
    """Crowds; categories without objects, without results; images without either."""
    ids = [40, 7, 13, 2, 99, 21, 5, 66][:images]
    scene = Scene(seed, ids, [90, 1, 18, 3])
    for image in ids[:-1]:
        for _ in range(scene.random.randint(1, objects + 1)):
            category = int(scene.random.choice([1, 3, 90]))
            box = scene.box()
            scene.add_object(image, category, box, int(scene.random.rand() < crowds))
            if category == 90:
                continue
            for _ in range(scene.random.randint(0, 4)):
                scene.add_result(image, category, scene.near(box, 0.25),
                                 scene.number(0, 1, decimals))
    for image in ids[1:]:
        for category in (1, 3, 18):
            scene.add_result(image, category, scene.box(), scene.number(0, 1, decimals))
    return scene


def ties():
    """Eleven scores for all results."""
    return crowded(seed=2, decimals=1, crowds=0.1)


def many():
    """More than 100 results of a category in an image; the good ones score low."""
    scene = Scene(3, [1, 2], [1, 2])
    for image in (1, 2):
        boxes = [scene.box(120) for _ in range(12)]
        for box in boxes:
            scene.add_object(image, 1, box)
        for i in range(130):
            box = boxes[i % 12] if i % 3 else scene.box(120)
            scene.add_result(image, 1, scene.near(box, 0.1), round((i + 1) / 200, 3))
        scene.add_object(image, 2, boxes[0])
        scene.add_result(image, 2, boxes[0], 0.5)
    return scene


def areas():
    """Objects and results on the borders of small, medium and large."""
    scene = Scene(4, [1, 2, 3], [1])
    sides = [31.99, 32, 32.01, 95.99, 96, 96.01, 10, 200]
    for image in (1, 2, 3):
        for i, side in enumerate(sides):
            box = [scene.number(0, 400), scene.number(0, 250), side, side]
            area = {1: side * side, 2: 32.0 * 32.0, 3: 96.0 * 96.0}[image]
            scene.add_object(image, 1, box, area=area)
            if i % 4 == 3:
                continue
            scene.add_result(image, 1, box, scene.number(0.3, 1))
            scene.add_result(image, 1, [box[0] + 1, box[1], 32, 32], scene.number(0, 0.6))
            scene.add_result(image, 1, [box[0], box[1] + 1, 96, 96], scene.number(0, 0.6))
    return scene


def odd():
    """An object with the id 0; strays; `ignore`; boxes without an area; an IoU of exactly 0.5."""
    scene = Scene(5, [3, 1, 2], [2, 1])
    for image in (1, 2, 3):
        for category in (1, 2):
            box = [10.0 * image, 20.0 * category, 64.0, 64.0]
            scene.add_object(image, category, box, ignore=image % 2)
            scene.add_result(image, category, [box[0], box[1], 64.0, 32.0], 0.25 * image)
            scene.add_result(image, category, box, 0.1 * image)
            scene.add_result(image, category, [box[0], box[1], 0.0, 64.0], 0.9)
    scene.add_object(77, 1, [1, 2, 30, 40])  # no such image
    scene.add_object(1, 77, [1, 2, 30, 40])  # no such category
    scene.add_result(1, 77, [1, 2, 30, 40], 0.9)
    scene.annotations['annotations'][0]['id'] = 0
    return scene


def nothing():
    """Crowds only: nothing to be found."""
    return crowded(seed=6, crowds=1, images=3)


SCENES = {make.__name__: make for make in (crowded, ties, many, areas, odd, nothing)}


def dump(golden):
    """A line for each record."""
    def rows(values):
        return '[\n' + ',\n'.join(json.dumps(v, separators=(',', ':')) for v in values) + ']'

    lists = {k: rows(v) for k, v in golden['annotations'].items()}
    return ('{"annotations": {%s},\n"results": %s,\n"stats": %s,\n"per_class": %s}\n' %
            (',\n'.join('"%s": %s' % pair for pair in lists.items()),
             rows(golden['results']), json.dumps(golden['stats']), rows(golden['per_class'])))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--check', action='store_true', help='compare, write nothing')
    args = parser.parse_args()
    os.makedirs(FOLDER, exist_ok=True)
    same = True
    for name, make in SCENES.items():
        path = os.path.join(FOLDER, name + '.json')
        text = dump(make().golden())
        if args.check:
            with open(path, encoding='utf-8') as file:
                same &= file.read() == text
            continue
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    return 0 if same else 1


if __name__ == '__main__':
    sys.exit(main())
