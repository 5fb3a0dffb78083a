"""The demo's pictures, drawn: products, groups and banners."""

import re
from io import BytesIO
from zlib import crc32

from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

FINER = 2  # drawn larger and scaled down, for smooth edges
HUES = (175, 205, 28, 265, 340, 110, 45, 220)


def product(name: str) -> bytes:
	"""A box, a bottle or a tube, as the name has it; its colour is made of the name."""
	hue = HUES[crc32(name.encode()) % len(HUES)]
	picture = _gradient(480, 360, _colour(hue, 30, 95), _colour(hue, 28, 84))
	draw = ImageDraw.Draw(picture)
	shape = next((shape for words, shape in SHAPES if re.search(words, name)), _box)
	shape(draw, hue)
	return _png(picture, name)


def group(name: str) -> bytes:
	"""A plain field with a cross."""
	hue = HUES[crc32(name.encode()) % len(HUES)]
	picture = _gradient(360, 240, _colour(hue, 38, 72), _colour(hue, 42, 48))
	draw = ImageDraw.Draw(picture)
	_cross(draw, 180, 120, 58, "white")
	return _png(picture)


def banner(title: str, words: str, hue: int, size: tuple[int, int] = (1200, 260)) -> bytes:
	"""A headline, a line of text, and crosses."""
	width, height = size
	picture = _gradient(width, height, _colour(hue, 55, 26), _colour(hue, 48, 44))
	draw = ImageDraw.Draw(picture, "RGBA")
	for at, large in ((0.72, 0.5), (0.87, 0.3), (0.95, 0.62)):
		_cross(draw, width * at, height * large, height * large * 0.55, (255, 255, 255, 36))
	draw.text(_fine(width * 0.05, height * 0.3), title, "white", _font(height * 0.19))
	draw.text(_fine(width * 0.05, height * 0.58), words, (255, 255, 255, 225), _font(height * 0.095))
	return _png(picture)


# --- shapes, in the coordinates of the finished picture


def _box(draw: ImageDraw.ImageDraw, hue: int) -> None:
	draw.polygon([*_fine(120, 130, 240, 90, 360, 130, 240, 172)], _colour(hue, 40, 72))
	draw.polygon([*_fine(120, 130, 240, 172, 240, 290, 120, 245)], _colour(hue, 45, 48))
	draw.polygon([*_fine(360, 130, 240, 172, 240, 290, 360, 245)], _colour(hue, 45, 58))
	_cross(draw, 300, 208, 24, "white")


def _bottle(draw: ImageDraw.ImageDraw, hue: int) -> None:
	draw.rounded_rectangle(_fine(214, 70, 266, 130), 12, _colour(hue, 30, 38))
	draw.rounded_rectangle(_fine(175, 115, 305, 300), 56, _colour(hue, 45, 52))
	draw.rectangle(_fine(175, 170, 305, 255), "white")
	_cross(draw, 240, 212, 26, _colour(hue, 45, 45))


def _tube(draw: ImageDraw.ImageDraw, hue: int) -> None:
	draw.rounded_rectangle(_fine(110, 150, 330, 215), 20, _colour(hue, 45, 52))
	draw.rectangle(_fine(160, 150, 250, 215), "white")
	draw.polygon([*_fine(330, 160, 362, 174, 362, 191, 330, 205)], _colour(hue, 30, 38))
	draw.rectangle(_fine(362, 178, 400, 187), _colour(hue, 30, 38))
	_cross(draw, 205, 182, 20, _colour(hue, 45, 45))


SHAPES = (("spray|gel|stain|beaker", _bottle), ("syringe|handpiece|mirror|light|holder|forceps|files", _tube))


def _cross(draw: ImageDraw.ImageDraw, x: float, y: float, arm: float, colour) -> None:
	third = arm / 3
	draw.polygon(
		_fine(
			*(x - third, y - arm, x + third, y - arm, x + third, y - third, x + arm, y - third),
			*(x + arm, y + third, x + third, y + third, x + third, y + arm, x - third, y + arm),
			*(x - third, y + third, x - arm, y + third, x - arm, y - third, x - third, y - third),
		),
		colour,
	)


def _fine(*coordinates: float) -> list[float]:
	return [each * FINER for each in coordinates]


def _colour(hue: int, saturation: int, lightness: int) -> tuple[int, ...]:
	return ImageColor.getrgb(f"hsl({hue}, {saturation}%, {lightness}%)")


def _font(size: float):
	return ImageFont.load_default(size * FINER)


def _gradient(width: int, height: int, above: tuple[int, ...], below: tuple[int, ...]) -> Image.Image:
	strip = Image.linear_gradient("L").resize((width * FINER, height * FINER))
	return Image.composite(Image.new("RGB", strip.size, below), Image.new("RGB", strip.size, above), strip)


def _png(picture: Image.Image, title: str = "") -> bytes:
	"""A PNG; the title in it tells apart pictures that look alike: Frappe keeps one file of the same content."""
	file, told = BytesIO(), PngInfo()
	told.add_itxt("Title", title)
	smaller = picture.resize((picture.width // FINER, picture.height // FINER), Image.Resampling.BOX)
	smaller.save(file, "PNG", compress_level=6, pnginfo=told)
	return file.getvalue()
