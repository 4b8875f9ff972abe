"""How templates are compiled and run: as Jinja does it, without what our pages never need and every piece of a page pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from bellrock import core


def html(value: Any) -> str:
    """Return a value as it may stand in a page; what is markup already is not made anew."""
    return value if type(value) is Markup else escape(value)


class PageCode(CodeGenerator):
    """Escapes each output through `html`."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        self.writeline(f"from {__name__} import html")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("html(")


class PageContext(Context):
    """Calls macros and plain functions at once; what wants a context itself goes Jinja's own way."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja has it
        """Call a callable of a template."""
        if kwargs and ("_block_vars" in kwargs or "_loop_vars" in kwargs):
            return super().call(__obj, *args, **kwargs)
        kind = type(__obj)
        if kind is FunctionType and not hasattr(__obj, "jinja_pass_arg"):
            return __obj(*args, **kwargs)
        if kind is Macro:
            return __obj(__self.eval_ctx, *args, **kwargs)
        return super().call(__obj, *args, **kwargs)


@lru_cache(maxsize=64)
def words_of(language: str) -> Callable[..., Markup]:
    """Return the `_` of a page: a text in its language, its placeholders filled with what is escaped before."""
    gettext = core.i18n.translator(language)
    bare: dict[str, Markup] = {}
    filled: dict[str, Markup] = {}

    def _(text: str, **values: Any) -> Markup:
        if values:
            pattern = filled.get(text)
            if pattern is None:
                pattern = filled[text] = Markup(gettext(text))  # noqa: S704 - our own words
            return pattern % values
        found = bare.get(text)
        if found is None:
            found = bare[text] = Markup(gettext(text)) % {}  # noqa: S704 - our own words
        return found

    return _
