# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Compares the PyTorch module with libyolo's own f32 network, head by head, on this machine's CPU.

libyolo's side is `dump_heads`, a program of its tests: raw heads are not part of the library's interface.
"""
import dataclasses
import json
import pathlib
import subprocess
import tempfile

import numpy as np
import torch

from network import TYPES

# Of the largest magnitude in a head. Two f32 networks differ by the order of their sums alone: at most 2.6e-6 measured over
# all models of docs/neuron.md. The smallest mistake of definition that was tried, 1e-5 instead of 1e-6 under the square root of batch
# norm, gives 3e-4.
TOLERANCE = 2e-5
# Rounding a head to its border type, of each value's own magnitude: half a unit in the last place.
ROUNDING = {'f32': 0.0, 'f16': 2.0 ** -11, 'bf16': 2.0 ** -8}
SMALLEST = {'f32': 0.0, 'f16': 2.0 ** -25, 'bf16': 0.0}  # half of the smallest step: f16's subnormals


class CheckError(Exception):
    pass


@dataclasses.dataclass
class HeadReport:
    layer: int
    shape: tuple
    largest: float  # magnitude of libyolo's head
    difference: float  # largest, less what rounding to the border type explains

    @property
    def ratio(self):
        return self.difference / max(self.largest, 1e-30)

    @property
    def ok(self):
        return self.ratio <= TOLERANCE


def find_dump_heads():
    """The newest dump_heads of this checkout's builds, or None."""
    found = (pathlib.Path(__file__).resolve().parents[2] / 'build').glob('*/bin/dump_heads')
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def random_picture(network, seed, input_type):
    """Noise at three scales, so that both edges and flat areas occur; planar, in the border's type."""
    _, height, width = network.shape
    rng = np.random.default_rng(seed)
    picture = np.zeros((3, height, width), np.float64)
    for step in (1, 8, 64):
        cells = rng.random((3, -(-height // step), -(-width // step)))
        picture += np.repeat(np.repeat(cells, step, 1), step, 2)[:, :height, :width]
    picture = np.clip(picture * 0.5 - 0.25, 0, 1)
    return to_border(torch.from_numpy(picture.astype(np.float32)), input_type)


def to_border(picture, input_type):
    """Floats from 0 to 1 in the type in which a picture enters the network."""
    return (picture * 255).round().to(torch.uint8) if input_type == 'u8' else picture.to(TYPES[input_type])


def from_border(picture):
    return picture.float() * (1.0 / 255.0) if picture.dtype == torch.uint8 else picture.float()


def run_dump_heads(program, model, files, picture, folder):
    """libyolo's (input, heads) for a planar float tensor, or for the photo at a path."""
    folder = pathlib.Path(folder)
    source = picture
    if isinstance(picture, torch.Tensor):
        source = folder / 'input.f32'
        picture.numpy().astype('<f4').tofile(source)
    command = [str(program), *map(str, files), str(source), str(folder / 'heads.f32'), str(model.width), str(model.height)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CheckError('%s: %s' % (program, error.strerror)) from None
    if done.returncode:
        raise CheckError(done.stderr.strip() or '%s: exit status %d' % (program, done.returncode))
    said = json.loads(done.stdout)
    values = np.fromfile(folder / 'heads.f32', '<f4')
    tensors, at = [], 0
    for shape in [said['input']] + [head['shape'] for head in said['heads']]:
        count = int(np.prod(shape))
        tensors.append(torch.from_numpy(values[at:at + count].reshape(shape)))
        at += count
    layers = [head['layer'] for head in said['heads']]
    if layers != [head.index for head in model.heads]:
        raise CheckError('libyolo has heads at layers %s, this module at %s' % (layers, [h.index for h in model.heads]))
    return tensors[0], tensors[1:]


def compare(layer, ours, theirs, head_type):
    """`ours` as it crosses the border, made planar; `theirs` is libyolo's f32."""
    if tuple(ours.shape) != tuple(theirs.shape):
        raise CheckError('layer %d: a head of %s, libyolo has %s' % (layer, tuple(ours.shape), tuple(theirs.shape)))
    ours, theirs = ours.double(), theirs.double()
    if not (ours.isfinite().all() and theirs.isfinite().all()):
        raise CheckError('layer %d: a head is infinite or not a number' % layer)
    explained = theirs.abs() * ROUNDING[head_type] + SMALLEST[head_type]
    difference = ((ours - theirs).abs() - explained).clamp(min=0).max().item()
    return HeadReport(layer, tuple(theirs.shape), theirs.abs().max().item(), difference)


def check(network, model, files, program, options, photo=None):
    """HeadReports for each image of the batch and each head. `files` is (cfg, weights)."""
    with tempfile.TemporaryDirectory() as folder:
        if photo:
            packed, _ = run_dump_heads(program, model, files, photo, folder)
            pictures = [to_border(packed, options.input)] * options.batch
        else:
            pictures = [random_picture(network, seed, options.input) for seed in range(options.batch)]
        batch = torch.stack(pictures)
        with torch.no_grad():
            heads = network(batch.permute(0, 2, 3, 1).contiguous() if network.nhwc else batch)
        reports = []
        for i, picture in enumerate(pictures):
            _, theirs = run_dump_heads(program, model, files, from_border(picture), folder)
            for head, ours, reference in zip(model.heads, heads, theirs):
                ours = ours[i].permute(2, 0, 1) if network.nhwc else ours[i]
                reports.append(compare(head.index, ours, reference, options.heads))
    return reports
