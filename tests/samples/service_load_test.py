#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""samples/service under load: many clients, broken photos among theirs, SIGTERM in the middle.

YOLO_SERVICE_SECONDS (5) is how long the clients go on before the signal, YOLO_SERVICE_CLIENTS (64) how many they are.
"""
import collections
import http.client
import os
import random
import threading
import time
import unittest

import prometheus_text
from service_process import NEVER, Service, ask, command_answers, difference, main, photos

PROGRAMS = None  # set by main()
SECONDS = float(os.environ.get('YOLO_SERVICE_SECONDS', '5'))
CLIENTS = int(os.environ.get('YOLO_SERVICE_CLIENTS', '64'))
LINGER = 10  # seconds after SIGTERM in which clients go on trying


class Client(threading.Thread):
    """Asks one question after another until nobody lets it in, every other client on a new connection each time.

    Once a connection is made, nothing but a whole answer is right: the service says when it is going to close one.
    """

    def __init__(self, number, load):
        super().__init__()
        self.random = random.Random(number)
        self.keeps = number % 2 == 0
        self.load = load
        self.counts = collections.Counter()  # of status codes
        self.seconds = []  # of answers with boxes
        self.wrong = []
        self.refused = False

    def connect(self):
        try:
            connection = self.load.service.connect(timeout=3)
        except (ConnectionRefusedError, TimeoutError):
            if self.load.signalled is None:
                self.wrong.append('refused before SIGTERM')
            self.refused = True
            return None
        connection.sock.settimeout(NEVER)
        return connection

    def ask_one(self, connection):
        name = self.random.choice(list(self.load.bodies))
        began = time.monotonic()
        status, headers, answer = ask(connection, 'POST', '/photos', self.load.bodies[name])
        took = time.monotonic() - began
        self.counts[status] += 1
        if status == 503:
            if (headers['Retry-After'], answer['error']) != ('1', 'overloaded'):
                self.wrong.append(f'503 with {answer}')
            time.sleep(0.02)  # a real client would wait longer
            return
        if status == 200 and self.load.signalled is None:
            self.seconds.append(took)
        problem = difference(self.load.wants[name], status, answer)
        if problem:
            self.wrong.append(f'{name}: {problem}')

    def run(self):
        connection = None
        while not self.load.over():
            if connection is None or connection.sock is None:
                connection = self.connect()
                if connection is None:
                    return
            try:
                self.ask_one(connection)
                if not self.keeps:
                    connection.close()
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(f'no answer: {error!r}')
                connection.close()
        if connection is not None:
            connection.close()


class Load:
    """What the clients share."""

    def __init__(self, service, bodies, wants):
        self.service, self.bodies, self.wants = service, bodies, wants
        self.signalled = None  # time of SIGTERM

    def over(self):
        return self.signalled is not None and time.monotonic() > self.signalled + LINGER


class LoadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bodies = photos()
        cls.wants = command_answers(PROGRAMS.yolo, cls.bodies)

    def watch(self, service, queue):
        """Reads the metrics until it is time for SIGTERM; how many requests that took."""
        connection = service.connect()
        before, count, deepest = {}, 0, 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            values = prometheus_text.parse(ask(connection, 'GET', '/metrics')[2])
            count += 1
            for name, value in before.items():
                if '_total' in name or name.endswith(('_count', '_sum')):
                    self.assertGreaterEqual(values[name], value, name)
            before = values
            deepest = max(deepest, values['http_queue_depth'])
            self.assertEqual(values['http_queue_capacity'], queue)
            self.assertLessEqual(values['http_queue_depth'], queue)
            time.sleep(0.2)
        connection.close()
        return count, deepest

    def run_load(self, queue, *arguments):
        service = Service(PROGRAMS.service, '--queue', str(queue), *arguments)
        self.addCleanup(service.stop)
        load = Load(service, self.bodies, self.wants)
        clients = [Client(i, load) for i in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            watched, deepest = self.watch(service, queue)
        finally:
            load.signalled = time.monotonic()
            service.terminate()
            for client in clients:
                client.join(NEVER)
        self.assertEqual(service.wait(), 0, 'exit status')
        self.assertEqual([wrong for client in clients for wrong in client.wrong], [])
        self.assertTrue(all(client.refused for client in clients))
        counts = sum((client.counts for client in clients), collections.Counter())
        # Nobody got an answer that the service does not know of, or the other way round.
        log = service.log()
        self.assertEqual(log[-1], {**log[-1], 'event': 'drained', 'answered': sum(counts.values()) + watched})
        logged = collections.Counter(line['status'] for line in log if line.get('path') == '/photos')
        self.assertEqual(logged, counts)
        self.report(queue, counts, deepest, sorted(s for client in clients for s in client.seconds))
        return counts

    def report(self, queue, counts, deepest, seconds):
        def rank(share):
            return seconds[min(len(seconds) - 1, int(share * len(seconds)))] * 1e3

        print(f'\n{CLIENTS} clients, {SECONDS:g} s, queue {queue}: {len(seconds) / SECONDS:.0f} photos/s, '
              f'P50 {rank(0.5):.1f} ms, P99 {rank(0.99):.1f} ms, deepest queue seen {deepest:g}, '
              f'all answers by status {dict(sorted(counts.items()))}', flush=True)

    def test_a_queue_for_everybody(self):
        counts = self.run_load(CLIENTS)
        self.assertEqual(set(counts), {200, 400, 422})

    def test_a_short_queue(self):
        counts = self.run_load(2, '--lanes', '1')
        self.assertEqual(set(counts), {200, 400, 422, 503})


if __name__ == '__main__':
    main()
