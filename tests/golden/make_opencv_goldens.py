#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/opencv/*.json: the raw candidates of OpenCV's DNN module.

usage: make_opencv_goldens.py [--data DIR] [--samples DIR] [--only NAME ...]

OpenCV decodes the photo, resizes it and runs the network up to the layer in
front of each [yolo] section; the heads are then decoded here, in float64, by
Darknet's definition. See README.md beside this file.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import cv2
import numpy as np

from random_weights import sections

HERE = os.path.dirname(os.path.abspath(__file__))

OWN = 'yolov4-nano'  # in samples/, needs no test data
OWN_PHOTOS = ['astronaut', 'cat', 'coffee']
REAL = ['MobileNetV2-YOLOv3-Nano-coco', 'yolo-fastest', 'yolo-fastest-xl',
        'yolo-fastest-1.1', 'yolo-fastest-1.1-xl', 'yolo-fastest-1.1_body']
RANDOM = ['yolov3', 'yolov3-spp', 'yolov3-tiny', 'yolov4', 'yolov4-csp',
          'yolov4-csp-swish', 'yolov4-p5', 'yolov4-p6', 'yolov4-tiny',
          'yolov4-tiny-3l', 'yolov4x-mish', 'yolov7', 'yolov7-tiny', 'yolov7x']
# Second goldens where gain 1 leaves the heads blind or saturated (README.md).
GAINS = {'yolov3': 0.9, 'yolov3-spp': 0.9, 'yolov4-csp-swish': 1.08, 'yolov7': 1.12,
         'yolov7x': 1.165}
PHOTOS = ['bus_ultralytics_assets', 'dog', 'eagle', 'giraffe', 'horses', 'kite',
          'person', 'scream', 'zidane_ultralytics_assets']
REAL_THRESHOLD = 0.01
RANDOM_CANDIDATES = 2000  # about as many pass the threshold of a random model
BEST = 200                # candidates kept of each photo: the best ...
SAMPLED = 200             # ... and a random sample of the others
MARGIN = 1e-3             # scores this near the threshold may fall either way


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def decode(raw, head, net_w, net_h, img_w, img_h):
    """raw [c][rows][cols] -> scores [n][classes], boxes [n][4] in image pixels,
    one n for each anchor and cell. Darknet's yolo layer, in float64."""
    values = [float(v) for v in head['anchors'].split(',')]
    mask = [int(v) for v in head['mask'].split(',')]
    classes = int(head['classes'])
    scale = float(head.get('scale_x_y', 1))
    new_coords = int(head.get('new_coords', 0)) == 1
    _, rows, cols = raw.shape
    t = raw.astype(np.float64).reshape(len(mask), 5 + classes, rows, cols)
    xy, wh, confidence = t[:, 0:2], t[:, 2:4], t[:, 4:]
    if not new_coords:
        xy, confidence = logistic(xy), logistic(confidence)
    xy = xy * scale - 0.5 * (scale - 1)
    anchors = np.array([[values[2 * m], values[2 * m + 1]] for m in mask])
    anchors = anchors[:, :, None, None]  # network pixels
    with np.errstate(over='ignore'):
        wh = 4 * wh ** 2 * anchors if new_coords else np.exp(wh) * anchors
    cx = (xy[:, 0] + np.arange(cols)) / cols * img_w
    cy = (xy[:, 1] + np.arange(rows)[:, None]) / rows * img_h
    w = wh[:, 0] / net_w * img_w
    h = wh[:, 1] / net_h * img_h
    boxes = np.stack([np.clip(cx - w / 2, 0, img_w), np.clip(cy - h / 2, 0, img_h),
                      np.clip(cx + w / 2, 0, img_w), np.clip(cy + h / 2, 0, img_h)], -1)
    scores = confidence[:, :1] * confidence[:, 1:]
    return (np.moveaxis(scores, 1, -1).reshape(-1, classes), boxes.reshape(-1, 4))


def forward(net, cfg, image):
    """All heads of one photo: scores [n][classes], boxes [n][4]."""
    (_, size), *layers = sections(cfg)
    width, height = int(size['width']), int(size['height'])
    heads = [(i, keys) for i, (name, keys) in enumerate(layers) if name == 'yolo']
    names = list(net.getLayerNames())
    # The importer puts permute_<i> between section i - 1 and [yolo] i.
    inputs = [names[names.index('permute_%d' % i) - 1] for i, _ in heads]
    net.setInput(cv2.dnn.blobFromImage(image, 1 / 255, (width, height), swapRB=True, crop=False))
    outputs = net.forward(inputs)
    parts = [decode(raw[0], keys, width, height, image.shape[1], image.shape[0])
             for raw, (_, keys) in zip(outputs, heads)]
    return tuple(np.concatenate(p) for p in zip(*parts))


def choose_threshold(scores):
    """A round number below 1 that about RANDOM_CANDIDATES scores pass."""
    flat = scores.ravel()
    k = min(RANDOM_CANDIDATES, flat.size - 1)
    return float('%.3g' % np.clip(np.partition(flat, -k)[-k], REAL_THRESHOLD, 0.99))


def candidates(photo, scores, boxes, threshold, image):
    """What a golden file keeps of one photo."""
    rows, ids = np.nonzero(scores > threshold)
    order = np.argsort(-scores[rows, ids], kind='stable')
    rest = np.random.default_rng(0).permutation(order[BEST:])[:SAMPLED]
    kept = []
    for i in list(order[:BEST]) + sorted(rest, key=lambda i: -scores[rows[i], ids[i]]):
        kept.append([int(ids[i]), round(float(scores[rows[i], ids[i]]), 5)] +
                    [round(float(v), 2) for v in boxes[rows[i]]])
    return {'photo': photo, 'width': image.shape[1], 'height': image.shape[0],
            'threshold': threshold,
            'count_at_least': int(np.sum(scores > threshold + MARGIN)),
            'count': len(rows),
            'count_at_most': int(np.sum(scores > threshold - MARGIN)),
            'candidates': kept}


def write(name, origin, photos):
    """One line a photo: small, and a change shows which photo changed."""
    path = os.path.join(HERE, 'opencv', name + '.json')
    with open(path, 'w', encoding='ascii') as file:
        file.write('{"model": "%s", %s "opencv": "%s", "photos": [\n' %
                   (name, origin, cv2.__version__))
        file.write(',\n'.join(json.dumps(p, separators=(',', ':')) for p in photos))
        file.write('\n]}\n')
    for p in photos:
        top = p['candidates'][0] if p['candidates'] else None
        print('%s %s: %d above %g, best %s' %
              (name, p['photo'], p['count'], p['threshold'], top), flush=True)


def read_photo(data, photo):
    return cv2.imread(os.path.join(data, 'demo', photo + '.jpg'))


def make_trained(cfg, images):
    """images: {photo: its pixels}"""
    net = cv2.dnn.readNetFromDarknet(cfg, cfg[:-4] + '.weights')
    write(os.path.basename(cfg)[:-4], '',
          [candidates(photo, *forward(net, cfg, image), REAL_THRESHOLD, image)
           for photo, image in images.items()])


def make_own(samples):
    make_trained(os.path.join(samples, 'models', OWN, OWN + '.cfg'),
                 {photo: cv2.imread(os.path.join(samples, 'images', photo + '.jpg'))
                  for photo in OWN_PHOTOS})


def make_real(data, name):
    make_trained(os.path.join(data, 'weights', name + '.cfg'),
                 {photo: read_photo(data, photo) for photo in PHOTOS})


def fnv1a(block):
    value = 0xcbf29ce484222325
    for byte in block:
        value = (value ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return value


def make_random(data, name, gain=1):
    cfg = os.path.join(data, 'cfg', name + '.cfg')
    script = os.path.join(data, '..', 'tools', 'random_weights.py')
    with tempfile.NamedTemporaryFile(suffix='.weights') as weights:
        subprocess.run([sys.executable, os.path.join(HERE, 'random_weights.py'), '--gain',
                        str(gain), script, cfg, weights.name], check=True)
        # The generator's stream ends here, so these bytes depend on all others.
        weights.seek(-4096, os.SEEK_END)
        tail = fnv1a(weights.read())
        net = cv2.dnn.readNetFromDarknet(cfg, weights.name)
    image = read_photo(data, 'dog')
    scores, boxes = forward(net, cfg, image)
    write(name if gain == 1 else '%s-gain-%g' % (name, gain),
          '"cfg": "%s", "gain": %g, "weights_tail_fnv1a": "%016x",' % (name, gain, tail),
          [candidates('dog', scores, boxes, choose_threshold(scores), image)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', default=os.path.join(HERE, '../../../shared/data'))
    parser.add_argument('--samples', default=os.path.join(HERE, '../../samples'))
    parser.add_argument('--only', nargs='*', default=[OWN] + REAL + RANDOM)
    args = parser.parse_args()
    os.makedirs(os.path.join(HERE, 'opencv'), exist_ok=True)
    for name in args.only:
        if name == OWN:
            make_own(args.samples)
        else:
            (make_real if name in REAL else make_random)(args.data, name)
        if name in GAINS:
            make_random(args.data, name, GAINS[name])


if __name__ == '__main__':
    main()
