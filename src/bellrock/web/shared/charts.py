"""The path of a position as a small drawing: SVG of our own from numbers alone, which says in words what it shows."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup, escape

from bellrock.core import N_, figures, i18n
from bellrock.triage import Chart

# The bottom holds a label below the lowest line, and the times below that. On a phone it is drawn at five sixths of this.
_WIDTH, _HEIGHT, _TOP, _BOTTOM, _SIDE = 320, 190, 20, 40, 6
_LETTERS, _ABOVE, _BELOW = 13, -5, 14
_TITLE = N_("Mark price of %(name)s")
_SHOWS = N_(
    "From %(since)s to %(until)s: first %(first)s, highest %(high)s, lowest %(low)s, last %(last)s. Entry price %(entry)s."
)
_LIQUIDATION = N_("Liquidation price %(price)s")
_ENTRY = N_("Entry price %(price)s")


def draw(chart: Chart, *, language: str, key: str) -> Markup:
    """Return the drawing with title and description; `key` makes its ids its own in a page. Empty below two points."""
    if len(chart.points) < 2:
        return Markup()
    prices = [price for _, price in chart.points]
    marks = [chart.entry, *([chart.liquidation] if chart.liquidation is not None else [])]
    low, high = min(*prices, *marks), max(*prices, *marks)
    first, last = chart.points[0][0], chart.points[-1][0]
    seconds = max((last - first).total_seconds(), 1.0)

    def height(price: Decimal) -> str:
        share = float((price - low) / (high - low)) if high > low else 0.5
        return f"{_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    def place(at: float) -> str:
        return f"{_SIDE + at / seconds * (_WIDTH - 2 * _SIDE):.1f}"

    path = " ".join(f"{place((at - first).total_seconds())},{height(price)}" for at, price in chart.points)
    # Words stand at the left, above the upper line and below the lower one, so that they never meet.
    is_long = chart.liquidation is None or chart.liquidation < chart.entry
    lines = [_line(height(chart.entry), "4 3", _price(_ENTRY, chart.entry, language), is_above=is_long)]
    if chart.liquidation is not None:
        text = _price(_LIQUIDATION, chart.liquidation, language)
        lines.append(_line(height(chart.liquidation), "1 3", text, is_above=not is_long))
    end = Markup()
    if (moment := chart.at) is not None:
        nearest = min(chart.points, key=lambda point: abs((point[0] - moment).total_seconds()))
        where = (place((nearest[0] - first).total_seconds()), height(nearest[1]))
        end = Markup('<circle cx="%s" cy="%s" r="4" fill="currentColor"/>') % where
    return Markup(
        '<svg class="path" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t-{key} d-{key}"'
        ' xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" direction="ltr">'
        '<title id="t-{key}">{title}</title><desc id="d-{key}">{shows}</desc>'
        '<polyline points="{path}" stroke-width="1.6" stroke-linejoin="round"/>{lines}{end}{times}</svg>'
    ).format(
        times=_times(chart, language),
        width=_WIDTH,
        height=_HEIGHT,
        key=key,
        title=i18n.translate(language, _TITLE, name=figures.isolated(chart.name)),
        shows=_words(chart, language),
        lines=Markup().join(lines),
        path=path,
        end=end,
    )


def _line(height: str, dashes: str, text: str, *, is_above: bool) -> Markup:
    return Markup(
        '<line x1="{side}" x2="{end}" y1="{y}" y2="{y}" stroke-dasharray="{dashes}" opacity=".7"/>'
        '<text x="{side}" y="{label:.1f}" font-size="{letters}" fill="currentColor" stroke="Canvas"'
        ' stroke-width="3" paint-order="stroke">{text}</text>'
    ).format(
        side=_SIDE,
        end=_WIDTH - _SIDE,
        y=height,
        dashes=dashes,
        label=float(height) + (_ABOVE if is_above else _BELOW),
        letters=_LETTERS,
        text=escape(text),
    )


def _times(chart: Chart, language: str) -> Markup:
    """Return when the path begins and ends, at the bottom. Its description says both in full."""
    row = Markup(
        '<text x="{x}" y="{y}" font-size="{letters}" fill="currentColor" stroke="none" text-anchor="{anchor}">{text}</text>'
    )
    begin, end = chart.points[0][0], chart.points[-1][0]
    places = ((_SIDE, "start", begin, ""), (_WIDTH - _SIDE, "end", end, " UTC"))
    return Markup().join(
        row.format(
            x=x, y=_HEIGHT - 6, letters=_LETTERS - 1, anchor=anchor, text=figures.short_moment(language, at) + zone
        )
        for x, anchor, at, zone in places
    )


def _words(chart: Chart, language: str) -> str:
    prices = [price for _, price in chart.points]
    numbers = {
        "first": prices[0],
        "high": max(prices),
        "low": min(prices),
        "last": prices[-1],
        "entry": chart.entry,
    }
    told = i18n.translate(
        language,
        _SHOWS,
        since=figures.moment(language, chart.points[0][0]),
        until=figures.moment(language, chart.points[-1][0]),
        **{name: _number(value, language) for name, value in numbers.items()},
    )
    if chart.liquidation is None:
        return told
    return f"{told} {_price(_LIQUIDATION, chart.liquidation, language)}."


def _price(text: str, price: Decimal, language: str) -> str:
    return i18n.translate(language, text, price=_number(price, language))


def _number(price: Decimal, language: str) -> str:
    """Two places are enough of a price, but for coins that cost less than ten."""
    return figures.number(language, price, places_max=2 if price >= 10 else 8)
