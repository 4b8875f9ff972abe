"""Brands: the names under which customers know us, with colours, logo, senders and host names of each."""

from bellrock.brands.colours import AA, Palette, contrast, nearest, palette, parse_colour
from bellrock.brands.drawing import BYTES_MAX as LOGO_BYTES_MAX
from bellrock.brands.drawing import redraw
from bellrock.brands.errors import BrandNotFound, ColourWrong, ContrastLow, HostTaken, LastBrand, LogoWrong
from bellrock.brands.keeping import (
    Face,
    archive_brand,
    brand,
    brands,
    change_brand,
    logo,
    make_brand,
    set_default_brand,
    set_logo,
)
from bellrock.brands.models import Brand, Brands

__all__ = [
    "AA",
    "LOGO_BYTES_MAX",
    "Brand",
    "BrandNotFound",
    "Brands",
    "ColourWrong",
    "ContrastLow",
    "Face",
    "HostTaken",
    "LastBrand",
    "LogoWrong",
    "Palette",
    "archive_brand",
    "brand",
    "brands",
    "change_brand",
    "contrast",
    "logo",
    "make_brand",
    "nearest",
    "palette",
    "parse_colour",
    "redraw",
    "set_default_brand",
    "set_logo",
]
