"""The bench a page lies on while a scanner, copier or phone is imitated."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .overlays import FloatImage


@dataclass
class Bench:
    """A page under work: the picture (blue, green, red; 0-255) and where its points came from.

    ``rng`` draws the page's single values, ``noise`` its pixels. ``skew``: degrees counter-clockwise.
    """

    image: FloatImage
    homography: npt.NDArray[np.float64]
    rng: random.Random
    noise: np.random.RandomState
    dpi: int
    skew: float = 0

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.image.shape[0]

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.image.shape[1]

    @property
    def scale(self) -> float:
        """How much larger lengths are than at 300 dpi."""
        return self.dpi / 300.0

    def blur(self, pixels: float) -> None:
        """Blur by a standard deviation given in pixels at 300 dpi."""
        self.image = cv2.GaussianBlur(self.image, (0, 0), pixels * self.scale)

    def warp(self, matrix: npt.NDArray[np.float64], border: tuple[float, float, float]) -> None:
        """Move every point by a homography; what lies outside gets the border colour."""
        self.image = cv2.warpPerspective(
            self.image,
            matrix,
            (self.width, self.height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=border,
        )
        self.homography = matrix @ self.homography

    def tilt(self, degrees: float, border: tuple[float, float, float]) -> None:
        """Lay the page down askew."""
        self.skew = degrees
        turn = cv2.getRotationMatrix2D((self.width / 2, self.height / 2), degrees, 1)
        self.warp(np.vstack([turn, [0, 0, 1]]), border)

    def clouds(self, cell: int, amplitude: float) -> FloatImage:
        """Smooth random unevenness of about +-``amplitude``, in lumps of ``cell`` pixels."""
        rows, columns = max(2, self.height // cell), max(2, self.width // cell)
        cells = self.noise.rand(rows, columns).astype(np.float32) - 0.5
        spread = cv2.resize(cells, (self.width, self.height), interpolation=cv2.INTER_CUBIC)
        return spread * 2 * amplitude

    def grain(self, channels: int = 1) -> npt.NDArray[np.float64]:
        """Normally distributed noise of standard deviation 1."""
        return self.noise.randn(self.height, self.width, channels)

    def speckles(self) -> npt.NDArray[np.float64]:
        """Evenly distributed noise in 0..1, one value a pixel."""
        return self.noise.rand(self.height, self.width)

    def compressed(self, quality: int) -> npt.NDArray[np.uint8]:
        """The picture after JPEG compression."""
        pixels = np.clip(self.image, 0, 255).astype(np.uint8)
        encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return cv2.imdecode(encoded, cv2.IMREAD_COLOR)
