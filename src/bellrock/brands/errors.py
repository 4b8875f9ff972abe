"""What can go wrong with brands."""

from __future__ import annotations

from bellrock.core import N_, Conflict, Invalid, NotFound


class BrandNotFound(NotFound):
    """There is no such brand."""

    code = "brand_not_found"


class ColourWrong(Invalid):
    """It is no colour."""

    code = "colour_wrong"
    text = N_("Please write a colour as # and six signs, such as #2f6f8f.")


class ContrastLow(Invalid):
    """Words in this colour could not be read by everybody."""

    code = "contrast_low"
    text = N_("Words in %(colour)s could not be read by everybody. The nearest that can is %(nearest)s.")


class LogoWrong(Invalid):
    """The picture cannot be used as a logo."""

    code = "logo_wrong"
    text = N_("Please choose a PNG, JPEG or WebP picture, at least 16 pixels high, at most 2 MB.")


class HostTaken(Conflict):
    """Another brand has this host name."""

    code = "host_taken"
    text = N_("Another brand has one of these host names.")


class LastBrand(Conflict):
    """Somebody must be there by default."""

    code = "last_brand"
    text = N_("Customers see this brand where no other fits. Choose another one for that first.")
