# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""NEFF files: the fields of the header, and finding them inside other files. Standard library only."""
import dataclasses
import mmap
import os
import pathlib
import struct
import zipfile

HEADER_BYTES = 1024
GZIP = b'\x1f\x8b'


@dataclasses.dataclass
class Header:
    """What docs/neuron.md lists; all numbers are little-endian, and there is no magic number."""
    package_version: int  # 1: the payload is a tar, 2: a tar in gzip
    data_bytes: int
    version: tuple  # (major, minor)
    build: str
    cores: int
    name: str
    requested_cores: int
    features: int
    logical_core_size: int

    @property
    def file_bytes(self):
        return HEADER_BYTES + self.data_bytes

    def __str__(self):
        return 'NEFF %d.%d, %d bytes, %d core%s, package version %d, features %#x, built by %s' % (
            *self.version, self.file_bytes, self.cores, '' if self.cores == 1 else 's', self.package_version, self.features,
            self.build or 'an unnamed compiler')


class NeffError(Exception):
    pass


def _text(data):
    return data.split(b'\0')[0].decode('utf-8', 'replace')


def parse(data):
    """The Header at the start of `data`, which may go on after the NEFF. Raises NeffError."""
    if len(data) < HEADER_BYTES:
        raise NeffError('%d bytes are too few for a header of %d' % (len(data), HEADER_BYTES))
    version, header, size, major, minor = struct.unpack_from('<5Q', data, 0)
    if header != HEADER_BYTES or version not in (1, 2):
        raise NeffError('not a NEFF: package version %d, header size %d' % (version, header))
    if size < 2 or size > len(data) - HEADER_BYTES:
        raise NeffError('%d bytes of payload are announced, %d are there' % (size, len(data) - HEADER_BYTES))
    payload = data[HEADER_BYTES:HEADER_BYTES + 512]
    if not (payload[:2] == GZIP if version == 2 else payload[257:262] == b'ustar'):
        raise NeffError('the payload is no %s' % ('tar' if version == 1 else 'gzip'))
    return Header(version, size, (major, minor), _text(data[40:168]), *struct.unpack_from('<I', data, 168),
                  _text(data[220:476]), *struct.unpack_from('<I', data, 476), *struct.unpack_from('<QI', data, 544))


def find(data):
    """(offset, Header) of each NEFF inside `data`, bytes or mmap."""
    found, after = [], 0
    starts = []
    for version in (1, 2):
        pattern, at = struct.pack('<QQ', version, HEADER_BYTES), -1
        while (at := data.find(pattern, at + 1)) >= 0:
            starts.append(at)
    for at in sorted(starts):
        if at < after:
            continue  # inside the one before
        announced, = struct.unpack('<Q', data[at + 16:at + 24].ljust(8, b'\0'))
        try:
            if announced > len(data) - at:
                continue
            header = parse(data[at:at + HEADER_BYTES + announced])
        except NeffError:
            continue
        found.append((at, header))
        after = at + header.file_bytes
    return found


def _members(path):
    """(name, bytes or mmap) of a file, of what a zip archive (a traced PyTorch model) holds, of a folder's files."""
    if path.is_dir():
        for child in sorted(path.rglob('*')):
            if child.is_file():
                yield from _members(child)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield '%s:%s' % (path, name), archive.read(name)
    elif os.path.getsize(path):
        with open(path, 'rb') as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield str(path), data


def search(path):
    """(where, Header, bytes) of each NEFF in a file, a PyTorch archive or a folder such as a SavedModel."""
    for name, data in _members(pathlib.Path(path)):
        for at, header in find(data):
            where = name if at == 0 else '%s at byte %d' % (name, at)
            yield where, header, bytes(data[at:at + header.file_bytes])


def write(path, data):
    """All or nothing: a reader never sees half a file."""
    partial = '%s.partial' % path
    with open(partial, 'wb') as file:
        file.write(data)
    os.replace(partial, path)
