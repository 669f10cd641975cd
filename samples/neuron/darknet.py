# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""A Darknet .cfg and its .weights as a list of layers, read as libyolo reads them.

docs/models.md has every section, key and default. Needs NumPy, not PyTorch.
"""
import dataclasses
import os
import struct
import sys

import numpy as np

INPUT = -1  # the network's input, where a layer names what it reads
MAX_SIDE = 8192
VARIANCE_EPSILON = 1e-6  # libyolo's, OpenCV's; see docs/models.md

ACTIVATIONS = ('linear', 'relu', 'leaky', 'relu6', 'logistic', 'mish', 'swish', 'tanh')

# Keys whose value must be this one: anything else is other arithmetic.
HARMLESS = {
    'convolutional': dict.fromkeys(('antialiasing', 'binary', 'xnor', 'bin_output', 'flipped', 'coordconv', 'sway', 'rotate',
                                    'stretch', 'stretch_sway'), 0),
    'maxpool': dict.fromkeys(('maxpool_depth', 'maxpool_zero_nonmax', 'antialiasing'), 0),
    'scale_channels': {'scale_wh': 0},
    'yolo': {'embedding_layer': 999999},
}
ALIASES = {'conv': 'convolutional', 'max': 'maxpool', 'avg': 'avgpool', 'empty': 'identity', 'dropout': 'identity',
           'silence': 'identity'}


class ModelError(Exception):
    """What is wrong with a file, with its name, line, layer and section."""


class Section:
    """One section; reads its values and says where one is wrong."""

    def __init__(self, file, type_, line):
        self.file, self.type, self.line = file, type_, line
        self.index = None  # as Darknet counts layers; [net] has none
        self.entries = {}  # key: (value, line), the first of each key

    def error(self, message, key=None):
        value, line = self.entries.get(key, (None, self.line))
        layer = '' if self.index is None else 'layer %d ' % self.index
        what = '' if key is None else key + ' ' if value is None else '%s=%s ' % (key, value[:40])
        return ModelError('%s:%d: %s[%s]: %s%s' % (self.file, line, layer, self.type, what, message))

    def has(self, key):
        return key in self.entries

    def text(self, key, default):
        return self.entries[key][0] if key in self.entries else default

    def number(self, key, default, lowest, highest, kind=int):
        if key not in self.entries:
            return default
        try:
            value = kind(self.entries[key][0])
        except ValueError:
            raise self.error('is not a number' if kind is float else 'is not an integer', key) from None
        if not lowest <= value <= highest:
            raise self.error('must be from %s to %s' % (lowest, highest), key)
        return value

    def numbers(self, key, kind=int):
        if key not in self.entries:
            return []
        parts = self.entries[key][0].split(',')
        if not parts[-1].strip():
            parts.pop()
        try:
            return [kind(part) for part in parts]
        except ValueError:
            raise self.error('is not a list of numbers', key) from None

    def activation(self, default, allowed=ACTIVATIONS):
        name = self.text('activation', default)
        if name not in allowed:
            raise self.error('is not one of ' + ', '.join(allowed), 'activation')
        return name

    def sources(self, key):
        found = [s + self.index if s < 0 else s for s in self.numbers(key)]
        if not found:
            raise self.error('is missing', key)
        for source in found:
            if not 0 <= source < self.index:
                raise self.error('names layer %d, which does not come before layer %d' % (source, self.index), key)
        return found


@dataclasses.dataclass
class Layer:
    """One layer: what it does, to which earlier layers, and what comes out."""
    kind: str  # 'convolutional', 'maxpool', ..., 'identity', 'yolo'
    index: int
    inputs: list  # indices of earlier layers, or INPUT
    shape: tuple  # (channels, height, width) of the output
    stride: int = 1  # pixels of the network's input to a step in the output
    options: dict = dataclasses.field(default_factory=dict)
    weights: np.ndarray = None  # convolutional: [filters][channels / groups][size][size], batch norm folded in
    bias: np.ndarray = None  # convolutional: [filters]


@dataclasses.dataclass
class Model:
    name: str
    width: int
    height: int
    layers: list
    letterbox: bool = False

    @property
    def heads(self):
        """The [yolo] layers, in the file's order."""
        return [layer for layer in self.layers if layer.kind == 'yolo']


def parse_cfg(path):
    """The sections of a .cfg, [net] first."""
    sections = []
    try:
        with open(path, encoding='utf-8-sig', errors='replace') as file:
            lines = file.read().split('\n')
    except OSError as error:
        raise ModelError('%s: %s' % (path, error.strerror)) from None
    for number, line in enumerate(lines, 1):
        line = line.split('#')[0].split(';')[0].strip()
        if not line:
            continue
        if line.startswith('['):
            name = line[1:-1].strip() if line.endswith(']') else ''
            if not name or '[' in name or ']' in name:
                raise ModelError('%s:%d: expected [section], found "%s"' % (path, number, line[:40]))
            sections.append(Section(path, name, number))
            continue
        key, equals, value = (part.strip() for part in line.partition('='))
        if not (key and equals and value):
            raise ModelError('%s:%d: expected key=value, found "%s"' % (path, number, line[:40]))
        if not sections:
            raise ModelError('%s:%d: "%s" comes before any section' % (path, number, line[:40]))
        sections[-1].entries.setdefault(key, (value, number))
    if not sections:
        raise ModelError('%s: no section' % path)
    for index, section in enumerate(sections[1:]):
        section.index = index
    return sections


def _windows(side, padding, size, stride):
    return 0 if side + padding < size else (side + padding - size) // stride + 1


def _strides(section):
    stride = section.number('stride', 1, 1, 1024)
    return section.number('stride_y', stride, 1, 1024), section.number('stride_x', stride, 1, 1024), stride


def _convolution(section, shapes, layer):
    channels, height, width = shapes[0]
    filters = section.number('filters', 1, 1, 65536)
    size = section.number('size', 1, 1, 1024)
    stride_y, stride_x, _ = _strides(section)
    groups = section.number('groups', 1, 1, 65536)
    dilation = section.number('dilation', 1, 1, 1024) if size > 1 else 1
    padding = size // 2 if section.number('pad', 0, 0, 1024) else section.number('padding', 0, 0, 1024)
    if section.has('share_index'):
        raise section.error('is not supported: weights of another layer', 'share_index')
    if padding >= size and padding:
        raise section.error('is not supported: wider than the window of %d' % size, 'padding')
    if dilation > 1 and 2 * padding != size - 1:
        raise section.error('is not supported without a padding of half the window', 'dilation')
    if channels % groups or filters % groups:
        raise section.error('does not divide %d channels and %d filters' % (channels, filters), 'groups')
    layer.options.update(
        size=size, stride=(stride_y, stride_x), padding=padding * dilation, dilation=dilation, groups=groups,
        activation=section.activation('logistic'),
        batch_normalize=section.number('batch_normalize', 0, 0, 2) + section.number('cbn', 0, 0, 1) > 0)
    return filters, _windows(height, 2 * padding, size, stride_y), _windows(width, 2 * padding, size, stride_x)


def _maxpool(section, shapes, layer):
    channels, height, width = shapes[0]
    stride_y, stride_x, stride = _strides(section)
    size = section.number('size', stride, 1, 1024)
    padding = section.number('padding', size - 1, 0, 2048)
    if (padding + 1) // 2 >= size and padding:
        raise section.error('is not supported: half of it is no less than the window of %d' % size, 'padding')
    layer.options.update(size=size, stride=(stride_y, stride_x), padding=padding)
    return channels, _windows(height, padding, size, stride_y), _windows(width, padding, size, stride_x)


def _avgpool(section, shapes, layer):
    return shapes[0][0], 1, 1


def _upsample(section, shapes, layer):
    channels, height, width = shapes[0]
    factor = section.number('stride', 2, -1024, 1024)
    if factor < 1:
        raise section.error('is not supported: a reverse upsample', 'stride')
    layer.options.update(factor=factor, scale=section.number('scale', 1.0, -1e6, 1e6, float))
    return channels, height * factor, width * factor


def _route(section, shapes, layer):
    groups = section.number('groups', 1, 1, 65536)
    group = section.number('group_id', 0, 0, groups - 1)
    for source, shape in zip(layer.inputs, shapes):
        if shape[1:] != shapes[0][1:]:
            raise section.error('layers %d %s and %d %s do not fit together' % (layer.inputs[0], shapes[0], source, shape))
        if shape[0] % groups:
            raise section.error('does not divide the %d channels of layer %d' % (shape[0], source), 'groups')
    layer.options.update(groups=groups, group=group)
    return (sum(shape[0] // groups for shape in shapes),) + shapes[0][1:]


def _shortcut(section, shapes, layer):
    if section.text('weights_type', 'none') != 'none':
        raise section.error('is not supported: weighted inputs', 'weights_type')
    for source, shape in zip(layer.inputs, shapes):
        if shape[1:] != shapes[0][1:]:
            raise section.error('layers %d %s and %d %s do not fit together' % (layer.inputs[0], shapes[0], source, shape))
    layer.options.update(activation=section.activation('linear'))
    return shapes[0]


def _product(section, shapes, layer):
    """[scale_channels] and [sam]: what comes before, times what `from` names."""
    expected = (shapes[1][0], 1, 1) if layer.kind == 'scale_channels' else shapes[1]
    if shapes[0] != expected:
        raise section.error('layers %d %s and %d %s do not fit together' %
                            (layer.inputs[0], shapes[0], layer.inputs[1], shapes[1]))
    layer.options.update(activation=section.activation('linear', [a for a in ACTIVATIONS if a not in ('mish', 'swish')]))
    return shapes[1]


def _identity(section, shapes, layer):
    return shapes[0]


def _yolo(section, shapes, layer):
    classes = section.number('classes', 20, 1, 65536)
    num = section.number('num', 1, 1, 1024)
    mask = section.numbers('mask') if section.has('mask') else list(range(num))
    sides = section.numbers('anchors', float)
    for anchor in mask:
        if not 0 <= anchor < num:
            raise section.error('names anchor %d of %d' % (anchor, num), 'mask')
        if len(sides) < 2 * anchor + 2 or min(sides[2 * anchor:2 * anchor + 2]) <= 0:
            raise section.error('has no two sides above 0 for anchor %d' % anchor, 'anchors')
    channels = len(mask) * (5 + classes)
    if shapes[0][0] != channels:
        raise section.error('the layer before has %d channels; %d anchors of 5 + %d values need %d' %
                            (shapes[0][0], len(mask), classes, channels))
    layer.options.update(anchors=len(mask), classes=classes)
    return shapes[0]


BUILDERS = {'convolutional': _convolution, 'maxpool': _maxpool, 'avgpool': _avgpool, 'upsample': _upsample, 'route': _route,
            'shortcut': _shortcut, 'scale_channels': _product, 'sam': _product, 'identity': _identity, 'yolo': _yolo}


def _stride_of(layer, strides):
    """Pixels of the input to a step; [scale_channels] multiplies by what was pooled to 1 x 1."""
    inputs = layer.inputs[1:] if layer.kind == 'scale_channels' else layer.inputs
    stride = max([1] + [strides[i] for i in inputs if i != INPUT])
    if layer.kind in ('convolutional', 'maxpool'):
        stride *= max(layer.options['stride'])
    elif layer.kind == 'upsample':
        stride = max(stride // layer.options['factor'], 1)
    return stride


def _read_layer(section, layers, input_shape):
    kind = ALIASES.get(section.type, section.type)
    if kind not in BUILDERS:
        raise section.error('is not supported; the sections that are: ' + ', '.join(sorted(set(BUILDERS) - {'identity'})))
    for key in ('dontload', 'dontloadscales'):
        if section.number(key, 0, -2**31, 2**31) != 0:
            raise section.error('is not supported', key)
    for key, harmless in HARMLESS.get(kind, {}).items():
        if section.number(key, harmless, -1e9, 1e9, float) != harmless:
            raise section.error('is not supported', key)
    inputs = [section.index - 1]
    if kind == 'route':
        inputs = section.sources('layers')
    elif kind in ('shortcut', 'scale_channels', 'sam'):
        inputs += section.sources('from')
    for source in inputs:
        if source != INPUT and layers[source].kind == 'yolo':
            raise section.error('reads layer %d, which is a detection head' % source)
    shapes = [input_shape if i == INPUT else layers[i].shape for i in inputs]
    layer = Layer(kind, section.index, inputs, ())
    layer.shape = BUILDERS[kind](section, shapes, layer)
    if min(layer.shape) < 1:
        raise section.error('an input of %s gives an output of %s' % (shapes[0], layer.shape))
    layer.stride = _stride_of(layer, [l.stride for l in layers])
    return layer


def _build(path, sections, size):
    net = sections[0]
    width, height = (net.number(key, 1, 1, MAX_SIDE) for key in ('width', 'height'))
    model = Model(path, *(size or (width, height)), [], net.number('letter_box', 0, 0, 1) != 0)
    for section in sections[1:]:
        model.layers.append(_read_layer(section, model.layers, (3, model.height, model.width)))
    return model


def read_cfg(path, size=None):
    """A Model without weights; `size` (width, height) replaces the file's."""
    sections = parse_cfg(path)
    net = sections[0]
    if net.type not in ('net', 'network'):
        raise net.error('the first section must be [net]')
    for key in ('width', 'height', 'channels'):
        if not net.has(key):
            raise net.error('is missing: the input must be a picture', key)
    if net.number('channels', 3, 1, 65536) != 3:
        raise net.error('is not supported: a picture has 3, RGB', 'channels')
    model = _build(path, sections, None)
    heads = model.heads
    if not heads:
        raise ModelError('%s: no [yolo] section among %d layers' % (path, len(model.layers)))
    for head in heads:
        if head.options['classes'] != heads[0].options['classes']:
            raise sections[head.index + 1].error('has %d classes, the head of layer %d has %d' %
                                                 (head.options['classes'], heads[0].index, heads[0].options['classes']))
    if not size:
        return model
    largest = max(layer.stride for layer in model.layers)
    for name, side in zip(('width', 'height'), size):
        if side % largest or not largest <= side <= MAX_SIDE:
            raise ModelError('network %s %d must be a multiple of %d, the model\'s largest stride' % (name, side, largest))
    return _build(path, sections, size)


def _channels(model, layer):
    return 3 if layer.inputs[0] == INPUT else model.layers[layer.inputs[0]].shape[0]


def _take(floats, at, shape):
    count = int(np.prod(shape))
    return np.array(floats[at:at + count], np.float32).reshape(shape), at + count


def read_weights(model, path):
    """Fills the convolutions of `model`; batch norm is folded in."""
    try:
        size = os.path.getsize(path)
        with open(path, 'rb') as file:
            start = file.read(12)
        major, minor, _ = struct.unpack('<iii', start.ljust(12, b'\0'))
        header = 20 if major * 10 + minor >= 2 else 16
        floats = np.memmap(path, '<f4', 'r', header, ((size - header) // 4,)) if size > header + 3 else np.zeros(0, '<f4')
    except OSError as error:
        raise ModelError('%s: %s' % (path, error.strerror)) from None
    kernels = {l.index: (l.shape[0], _channels(model, l) // l.options['groups'], l.options['size'], l.options['size'])
               for l in model.layers if l.kind == 'convolutional'}
    expected = header + 4 * sum(int(np.prod(kernel)) + kernel[0] * (4 if model.layers[i].options['batch_normalize'] else 1)
                                for i, kernel in kernels.items())
    if size != expected:
        raise ModelError('%s: expected %d bytes, found %d' % (path, expected, size))
    at = 0
    for index, kernel in kernels.items():
        layer = model.layers[index]
        layer.bias, at = _take(floats, at, kernel[:1])
        if layer.options['batch_normalize']:
            (scale, mean, variance), at = _take(floats, at, (3,) + kernel[:1])
        layer.weights, at = _take(floats, at, kernel)
        if layer.options['batch_normalize']:
            factor = scale.astype(np.float64) / np.sqrt(variance.astype(np.float64) + VARIANCE_EPSILON)
            layer.bias = (layer.bias - mean * factor).astype(np.float32)
            layer.weights = (layer.weights * factor[:, None, None, None]).astype(np.float32)
        if not (np.isfinite(layer.bias).all() and np.isfinite(layer.weights).all()):
            print('warning: %s: layer %d: a weight is infinite or not a number' % (path, index), file=sys.stderr)


def read_model(cfg, weights, size=None):
    model = read_cfg(cfg, size)
    read_weights(model, weights)
    return model
