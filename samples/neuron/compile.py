#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Compile a Darknet detector to a NEFF, the file that libyolo's Neuron device runs on AWS Inferentia and Trainium.

  compile.py MODEL.cfg MODEL.weights --check
  compile.py MODEL.cfg MODEL.weights --target inf2 --out MODEL.neff

The picture goes in, the raw heads come out: what each [yolo] section reads, before any logistic, in the order of the .cfg.
--check compares with libyolo's own f32 network on this machine; it needs PyTorch and a build with tests (dump_heads).
--out needs AWS's torch_neuronx or, for inf1, torch_neuron. docs/neuron.md has every step, and says which were ever run.
"""
import argparse
import re
import sys

INSTALL = 'python3 -m pip install numpy torch'


def size(text):
    match = re.fullmatch(r'(\d+)x(\d+)', text)
    if not match:
        raise argparse.ArgumentTypeError('%r is not WIDTHxHEIGHT' % text)
    return int(match[1]), int(match[2])


def positive(text):
    value = int(text)
    if not 1 <= value <= 1024:
        raise argparse.ArgumentTypeError('%d is not from 1 to 1024' % value)
    return value


def parser():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('cfg')
    p.add_argument('weights')
    what = p.add_argument_group('what to do')
    what.add_argument('--check', action='store_true', help='compare the heads with libyolo\'s on this CPU')
    what.add_argument('--out', metavar='FILE', help='compile, and write the NEFF there')
    border = p.add_argument_group('the border of the network')
    border.add_argument('--size', type=size, metavar='WxH', help='of the network, instead of the cfg\'s')
    border.add_argument('--batch', type=positive, default=1, help='pictures in one run (1, the best choice as a rule)')
    border.add_argument('--layout', choices=('nchw', 'nhwc'), default='nchw', help='of the input and the heads (nchw)')
    border.add_argument('--input', choices=('f16', 'bf16', 'f32', 'u8'), default='f16',
                        help='type of the picture: RGB / 255, or RGB from 0 to 255 for u8 (f16)')
    border.add_argument('--heads', choices=('f16', 'bf16', 'f32'), default='f16', help='type of the heads (f16)')
    chip = p.add_argument_group('the compiler')
    chip.add_argument('--target', choices=('inf2', 'trn1', 'trn2', 'inf1'), default='inf2')
    chip.add_argument('--auto-cast', choices=('none', 'matmult', 'all'),
                      help='what is computed in fewer bits (the compiler\'s own choice: none; inf1: all)')
    chip.add_argument('--auto-cast-type', choices=('bf16', 'fp16'), default='bf16', help='with which (bf16)')
    chip.add_argument('--compiler-arg', action='append', default=[], metavar='ARG',
                      help='one more argument for the compiler; write --compiler-arg=-O3')
    chip.add_argument('--workdir', metavar='DIR', help='where the compiler keeps its files (a new temporary folder)')
    checks = p.add_argument_group('the check')
    checks.add_argument('--dump-heads', metavar='PROGRAM', help='of a build with tests (the newest in build/*/bin)')
    checks.add_argument('--photo', metavar='FILE.jpg', help='compare on this instead of noise')
    return p


def describe(model, network, options):
    """Says what the NEFF's tensors are."""
    print('%s: %d layers, %d x %d' % (model.name, len(model.layers), model.width, model.height))
    print('  input   %-5s %s' % (options.input, list(network.input_shape(options.batch))))
    for head in model.heads:
        c, h, w = head.shape
        shape = [options.batch, h, w, c] if network.nhwc else [options.batch, c, h, w]
        print('  head    %-5s %s of layer %d' % (options.heads, shape, head.index))


def run_check(model, network, options):
    import check
    program = options.dump_heads or check.find_dump_heads()
    if not program:
        raise check.CheckError('--check needs dump_heads: build with tests (cmake --preset dev && cmake --build --preset dev), '
                               'or name it with --dump-heads')
    reports = check.check(network, model, (options.cfg, options.weights), program, options, options.photo)
    for report in reports:
        print('  layer %-4d %-16s largest %8.3f  difference %.1e of it  %s' %
              (report.layer, ' x '.join(map(str, report.shape)), report.largest, report.ratio, 'ok' if report.ok else 'DIFFERENT'))
    if not all(report.ok for report in reports):
        raise check.CheckError('the heads differ from libyolo\'s by more than %.0e of their largest value' % check.TOLERANCE)
    print('  agrees with libyolo\'s f32 network within %.0e' % check.TOLERANCE)


def run_compile(model, options):
    import network
    import toolchain
    refusal = toolchain.refusal(options)
    if refusal:
        raise toolchain.ToolchainError(refusal)
    for warning in toolchain.warnings(options):
        print('warning: ' + warning, file=sys.stderr)
    inf1 = options.target == 'inf1'
    # torch_neuron makes f16 of the border itself, and knows interpolate.
    module = network.Network(model, options.layout, 'f32' if inf1 and options.input == 'f16' else options.input,
                             'f32' if inf1 else options.heads, 'interpolate' if inf1 else 'expand')
    header = toolchain.compile_neff(module, options, options.out)
    print('wrote %s: %s' % (options.out, header))


def main(arguments=None):
    options = parser().parse_args(arguments)
    if not (options.check or options.out):
        sys.exit('compile.py: nothing to do: give --check, --out FILE, or both')
    try:
        import darknet
        import network
    except ImportError as error:
        sys.exit('compile.py: %s; needed are NumPy and PyTorch: %s' % (error, INSTALL))
    try:
        model = darknet.read_model(options.cfg, options.weights, options.size)
        module = network.Network(model, options.layout, options.input, options.heads)
        describe(model, module, options)
        if options.check:
            run_check(model, module, options)
        if options.out:
            run_compile(model, options)
    except Exception as error:
        if type(error).__name__ in ('ModelError', 'CheckError', 'ToolchainError', 'NeffError'):
            sys.exit('compile.py: %s' % error)
        raise


if __name__ == '__main__':
    main()
