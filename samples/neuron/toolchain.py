# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""A PyTorch module through AWS's compilers to a NEFF: torch_neuronx for Inf2 and Trainium, torch_neuron for Inf1.

Nothing here could be run where it was written: the packages come from AWS's own index. docs/neuron.md says what was.
"""
import importlib
import inspect
import os
import pathlib
import sys
import tempfile

import torch

import neff

INDEX = 'https://pip.repos.neuron.amazonaws.com'
INSTALL = {
    'torch_neuronx': "python3 -m pip install --extra-index-url %s 'neuronx-cc==2.*' 'torch-neuronx==2.9.*'" % INDEX,
    'torch_neuron': "python3.8 -m pip install --extra-index-url %s 'neuron-cc[tensorflow]' 'torch-neuron==1.13.*'" % INDEX,
}
NOTE = {
    'torch_neuronx': 'It serves Inf2 and Trainium; compiling needs no device. Newer Neuron images leave it out.',
    'torch_neuron': 'It serves Inf1, is archived and wants Python 3.8 to 3.10 (this script, too); compiling needs no device.',
}


class ToolchainError(Exception):
    pass


def _import(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ToolchainError('%s cannot be imported: %s\n%s\nIt is not on PyPI. In a virtual environment of its own:\n  %s\n'
                             'docs/neuron.md has all the steps.' % (name, error, NOTE[name], INSTALL[name])) from None


def package_of(target):
    return 'torch_neuron' if target == 'inf1' else 'torch_neuronx'


def compiler_arguments(options):
    """What the compiler is told, for either of the two."""
    if options.target == 'inf1':
        cast = {None: [], 'none': ['--fast-math', 'none'], 'all': ['--fp32-cast', 'all'],
                'matmult': ['--fp32-cast', 'matmult']}[options.auto_cast]
        if options.auto_cast_type == 'fp16' and options.auto_cast in ('all', 'matmult'):
            cast = ['--fp32-cast', 'all-fp16' if options.auto_cast == 'all' else 'matmult-fp16']
        return cast + options.compiler_arg
    cast = ['--auto-cast', options.auto_cast or 'none']
    if cast[1] != 'none':
        cast += ['--auto-cast-type', options.auto_cast_type]
    return ['--target', options.target, '--model-type', 'generic'] + cast + options.compiler_arg


def warnings(options):
    if options.target != 'inf1' and options.auto_cast == 'matmult':
        yield ('--auto-cast matmult: a public report has NaN from convolution-heavy YOLO networks with it. Compare boxes before '
               'use; a NaN shows as status 1003 and as heads that yield no box.')
    if options.target != 'inf1' and options.auto_cast in (None, 'none'):
        yield ('--auto-cast none: convolutions run in f32, exact and several times slower than in bf16. Try --auto-cast all '
               'next, and compare boxes.')


def refusal(options):
    """Why a choice cannot work, or None."""
    if options.target == 'inf1' and 'bf16' in (options.input, options.heads):
        return 'inf1: torch_neuron has no bf16 at the border; choose f16 or f32'
    if options.target == 'inf1' and (options.input == 'f16') != (options.heads == 'f16'):
        return 'inf1: torch_neuron turns the input and the heads to f16 together; choose f16 for both or for neither'
    return None


def _trace_neuronx(package, network, example, options, folder):
    extra = {}
    if 'cpu_backend' in inspect.signature(package.trace).parameters and not os.path.exists('/dev/neuron0'):
        extra['cpu_backend'] = True  # else tracing asks for a device
    return package.trace(network, example, compiler_workdir=str(folder), compiler_args=compiler_arguments(options),
                         inline_weights_to_neff=True, **extra)


def _trace_neuron(package, network, example, options, folder):
    extra = {}
    if options.input == 'f16':
        extra['optimizations'] = [package.Optimization.FLOAT32_TO_FLOAT16]
    # fallback=False: all in one NEFF, or an error that names the operation.
    return package.trace(network, example, compiler_workdir=str(folder), compiler_args=compiler_arguments(options),
                         fallback=False, **extra)


def _pick(found, folder):
    """The one NEFF in the compiler's folder."""
    unique = {data: where for where, _, data in found}
    if len(unique) != 1:
        raise ToolchainError('%s: expected one NEFF, found %d: %s' % (folder, len(unique), ', '.join(unique.values()) or 'none'))
    return next(iter(unique))


def take_neff(folder, traced):
    """The NEFF's bytes: graph.neff, else whatever one the folder holds, else the one inside the traced model."""
    graph = folder / 'graph.neff'
    if graph.is_file():
        return _pick(neff.search(graph), graph)
    found = list(neff.search(folder))
    if not found:
        archive = folder / 'traced.pt'
        torch.jit.save(traced, str(archive))
        found = list(neff.search(archive))
    return _pick(found, folder)


def compile_neff(network, options, out):
    """Traces, compiles and writes `out`; the Header of what was written."""
    package = _import(package_of(options.target))
    folder = pathlib.Path(options.workdir or tempfile.mkdtemp(prefix='yolo-neuron-')).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.rglob('*.neff')):
        raise ToolchainError('%s holds a NEFF of an earlier run: choose another --workdir' % folder)
    print('compiler folder: %s' % folder, file=sys.stderr)
    border = torch.float32 if options.target == 'inf1' and options.input == 'f16' else network.input_type
    example = torch.zeros(network.input_shape(options.batch), dtype=border)
    trace = _trace_neuron if options.target == 'inf1' else _trace_neuronx
    with torch.no_grad():
        traced = trace(package, network, example, options, folder)
    data = take_neff(folder, traced)
    neff.write(out, data)
    return neff.parse(data)
