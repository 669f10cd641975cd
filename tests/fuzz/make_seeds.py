#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Writes corpus/, what the fuzzers begin with: our own small files.

    tests/fuzz/make_seeds.py

Needs Pillow; its output is checked in.
"""

import itertools
import pathlib
import struct

from PIL import Image

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parent.parent / "samples"

SMALL_CFG = """[net]
width=32
height=32
channels=3
[convolutional]
filters=6
size=1
stride=8
activation=linear
[yolo]
mask=0
anchors=8,8
num=1
classes=1
"""

# Every kind of section, in as few layers as that takes.
FULL_CFG = """[net]
width=64
height=64
channels=3
[convolutional]
batch_normalize=1
filters=8
size=3
stride=2
pad=1
activation=leaky
[convolutional]
filters=8
groups=8
size=3
pad=1
activation=mish
[maxpool]
size=2
stride=2
[convolutional]
filters=8
size=3
pad=1
dilation=2
activation=swish
[shortcut]
from=-2
activation=linear
[avgpool]
[convolutional]
filters=8
activation=logistic
[scale_channels]
from=4
[convolutional]
filters=8
size=1
activation=tanh
[sam]
from=-2
[upsample]
stride=2
[route]
layers=-1
groups=2
group_id=1
[dropout]
[convolutional]
filters=18
size=3
stride=4
pad=1
activation=linear
[yolo]
mask=0,1
anchors=1,2, 3,4, 5,6
num=3
classes=4
scale_x_y=1.05
new_coords=1
"""


def write(fuzzer, name, data):
    folder = HERE / "corpus" / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def jpegs():
    photo = Image.open(SAMPLES / "images" / "coffee.jpg").convert("RGB")
    small = photo.resize((45, 35))
    folder = HERE / "corpus" / "jpeg"
    folder.mkdir(parents=True, exist_ok=True)
    for subsampling, progressive in itertools.product((0, 1, 2), (False, True)):
        kind = "progressive" if progressive else "baseline"
        small.save(folder / f"{kind}_{subsampling}.jpg", quality=50,
                   subsampling=subsampling, progressive=progressive)
    small.convert("L").save(folder / "grey.jpg", quality=50)
    small.convert("CMYK").save(folder / "cmyk.jpg", quality=50)
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        small.resize((24, 17)).save(folder / f"exif_{orientation}.jpg",
                                    quality=40, exif=exif)
    wide = photo.resize((400, 40))
    wide.save(folder / "wide.jpg", quality=20)
    whole = (folder / "baseline_2.jpg").read_bytes()
    write("jpeg", "cut.jpg", whole[:len(whole) * 2 // 3])


def frames():
    photo = Image.open(SAMPLES / "images" / "cat.jpg").convert("RGB")
    pixels = photo.resize((16, 12)).tobytes()
    # The last bytes first: format + 1, the two sizes (a kind, then a byte), the
    # stride's kind, standard + 1, orientation, blocks - 1, two strides' kinds.
    for form in range(1, 11):
        choices = [form + 1, 7, 16, 7, 12, 3, 1 + form % 4, form % 9,
                   2 if form == 8 else 1 if form in (6, 7) else 0, 3, 3]
        size = {5: 192, 6: 192, 7: 192, 8: 192, 9: 384, 10: 384}.get(form, 768)
        planes = choices[8] + 1
        write("frame", f"format_{form}",
              (pixels * 2)[:size * planes] + bytes(reversed(choices)))


def weights():
    numbers = struct.pack("<24f", *(i / 16 - 0.7 for i in range(24)))
    header = struct.pack("<3i", 0, 2, 5)
    write("weights", "version_2", header + struct.pack("<q", 9) + numbers)
    write("weights", "version_1", struct.pack("<4i", 0, 1, 0, 9) + numbers)
    for name in ("inf", "nan", "-inf", "1e38"):
        odd = struct.pack("<24f", *([float(name)] * 3 + [0.5] * 21))
        write("weights", f"odd_{name}", header + struct.pack("<q", 9) + odd)
    write("weights", "short", header)


def neff():
    header = bytearray(1024)
    body = b"body" * 8
    struct.pack_into("<QQQQQ", header, 0, 2, 1024, len(body), 2, 0)
    write("neff", "header", bytes(header) + body)
    write("neff", "short", bytes(header[:100]))


def options():
    for size in (16, 40, 200, 272, 288, 400):
        for fill in (0, 1):
            body = bytes([fill]) * size
            tail = [size >> 8, size & 255, 1, 1, 1, 0, 1, 1, 1, 1]
            write("options", f"size_{size}_{fill}", body + bytes(tail[::-1]))


def main():
    jpegs()
    frames()
    weights()
    neff()
    options()
    write("cfg", "small.cfg", SMALL_CFG.encode())
    write("cfg", "full.cfg", FULL_CFG.encode())
    write("labels", "three", b"person\nbicycle\r\ncar\n")
    write("labels", "mark", b"\xef\xbb\xbfperson\n\ncar")
    write("labels", "odd", b"\0a\xff\xfe\n\n\n")
    write("detect", "frame", bytes(range(200)) * 3 + bytes([12, 16, 1, 0]))


if __name__ == "__main__":
    main()
