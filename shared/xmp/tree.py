"""XML as a tree of elements that know where they stand in the bytes: the rest of them can stay as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

_BETWEEN = " "  # of namespace and name; neither has spaces


class UnreadableXmpError(Exception):
    """It is no XMP that can be added to; the message says why."""


@dataclass(slots=True)
class Element:
    """`start` to `end` with its tags, `inner` and `inner_end` without; `name` is (namespace, local name)."""

    name: tuple[str, str]
    prefix: str
    attributes: dict[tuple[str, str], str]
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    @property
    def is_empty_tag(self) -> bool:
        return self.inner == self.end

    def named(self, name: tuple[str, str]) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)


def parse(data: bytes) -> Element:
    """The root. Raises `UnreadableXmpError`; so it does for a document type, which XMP has none of."""
    return _Parsing(data).root()


class _Parsing:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[Element] = []
        self._root: Element | None = None
        parser = expat.ParserCreate("utf-8", namespace_separator=_BETWEEN)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def root(self) -> Element:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise UnreadableXmpError(f"its XML is broken: {error}") from None
        assert self._root is not None  # expat would have complained
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        inner = _end_of_tag(self._data, start)
        element = Element(
            _split(name),
            self._prefix(start),
            {_split(name): value for name, value in attributes.items()},
            start,
            inner,
        )
        if self._data[inner - 2 : inner] == b"/>":
            element.inner_end = element.end = inner
        if self._open:
            self._open[-1].children.append(element)
        elif self._root is None:
            self._root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if not element.end:
            element.inner_end = self._parser.CurrentByteIndex
            element.end = _end_of_tag(self._data, element.inner_end)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def _doctype(self, *_: object) -> None:
        raise UnreadableXmpError("it has a document type")

    def _prefix(self, start: int) -> str:
        tag = self._data[start + 1 : _end_of_name(self._data, start)].decode()
        return tag.rpartition(":")[0]


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_BETWEEN)
    return namespace, local


def _end_of_name(data: bytes, start: int) -> int:
    at = start + 1
    while data[at : at + 1] not in (b" ", b"\t", b"\r", b"\n", b"/", b">"):
        at += 1
    return at


def _end_of_tag(data: bytes, start: int) -> int:
    """Behind its `>`; one in a quoted value is none."""
    quote = b""
    for at in range(start, len(data)):
        character = data[at : at + 1]
        if quote:
            quote = b"" if character == quote else quote
        elif character in (b'"', b"'"):
            quote = character
        elif character == b">":
            return at + 1
    raise UnreadableXmpError("a tag has no end")
