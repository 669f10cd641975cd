#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""samples/service: what it answers, one request at a time, and how it ends."""
import difflib
import http.client
import json
import select
import socket
import subprocess
import tempfile
import time
import unittest

import prometheus_text
from service_process import MODEL, NEVER, ROOT, Service, ask, command_answers, difference, main, photos

PROGRAMS = None  # set by main()


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.connections = []

    def start(self, *arguments, program=None, **options):
        service = Service(program or PROGRAMS.service, *arguments, **options)
        self.addCleanup(service.stop)
        return service

    def connect(self, service):
        connection = service.connect()
        self.connections.append(connection)
        self.addCleanup(connection.close)
        return connection

    def finish(self, service, status=0):
        for connection in self.connections:
            connection.close()  # the service waits for idle ones
        service.terminate()
        self.assertEqual(service.wait(), status)
        return service.log()


class Answers(ServiceTest):
    def test_photos_have_the_boxes_and_messages_of_the_command(self):
        service = self.start()
        connection = self.connect(service)  # all on one
        bodies = photos()
        wants = command_answers(PROGRAMS.yolo, bodies)
        statuses = [want['status'] for want in wants.values()]
        self.assertEqual(statuses.count('YOLO_OK'), 4)
        for status in ('BAD_IMAGE', 'UNSUPPORTED_IMAGE', 'LIMIT'):
            self.assertIn('YOLO_ERROR_' + status, statuses)
        self.assertTrue(wants['coffee']['detections'])
        for _ in range(2):
            for name, body in bodies.items():
                with self.subTest(name):
                    status, _, answer = ask(connection, 'POST', '/photos', body)
                    self.assertEqual(difference(wants[name], status, answer), '')
        status, _, answer = ask(connection, 'POST', '/photos', b'')
        self.assertEqual((status, answer['error']), (400, 'YOLO_ERROR_BAD_IMAGE'))
        self.finish(service)

    def test_what_is_not_a_photo_is_refused_and_the_connection_goes_on(self):
        service = self.start('--max-body', '5000')
        connection = self.connect(service)
        form = {'Content-Type': 'multipart/form-data; boundary=b'}
        part = b'--b\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n\r\nx\r\n--b--\r\n'
        chunks = [b'x' * 1000] * 6
        for want, method, path, body, headers in (
                (413, 'POST', '/photos', bytes(5001), {}),
                (413, 'POST', '/photos', iter(chunks), {}),
                (400, 'POST', '/photos', iter(chunks[:5]), {}),
                (415, 'POST', '/photos', part, form),
                (404, 'POST', '/photo', bytes(9000), {}),
                (404, 'POST', '/photo', part, form),
                (404, 'PUT', '/photos', iter(chunks), {}),
                (404, 'GET', '/photos', None, {}),
                (404, 'GET', '/nope?x=1', None, {}),
                (200, 'GET', '/healthz', None, {})):
            with self.subTest(f'{want} {method} {path}'):
                status, _, answer = ask(connection, method, path, body, headers)
                self.assertEqual(status, want)
                self.assertTrue(status == 200 or (answer['error'] and answer['message']))
        answered = [line['status'] for line in self.finish(service) if 'id' in line]
        self.assertEqual(answered, [413, 413, 400, 415, 404, 404, 404, 404, 404, 200])

    def test_a_body_that_does_not_arrive_ends_its_connection(self):
        service = self.start('--upload-seconds', '1')
        for rest in ('late', 'never'):
            with self.subTest(rest), socket.create_connection(('127.0.0.1', service.port), NEVER) as client:
                client.sendall(b'POST /photos HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc')
                if rest == 'late':
                    while not select.select([client], [], [], 0.3)[0]:
                        client.sendall(b'd')
                    status, headers, answer = read_answer(client)
                    self.assertEqual((status, answer['error']), (408, 'incomplete'))
                    self.assertEqual(headers['Connection'], 'close')
        self.assertEqual([line['status'] for line in self.finish(service) if 'id' in line], [408, 400])

    def test_requests_have_ids_in_the_answer_and_in_the_log(self):
        service = self.start()
        connection = self.connect(service)
        _, headers, _ = ask(connection, 'POST', '/photos', b'text', {'X-Request-Id': 'my-id.7'})
        self.assertEqual(headers['X-Request-Id'], 'my-id.7')
        _, headers, _ = ask(connection, 'GET', '/healthz', None, {'X-Request-Id': 'two words'})
        made = headers['X-Request-Id']
        self.assertRegex(made, '^[0-9a-f]{16}$')
        log = {line['id']: line for line in self.finish(service) if 'id' in line}
        self.assertEqual(set(log), {'my-id.7', made})
        self.assertEqual((log['my-id.7']['status'], log['my-id.7']['path']), (400, '/photos'))
        self.assertIn('libjpeg', log['my-id.7']['message'])
        self.assertEqual(log[made]['status'], 200)

    def test_metrics_count_what_happened(self):
        service = self.start('--queue', '7', '--lanes', '2')
        connection = self.connect(service)
        photo = photos()['coffee']
        for body in (photo, photo, b'text'):
            ask(connection, 'POST', '/photos', body)
        status, headers, text = ask(connection, 'GET', '/metrics')
        self.assertEqual((status, headers['Content-Type']), (200, 'text/plain; version=0.0.4'))
        values = prometheus_text.parse(text)
        for name, want in (('http_requests_total{code="200"}', 2), ('http_requests_total{code="400"}', 1),
                           ('http_request_duration_seconds_count', 3), ('http_requests_in_flight', 0),
                           ('http_queue_depth', 0), ('http_queue_capacity', 7), ('http_draining', 0),
                           ('yolo_images_total{status="YOLO_OK"}', 2), ('yolo_lanes', 2),
                           ('yolo_images_total{status="YOLO_ERROR_BAD_IMAGE"}', 1), ('yolo_boxes_total', 2)):
            self.assertEqual(values.get(name), want, name)
        for stage in ('decode', 'pack', 'run', 'extract'):
            self.assertGreater(values[f'yolo_stage_seconds_total{{stage="{stage}"}}'], 0)
        self.assertGreater(values['process_resident_memory_bytes'], 1e6)
        self.assertLess(abs(values['process_start_time_seconds'] - time.time()), NEVER)
        self.assertEqual(sum(name.startswith('yolo_detector_info{') for name in values), 1)
        self.finish(service)

    def test_metrics_have_the_cores_of_a_device(self):
        """On the simulated libnrt."""
        with tempfile.TemporaryDirectory() as folder:
            neff = folder + '/nano.neff'
            nano = str(MODEL / 'yolov4-nano')
            subprocess.run([PROGRAMS.make_neff, nano + '.cfg', nano + '.weights', neff], check=True)
            service = self.start('--neff', neff, '--libnrt', PROGRAMS.libnrt)
        connection = self.connect(service)
        photo = photos()['astronaut']
        status, _, answer = ask(connection, 'POST', '/photos', photo)
        self.assertEqual((status, answer['detections'][0]['label']), (200, 'person'))
        values = prometheus_text.parse(ask(connection, 'GET', '/metrics')[2])
        images = [value for name, value in values.items() if name.startswith('yolo_core_images_total{core="')]
        self.assertEqual(sum(images), 1)
        self.assertEqual(values['yolo_core_ready{core="0"}'], 1)
        self.assertEqual(values['yolo_core_failures_total{core="0"}'], 0)
        self.finish(service)

    def test_a_service_that_cannot_start_says_why(self):
        service = self.start()
        taken = self.start_failing('--port', str(service.port))
        self.assertIn(f'cannot listen on 127.0.0.1:{service.port}', taken)
        self.assertIn('no/such.cfg', self.start_failing('--model', 'no/such.cfg'))
        self.finish(service)

    def start_failing(self, *arguments):
        nano = str(ROOT / 'samples/models/yolov4-nano/yolov4-nano')
        command = [PROGRAMS.service, *arguments, '--weights', nano + '.weights']
        if '--model' not in arguments:
            command += ['--model', nano + '.cfg']
        run = subprocess.run(command, capture_output=True, text=True, timeout=NEVER)
        self.assertEqual(run.returncode, 1)
        return run.stderr


class End(ServiceTest):
    def test_what_was_accepted_is_answered(self):
        """Requests in the middle of their upload, and in the kernel's queue behind them."""
        service = self.start('--connections', '1')
        photo = photos()['coffee']
        want = command_answers(PROGRAMS.yolo, {'': photo})['']
        head = b'POST /photos HTTP/1.1\r\nContent-Length: %d\r\n\r\n' % len(photo)
        clients = []
        for _ in range(5):
            clients.append(socket.create_connection(('127.0.0.1', service.port), NEVER))
            self.addCleanup(clients[-1].close)
        clients[0].sendall(head + photo[:100])  # takes the only thread
        for client in clients[1:]:
            client.sendall(head + photo)
        service.terminate()
        end = time.monotonic() + NEVER
        while service.lets_in():
            self.assertLess(time.monotonic(), end)
        clients[0].sendall(photo[100:])
        for i, client in enumerate(clients):
            with self.subTest(i):
                status, headers, answer = read_answer(client)
                self.assertEqual(difference(want, status, answer), '')
                self.assertEqual(headers['Connection'], 'close')
                client.close()
        self.assertEqual(service.wait(), 0)
        self.assertEqual(service.log()[-1]['answered'], 5)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(('127.0.0.1', service.port), NEVER)

    def test_an_idle_connection_may_ask_once_more_and_is_then_closed(self):
        service = self.start('--keep-alive-seconds', '3')
        idle, last = self.connect(service), self.connect(service)
        for connection in (idle, last):
            self.assertEqual(ask(connection, 'GET', '/healthz')[0], 200)
        service.terminate()
        status, headers, answer = ask(last, 'GET', '/healthz')
        self.assertEqual((status, answer['error'], headers['Connection']), (503, 'draining', 'close'))
        self.assertEqual(idle.sock.recv(1), b'')  # closed; nothing had been asked
        self.assertEqual(service.wait(), 0)

    def test_a_lame_duck_still_accepts_but_is_not_healthy(self):
        service = self.start('--lame-duck-seconds', '5')
        service.terminate()
        self.assertEqual(ask(self.connect(service), 'GET', '/healthz')[0], 503)
        status, headers, _ = ask(self.connect(service), 'POST', '/photos', photos()['cat'])
        self.assertEqual((status, headers['Connection']), (200, 'close'))
        self.assertEqual(service.wait(), 0)

    def test_a_client_that_never_finishes_cannot_hold_the_end_up(self):
        service = self.start('--drain-seconds', '1')
        with socket.create_connection(('127.0.0.1', service.port), NEVER) as client:
            client.sendall(b'POST /photos HTTP/1.1\r\nContent-Length: 1000\r\n\r\n')
            log = self.finish(service, status=1)
        self.assertEqual(log[-1]['event'], 'gave up')


class Before(ServiceTest):
    def test_the_service_without_detection_works(self):
        service = self.start(program=PROGRAMS.before, detection=False)
        connection = self.connect(service)
        self.assertEqual(ask(connection, 'POST', '/photos', b'12345')[2], {'bytes': 5})
        values = prometheus_text.parse(ask(connection, 'GET', '/metrics')[2])
        self.assertEqual(values['http_request_duration_seconds_count'], 1)
        self.finish(service)

    def test_the_readme_shows_the_lines_that_were_added(self):
        folder = ROOT / 'samples/service'
        before, after = ((folder / name).read_text().splitlines()
                         for name in ('photos.cc', 'photos_with_detection.cc'))
        lines = list(difflib.unified_diff(before, after, 'photos.cc', 'photos_with_detection.cc', lineterm=''))
        self.assertIn('```diff\n' + '\n'.join(lines) + '\n```\n', (folder / 'README.md').read_text())


def read_answer(client):
    """(status, headers, JSON) of an answer on a plain socket."""
    response = http.client.HTTPResponse(client)
    response.begin()
    return response.status, response.headers, json.loads(response.read())


if __name__ == '__main__':
    main()
