#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""The report of `yolo bench` in headless Chromium: phone, desktop, light, dark, paper.

usage: report_browser_test.py --yolo PROGRAM [--screenshots FOLDER] [unittest's arguments]

Skipped (77) without Debian's chromium, chromium-driver and python3-selenium.
"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DRIVER = shutil.which('chromedriver') or '/usr/bin/chromedriver'
BROWSER = shutil.which('chromium') or '/usr/bin/chromium'
EVIL = '<script>window.evil=1<img src=x onerror="window.evil=1">.jpg'
PHONE, DESKTOP = 390, 1100

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError as missing:
    print('skipped: %s; apt-get install python3-selenium' % missing)
    sys.exit(77)
for needed in (DRIVER, BROWSER):
    if not os.access(needed, os.X_OK):
        print('skipped: no %s; apt-get install chromium chromium-driver' % needed)
        sys.exit(77)

YOLO = SCREENSHOTS = None

# What is visible of each figure: its drawing's box, marked points, and labels.
FIGURES = '''
return [...document.querySelectorAll('figure')].map(figure => {
  const shown = [...figure.querySelectorAll('svg.chart')].filter(s => s.getBoundingClientRect().width > 0);
  const box = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  return {id: figure.id, drawings: shown.length, box: box(shown[0]),
          points: [...shown[0].querySelectorAll('.pt')].filter(p => p.getBoundingClientRect().width > 1).length,
          bars: shown[0].querySelectorAll('.bar').length,
          named: [...shown[0].getAttribute('aria-labelledby').split(' ')].every(id => document.getElementById(id).textContent),
          labels: [...shown[0].querySelectorAll('text')].filter(t => t.textContent).map(t => [t.textContent, box(t)])};
});
'''


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ('--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--hide-scrollbars'):
        options.add_argument(argument)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


def overlap(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 2


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        shutil.copy(ROOT / 'samples' / 'images' / 'cat.jpg', folder / 'cat.jpg')
        (folder / EVIL).write_bytes(b'\xff\xd8\xff\xe0 not a photo')
        first, second = folder / 'first.json', folder / 'second.json'
        cls.page, cls.one = folder / 'report.html', folder / 'one.html'
        done = subprocess.run([YOLO, 'bench', '--images', folder / 'cat.jpg', folder / EVIL, '--seconds', '2', '--window', '0.25',
                               '--warmup', '0', '--price-per-hour', '0.5', '--json', first, '--report', cls.one],
                              capture_output=True, text=True)
        assert done.returncode == 1, done.stdout + done.stderr  # one image cannot be read
        cls.run_ = json.loads(first.read_text())
        other = json.loads(first.read_text())
        other['name'] = 'another tool with a rather long name <b>of its own</b>, 4.6.0'
        other['fps']['mean'] /= 3
        for window in other['windows']:
            window['fps'] /= 3
        for latency in other['latency_ms'].values():
            latency['curve'] = [[p, 11 * ms] for p, ms in latency['curve']]
            for key in ('mean', 'min', 'p50', 'p90', 'p99', 'p99_9', 'max'):
                latency[key] *= 11
        second.write_text(json.dumps(other))
        subprocess.run([YOLO, 'bench', '--compare', first, second, '--report', cls.page], check=True, capture_output=True)
        cls.driver = browser()
        cls.addClassCleanup(cls.driver.quit)

    def open(self, page, width, scheme='light'):
        metrics = {'width': width, 'height': 900, 'deviceScaleFactor': 1, 'mobile': width < 600}
        self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', metrics)
        self.driver.execute_cdp_cmd('Emulation.setEmulatedMedia',
                                    {'features': [{'name': 'prefers-color-scheme', 'value': scheme}]})
        self.driver.get_log('performance')
        self.driver.get(page.as_uri())
        if SCREENSHOTS:
            metrics['height'] = self.driver.execute_script('return document.documentElement.scrollHeight')
            self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', metrics)
            self.driver.save_screenshot(os.path.join(SCREENSHOTS, '%s-%d-%s.png' % (page.stem, width, scheme)))

    def views(self):
        for page in (self.one, self.page):
            for width in (PHONE, DESKTOP):
                for scheme in ('light', 'dark'):
                    with self.subTest(page=page.name, width=width, scheme=scheme):
                        self.open(page, width, scheme)
                        yield page, width, scheme

    def test_nothing_is_loaded_and_nothing_complains(self):
        for page, _, _ in self.views():
            events = [json.loads(entry['message'])['message'] for entry in self.driver.get_log('performance')]
            urls = {e['params']['request']['url'] for e in events if e['method'] == 'Network.requestWillBeSent'}
            self.assertIn(page.as_uri(), urls)
            self.assertEqual({u for u in urls if not u.startswith('data:')}, {page.as_uri()})
            self.assertEqual(self.driver.get_log('browser'), [])

    def test_names_of_files_are_text(self):
        for page, _, _ in self.views():
            self.assertIsNone(self.driver.execute_script('return window.evil || null'))
            self.assertEqual(self.driver.execute_script('return document.querySelectorAll("script, img, b b").length'), 0)
            failed = self.driver.execute_script('return document.querySelector("#failed tbody td").textContent')
            self.assertTrue(failed.endswith(EVIL), failed)
        self.assertIn('<b>of its own</b>', self.driver.execute_script('return document.querySelector(".legend").textContent'))

    def test_nothing_is_wider_than_the_screen(self):
        for _, width, _ in self.views():
            self.assertLessEqual(self.driver.execute_script('return document.documentElement.scrollWidth'), width)

    def test_charts_are_there_and_readable(self):
        windows = sum(w['complete'] for w in self.run_['windows'])
        self.assertEqual(windows, 8)
        for page, width, _ in self.views():
            runs = 1 if page == self.one else 2
            figures = {f['id']: f for f in self.driver.execute_script(FIGURES)}
            self.assertEqual(set(figures), {'figure-fps', 'figure-latency', 'figure-stages'} |
                             ({'figure-compare'} if runs > 1 else set()))
            for figure in figures.values():
                left, top, right, bottom = figure['box']
                self.assertEqual(figure['drawings'], 1, figure['id'])
                self.assertTrue(figure['named'], figure['id'])
                self.assertGreaterEqual(right - left, 0.85 * min(width, 780), figure['id'])
                self.assertGreaterEqual(left, 0)
                self.assertLessEqual(right, width)
                labels = figure['labels']
                self.assertGreaterEqual(len(labels), 5)
                for i, (text, box) in enumerate(labels):
                    self.assertGreaterEqual(box[3] - box[1], 10, 'too small: ' + text)  # CSS pixels
                    self.assertGreaterEqual(box[0], 0, 'cut off: ' + text)
                    self.assertLessEqual(box[2], width, 'cut off: ' + text)
                    for other, there in labels[:i]:
                        self.assertFalse(overlap(box, there), '%s: "%s" lies on "%s"' % (figure['id'], text, other))
            self.assertEqual(figures['figure-fps']['points'], runs * windows)
            calls = self.run_['latency_ms']['call']['count']
            marks = 1 + sum(calls * left >= 1 for left in (0.5, 0.1, 0.01, 0.001))
            self.assertEqual(figures['figure-latency']['points'], runs * marks)
            self.assertEqual(figures['figure-stages']['bars'], runs * 4)

    def test_dark_is_dark_and_paper_is_white(self):
        def background():
            colour = self.driver.execute_script('return getComputedStyle(document.body).backgroundColor')
            return sum(int(v) for v in colour[4:-1].split(',')) / 3
        self.open(self.page, DESKTOP, 'light')
        self.assertGreater(background(), 240)
        self.open(self.page, DESKTOP, 'dark')
        self.assertLess(background(), 40)
        self.driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {
            'media': 'print', 'features': [{'name': 'prefers-color-scheme', 'value': 'dark'}]})
        self.assertGreater(background(), 240)
        pdf = base64.b64decode(self.driver.execute_cdp_cmd('Page.printToPDF', {
            'paperWidth': 8.27, 'paperHeight': 11.69, 'preferCSSPageSize': True})['data'])
        self.assertTrue(pdf.startswith(b'%PDF'))
        self.assertGreater(len(pdf), 20000)
        if SCREENSHOTS:
            pathlib.Path(SCREENSHOTS, 'print.pdf').write_bytes(pdf)


if __name__ == '__main__':
    arguments = sys.argv[:]
    for name in ('--yolo', '--screenshots'):
        if name in arguments:
            at = arguments.index(name)
            globals()[name[2:].upper()] = arguments[at + 1]
            del arguments[at:at + 2]
    if not YOLO:
        sys.exit(__doc__)
    unittest.main(argv=arguments)
