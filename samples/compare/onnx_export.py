#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""A Darknet model as ONNX: `image` [batch, 3, height, width], RGB / 255, in; the raw heads, in the file's order, out.

  onnx_export.py MODEL.cfg MODEL.weights MODEL.onnx

Needs the package onnx; no PyTorch. Opset 13.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'neuron'))

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

import darknet  # noqa: E402

OPSET = 13
IR_VERSION = 8  # what came with opset 13 to 17: old runtimes read it


class Graph:
    def __init__(self):
        self.nodes, self.constants, self.names = [], [], 0

    def name(self):
        self.names += 1
        return 't%d' % self.names

    def constant(self, array):
        name = self.name()
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, *inputs, **attributes):
        output = self.name()
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def channels(self, x, begin, end):
        begin, end, axis = (self.constant(np.array([v], np.int64)) for v in (begin, end, 1))
        return self.node('Slice', x, begin, end, axis)

    def activate(self, x, name):
        simple = {'relu': 'Relu', 'logistic': 'Sigmoid', 'tanh': 'Tanh'}
        if name in simple:
            return self.node(simple[name], x)
        if name == 'leaky':
            return self.node('LeakyRelu', x, alpha=0.1)
        if name == 'relu6':
            return self.node('Clip', x, self.constant(np.float32(0)), self.constant(np.float32(6)))
        if name == 'mish':
            return self.node('Mul', x, self.node('Tanh', self.node('Softplus', x)))
        if name == 'swish':
            return self.node('Mul', x, self.node('Sigmoid', x))
        return x

    def max_pool(self, layer, x, shape):
        """Darknet's windows begin at -(padding // 2); borders never win."""
        o = layer.options
        before, after = o['padding'] // 2, []
        for side, windows, stride in zip(shape[1:], layer.shape[1:], o['stride']):
            after.append(max(0, (windows - 1) * stride + o['size'] - side - before))
        return self.node('MaxPool', x, kernel_shape=[o['size']] * 2, strides=list(o['stride']), pads=[before, before, *after])

    def add(self, x, other, channels, other_channels):
        """On the channels that both have."""
        if channels == other_channels:
            return self.node('Add', x, other)
        common = min(channels, other_channels)
        cut = [t if c == common else self.channels(t, 0, common) for t, c in ((x, channels), (other, other_channels))]
        total = self.node('Add', *cut)
        return total if channels == common else self.node('Concat', total, self.channels(x, common, channels), axis=1)

    def layer(self, layer, inputs, shapes):
        o, x = layer.options, inputs[0]
        if layer.kind == 'convolutional':
            p, d = o['padding'], o['dilation']
            y = self.node('Conv', x, self.constant(layer.weights), self.constant(layer.bias), group=o['groups'],
                          kernel_shape=[o['size']] * 2, strides=list(o['stride']), pads=[p] * 4, dilations=[d, d])
            return self.activate(y, o['activation'])
        if layer.kind == 'maxpool':
            return self.max_pool(layer, x, shapes[0])
        if layer.kind == 'avgpool':
            return self.node('GlobalAveragePool', x)
        if layer.kind == 'upsample':
            scales = self.constant(np.array([1, 1, o['factor'], o['factor']], np.float32))
            y = self.node('Resize', x, '', scales, mode='nearest', coordinate_transformation_mode='asymmetric',
                          nearest_mode='floor')
            return y if o['scale'] == 1 else self.node('Mul', y, self.constant(np.float32(o['scale'])))
        if layer.kind == 'route':
            if o['groups'] > 1:
                size = [s[0] // o['groups'] for s in shapes]
                inputs = [self.channels(i, n * o['group'], n * (o['group'] + 1)) for i, n in zip(inputs, size)]
            return self.node('Concat', *inputs, axis=1) if len(inputs) > 1 else inputs[0]
        if layer.kind == 'shortcut':
            for other, shape in zip(inputs[1:], shapes[1:]):
                x = self.add(x, other, shapes[0][0], shape[0])
            return self.activate(x, o['activation'])
        if layer.kind in ('scale_channels', 'sam'):
            return self.activate(self.node('Mul', inputs[1], x), o['activation'])
        return x  # identity, yolo


def export(model):
    graph, outputs, heads = Graph(), {darknet.INPUT: 'image'}, []
    shapes = {darknet.INPUT: (3, model.height, model.width), **{l.index: l.shape for l in model.layers}}
    for layer in model.layers:
        outputs[layer.index] = graph.layer(layer, [outputs[i] for i in layer.inputs], [shapes[i] for i in layer.inputs])
        if layer.kind == 'yolo':
            name = 'head_%d' % len(heads)
            graph.nodes.append(helper.make_node('Identity', [outputs[layer.index]], [name]))
            heads.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ['batch', *layer.shape]))
    image = helper.make_tensor_value_info('image', TensorProto.FLOAT, ['batch', *shapes[darknet.INPUT]])
    document = helper.make_model(helper.make_graph(graph.nodes, 'darknet', [image], heads, graph.constants),
                                 opset_imports=[helper.make_opsetid('', OPSET)], producer_name='libyolo samples/compare')
    document.ir_version = IR_VERSION
    onnx.checker.check_model(document)
    return document


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('cfg')
    parser.add_argument('weights')
    parser.add_argument('onnx')
    args = parser.parse_args()
    onnx.save(export(darknet.read_model(args.cfg, args.weights)), args.onnx)


if __name__ == '__main__':
    main()
