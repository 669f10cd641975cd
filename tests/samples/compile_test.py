#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""samples/neuron/compile.py: its network against libyolo's f32 heads, and its way through a stand-in for AWS's packages.

usage: compile_test.py --dump-heads PROGRAM [unittest's arguments]

Skipped (77) without PyTorch; what needs the test data is skipped without YOLO_TEST_DATA.
"""
import contextlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

os.environ.setdefault('OMP_NUM_THREADS', '1')
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'samples' / 'neuron'), str(ROOT / 'tests' / 'samples')]
DATA = pathlib.Path(os.environ.get('YOLO_TEST_DATA', ROOT.parent / 'shared' / 'data'))
GENERATOR = DATA.parent / 'tools' / 'random_weights.py'
NANO = ROOT / 'samples' / 'models' / 'yolov4-nano' / 'yolov4-nano'
ASTRONAUT = ROOT / 'samples' / 'images' / 'astronaut.jpg'
F32 = ['--input', 'f32', '--heads', 'f32']

try:
    import numpy as np
    import torch
except ImportError as missing:
    print('skipped: %s; python3 -m pip install numpy torch' % missing)
    sys.exit(77)

import check  # noqa: E402
import compile as compiler  # noqa: E402
import darknet  # noqa: E402
import neff_test  # noqa: E402
import network  # noqa: E402

DUMP_HEADS = None


def run(*arguments):
    """(what was printed, what it ended with or '') of compile.py."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            compiler.main([str(a) for a in arguments])
    except SystemExit as end:
        return out.getvalue(), str(end)
    return out.getvalue(), ''


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def agree(self, cfg, weights, *arguments):
        out, end = run(cfg, weights, '--check', '--dump-heads', DUMP_HEADS, *arguments)
        print(out, end='')
        self.assertEqual(end, '')
        self.assertIn('agrees with libyolo', out)

    def agree_nano(self, *arguments):
        self.agree(NANO.with_suffix('.cfg'), NANO.with_suffix('.weights'), *arguments)


class OwnModel(Base):
    def test_f32(self):
        self.agree_nano(*F32)

    def test_default_border_on_a_photo(self):
        self.agree_nano('--photo', ASTRONAUT)

    def test_u8_interleaved_batch(self):
        self.agree_nano('--input', 'u8', '--layout', 'nhwc', '--batch', 2)

    def test_bf16_at_another_size(self):
        self.agree_nano('--input', 'bf16', '--heads', 'bf16', '--size', '416x256')


class TrainedModels(Base):
    def test_f32(self):
        models = sorted((DATA / 'weights').glob('*.cfg'))
        if not models:
            self.skipTest('no trained models at %s; set YOLO_TEST_DATA' % DATA)
        for cfg in models:
            with self.subTest(cfg.stem):
                self.agree(cfg, cfg.with_suffix('.weights'), *F32)
                self.agree(cfg, cfg.with_suffix('.weights'), *F32, '--photo', DATA / 'demo' / 'dog.jpg')


class RandomWeights(Base):
    # enet-coco has [scale_channels] and [avgpool], csresnext50 convolutions in groups.
    NAMES = ['yolov3-tiny', 'yolov4-tiny', 'yolov7-tiny', 'yolov4-csp', 'yolov4', 'enet-coco', 'csresnext50-panet-spp']

    def test_f32(self):
        if not GENERATOR.exists():
            self.skipTest('no %s; set YOLO_TEST_DATA' % GENERATOR)
        for name in self.NAMES:
            with self.subTest(name):
                cfg, weights = DATA / 'cfg' / (name + '.cfg'), self.folder / 'random.weights'
                subprocess.run([sys.executable, str(ROOT / 'tests' / 'golden' / 'random_weights.py'), str(GENERATOR), str(cfg),
                                str(weights)], check=True)
                self.agree(cfg, weights, *F32)


class Teeth(Base):
    """The tolerance tells rounding from mistakes."""

    def differ(self, change):
        model = darknet.read_model(*map(str, (NANO.with_suffix('.cfg'), NANO.with_suffix('.weights'))))
        change(model)
        options = compiler.parser().parse_args(['', '', *F32])
        files = NANO.with_suffix('.cfg'), NANO.with_suffix('.weights')
        reports = check.check(network.Network(model), model, files, DUMP_HEADS, options)
        print('  %.1e' % max(report.ratio for report in reports))
        self.assertTrue(all(report.ratio > 3 * check.TOLERANCE for report in reports))

    def test_epsilon_of_batch_norm(self):
        before = darknet.VARIANCE_EPSILON
        darknet.VARIANCE_EPSILON = 1e-5
        self.addCleanup(setattr, darknet, 'VARIANCE_EPSILON', before)
        self.differ(lambda model: None)

    def test_one_weight_of_the_first_layer(self):
        def change(model):
            model.layers[0].weights[0, 0, 0, 0] *= 1.1
        self.differ(change)

    def test_group_of_a_route(self):
        def change(model):
            layer = next(layer for layer in model.layers if layer.kind == 'route' and layer.options['groups'] > 1)
            layer.options['group'] = 0
        self.differ(change)


class Operations(unittest.TestCase):
    def test_max_pool(self):
        """Every window that fits a small plane, against the definition in src/model/graph.h."""
        x = torch.from_numpy(np.random.default_rng(1).standard_normal((1, 2, 7, 6)).astype(np.float32))
        for size in range(1, 5):
            for stride in range(1, 4):
                for padding in range(0, 2 * size - 1):
                    got = network.max_pool(x, size, (stride, stride), padding)
                    rows, columns = ((side + padding - size) // stride + 1 for side in (7, 6))
                    self.assertEqual(tuple(got.shape), (1, 2, rows, columns))
                    for r in range(rows):
                        for c in range(columns):
                            y0, x0 = r * stride - padding // 2, c * stride - padding // 2
                            if y0 >= 7 or x0 >= 6:
                                continue  # in the padding alone: nothing is defined
                            window = x[..., max(y0, 0):y0 + size, max(x0, 0):x0 + size]
                            self.assertTrue(torch.equal(got[..., r, c], window.amax((2, 3))), (size, stride, padding, r, c))

    def test_upsample(self):
        x = torch.rand(2, 3, 4, 5)
        for factor in (1, 2, 3):
            self.assertTrue(torch.equal(network.upsample(x, factor, 'expand'), network.upsample(x, factor, 'interpolate')))

    def test_shortcut_of_other_channels(self):
        wide, narrow = torch.rand(1, 5, 2, 2), torch.rand(1, 3, 2, 2)
        both = network.add_channels(wide, narrow)
        self.assertTrue(torch.equal(both, torch.cat([wide[:, :3] + narrow, wide[:, 3:]], 1)))
        self.assertTrue(torch.equal(network.add_channels(narrow, wide), narrow + wide[:, :3]))

    def test_tracing_changes_nothing(self):
        model = darknet.read_model(*map(str, (NANO.with_suffix('.cfg'), NANO.with_suffix('.weights'))), (64, 96))
        for how in ('expand', 'interpolate'):
            module = network.Network(model, 'nhwc', 'u8', 'f16', how)
            x = torch.randint(0, 256, module.input_shape(1), dtype=torch.uint8)
            with torch.no_grad():
                traced = torch.jit.trace(module, x)
                for a, b in zip(traced(x), module(x)):
                    self.assertTrue(torch.equal(a, b))


class StandIn(Base):
    """A package that takes torch_neuronx's or torch_neuron's place: no compiler, no NEFF that would run."""

    def package(self, name, files=('graph.neff',), cpu_backend=True):
        package = types.ModuleType(name)
        package.calls = []

        def record(module, example, **keywords):
            package.calls.append((example, keywords))
            for file in files:
                path = pathlib.Path(keywords['compiler_workdir']) / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(neff_test.make_neff(name=file.encode()))
            return torch.jit.trace(module, example)

        def neuronx(module, example, *, compiler_workdir=None, compiler_args=None, inline_weights_to_neff=True, cpu_backend=False):
            return record(module, example, compiler_workdir=compiler_workdir, compiler_args=compiler_args,
                          inline_weights_to_neff=inline_weights_to_neff, cpu_backend=cpu_backend)

        package.trace = neuronx if cpu_backend else record
        package.Optimization = types.SimpleNamespace(FLOAT32_TO_FLOAT16='FLOAT32_TO_FLOAT16')
        sys.modules[name] = package
        self.addCleanup(sys.modules.pop, name, None)
        return package

    def compile(self, *arguments):
        out = self.folder / 'x.neff'
        printed, end = run(NANO.with_suffix('.cfg'), NANO.with_suffix('.weights'), '--size', '64x64', '--out', out, '--workdir',
                           self.folder / 'work', *arguments)
        return out, printed, end

    def test_neuronx(self):
        package = self.package('torch_neuronx')
        out, printed, end = self.compile('--target', 'trn1', '--auto-cast', 'matmult', '--compiler-arg=-O3', '--layout', 'nhwc')
        self.assertEqual(end, '')
        self.assertEqual(out.read_bytes(), neff_test.make_neff(name=b'graph.neff'))
        example, keywords = package.calls[0]
        self.assertEqual((tuple(example.shape), example.dtype), ((1, 64, 64, 3), torch.float16))
        self.assertEqual(keywords['compiler_args'], ['--target', 'trn1', '--model-type', 'generic', '--auto-cast', 'matmult',
                                                     '--auto-cast-type', 'bf16', '-O3'])
        self.assertTrue(keywords['inline_weights_to_neff'])
        self.assertEqual(keywords['cpu_backend'], not os.path.exists('/dev/neuron0'))
        self.assertIn('NaN', printed)
        self.assertIn('an earlier run', self.compile('--target', 'trn1')[2])

    def test_neuron(self):
        package = self.package('torch_neuron', ['1/8f3a.neff'], cpu_backend=False)
        out, _, end = self.compile('--target', 'inf1')
        self.assertEqual(end, '')
        self.assertEqual(out.read_bytes(), neff_test.make_neff(name=b'1/8f3a.neff'))
        example, keywords = package.calls[0]
        self.assertEqual((tuple(example.shape), example.dtype), ((1, 3, 64, 64), torch.float32))
        self.assertEqual(keywords['optimizations'], ['FLOAT32_TO_FLOAT16'])
        self.assertIs(keywords['fallback'], False)

    def test_several_or_none(self):
        self.package('torch_neuronx', ['a.neff', 'b.neff'])
        self.assertIn('expected one NEFF, found 2', self.compile()[2])
        self.package('torch_neuronx', [])
        shutil.rmtree(self.folder / 'work')
        self.assertIn('found 0', self.compile()[2])


class Refusals(Base):
    def test_messages(self):
        cfg, weights = NANO.with_suffix('.cfg'), NANO.with_suffix('.weights')
        (self.folder / 'a.cfg').write_text('[net]\nwidth=32\nheight=32\nchannels=3\n[region]\n')
        (self.folder / 'b.cfg').write_text('[net]\nwidth=32\nheight=32\nchannels=3\n[maxpool]\nmaxpool_depth=1\n')
        for arguments, text in (
                ([cfg, weights], 'nothing to do'),
                ([cfg, weights, '--check', '--size', '300x300'], 'network width 300 must be a multiple of 32'),
                ([cfg, cfg, '--check'], 'expected 4718156 bytes, found 2817'),
                ([self.folder / 'none', weights, '--check'], 'No such file'),
                ([self.folder / 'a.cfg', weights, '--check'], 'a.cfg:5: layer 0 [region]: is not supported'),
                ([self.folder / 'b.cfg', weights, '--check'], 'b.cfg:6: layer 0 [maxpool]: maxpool_depth=1 is not supported'),
                ([cfg, weights, '--check', '--dump-heads', self.folder / 'none'], 'No such file'),
                ([cfg, weights, '--out', 'x', '--target', 'inf1', '--heads', 'bf16'], 'no bf16'),
                ([cfg, weights, '--out', 'x', '--target', 'inf1', '--heads', 'f32'], 'together')):
            self.assertIn(text, run(*arguments)[1])

    def test_without_the_packages(self):
        for target, name in (('inf2', 'torch_neuronx'), ('inf1', 'torch_neuron')):
            if name in sys.modules:
                continue
            sys.modules[name] = None  # an import that fails, wherever this runs
            self.addCleanup(sys.modules.pop, name, None)
            end = run(NANO.with_suffix('.cfg'), NANO.with_suffix('.weights'), '--out', 'x', '--target', target)[1]
            self.assertIn(name + ' cannot be imported', end)
            self.assertIn('pip install --extra-index-url', end)


if __name__ == '__main__':
    at = sys.argv.index('--dump-heads') if '--dump-heads' in sys.argv else 0
    DUMP_HEADS = sys.argv[at + 1] if at else check.find_dump_heads()
    del sys.argv[at:at + 2 if at else 0]
    print('PyTorch %s' % torch.__version__)
    torch.set_num_threads(1)
    unittest.main()
