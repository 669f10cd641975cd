# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Reads Prometheus' text format (0.0.4) and refuses what a strict reader may refuse."""
import math
import re

NAME = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
HEAD = re.compile(rf'# (HELP|TYPE) ({NAME}) (.+)')
SAMPLE = re.compile(rf'({NAME})(?:\{{(.*)\}})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
TYPES = ('counter', 'gauge', 'histogram')


def parse_labels(text):
    labels, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        assert match, f'bad labels: {text!r}'
        assert match[1] not in labels, f'label twice: {text!r}'
        labels[match[1]] = match[2]
        at = match.end()
        assert match[3] == '' or at < len(text), f'labels end in a comma: {text!r}'
    return labels


def family_of(name, types):
    """The family a sample belongs to: only histograms have suffixes."""
    for suffix in ('_bucket', '_sum', '_count'):
        base = name[:-len(suffix)]
        if name.endswith(suffix) and types.get(base) == 'histogram':
            return base
    return name


def check_histogram(name, samples):
    buckets = [(float(labels['le']), value)
               for (sample, labels), value in samples if sample == name + '_bucket']
    bounds = [bound for bound, _ in buckets]
    counts = [value for _, value in buckets]
    assert bounds and bounds[-1] == math.inf, f'{name} has no bucket +Inf'
    assert bounds == sorted(set(bounds)), f'{name}: bounds do not rise'
    assert counts == sorted(counts), f'{name}: counts fall'
    values = {sample: value for (sample, _), value in samples}
    assert values[name + '_count'] == counts[-1], f'{name}: _count is not the last bucket'
    assert values[name + '_sum'] >= 0, f'{name}: negative sum'


def parse(text):
    """{'name{label="value"}': number}, labels sorted; AssertionError where the text is wrong."""
    assert text.endswith('\n'), 'the last line does not end'
    helps, types, samples, closed, current = {}, {}, {}, set(), None
    for line in text[:-1].split('\n'):
        head = HEAD.fullmatch(line)
        if head:
            kind, name, rest = head.groups()
            table = helps if kind == 'HELP' else types
            assert name not in table, f'{kind} of {name} twice'
            assert kind == 'HELP' or rest in TYPES, f'bad type: {line!r}'
            table[name] = rest
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, f'bad line: {line!r}'
            name = family_of(sample[1], types)
            assert name in types and name in helps, f'no head: {line!r}'
            labels = parse_labels(sample[2] or '')
            key = (sample[1], tuple(sorted(labels.items())))
            family = samples.setdefault(name, {})
            assert key not in family, f'sample twice: {line!r}'
            family[key] = float(sample[3])
            assert types[name] != 'counter' or family[key] >= 0, f'negative: {line!r}'
            assert types[name] != 'counter' or name.endswith('_total'), f'not _total: {name}'
        if name != current:
            assert name not in closed, f'{name} is in two places'
            closed.add(current)
            current = name
    out = {}
    for name, family in samples.items():
        if types[name] == 'histogram':
            check_histogram(name, [((sample, dict(labels)), value)
                                   for (sample, labels), value in family.items()])
        for (sample, labels), value in family.items():
            text = ','.join(f'{k}="{v}"' for k, v in labels)
            out[sample + (f'{{{text}}}' if text else '')] = value
    return out
