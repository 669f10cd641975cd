#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Writes jpeg_pixels.tsv: what others read in every file of the JPEG corpus.

    make_jpeg_goldens.py CORPUS > jpeg_pixels.tsv

CORPUS is the folder with INDEX.tsv (not part of the project). Columns:

    file
    reader  opencv: cv2.imdecode, IMREAD_COLOR
            pillow: four components, converted to RGB by Pillow
            none:   OpenCV refuses the file
    width, height of the upright picture, 0 for none
    crc32   of its RGB bytes row by row

Made with Debian 12's python3-opencv 4.6.0 and python3-pil 9.4.0, both on
libjpeg-turbo 2.1.5.
"""
import csv
import io
import sys
import zlib

import cv2
import numpy as np
import PIL
from PIL import Image, ImageOps


def pillow_cmyk(data):
    """The pixels if Pillow finds four components, else None."""
    try:
        image = Image.open(io.BytesIO(data), formats=["JPEG"])
        if image.mode != "CMYK":
            return None
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, SyntaxError):
        return None


def read(data):
    rgb = pillow_cmyk(data)
    if rgb is not None:
        return "pillow", rgb
    if data.startswith(b"\x89PNG"):  # one such file is called .jpg
        return "none", None
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return ("none", None) if bgr is None else ("opencv", bgr[:, :, ::-1])


def main():
    folder = sys.argv[1]
    Image.MAX_IMAGE_PIXELS = None
    print(f"# make_jpeg_goldens.py: OpenCV {cv2.__version__},"
          f" Pillow {PIL.__version__}")
    print("# file\treader\twidth\theight\tcrc32")
    with open(f"{folder}/INDEX.tsv", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            with open(f"{folder}/{row['file']}", "rb") as file:
                reader, rgb = read(file.read())
            height, width = (0, 0) if rgb is None else rgb.shape[:2]
            crc = 0 if rgb is None else zlib.crc32(rgb.tobytes())
            print(row["file"], reader, width, height, f"{crc:08x}", sep="\t")


main()
