"""Merges keywords into an XMP packet: all that is not Birds' stays as it is, byte for byte and in its order.

What Birds has written is remembered beside it, in a namespace of its own, and nothing else is ever taken out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from shared.xmp.tree import Element, UnreadableXmpError, parse

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BIRDS: Final = "urn:birds:xmp:1.0/"
DARWIN_CORE: Final = "http://rs.tdwg.org/dwc/index.htm"
MAX_BYTES = 16 * 1024 * 1024  # of a packet; one with a history of edits has some hundred kilobytes
_EMPTY: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Birds">\n'
    f' <rdf:RDF xmlns:rdf="{RDF}">\n'
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n"
    '<?xpacket end="w"?>'
).encode()
_WROTE: Final = (BIRDS, "wrote")
_BAGS: Final = ("Bag", "Seq")
_DWC = "dwc"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")  # how UTF-16 begins


@dataclass(frozen=True, slots=True)
class KeywordList:
    """A property that is a list of keywords."""

    namespace: str
    prefix: str
    local: str
    container: str

    @property
    def name(self) -> tuple[str, str]:
        return self.namespace, self.local


FLAT = KeywordList("http://purl.org/dc/elements/1.1/", "dc", "subject", "Bag")
HIERARCHICAL = KeywordList("http://ns.adobe.com/lightroom/1.0/", "lr", "hierarchicalSubject", "Bag")
DIGIKAM = KeywordList("http://www.digikam.org/ns/1.0/", "digiKam", "TagsList", "Seq")
LISTS = (FLAT, HIERARCHICAL, DIGIKAM)


@dataclass(frozen=True, slots=True)
class Tags:
    """What a photo is to be tagged with; nothing of it: what Birds wrote before is taken back."""

    keywords: dict[KeywordList, list[str]]
    taxon: dict[str, str]
    """Of dwc:Taxon, by the names of its fields."""
    identification: dict[str, str]


NO_TAGS: Final = Tags({}, {}, {})


def merged(packet: bytes | None, tags: Tags) -> bytes | None:
    """The packet with these tags, or None where nothing is to be changed. Raises `UnreadableXmpError`."""
    data = packet if packet is not None else _EMPTY
    if len(data) > MAX_BYTES:
        raise UnreadableXmpError(f"it has more than {MAX_BYTES:,} bytes")
    if data.startswith(_WIDE):
        raise UnreadableXmpError("it is in UTF-16")
    return _Merging(data, tags).merged()


class _Merging:
    def __init__(self, data: bytes, tags: Tags) -> None:
        self._data = data
        self._tags = tags
        self._edits: list[tuple[int, int, bytes]] = []
        self._new: list[str] = []  # properties of a description of Birds' own
        self._rdf = _rdf_of(parse(data))
        self._descriptions = list(self._rdf.named((RDF, "Description")))
        self._wrote_before = {text for one in self._all(_WROTE) for text in _items(one)}
        self._wrote: list[str] = []

    def merged(self) -> bytes | None:
        for kind in LISTS:
            self._merge_list(kind)
        self._merge_darwin_core()
        if not self._edits and not self._new and set(self._wrote) == self._wrote_before:
            return None
        for old in self._all(_WROTE):
            self._remove(old)
        if self._wrote:
            self._new.append(_list_xml("birds", "wrote", "Bag", self._wrote))
        self._drop_emptied()
        if self._new:
            at = self._rdf.inner_end - len(self._space_before(self._rdf.inner_end))
            self._edits.append((at, at, self._description()))
        return self._edited()

    def _all(self, name: tuple[str, str]) -> Iterator[Element]:
        for description in self._descriptions:
            yield from description.named(name)

    def _merge_list(self, kind: KeywordList) -> None:
        wanted = list(dict.fromkeys(map(clean, self._tags.keywords.get(kind, ()))))
        there = [(one, _list_of(one)) for one in self._all(kind.name)]
        present = {item.text for _, items in there for item in items}
        ours = {text for text in present if _note(kind, text) in self._wrote_before}
        stale = ours - set(wanted)
        missing = [text for text in wanted if text not in present]
        self._wrote += [_note(kind, text) for text in wanted if text in ours or text in missing]
        for element, items in there:
            kept = [item for item in items if item.text not in stale]
            if kept:
                for item in items:
                    if item.text in stale:
                        self._remove(item)
                missing = self._append(element, missing)
            elif stale or missing:
                self._remove(element)
        if missing:
            self._new.append(_list_xml(kind.prefix, kind.local, kind.container, missing))

    def _append(self, element: Element, texts: list[str]) -> list[str]:
        """Behind the last item of the list; nothing is left to do then."""
        if texts:
            last = element.children[0].children[-1]
            indent = self._space_before(last.start).decode()
            items = "".join(f"{indent}<{last.prefix}:li>{escape(text)}</{last.prefix}:li>" for text in texts)
            self._edits.append((last.end, last.end, items.encode()))
        return []

    def _merge_darwin_core(self) -> None:
        structures = {"Taxon": self._tags.taxon, "Identification": self._tags.identification}
        there = [one for local in structures for one in self._all((DARWIN_CORE, local))]
        if there and _DWC not in self._wrote_before:
            return  # somebody else's
        wanted = {
            local: {name: clean(value) for name, value in fields.items()}
            for local, fields in structures.items()
            if fields
        }
        if wanted:
            self._wrote.append(_DWC)
        if {one.name[1]: _fields(one) for one in there} == wanted:
            return
        for one in there:
            self._remove(one)
        self._new += [_structure_xml(local, fields) for local, fields in wanted.items()]

    def _remove(self, element: Element) -> None:
        start = element.start - len(self._space_before(element.start))
        self._edits.append((start, element.end, b""))

    def _drop_emptied(self) -> None:
        """Descriptions in which nothing is left, so that a file does not grow with each correction."""
        gone = {(start, end) for start, end, by in self._edits if not by}
        for description in self._descriptions:
            says = [name for name in description.attributes if name != (RDF, "about")]
            spans = [
                (one.start - len(self._space_before(one.start)), one.end) for one in description.children
            ]
            if spans and not says and all(span in gone for span in spans):
                self._edits = [edit for edit in self._edits if edit[:2] not in spans]
                self._remove(description)

    def _description(self) -> bytes:
        about = next(
            (one.attributes[RDF, "about"] for one in self._descriptions if (RDF, "about") in one.attributes),
            "",
        )
        known = [(kind.prefix, kind.namespace) for kind in LISTS] + [("dwc", DARWIN_CORE), ("birds", BIRDS)]
        spaces = [one for one in known if any(f"<{one[0]}:" in new for new in self._new)]
        if self._rdf.prefix != "rdf":
            spaces.append(("rdf", RDF))
        declared = "".join(f"\n    xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in spaces)
        properties = "".join(f"\n   {new}" for new in self._new)
        text = (
            f"\n  <rdf:Description rdf:about={quoteattr(about)}{declared}>{properties}\n  </rdf:Description>"
        )
        return text.encode()

    def _space_before(self, start: int) -> bytes:
        before = self._data[:start]
        return before[len(before.rstrip(b" \t\r\n")) :]

    def _edited(self) -> bytes:
        parts, at = [], 0
        for start, end, by in sorted(self._edits):
            parts += [self._data[at:start], by]
            at = end
        return b"".join([*parts, self._data[at:]])


def _rdf_of(root: Element) -> Element:
    found = root if root.name == (RDF, "RDF") else next(root.named((RDF, "RDF")), None)
    if found is None:
        raise UnreadableXmpError("it has no rdf:RDF")
    if found.is_empty_tag or not found.prefix:
        raise UnreadableXmpError("its rdf:RDF has no room, or no prefix")
    return found


def _list_of(element: Element) -> list[Element]:
    """The items of a list; of an empty one none."""
    if not element.children and not element.text.strip() and not element.attributes:
        return []
    containers = [one for one in element.children if one.name[0] == RDF and one.name[1] in _BAGS]
    if len(containers) != 1 or len(element.children) != 1:
        raise UnreadableXmpError(f"{element.name[1]} is no list")
    return list(containers[0].named((RDF, "li")))


def _items(element: Element) -> list[str]:
    return [item.text for item in _list_of(element)]


def _fields(element: Element) -> dict[str, str]:
    """Of a structure, however it is written; of text in several languages the first."""
    inside = [one for one in element.children if one.name == (RDF, "Description")] or [element]
    found: dict[str, str] = {}
    for one in inside:
        found |= {name[1]: value for name, value in one.attributes.items() if name[0] == DARWIN_CORE}
        found |= {child.name[1]: _first_text(child) for child in one.children}
    return found


def _first_text(element: Element) -> str:
    while element.children:
        element = element.children[0]
    return element.text


def _note(kind: KeywordList, text: str) -> str:
    return f"{kind.local}={text}"


def _list_xml(prefix: str, local: str, container: str, texts: Iterable[str]) -> str:
    items = "".join(f"\n     <rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<{prefix}:{local}>\n    <rdf:{container}>{items}\n    </rdf:{container}>\n   </{prefix}:{local}>"


def _structure_xml(local: str, fields: dict[str, str]) -> str:
    lines = "".join(f"\n    {_field_xml(name, value)}" for name, value in fields.items())
    return f'<dwc:{local} rdf:parseType="Resource">{lines}\n   </dwc:{local}>'


def _field_xml(name: str, value: str) -> str:
    if name == "vernacularName":
        item = f'<rdf:li xml:lang="x-default">{escape(value)}</rdf:li>'
        return f"<dwc:{name}><rdf:Alt>{item}</rdf:Alt></dwc:{name}>"
    return f"<dwc:{name}>{escape(value)}</dwc:{name}>"


def clean(text: str) -> str:
    """One line that XML can hold, without spaces around it."""
    return "".join(character for character in text if character.isprintable()).strip()
