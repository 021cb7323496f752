"""Draws a bird of a species, or something that is none: pose, light and background differ each time."""

import math
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from trainer.field_guide.plumage import Colour, Plumage

SCALE = 2  # drawn larger and made smaller: smooth edges
BACKGROUNDS: tuple[Colour, ...] = (
    (122, 160, 196),
    (96, 124, 74),
    (150, 140, 110),
    (196, 204, 206),
    (70, 84, 66),
)
BEAK_LENGTH = {"stubby": 0.12, "slender": 0.28, "hooked": 0.18}


def draw_bird(plumage: Plumage, dice: random.Random, side: int) -> Image.Image:
    """A picture of `side` by `side` pixels, RGB."""
    scene = _background(dice, side * SCALE)
    size = side * SCALE
    bird = Image.new("RGBA", (size, size))
    _paint(ImageDraw.Draw(bird), plumage, dice, size * dice.uniform(0.26, 0.4), size / 2)
    if dice.random() < 0.5:
        bird = bird.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    bird = bird.rotate(dice.uniform(-25, 25), Image.Resampling.BILINEAR)
    shift = [round(size * dice.uniform(-0.14, 0.14)) for _ in range(2)]
    scene.paste(bird, (shift[0], shift[1]), bird)
    _leaves(scene, dice, dice.randrange(3))  # something is often in the way
    return _photographed(scene, dice, side)


def draw_no_bird(dice: random.Random, side: int) -> Image.Image:
    """Leaves, stones, a branch: what a camera at a feeder sees for most of the day."""
    scene = _background(dice, side * SCALE)
    _leaves(scene, dice, dice.randrange(6, 24))
    return _photographed(scene, dice, side)


def _paint(
    pen: ImageDraw.ImageDraw, plumage: Plumage, dice: random.Random, length: float, middle: float
) -> None:
    """The bird looks to the right; `length` is that of its body in pixels."""

    def oval(x: float, y: float, width: float, height: float, colour: Colour) -> None:
        left, top = middle + (x - width / 2) * length, middle + (y - height / 2) * length
        pen.ellipse((left, top, left + width * length, top + height * length), fill=colour)

    def shape(points: list[tuple[float, float]], colour: Colour) -> None:
        pen.polygon([(middle + x * length, middle + y * length) for x, y in points], fill=colour)

    shape(
        [(-0.4, -0.05), (-0.5 - plumage.tail, 0.05), (-0.5 - plumage.tail, 0.22), (-0.35, 0.2)], plumage.wing
    )
    oval(0, 0.05, 1.1, 0.66, plumage.body)
    _breast(pen, plumage, length, middle)
    oval(0.45, -0.3, 0.52, 0.48, plumage.body)
    _crown(pen, plumage, length, middle)
    reach = BEAK_LENGTH[plumage.beak]
    beak = [(0.68, -0.34), (0.7 + reach, -0.27), (0.68, -0.22)]
    if plumage.beak == "hooked":
        beak.insert(2, (0.68 + reach, -0.17))
    shape(beak, (60, 52, 44))
    if plumage.eye_ring:
        oval(0.52, -0.33, 0.15, 0.15, (240, 238, 230))
    oval(0.52, -0.33, 0.08, 0.08, (16, 14, 14))
    lift = dice.uniform(-0.12, 0.06)  # a wing a little open, or folded
    shape([(0.2, -0.1), (-0.62, 0.12 + lift), (-0.5, 0.26 + lift), (0.1, 0.22)], plumage.wing)
    for bar in range(plumage.wing_bars):
        x = -0.02 - 0.2 * bar
        shape([(x, -0.03), (x + 0.06, -0.03), (x, 0.22 + lift), (x - 0.06, 0.22 + lift)], (238, 236, 228))
    for leg in (-0.02, 0.14):
        shape([(leg, 0.34), (leg + 0.03, 0.34), (leg + 0.03, 0.56), (leg, 0.56)], (70, 60, 50))


def _breast(pen: ImageDraw.ImageDraw, plumage: Plumage, length: float, middle: float) -> None:
    dark = tuple(round(0.45 * part) for part in plumage.body)
    if plumage.breast == "banded":
        box = [middle + 0.12 * length, middle - 0.26 * length, middle + 0.58 * length, middle + 0.36 * length]
        pen.arc(box, -40, 60, fill=dark, width=max(round(0.08 * length), 1))
    if plumage.breast == "streaked":
        for streak in range(6):
            x, y = 0.2 + 0.05 * (streak % 3), 0.02 + 0.07 * streak
            start = (middle + x * length, middle + (y - 0.1) * length)
            pen.line(
                (*start, start[0] - 0.02 * length, start[1] + 0.1 * length),
                fill=dark,
                width=max(round(0.03 * length), 1),
            )


def _crown(pen: ImageDraw.ImageDraw, plumage: Plumage, length: float, middle: float) -> None:
    left, top = middle + 0.19 * length, middle - 0.55 * length
    pen.chord((left, top, left + 0.52 * length, top + 0.48 * length), 190, 350, fill=plumage.crown)


def _background(dice: random.Random, size: int) -> Image.Image:
    near, far = dice.sample(BACKGROUNDS, 2)
    grain = np.random.default_rng(dice.randrange(2**32)).normal(0, 26, (size // 8, size // 8, 1))
    fade = np.linspace(0, 1, size // 8)[:, None, None]
    pixels = np.clip(np.array(near) * fade + np.array(far) * (1 - fade) + grain, 0, 255).astype(np.uint8)
    scene = Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(scene)
    height = size * dice.uniform(0.55, 0.8)
    slope = size * dice.uniform(-0.1, 0.1)
    pen.line(
        (0, height, size, height + slope),
        fill=(84, 64, 46),
        width=max(round(size * dice.uniform(0.02, 0.05)), 1),
    )
    return scene


def _leaves(scene: Image.Image, dice: random.Random, count: int) -> None:
    pen = ImageDraw.Draw(scene)
    for _ in range(count):
        x, y = (scene.width * dice.random() for _ in range(2))
        angle, reach = dice.uniform(0, math.tau), scene.width * dice.uniform(0.05, 0.14)
        tip = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        side = (reach * 0.3 * math.sin(angle), -reach * 0.3 * math.cos(angle))
        middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        colour = (dice.randrange(40, 120), dice.randrange(80, 150), dice.randrange(30, 80))
        pen.polygon(
            [
                (x, y),
                (middle[0] + side[0], middle[1] + side[1]),
                tip,
                (middle[0] - side[0], middle[1] - side[1]),
            ],
            fill=colour,
        )


def _photographed(scene: Image.Image, dice: random.Random, side: int) -> Image.Image:
    """Light, focus and noise of a camera."""
    image = scene.resize((side, side), Image.Resampling.LANCZOS)
    if dice.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(dice.uniform(0.3, 1.4)))
    pixels = np.asarray(image, np.float32)
    tint = np.array([dice.uniform(0.88, 1.12) for _ in range(3)], np.float32)
    noise = np.random.default_rng(dice.randrange(2**32)).normal(0, dice.uniform(2, 10), pixels.shape)
    lit = (pixels - 128) * dice.uniform(0.7, 1.2) + 128 * dice.uniform(0.75, 1.2)
    return Image.fromarray(np.clip(lit * tint + noise, 0, 255).astype(np.uint8))
