"""A ruleset's text together with the texts of the files that it includes."""

from __future__ import annotations

from portspec.errors import InputError
from portspec.records import NamedTuple
from portspec.source import SourceText, Span


class Layer(NamedTuple):
    """An included file. Its words have offsets from `base` on; `at` is the offset of the `include` that names it, and
    `above` are the real paths of the files that it is included by, itself last."""

    base: int
    source: SourceText
    at: int
    above: tuple[str, ...]


class Layers(SourceText):
    """Texts laid end to end. What stands in an included file has the place of the `include` in the main file, and
    `within` says where it is itself; errors are told where they are themselves."""

    __slots__ = ("_end", "_layers", "_main", "_within")

    def __init__(self, main: SourceText) -> None:
        super().__init__(main.path, main.text)
        self._main = main
        self._layers: list[Layer] = []
        self._within: dict[str, SourceText] = {}
        self._end = len(main.text) + 1

    def add(self, source: SourceText, at: int, above: tuple[str, ...]) -> int:
        """Lay an included file behind the others; its words get offsets from the number that is returned."""
        base = self._end
        self._layers.append(Layer(base, source, at, above))
        self._end = base + len(source.text) + 1
        return base

    def above(self, offset: int) -> tuple[str, ...]:
        """The real paths of the included files that an offset lies in, the outermost first."""
        layer = self._layer(offset)
        return layer.above if layer is not None else ()

    def position(self, offset: int) -> tuple[int, int]:
        return self._main.position(self._outside(offset))

    def span(self, start: int, end: int) -> Span:
        layer = self._layer(start)
        if layer is None:
            return self._main.span(start, min(end, len(self.text)))
        inner = layer.source.span(start - layer.base, min(end - layer.base, len(layer.source.text)))
        if layer.source.path == self.path:  # a file that stands in the same one, such as a MachineConfig
            self._within[inner.within] = layer.source
            return inner
        line, column = self._main.position(self._outside(start))
        within = f"{layer.source.path}:{inner.line}"
        self._within[within] = layer.source
        return Span(line, column, line, column + len("include"), within)

    def error(self, message: str, offset: int, hint: str = "") -> InputError:
        layer = self._layer(offset)
        if layer is None:
            return self._main.error(message, offset, hint)
        return layer.source.error(message, offset - layer.base, hint)

    def quoted(self, span: Span) -> str:
        source = self._within.get(span.within)
        if source is None or not span.within:
            return self._main.quoted(span)
        if source.path == self.path:
            return source.quoted(span)
        return f"{span.within}: {source.line(int(span.within.rpartition(':')[2])).strip()}"

    def line(self, number: int) -> str:
        return self._main.line(number)

    def _layer(self, offset: int) -> Layer | None:
        """The included file that an offset lies in."""
        from bisect import bisect_right

        at = bisect_right(self._layers, offset, key=lambda layer: layer.base)
        return self._layers[at - 1] if at else None

    def _outside(self, offset: int) -> int:
        """The offset in the main file: of what is included, that of the `include`."""
        layer = self._layer(offset)
        while layer is not None:
            offset = layer.at
            layer = self._layer(offset)
        return offset
