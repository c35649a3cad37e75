# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Pictures compared by their pixels: PNG as matplotlib and Pillow write it, 8 bits a channel, not interlaced."""

from __future__ import annotations

import struct
import zlib

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
Picture = tuple[tuple[int, int, int], bytes]


def difference(one: bytes, other: bytes) -> float:
    """The mean difference of a channel, of 255; infinite when the sizes or the channels are not the same."""
    if one == other:
        return 0.0
    (shape, left), (other_shape, right) = _decode(one), _decode(other)
    if shape != other_shape:
        return float("inf")
    return sum(abs(a - b) for a, b in zip(left, right, strict=True)) / max(1, len(left))


def _decode(content: bytes) -> Picture:
    header, packed = b"", b""
    position = 8
    while position < len(content):
        (length,) = struct.unpack_from(">I", content, position)
        kind, body = content[position + 4 : position + 8], content[position + 8 : position + 8 + length]
        header, packed = (body, packed) if kind == b"IHDR" else (header, packed + body * (kind == b"IDAT"))
        position += length + 12
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or interlaced or colours not in _CHANNELS:
        raise ValueError("a PNG of a kind that is not compared")
    channels = _CHANNELS[colours]
    return (width, height, channels), _pixels(zlib.decompress(packed), width * channels, channels)


def _pixels(data: bytes, stride: int, step: int) -> bytes:
    above, pixels = bytes(stride), bytearray()
    for start in range(0, len(data), stride + 1):
        above = _unfiltered(data[start], data[start + 1 : start + 1 + stride], above, step)
        pixels += above
    return bytes(pixels)


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    row = bytearray(line)
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        row[at] = (row[at] + _predicted(kind, left, above[at], corner)) & 255
    return bytes(row)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
