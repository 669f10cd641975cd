#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""COCO AP of libyolo's ways to run a model beside OpenCV's imdecode and DNN module.

usage: accuracy.py [--yolo COMMAND] [--data DIR] [--model NAME ...] [--size N]

DIR (default: YOLO_TEST_DATA, else ../shared/data beside the project) holds
coco/images, coco/instances_*.json and weights/NAME.cfg, .weights; models of
samples/models are known too. `yolo eval` computes all numbers, also OpenCV's.
Prints a Markdown table; exit status 1 when, with profile opencv, AP50 in f32 is
more than 0.1 points from OpenCV's with exact decoding, or 0.5 with fast, or
when bf16 is more than 0.3 points from f32.

COCO's photos are mostly 640 pixels wide and high or less: --size 224 is where
decoding fast halves most of them.

Every box of every class above 0.001 competes, suppression is per class at 0.45,
the best 300 stay, AP counts the best 100 of a class. Needs Debian's
python3-opencv.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import cv2
import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
MODELS = ['yolo-fastest-1.1-xl', 'MobileNetV2-YOLOv3-Nano-coco', 'yolov4-nano']
THRESHOLD, IOU, KEPT, CANDIDATES = 0.001, 0.45, 300, 4096
WAYS = [(precision, profile, decode) for precision in ('f32', 'bf16')
        for profile in ('opencv', 'darknet') for decode in ('exact', 'fast')]
LIMITS = {'exact': 0.1, 'fast': 0.5}  # points of AP50 from OpenCV's, f32
BF16_LIMIT = 0.3  # points of AP50 from f32


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


def detect_opencv(cfg, weights, args, annotations):
    """Results in COCO's format."""
    size = args.size
    net = read_net(cfg, weights, size)
    outputs = net.getUnconnectedOutLayersNames()
    categories = sorted(c['id'] for c in annotations['categories'])
    found = []
    for entry in annotations['images']:
        path = os.path.join(args.images, entry['file_name'])
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        net.setInput(cv2.dnn.blobFromImage(image, 1 / 255, (size, size), swapRB=True))
        rows = np.concatenate(net.forward(outputs)).astype(np.float64)
        limits = np.tile(image.shape[1::-1], 2)
        centre, half = rows[:, :2], rows[:, 2:4] / 2
        boxes = np.hstack([centre - half, centre + half]) * limits
        inside = np.all((boxes[:, 2:] > 0) & (boxes[:, :2] < limits[:2]), axis=1)
        cells, classes = np.nonzero((rows[:, 5:] > THRESHOLD) & inside[:, None])
        scores, boxes = rows[cells, 5 + classes], boxes[cells]
        stay = suppress(scores, classes, boxes)
        boxes = np.clip(boxes, 0, limits)
        found += [{'image_id': entry['id'], 'category_id': categories[classes[i]],
                   'bbox': [*boxes[i, :2], *(boxes[i, 2:] - boxes[i, :2])],
                   'score': scores[i]} for i in stay]
    return found


def evaluate(args, *more):
    """AP and AP50, in points."""
    text = subprocess.run([args.yolo, 'eval', '--json', '--annotations', args.annotations, *more],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    return [100 * number for number in json.loads(text)['stats'][:2]]


def evaluate_opencv(cfg, weights, args, annotations):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump(detect_opencv(cfg, weights, args, annotations), file)
        file.flush()
        return evaluate(args, '--detections', file.name)


def evaluate_yolo(cfg, weights, args, way):
    precision, profile, decode = way
    return evaluate(
        args, '--images', args.images, '--model', cfg, '--weights', weights,
        '--labels', os.path.join(ROOT, 'samples/models/yolov4-nano/coco.names'),
        '--size', '%dx%d' % (args.size, args.size), '--precision', precision,
        '--profile', profile, '--decode', decode, '--threshold', str(THRESHOLD),
        '--iou', str(IOU), '--nms', 'per-class', '--max-detections', str(KEPT),
        '--max-candidates', str(CANDIDATES))


def find_model(name, data):
    for folder in (os.path.join(data, 'weights'), os.path.join(ROOT, 'samples/models', name)):
        cfg, weights = (os.path.join(folder, name + end) for end in ('.cfg', '.weights'))
        if os.path.exists(cfg):
            return cfg, weights
    sys.exit('accuracy.py: no model ' + name)


def compare(model, args, annotations):
    """Prints the rows of one model; returns whether the limits are kept."""
    cfg, weights = find_model(model, args.data)
    ap, ap50 = evaluate_opencv(cfg, weights, args, annotations)
    print('| %s | OpenCV %s | %.2f | %.2f | | |' % (model, cv2.__version__, ap, ap50),
          flush=True)
    kept = True
    f32 = {}
    for way in WAYS:
        ours, ours50 = evaluate_yolo(cfg, weights, args, way)
        precision, profile, decode = way
        if precision == 'f32':
            f32[profile, decode] = ours50
            kept &= profile != 'opencv' or abs(ours50 - ap50) <= LIMITS[decode]
        else:
            kept &= abs(ours50 - f32[profile, decode]) <= BF16_LIMIT
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
    args.annotations, = glob.glob(os.path.join(args.data, 'coco', 'instances_*.json'))
    args.images = os.path.join(args.data, 'coco', 'images')
    with open(args.annotations, encoding='utf-8') as file:
        annotations = json.load(file)
    print('%d photos, network %d x %d\n' % (len(annotations['images']), args.size, args.size))
    print('| model | how | AP | AP50 | AP - OpenCV | AP50 - OpenCV |\n|---|---|---|---|---|---|')
    kept = [compare(model, args, annotations) for model in args.model]
    if not all(kept):
        sys.exit('an AP50 is further away than it may be')


if __name__ == '__main__':
    main()
