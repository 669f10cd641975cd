#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Writes resize.tsv: what OpenCV makes of pictures of noise.

    make_resize_goldens.py > resize.tsv

Columns:

    profile  opencv:      cv2.dnn.blobFromImage, scale 1/255, stretched
             ultralytics: cv2.resize and cv2.copyMakeBorder with 114 by the
                          arithmetic of LetterBox, then float32 / 255
    width, height of the picture
    network_width, network_height
    crc32    of the network's input, [3][height][width] float32, R first

Made with Debian 12's python3-opencv 4.6.0 (no IPP) on x86-64.
"""
import zlib

import cv2
import numpy as np

# Picture and network: up, down, odd, one pixel, the same, exactly 2 and 4 times
# as large, twice in one direction only.
SIZES = [
    (64, 48, 96, 96), (640, 480, 96, 64), (500, 333, 160, 96),
    (97, 31, 64, 32), (1, 1, 32, 32), (1, 77, 32, 64), (77, 1, 64, 32),
    (2, 2, 32, 32), (3, 5, 32, 32), (96, 64, 96, 64), (192, 128, 96, 64),
    (384, 256, 96, 64), (192, 64, 96, 64), (96, 128, 96, 64),
    (191, 127, 96, 64), (193, 129, 96, 64), (1000, 40, 64, 64),
    (40, 1000, 64, 64), (31, 33, 320, 320), (320, 200, 608, 608),
    (1280, 720, 416, 416), (2000, 1, 32, 32),
]


def hash_picture(width, height):
    """The same as HashByte() of tests/support/hash_picture.h."""
    y, x, c = np.meshgrid(*(np.arange(n, dtype=np.uint32)
                            for n in (height, width, 3)), indexing="ij")
    h = (x * np.uint32(0x9E3779B1) ^ y * np.uint32(0x85EBCA77)
         ^ c * np.uint32(0xC2B2AE3D))
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x2C1B3C6D)
    h ^= h >> np.uint32(13)
    return (h >> np.uint32(7)).astype(np.uint8)


def opencv(picture, width, height):
    return cv2.dnn.blobFromImage(picture, 1 / 255.0, (width, height))[0]


def ultralytics(picture, width, height):
    h, w = picture.shape[:2]
    gain = min(height / h, width / w)
    new_w = max(round(w * gain), 1)
    new_h = max(round(h * gain), 1)
    left = round((width - new_w) / 2 - 0.1)
    top = round((height - new_h) / 2 - 0.1)
    boxed = cv2.copyMakeBorder(
        cv2.resize(picture, (new_w, new_h), interpolation=cv2.INTER_LINEAR),
        top, height - new_h - top, left, width - new_w - left,
        cv2.BORDER_CONSTANT, value=(114, 114, 114))
    return boxed.transpose(2, 0, 1).astype(np.float32) / np.float32(255)


def main():
    print(f"# make_resize_goldens.py: OpenCV {cv2.__version__}")
    print("# profile\twidth\theight\tnetwork_width\tnetwork_height\tcrc32")
    for profile in (opencv, ultralytics):
        for w, h, network_w, network_h in SIZES:
            planes = profile(hash_picture(w, h), network_w, network_h)
            crc = zlib.crc32(np.ascontiguousarray(planes).tobytes())
            print(profile.__name__, w, h, network_w, network_h, f"{crc:08x}",
                  sep="\t")


main()
