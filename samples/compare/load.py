# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""The load of `yolo bench` for tools in Python: callers in threads, closed loop, wall clock, its JSON.

docs/measuring.md says what each number means; it is the same here.
"""
import collections
import datetime
import json
import os
import platform
import resource
import threading
import time

import cv2

STAGES = ('wait', 'decode', 'pack', 'run', 'extract')
PICTURES = ('.jpg', '.jpeg')


class Outcome:
    """What became of one image: why it failed or '', nanoseconds of each stage, and boxes (class, score, x0, y0, x1, y1)."""
    __slots__ = ('problem', 'stages', 'done', 'boxes')

    def __init__(self):
        self.problem, self.stages, self.done, self.boxes = '', dict.fromkeys(STAGES, 0), 0, []


class Histogram:
    """Buckets of at most 1/256 of their values, as in samples/cli/bench/histogram.h."""

    def __init__(self):
        self.counts = collections.Counter()
        self.sum = self.max = 0
        self.min = None

    def add(self, ns):
        shift = max(0, ns.bit_length() - 9)
        self.counts[(shift, ns >> shift)] += 1
        self.sum += ns
        self.max = max(self.max, ns)
        self.min = ns if self.min is None else min(self.min, ns)

    def merge(self, other):
        self.counts.update(other.counts.copy())  # callers go on while it is read
        self.sum += other.sum
        self.max = max(self.max, other.max)
        self.min = other.min if self.min is None else min(self.min, other.min or self.min)

    def since(self, earlier):
        out = Histogram()
        out.counts = self.counts - earlier.counts
        if out.counts:
            shift, step = max(out.counts)
            out.max = min(self.max, ((step + 1) << shift) - 1)
        return out

    def percentile(self, percent):
        """Milliseconds, nearest rank."""
        total = sum(self.counts.values())
        rank = max(1, -int(-percent / 100 * total * (1 - 1e-12) // 1))
        for shift, step in sorted(self.counts):
            rank -= self.counts[shift, step]
            if rank <= 0:
                middle = (step << shift) + ((1 << shift) - 1) // 2
                return max(self.min or 0, min(middle, self.max)) / 1e6
        return self.max / 1e6

    def summary(self):
        count = sum(self.counts.values())
        curve = [[0, (self.min or 0) / 1e6]]
        step = 1
        while 10 ** (-step / 10) * count >= 1:
            percent = 100 * (1 - 10 ** (-step / 10))
            curve.append([percent, self.percentile(percent)])
            step += 1
        curve.append([100, self.max / 1e6])
        at = self.percentile
        return {'count': count, 'mean': self.sum / count / 1e6 if count else 0, 'min': (self.min or 0) / 1e6, 'p50': at(50),
                'p90': at(90), 'p99': at(99), 'p99_9': at(99.9), 'max': self.max / 1e6, 'curve': curve if count else []}


class Caller:
    def __init__(self):
        self.call, self.image = Histogram(), Histogram()
        self.images = self.failed = 0
        self.stages = dict.fromkeys(STAGES, 0)
        self.problems = {}  # file: [times, why]

    def count(self, file, outcome):
        self.image.add(outcome.done)
        for stage, ns in outcome.stages.items():
            self.stages[stage] += ns
        if not outcome.problem:
            self.images += 1
            return
        self.failed += 1
        self.problems.setdefault(file, [0, outcome.problem])[0] += 1


def rss():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE')


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime, usage.ru_stime


class Totals:
    def __init__(self, callers, start):
        self.seconds = time.monotonic() - start
        self.images, self.failed = sum(c.images for c in callers), sum(c.failed for c in callers)
        self.call, self.cpu, self.rss = Histogram(), cpu(), rss()
        for caller in callers:
            self.call.merge(caller.call)


def window(before, after, complete):
    call, seconds = after.call.since(before.call), after.seconds - before.seconds
    images = after.images - before.images
    return {'complete': complete, 'start_s': before.seconds, 'seconds': seconds, 'images': images,
            'failed_images': after.failed - before.failed, 'fps': images / seconds if seconds else 0,
            'call_ms': {'p50': call.percentile(50), 'p90': call.percentile(90), 'p99': call.percentile(99), 'max': call.max / 1e6},
            'cpus': (sum(after.cpu) - sum(before.cpu)) / seconds if seconds else 0, 'rss_bytes': after.rss}


def run(detect, files, callers, batch, seconds, window_s, on_window=lambda w: None):
    """Calls detect([bytes]) -> [Outcome] from all callers until `seconds` have passed; (callers, windows, start, end)."""
    everyone = [Caller() for _ in range(callers)]
    ticket, lock, go = [0], threading.Lock(), threading.Event()
    errors = []

    def work(caller):
        go.wait()
        try:
            while time.monotonic() < end and not errors:
                with lock:
                    first = ticket[0]
                    ticket[0] += batch
                numbers = [(first + i) % len(files) for i in range(batch)]
                due = time.monotonic_ns()
                outcomes = detect([files[n] for n in numbers])
                caller.call.add(time.monotonic_ns() - due)
                for number, outcome in zip(numbers, outcomes):
                    caller.count(number, outcome)
        except Exception as error:  # a thread's own would be lost
            errors.append(error)

    threads = [threading.Thread(target=work, args=(caller,), daemon=True) for caller in everyone]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    end = start + seconds
    windows, first = [], Totals(everyone, start)
    before = first
    go.set()
    number = 1
    while number * window_s <= seconds and not errors:
        time.sleep(max(0, start + number * window_s - time.monotonic()))
        now = Totals(everyone, start)
        windows.append(window(before, now, True))
        on_window(windows[-1])
        before, number = now, number + 1
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    last = Totals(everyone, start)
    windows.append(window(before, last, False))
    return everyone, windows, first, last


def fps_of(images, wall, windows):
    complete = [w['fps'] for w in windows if w['complete']]
    used = complete or [w['fps'] for w in windows]
    third, drift = len(complete) // 3, None
    if third and sum(complete[:third]) > 0:
        drift = 100 * (sum(complete[-third:]) / sum(complete[:third]) - 1)
    return {'mean': images / wall, 'min_window': min(used), 'max_window': max(used), 'drift_percent': drift}


def rss_of(first, last, windows):
    minute = next((w['rss_bytes'] for w in windows if w['complete'] and w['start_s'] + w['seconds'] >= 60 - 1e-3), None)
    return {'start': first.rss, 'minute': minute, 'end': last.rss,
            'growth_percent': 100 * (last.rss / minute - 1) if minute else None}


def results(paths, everyone, windows, first, last):
    """The part of the JSON that is measured."""
    image, problems = Histogram(), {}
    for caller in everyone:
        image.merge(caller.image)
        for file, (times, why) in caller.problems.items():
            problems.setdefault(file, [0, why])[0] += times
    tried = max(1, last.images + last.failed)
    user, system = (b - a for a, b in zip(first.cpu, last.cpu))
    return {
        'interrupted': False, 'wall_s': last.seconds, 'images': last.images, 'failed_images': last.failed, 'unserved_images': 0,
        'failed': [{'image': paths[file], 'status': 'failed', 'message': why, 'times': times}
                   for file, (times, why) in sorted(problems.items())],
        'fps': fps_of(last.images, last.seconds, windows),
        'latency_ms': {'call': last.call.summary(), 'image': image.summary()},
        'stages_ms': {s: sum(c.stages[s] for c in everyone) / tried / 1e6 for s in STAGES},
        'cpu': {'user_s': user, 'system_s': system, 'cpus': (user + system) / last.seconds},
        'rss_bytes': rss_of(first, last, windows),
        'allocations': None, 'allocations_before': None, 'price_per_hour': None, 'cost_per_million': None, 'windows': windows}


def host():
    with open('/proc/cpuinfo') as file:
        names = [line.split(': ', 1)[1].strip() for line in file if line.startswith('model name')]
    return {'cpu': names[0] if names else 'unknown', 'cpus': len(os.sched_getaffinity(0)),
            'memory_bytes': os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGESIZE'),
            'system': '%s %s, %s' % (platform.system(), platform.release(), platform.machine())}


def find(names):
    """JPEG files; a folder stands for those in it, by name."""
    paths = []
    for name in names:
        if not os.path.isdir(name):
            paths.append(name)
            continue
        inside = sorted(f for f in os.listdir(name) if f.lower().endswith(PICTURES))
        paths += [os.path.join(name, f) for f in inside]
    return paths


def choose(candidates, make, files, args):
    """The fastest of several settings, each tried under the same load; (its name, a detect function, what each made)."""
    best, tried = None, []
    for name, settings in candidates:
        detect = make(**settings)
        for begin in range(0, len(files), args.batch):  # every file once
            detect(files[begin:begin + args.batch])
        *_, last = run(detect, files, args.callers, args.batch, args.calibrate, args.calibrate)
        rate = last.images / last.seconds
        tried.append('%s: %.1f' % (name, rate))
        print('tried %s: %.1f images/s' % (name, rate), flush=True)
        if best is None or rate > best[0]:
            best = rate, name, settings
        del detect
    return best[1], make(**best[2]), tried


def positive(text):
    value = float(text)
    if not 0 < value < 1e9:
        raise ValueError
    return value


def add_arguments(parser):
    parser.add_argument('cfg')
    parser.add_argument('weights')
    parser.add_argument('images', nargs='+', metavar='FILE|DIR', help='JPEG')
    parser.add_argument('--callers', type=int, default=8)
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--seconds', type=positive, default=60)
    parser.add_argument('--window', type=positive, default=30)
    parser.add_argument('--warmup', type=float, default=5)
    parser.add_argument('--calibrate', type=positive, default=5, help='seconds for each setting that is tried')
    parser.add_argument('--threshold', type=float, default=0.25)
    parser.add_argument('--iou', type=float, default=0.45)
    parser.add_argument('--json', metavar='FILE', help='where the numbers go')
    parser.add_argument('--detect', action='store_true', help='print the boxes of each image instead')


def main(args, name, tool, size, classes, candidates, make):
    """Measures one tool. make(**settings) gives a function detect([bytes]) -> [Outcome]."""
    cv2.setUseOptimized(True)
    paths = find(args.images)
    files = [open(path, 'rb').read() for path in paths]
    if args.detect:
        detect = make(**candidates[0][1])
        for path, data in zip(paths, files):
            outcome = detect([data])[0]
            print(json.dumps({'image': path, 'message': outcome.problem, 'detections': [
                {'class_id': int(c), 'score': float(s), 'box': [float(v) for v in box]} for c, s, *box in outcome.boxes]}))
        return
    chosen, detect, tried = choose(candidates, make, files, args)
    print('%s: %s, %d files; %d callers x %d images, %g s' %
          (name, chosen, len(files), args.callers, args.batch, args.seconds), flush=True)
    for begin in range(0, len(files), args.batch):
        detect(files[begin:begin + args.batch])
    if args.warmup > 0:
        run(detect, files, args.callers, args.batch, args.warmup, args.warmup)
    date = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    measured = run(detect, files, args.callers, args.batch, args.seconds, args.window, lambda w: print(
        '%8.1f s %9.1f images/s, P50 %.1f ms' % (w['start_s'] + w['seconds'], w['fps'], w['call_ms']['p50']), flush=True))
    document = {
        'schema': 'yolo-bench/1', 'name': name, 'tool': tool, 'build': 'Python ' + platform.python_version(), 'date': date,
        'model': {'file': args.cfg, 'network_width': size[0], 'network_height': size[1]}, 'host': host(),
        'settings': {'precision': 'f32', 'parallelism': chosen, 'tried, images/s': '; '.join(tried),
                     'score threshold': '%g' % args.threshold, 'IoU threshold': '%g' % args.iou, 'classes': str(classes),
                     'warm-up': 'every file once, then %g s' % args.warmup},
        'load': {'mode': 'closed', 'callers': args.callers, 'batch': args.batch, 'seconds': args.seconds,
                 'window_s': args.window, 'rate': None, 'seed': None, 'files': len(files),
                 'file_bytes': sum(map(len, files))}, **results(paths, *measured)}
    print('%s: %.1f images/s' % (name, document['fps']['mean']))
    if args.json:
        with open(args.json, 'w') as file:
            json.dump(document, file, indent=2)
