#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Medians and ratios of what preprocess_bench measured, as Markdown.

usage: preprocess_bench ... --benchmark_format=json | summarise.py [FILE] [options]

One table for each photo and size, then one with the geometric means of the
ratios over the photos. "x NAME" is how many times as fast as NAME a way is;
"/ NAME" how long it takes for each second that NAME takes. Ratios are of
medians of one run: let it interleave (--benchmark_enable_random_interleaving).
"""
import argparse
import collections
import json
import math
import statistics
import sys

FLOORS = ('libjpeg/coefficients', 'libjpeg/planes', 'libjpeg/rgb')


def read(file, key):
    """{(image, size): {way: median in microseconds}}; floors under size ''."""
    times = collections.defaultdict(list)
    # Back from a random order to that of registration.
    for b in sorted(json.load(file)['benchmarks'], key=lambda b: b['family_index']):
        if b.get('run_type') == 'iteration':
            scale = {'ns': 1e-3, 'us': 1, 'ms': 1e3}[b['time_unit']]
            times[b['run_name']].append(b[key] * scale)
    tables = collections.defaultdict(dict)
    for name, values in times.items():
        image, *way = name.split('/')
        size = ''
        if way[0] != 'libjpeg':
            *way, size, kind = way
            way += [kind] if way[0] == 'ours' else []
        tables[image, size]['/'.join(way)] = statistics.median(values)
    return tables


def columns_of(table):
    """What the ways of one photo and size are divided by."""
    others = [way for way in table if not way.startswith(('ours/', 'libjpeg/'))]
    return [('x ', way) for way in others] + [('/ ', f) for f in FLOORS if f in table]


def print_table(title, head, rows):
    print('\n%s\n\n| %s |\n|%s' % (title, ' | '.join(head), '---|' * len(head)))
    for row in rows:
        print('| %s |' % ' | '.join(row))


def summarise(tables, show):
    """Prints a table for each image and size; returns their ratios."""
    means = collections.defaultdict(lambda: collections.defaultdict(list))
    for (image, size), table in tables.items():
        if not size:
            continue
        table = {**table, **tables.get((image, ''), {})}
        columns = columns_of(table)
        rows = []
        for way, time in table.items():
            row = [way, '%.0f' % time]
            for sign, base in columns:
                ratio = table[base] / time if sign == 'x ' else time / table[base]
                row.append('%.2f' % ratio)
                means[size, way][sign + base].append(ratio)
            rows.append(row)
        if show:
            print_table('%s, %s x %s' % (image, size, size),
                        ['way', 'us'] + [sign + base for sign, base in columns], rows)
    return means


def print_means(means):
    for size in dict.fromkeys(size for size, _ in means):
        ways = {way: ratios for (s, way), ratios in means.items() if s == size}
        names = list(dict.fromkeys(name for ratios in ways.values() for name in ratios))
        rows = []
        for way, ratios in ways.items():
            row = [way]
            for name in names:
                values = ratios.get(name)
                mean = math.exp(statistics.fmean(map(math.log, values))) if values else None
                row.append('%.2f' % mean if mean else '')
            rows.append(row)
        count = max(len(v) for ratios in ways.values() for v in ratios.values())
        print_table('Geometric means of %d images, %s x %s' % (count, size, size),
                    ['way'] + names, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('file', nargs='?', type=argparse.FileType(), default=sys.stdin)
    parser.add_argument('--time', choices=('cpu', 'real'), default='cpu',
                        help='default: cpu, which other programs disturb least')
    parser.add_argument('--means', action='store_true', help='no tables of single photos')
    args = parser.parse_args()
    tables = read(args.file, args.time + '_time')
    # Frames and photos share no ways, so they have means of their own.
    photos = {image for image, size in tables if not size}
    for chosen in (True, False):
        part = {k: v for k, v in tables.items() if (k[0] in photos) == chosen}
        print_means(summarise(part, not args.means))


if __name__ == '__main__':
    main()
