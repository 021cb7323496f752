"""How a picture looks, in 64 bits."""

from PIL import Image

from shared.photo.gradient import gradient


def test_the_gradient_of_a_plain_picture_tells_nothing_and_that_of_another_does() -> None:
    assert gradient(Image.new("RGB", (300, 200), (9, 99, 200))) == 0
    picture = Image.effect_mandelbrot((600, 400), (-2, -1, 1, 1), 60).convert("RGB")
    found = gradient(picture)
    assert -(2**63) <= found < 2**63
    assert apart(found, gradient(picture.resize((300, 200)))) <= 4
    assert apart(found, gradient(picture.transpose(Image.Transpose.ROTATE_180))) > 12
    assert gradient(Image.linear_gradient("L").rotate(90).convert("RGB")) == -1


def apart(one: int, other: int) -> int:
    return ((one ^ other) & (2**64 - 1)).bit_count()
