# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""The layers of darknet.py as a PyTorch module, with a choice of what crosses its border."""
import torch
import torch.nn.functional as F

from darknet import INPUT

TYPES = {'f32': torch.float32, 'f16': torch.float16, 'bf16': torch.bfloat16, 'u8': torch.uint8}


def activate(x, name):
    if name == 'relu':
        return F.relu(x)
    if name == 'leaky':
        return F.leaky_relu(x, 0.1)
    if name == 'relu6':
        return F.hardtanh(x, 0.0, 6.0)
    if name == 'logistic':
        return torch.sigmoid(x)
    if name == 'mish':
        return x * torch.tanh(F.softplus(x))
    if name == 'swish':
        return x * torch.sigmoid(x)
    if name == 'tanh':
        return torch.tanh(x)
    return x


def repeat_edges(x, dim, before, after):
    """More of the first and the last slice. To a maximum whose window holds them anyway it makes no difference, and unlike a
    border of minus infinity it survives every number format."""
    parts = [x.narrow(dim, 0, 1)] * before + [x] + [x.narrow(dim, x.shape[dim] - 1, 1)] * after
    return torch.cat(parts, dim) if len(parts) > 1 else x


def max_pool(x, size, stride, padding):
    """Darknet's: windows begin at -(padding // 2), and `padding` counts both sides."""
    before = padding // 2
    if padding % 2 == 0 and before <= size // 2:
        return F.max_pool2d(x, size, stride, before)
    for dim, step in ((2, stride[0]), (3, stride[1])):
        side = x.shape[dim]
        windows = (side + padding - size) // step + 1
        x = repeat_edges(x, dim, before, max(0, (windows - 1) * step + size - side - before))
    return F.max_pool2d(x, size, stride)


def upsample(x, factor, how):
    """Nearest neighbour. 'expand' is broadcasting and reshaping alone, which every XLA compiler knows."""
    if how == 'interpolate':
        return F.interpolate(x, scale_factor=factor, mode='nearest')
    n, c, h, w = x.shape
    return x.reshape(n, c, h, 1, w, 1).expand(n, c, h, factor, w, factor).reshape(n, c, h * factor, w * factor)


def add_channels(x, other):
    """x + other on the channels that both have."""
    common = min(x.shape[1], other.shape[1])
    if x.shape[1] == other.shape[1]:
        return x + other
    total = x.narrow(1, 0, common) + other.narrow(1, 0, common)
    return total if common == x.shape[1] else torch.cat([total, x.narrow(1, common, x.shape[1] - common)], 1)


def convolution(layer):
    o = layer.options
    filters, channels, size, _ = layer.weights.shape
    module = torch.nn.Conv2d(channels * o['groups'], filters, size, o['stride'], o['padding'], o['dilation'], o['groups'])
    module.weight.data = torch.from_numpy(layer.weights)
    module.bias.data = torch.from_numpy(layer.bias)
    return module


class Network(torch.nn.Module):
    """Picture in, raw heads out: what each [yolo] section reads, before any logistic, in the file's order.

    The input is RGB / 255 in f32, f16 or bf16, or RGB from 0 to 255 in u8. All arithmetic between the border's casts is in f32;
    a compiler's auto-cast may change that.
    """

    def __init__(self, model, layout='nchw', input_type='f32', head_type='f32', upsampling='expand'):
        super().__init__()
        self.layers = model.layers
        self.shape = (3, model.height, model.width)
        self.nhwc, self.input_type, self.head_type = layout == 'nhwc', TYPES[input_type], TYPES[head_type]
        self.upsampling = upsampling
        self.convolutions = torch.nn.ModuleDict(
            {str(l.index): convolution(l) for l in model.layers if l.kind == 'convolutional'})
        self.last_use = {i: layer.index for layer in model.layers for i in layer.inputs}
        self.eval()
        self.requires_grad_(False)

    def input_shape(self, batch):
        c, h, w = self.shape
        return (batch, h, w, c) if self.nhwc else (batch, c, h, w)

    def forward(self, picture):
        x = picture.to(torch.float32)
        if self.input_type == torch.uint8:
            x = x * (1.0 / 255.0)
        outputs = {INPUT: x.permute(0, 3, 1, 2) if self.nhwc else x}
        heads = []
        for layer in self.layers:
            inputs = [outputs[i] for i in layer.inputs]
            if layer.kind == 'yolo':
                head = inputs[0].permute(0, 2, 3, 1) if self.nhwc else inputs[0]
                heads.append(head.contiguous().to(self.head_type))
            outputs[layer.index] = self.run(layer, inputs)
            for i in layer.inputs:
                if self.last_use[i] == layer.index:
                    outputs.pop(i, None)
        return tuple(heads)

    def run(self, layer, inputs):
        x, o = inputs[0], layer.options
        if layer.kind == 'convolutional':
            return activate(self.convolutions[str(layer.index)](x), o['activation'])
        if layer.kind == 'maxpool':
            return max_pool(x, o['size'], o['stride'], o['padding'])
        if layer.kind == 'avgpool':
            return x.mean((2, 3), keepdim=True)
        if layer.kind == 'upsample':
            x = upsample(x, o['factor'], self.upsampling)
            return x if o['scale'] == 1 else x * o['scale']
        if layer.kind == 'route':
            if o['groups'] > 1:
                inputs = [i.narrow(1, i.shape[1] // o['groups'] * o['group'], i.shape[1] // o['groups']) for i in inputs]
            return torch.cat(inputs, 1) if len(inputs) > 1 else inputs[0]
        if layer.kind == 'shortcut':
            for other in inputs[1:]:
                x = add_channels(x, other)
            return activate(x, o['activation'])
        if layer.kind in ('scale_channels', 'sam'):
            return activate(inputs[1] * x, o['activation'])
        return x  # identity; a head is read by nobody
