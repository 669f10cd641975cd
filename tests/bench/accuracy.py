#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""COCO AP of `yolo detect` beside OpenCV's imdecode and DNN module.

usage: accuracy.py [--yolo COMMAND] [--data DIR] [--model NAME ...] [--size N]

DIR (default: YOLO_TEST_DATA, else ../shared/data beside the project) holds
coco/images, coco/instances_*.json and weights/NAME.cfg, .weights. Prints a
Markdown table; exit status 1 when, in f32 and with profile opencv, AP50 is more
than 0.1 points from OpenCV's with exact decoding, or 0.5 with fast.

COCO's photos are mostly 640 pixels wide and high or less: --size 224 is where
decoding fast halves most of them.

Every box of every class above 0.001 competes, suppression is per class at 0.45,
the best 300 stay, AP counts the best 100. Needs Debian's python3-opencv and
pycocotools:

    /usr/bin/python3 -m venv --system-site-packages VENV
    VENV/bin/pip install pycocotools
    VENV/bin/python tests/bench/accuracy.py
"""
import argparse
import contextlib
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile

import cv2
import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
MODELS = ['yolo-fastest-1.1-xl', 'MobileNetV2-YOLOv3-Nano-coco']
THRESHOLD, IOU, KEPT, CANDIDATES = 0.001, 0.45, 300, 4096
WAYS = [(precision, profile, decode) for precision in ('f32', 'bf16')
        for profile in ('opencv', 'darknet') for decode in ('exact', 'fast')]
LIMITS = {'exact': 0.1, 'fast': 0.5}  # points of AP50


def iou_with(box, others):
    inner = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    overlap = np.prod(np.maximum(inner, 0), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1)
    return overlap / np.maximum(np.prod(box[2:] - box[:2]) + areas - overlap, 1e-12)


def suppress(scores, classes, boxes):
    """Indices that stay, best first, as YOLO_NMS_PER_CLASS does it."""
    order = np.argsort(-scores, kind='stable')[:CANDIDATES]
    stay = []
    for c in np.unique(classes[order]):
        left = order[classes[order] == c]
        while left.size:
            best, left = left[0], left[1:]
            stay.append(best)
            left = left[iou_with(boxes[best], boxes[left]) <= IOU]
    return sorted(stay, key=lambda i: -scores[i])[:KEPT]


def read_net(cfg, weights, size):
    """OpenCV's importer zeroes scores up to 0.2 unless the cfg says otherwise."""
    with open(cfg, encoding='utf-8') as file:
        text = file.read().replace('[yolo]', '[yolo]\nthresh=%g' % THRESHOLD)
    text = re.sub(r'^(width|height)\s*=.*', r'\1=%d' % size, text, flags=re.M)
    with tempfile.NamedTemporaryFile('w', suffix='.cfg') as file:
        file.write(text)
        file.flush()
        net = cv2.dnn.readNetFromDarknet(file.name, weights)
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    return net


def detect_opencv(cfg, weights, size, photos):
    """{file name: [(class, score, x0, y0, x1, y1)]}"""
    net = read_net(cfg, weights, size)
    outputs = net.getUnconnectedOutLayersNames()
    found = {}
    for path in photos:
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        net.setInput(cv2.dnn.blobFromImage(image, 1 / 255, (size, size), swapRB=True))
        rows = np.concatenate(net.forward(outputs)).astype(np.float64)
        limits = np.tile(image.shape[1::-1], 2)
        centre, half = rows[:, :2], rows[:, 2:4] / 2
        boxes = np.hstack([centre - half, centre + half]) * limits
        inside = np.all((boxes[:, 2:] > 0) & (boxes[:, :2] < limits[:2]), axis=1)
        cells, classes = np.nonzero((rows[:, 5:] > THRESHOLD) & inside[:, None])
        scores, boxes = rows[cells, 5 + classes], boxes[cells]
        found[os.path.basename(path)] = [
            (classes[i], scores[i], *np.clip(boxes[i], 0, limits))
            for i in suppress(scores, classes, boxes)]
    return found


def detect_yolo(command, cfg, weights, size, photos, way):
    precision, profile, decode = way
    lines = subprocess.run(
        [command, 'detect', '--json', '--model', cfg, '--weights', weights,
         '--size', '%dx%d' % (size, size), '--precision', precision,
         '--profile', profile, '--decode', decode,
         '--threshold', str(THRESHOLD), '--iou', str(IOU), '--nms', 'per-class',
         '--max-detections', str(KEPT), '--max-candidates', str(CANDIDATES), *photos],
        check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {os.path.basename(r['image']): [(d['class_id'], d['score'], *d['box'])
                                           for d in r['detections']]
            for r in map(json.loads, lines)}


def average_precision(truth, found):
    """AP and AP50, in points."""
    ids = {image['file_name']: image['id'] for image in truth.dataset['images']}
    categories = sorted(truth.getCatIds())
    rows = [{'image_id': ids[name], 'category_id': categories[int(c)], 'score': float(score),
             'bbox': [float(v) for v in (x0, y0, x1 - x0, y1 - y0)]}
            for name, boxes in found.items() for c, score, x0, y0, x1, y1 in boxes]
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(rows), 'bbox')
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return 100 * evaluation.stats[0], 100 * evaluation.stats[1]


def compare(model, args, truth, photos):
    """Prints the rows of one model; returns whether the limits are kept."""
    cfg, weights = (os.path.join(args.data, 'weights', model + end)
                    for end in ('.cfg', '.weights'))
    ap, ap50 = average_precision(truth, detect_opencv(cfg, weights, args.size, photos))
    print('| %s | OpenCV %s | %.2f | %.2f | | |' % (model, cv2.__version__, ap, ap50),
          flush=True)
    kept = True
    for way in WAYS:
        ours, ours50 = average_precision(
            truth, detect_yolo(args.yolo, cfg, weights, args.size, photos, way))
        precision, profile, decode = way
        within = abs(ours50 - ap50) <= LIMITS[decode]
        kept &= within or (precision, profile) != ('f32', 'opencv')
        print('| %s | %s | %.2f | %.2f | %+.2f | %+.2f |' %
              (model, ', '.join(way), ours, ours50, ours - ap, ours50 - ap50), flush=True)
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--yolo', default=os.path.join(ROOT, 'build/release/bin/yolo'))
    parser.add_argument('--data', default=os.environ.get('YOLO_TEST_DATA') or
                        os.path.join(ROOT, '../shared/data'))
    parser.add_argument('--model', nargs='+', default=MODELS)
    parser.add_argument('--size', type=int, default=320, help='of the network; default: 320')
    args = parser.parse_args()
    annotations, = glob.glob(os.path.join(args.data, 'coco', 'instances_*.json'))
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(annotations)
    photos = [os.path.join(args.data, 'coco', 'images', image['file_name'])
              for image in truth.dataset['images']]
    print('%d photos, network %d x %d\n' % (len(photos), args.size, args.size))
    print('| model | how | AP | AP50 | AP - OpenCV | AP50 - OpenCV |\n|---|---|---|---|---|---|')
    kept = [compare(model, args, truth, photos) for model in args.model]
    if not all(kept):
        sys.exit('AP50 is further from OpenCV\'s than it may be')


if __name__ == '__main__':
    main()
