"""Pictures by their pixels, whatever the encoder and its metadata did."""

from __future__ import annotations

import base64
import binascii
import io

from PIL import Image, ImageChops, UnidentifiedImageError

from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome, different, equivalent

MIMES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff")


def compare_encoded(reference: str, actual: str, terms: Comparing) -> Outcome:
    """Two pictures as notebooks keep them, in base64."""
    if "".join(reference.split()) == "".join(actual.split()):
        return IDENTICAL
    try:
        return compare_image(base64.b64decode(reference), base64.b64decode(actual), terms)
    except (binascii.Error, ValueError):
        return different("a picture that is not base64")


def compare_image(reference: bytes, actual: bytes, terms: Comparing) -> Outcome:
    """Two image files. Equivalent when no channel of any pixel differs by more than the tolerance."""
    if reference == actual:
        return IDENTICAL
    try:
        one, other = _pixels(reference), _pixels(actual)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        return different("a picture that cannot be decoded", str(error))
    if one.size != other.size:
        return different("picture of another size", f"{_size(one)} became {_size(other)}")
    difference = ImageChops.difference(one, other)
    largest = max(high for _, high in difference.getextrema())  # type: ignore[misc]
    if largest == 0:
        terms.ignored["picture encoding"] += 1
        return equivalent("same pixels, encoded differently")
    grey = difference.split()
    strongest = grey[0]
    for channel in grey[1:]:
        strongest = ImageChops.lighter(strongest, channel)
    histogram = strongest.histogram()
    total = one.size[0] * one.size[1]
    beyond = sum(histogram[terms.tolerance.pixel + 1 :])
    if not beyond:
        terms.ignored["pixels within tolerance"] += total - histogram[0]
        return equivalent(
            f"pixels within tolerance ({terms.tolerance.pixel} of 255)",
            f"{total - histogram[0]} of {total} pixels differ, by at most {largest}",
        )
    return different(
        "picture differs",
        f"{beyond} of {total} pixels ({beyond / total:.2%}) differ by more than {terms.tolerance.pixel} of 255, "
        f"by up to {largest}",
    )


def _pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA")


def _size(image: Image.Image) -> str:
    return f"{image.size[0]}x{image.size[1]}"
