"""How templates are compiled and run: as Jinja does it, without what our pages never need and every piece of a page pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType
from typing import Any
from uuid import UUID

import markupsafe
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from bellrock import core

# What `escape` does to a text, before it makes markup of it.
_escaped: Callable[[str], str] = markupsafe._escape_inner  # type: ignore[attr-defined]
# Kinds of values whose text holds no sign that means something in markup.
_BARE = frozenset({UUID, int, float, bool})
# What a template calls that may want a context for itself; nothing of another kind can.
_PLAIN = frozenset({BuiltinFunctionType, type(lru_cache(lambda: None))})
MADE = "contexts_made"
# Names that are plain functions on every page: its words, its formats and its drawings.
_FUNCTIONS = frozenset({"_", "draw", "initials", "clock_time", "moment", "date"})


def html(value: Any) -> str:
    """Return a value as it may stand in a page; what is markup already is not made anew, nor is what goes into one."""
    kind = type(value)
    if kind is str:
        return _escaped(value)
    if kind in _BARE:
        return str(value)
    made: Markup = value if kind is Markup else escape(value)
    return made


class PageCode(CodeGenerator):
    """Escapes each output through `html`, and hands on what stands together in one piece rather than one by one."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        self.writeline(f"from {__name__} import html")
        super().visit_Template(node, frame)

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        if frame.buffer is not None or frame.require_output_check:
            super().visit_Output(node, frame)
            return
        finalize = self._make_finalize()
        parts: list[list[Any] | nodes.Expr] = []
        for child in node.nodes:
            try:
                const = self._output_child_to_const(child, frame, finalize)
            except Exception:  # noqa: BLE001 - as Jinja does: what is not constant now is asked when the page is made
                parts.append(child)
                continue
            if parts and isinstance(parts[-1], list):
                parts[-1].append(const)
            else:
                parts.append([const])
        if len(parts) < 2 or finalize.const is None:
            super().visit_Output(node, frame)
            return
        self.writeline("yield concat((", node)
        self.indent()
        for part in parts:
            if isinstance(part, list):
                self.writeline(f"{self._output_const_repr(part)},")
                continue
            self.newline(part)
            self._output_child_pre(part, frame, finalize)
            self.visit(part, frame)
            self._output_child_post(part, frame, finalize)
            self.write(",")
        self.outdent()
        self.writeline("))")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Hand on what a part makes in one piece."""
        if node.ignore_missing or not node.with_context or not isinstance(node.template, nodes.Const):
            super().visit_Include(node, frame)
            return
        self.writeline(f"template = environment.get_template({node.template.value!r}, {self.name!r})", node)
        values = f"template.new_context(context.get_all(), True, {self.dump_local_context(frame)})"
        self.simple_write(f"concat(template.root_render_func({values}))", frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Call what is a plain function on every page at once: it wants neither a context nor what goes with one."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in _FUNCTIONS or forward_caller or node.dyn_args is not None or node.dyn_kwargs is not None:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for value in node.args:
            self.visit(value, frame)
            self.write(", ")
        for named in node.kwargs:
            self.write(f"{named.key}=")
            self.visit(named.value, frame)
            self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Look at the attributes of a name first by Python's own way; Jinja's, where items count too, comes after it."""
        if not isinstance(node.node, nodes.Name):
            super().visit_Getattr(node, frame)
            return
        self.write("(found if (found := getattr(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        """Take an icon that is named in the template for what it is: a part of it that never changes."""
        if isinstance(node, nodes.Call) and _is_icon(node.node):
            draw: Any = self.environment.globals["draw"]
            looks = {named.key: named.value.as_const(frame.eval_ctx) for named in node.kwargs}
            return str(draw(*[each.as_const(frame.eval_ctx) for each in node.args], **looks))
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("html(")


def _is_icon(node: nodes.Expr) -> bool:
    """Whether a template speaks of `draw`, by itself or as `ui.icon`."""
    if isinstance(node, nodes.Getattr):
        return node.attr == "icon" and isinstance(node.node, nodes.Name) and node.node.name == "ui"
    return isinstance(node, nodes.Name) and node.name == "draw"


class PageContext(Context):
    """Calls macros and plain functions at once; what wants a context itself goes Jinja's own way.

    Each is noted in the page's own list, if it has one, so that they can be emptied when the page is made: macros and their
    contexts hold each other, and would keep everything that the page shows until the collector comes by.
    """

    def __init__(self, environment: Environment, parent: dict[str, Any], *arguments: Any, **named: Any) -> None:
        super().__init__(environment, parent, *arguments, **named)
        if (made := parent.get(MADE)) is not None:
            made.append(self)

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja has it
        """Call a callable of a template."""
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in _PLAIN and (kind is not FunctionType or hasattr(__obj, "jinja_pass_arg")):
            return super().call(__obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


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
