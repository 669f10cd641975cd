#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""samples/neuron/neff.py and extract.py on NEFFs made here: genuine headers, payloads that no device would run."""
import gzip
import io
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / 'samples' / 'neuron'
sys.path.insert(0, str(SAMPLES))
import neff  # noqa: E402


def payload():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo('neff.json'))
    return out.getvalue()


def make_neff(package_version=2, cores=1, name=b'net'):
    body = payload() if package_version == 1 else gzip.compress(payload() + name, mtime=0)
    header = bytearray(neff.HEADER_BYTES)
    struct.pack_into('<5Q', header, 0, package_version, neff.HEADER_BYTES, len(body), 2, 0)
    header[40:45] = b'2.1.0'
    struct.pack_into('<I', header, 168, cores)
    header[220:220 + len(name)] = name
    struct.pack_into('<IxxxxI', header, 476, cores, 0)
    struct.pack_into('<QI', header, 544, 0xff, 1)
    return bytes(header) + body


def extract(*arguments):
    done = subprocess.run([sys.executable, str(SAMPLES / 'extract.py'), *map(str, arguments)], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout + done.stderr


class Header(unittest.TestCase):
    def test_fields(self):
        header = neff.parse(make_neff(cores=4))
        self.assertEqual((header.package_version, header.version, header.build, header.cores, header.name, header.features,
                          header.requested_cores, header.logical_core_size), (2, (2, 0), '2.1.0', 4, 'net', 0xff, 4, 1))
        self.assertEqual(header.file_bytes, len(make_neff(cores=4)))

    def test_refusals(self):
        good = make_neff()
        wrong = bytearray(good)
        wrong[neff.HEADER_BYTES] = 0
        other = bytearray(good)
        other[8:16] = struct.pack('<Q', 512)
        for data in (b'', good[:1023], good[:-1], bytes(wrong), bytes(other)):
            self.assertRaises(neff.NeffError, neff.parse, data)


class Search(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def found(self, path):
        return [data for _, _, data in neff.search(path)]

    def test_alone(self):
        for version in (1, 2):
            path = self.folder / 'a.neff'
            path.write_bytes(make_neff(version))
            self.assertEqual(self.found(path), [make_neff(version)])

    def test_bytes_attribute_of_a_saved_model(self):
        """As TensorFlow keeps it: bytes in the middle of a protobuf, in a folder."""
        (self.folder / 'variables').mkdir()
        (self.folder / 'variables' / 'empty').write_bytes(b'')
        decoy = struct.pack('<QQQ', 2, neff.HEADER_BYTES, 1 << 60)
        (self.folder / 'saved_model.pb').write_bytes(b'\x0a\x07executable' + decoy + make_neff() + b'\x12tail' * 100)
        self.assertEqual(self.found(self.folder), [make_neff()])

    def test_archives(self):
        """As PyTorch keeps it: a member of a zip archive, stored or not."""
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            path = self.folder / 'model.pt'
            with zipfile.ZipFile(path, 'w', method) as archive:
                archive.writestr('archive/constants/0', b'odd' + make_neff())
                archive.writestr('archive/data.pkl', b'no NEFF')
            self.assertEqual(self.found(path), [make_neff()])

    def test_extract(self):
        out = self.folder / 'out.neff'
        one, two = self.folder / 'one.bin', self.folder / 'two.bin'
        one.write_bytes(b'x' * 5000 + make_neff())
        two.write_bytes(make_neff(name=b'first') + b'y' + make_neff(name=b'second'))
        self.assertEqual(extract(one, '--out', out)[0], 0)
        self.assertEqual(out.read_bytes(), make_neff())
        code, text = extract(two, '--out', out)
        self.assertTrue(code == 1 and '--pick' in text, text)
        self.assertEqual(extract(two, '--out', out, '--pick', 2)[0], 0)
        self.assertEqual(out.read_bytes(), make_neff(name=b'second'))
        self.assertIn('number 3', extract(two, '--out', out, '--pick', 3)[1])
        one.write_bytes(b'nothing here')
        self.assertIn('no NEFF inside', extract(one)[1])
        self.assertIn('No such file', extract(self.folder / 'absent')[1])


if __name__ == '__main__':
    unittest.main()
