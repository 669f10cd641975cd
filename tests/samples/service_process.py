# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Starts the sample service, and knows from the yolo command what it must answer."""
import argparse
import http.client
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / 'samples/models/yolov4-nano'
IMAGES = ROOT / 'samples/images'
NEVER = 120  # seconds; what takes longer hangs


class Service:
    """The running program; its log is JSON, one object a line, on stderr."""

    def __init__(self, program, *arguments, detection=True):
        command = [program, '--port', '0', *arguments]
        if detection:
            command += ['--model', MODEL / 'yolov4-nano.cfg', '--labels', MODEL / 'coco.names',
                        '--weights', MODEL / 'yolov4-nano.weights']
        self.process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True)
        self.lines = [self.process.stderr.readline()]
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr))
        self.reader.start()
        self.port = json.loads(self.lines[0])['port']

    def connect(self, timeout=NEVER):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        connection.connect()
        return connection

    def terminate(self):
        """SIGTERM; returns when the service has taken notice."""
        self.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + NEVER
        while not any('"event":"draining"' in line for line in self.lines) and time.monotonic() < end:
            time.sleep(0.01)

    def lets_in(self):
        try:
            self.connect(timeout=0.3).close()
        except (ConnectionRefusedError, TimeoutError):
            return False
        return True

    def wait(self):
        """Exit status, once the log is complete."""
        status = self.process.wait(NEVER)
        self.reader.join(NEVER)
        return status

    def log(self):
        return [json.loads(line) for line in self.lines]

    def stop(self):
        """For the end of a test, however it went."""
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self.process.stderr.close()


def ask(connection, method, path, body=None, headers=None):
    """(status, headers, body as JSON or text)."""
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    text = response.read().decode()
    is_json = response.getheader('Content-Type') == 'application/json'
    return response.status, response.headers, json.loads(text) if is_json else text


def patch_frame_head(jpeg, precision=None, width=None):
    """The JPEG with another number of bits or of columns in its head."""
    at = next(i for i in range(len(jpeg)) if jpeg[i:i + 2] in (b'\xff\xc0', b'\xff\xc2'))
    out = bytearray(jpeg)
    if precision is not None:
        out[at + 4] = precision
    if width is not None:
        out[at + 5:at + 9] = width.to_bytes(2, 'big') * 2
    return bytes(out)


def photos():
    """Good and bad ones, by name."""
    good = {name: (IMAGES / f'{name}.jpg').read_bytes() for name in ('astronaut', 'cat', 'coffee')}
    coffee = good['coffee']
    return {**good,
            'text': (ROOT / 'README.md').read_bytes(),
            'head only': coffee[:100],
            'one byte': b'\xff',
            'zeros': bytes(5000),
            '12 bits': patch_frame_head(coffee, precision=12),
            'huge': patch_frame_head(coffee, width=60000),
            'half': coffee[:len(coffee) // 2]}  # the rest is grey


def command_answers(command, bodies):
    """{name: what `yolo detect --json` says of the photo}."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, body in enumerate(bodies.values()):
            paths.append(pathlib.Path(folder) / f'{i}.jpg')
            paths[-1].write_bytes(body)
        run = subprocess.run([command, 'detect', '--json', *paths], capture_output=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(lines) == len(bodies), run.stderr
    for line in lines:  # the command's calls are batches
        line['message'] = re.sub('^image [0-9]+: ', '', line.get('message', ''))
    return dict(zip(bodies, lines))


STATUSES = {'YOLO_OK': 200, 'YOLO_ERROR_BAD_IMAGE': 400, 'YOLO_ERROR_UNSUPPORTED_IMAGE': 422,
            'YOLO_ERROR_LIMIT': 422}


def difference(want, status, answer):
    """'' when the service's answer is the command's."""
    if status != STATUSES[want['status']]:
        return f'status {status}: {answer}'
    if status != 200:
        expected = {'error': want['status'], 'message': want['message']}
        return '' if answer == expected else f'{answer}, not {expected}'
    for field in ('width', 'height', 'detections', 'found'):
        if answer[field] != want[field]:
            return f'{field}: {answer[field]}, not {want[field]}'
    cut_off = 'image' in want['truncated']
    return '' if answer['cut_off'] == cut_off else f'cut_off is not {cut_off}'


def main():
    """unittest.main() with the programs that CMake built; 77, skipped, where it built none."""
    parser = argparse.ArgumentParser()
    for program in ('--yolo', '--service', '--before', '--make-neff', '--libnrt'):
        parser.add_argument(program)
    programs, rest = parser.parse_known_args()
    if not programs.service:
        print('skipped: samples/service was not built; it needs libcpp-httplib-dev and prometheus-cpp-dev')
        sys.exit(77)
    module = sys.modules['__main__']
    module.PROGRAMS = programs
    unittest.main(module=module, argv=[sys.argv[0], *rest], verbosity=2)
