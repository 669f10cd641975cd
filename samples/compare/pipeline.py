# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""What both tools leave to their users: JPEG bytes to a blob, boxes to detections. OpenCV does it for both."""
import queue
import time

import cv2
import numpy as np

from load import Outcome


class Clock:
    """Nanoseconds since the last reading."""

    def __init__(self):
        self.start = self.last = time.monotonic_ns()

    def lap(self):
        now = time.monotonic_ns()
        last, self.last = self.last, now
        return now - last


class Runners:
    """As many networks as may run at once; callers take turns."""

    def __init__(self, make, count):
        self.free = queue.SimpleQueue()
        for _ in range(count):
            self.free.put(make())

    def run(self, blob, clock):
        """(outputs, ns waited)"""
        runner = self.free.get()
        waited = clock.lap()
        try:
            return runner(blob), waited
        finally:
            self.free.put(runner)


def suppress(classes, scores, boxes, iou):
    """Indices of the boxes that stay, best first; boxes of different classes do not meet. boxes: x0, y0, x1, y1."""
    if len(scores) == 0:
        return []
    corners = boxes - boxes.min()
    apart = corners[:, :2] + (classes * (corners.max() + 1))[:, None]
    rectangles = np.concatenate([apart, boxes[:, 2:] - boxes[:, :2]], 1)
    return np.asarray(cv2.dnn.NMSBoxes(rectangles.tolist(), scores.tolist(), 0.0, iou)).reshape(-1)


def boxes_of(candidates, width, height, iou):
    """candidates: (classes, scores, centre x, centre y, width, height) with sides as shares of the picture."""
    classes, scores, x, y, w, h = candidates
    corners = np.stack([(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height], 1)
    clipped = corners.clip(0, [width, height, width, height])
    return [(classes[i], scores[i], *clipped[i]) for i in suppress(classes, scores, corners, iou)]


def pipeline(runners, size, candidates, iou, whole_batch):
    """A function detect([bytes]) -> [Outcome]. candidates(outputs, n) gives those of image n of a blob; `whole_batch`: one
    run for all images of a call, else one for each."""
    def detect_together(images, outcomes):
        clock = Clock()
        pictures = [cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR) for image in images]
        decode = clock.lap()
        good = [(p, o) for p, o in zip(pictures, outcomes) if p is not None]
        for picture, outcome in zip(pictures, outcomes):
            outcome.stages['decode'] += decode // len(images)
            if picture is None:
                outcome.problem = 'cv2.imdecode cannot read it'
        if not good:
            return
        blob = cv2.dnn.blobFromImages([p for p, _ in good], 1 / 255, size, swapRB=True, crop=False)
        pack = clock.lap()
        outputs, waited = runners.run(blob, clock)
        run = clock.lap()
        for n, (picture, outcome) in enumerate(good):
            height, width = picture.shape[:2]
            outcome.boxes = boxes_of(candidates(outputs, n), width, height, iou)
            outcome.stages['pack'] += pack // len(good)
            outcome.stages['wait'] += waited
            outcome.stages['run'] += run // len(good)
            outcome.stages['extract'] += clock.lap()

    def detect(images):
        start = time.monotonic_ns()
        outcomes = [Outcome() for _ in images]
        step = len(images) if whole_batch else 1
        for i in range(0, len(images), step):
            detect_together(images[i:i + step], outcomes[i:i + step])
            for outcome in outcomes[i:i + step]:
                outcome.done = time.monotonic_ns() - start
        return outcomes
    return detect


def candidates_of_settings(cpus):
    """The ways in which CPUs can be shared: [(what it is called, settings)]."""
    ways = [('%d runs at once, 1 thread each' % cpus, cpus, 1), ('1 run at once, %d threads' % cpus, 1, cpus)]
    if cpus == 1:
        ways = [('1 run at once, 1 thread', 1, 1)]
    return [('%s, %s' % (name, 'a call\'s images together' if batched else 'images one by one'),
             {'runs': runs, 'threads': threads, 'whole_batch': batched})
            for name, runs, threads in ways for batched in (True, False)]
