"""The OpenAPI document as a page to read."""

from collections.abc import Iterable
from html import escape
from typing import Any

from api.http.problems import STATUS
from shared.errors import Code, Recovery

Json = dict[str, Any]

_ADVICE = {
    Recovery.USAGE: "Send something else.",
    Recovery.PERMANENT: "These bytes will never work.",
    Recovery.TRANSIENT: "The same may succeed later.",
}


def docs_page(document: Json) -> str:
    calls = [
        (method.upper(), path, call)
        for path, item in document["paths"].items()
        for method, call in item.items()
    ]
    schemas = document["components"]["schemas"].items()
    info = document["info"]
    body = [
        f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>",
        f"<p>{escape(info['description'])}</p>",
        "<p>Everything under <code>/v1</code> needs <code>Authorization: Bearer &lt;key&gt;</code>."
        ' The same as <a href="openapi.json">OpenAPI 3.1</a>.</p>',
        _contents(calls),
        *(_call(method, path, call) for method, path, call in calls),
        "<h2>Schemas</h2>",
        *(_schema(name, schema) for name, schema in schemas),
        "<h2>Codes</h2><p>Of problems, of rejected files and of failed photos.</p>",
        _table(("Code", "Status", "What may be done"), (_code(code) for code in Code)),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Birds: the interface</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="static/docs.css"></head>'
        f"<body><main>{''.join(body)}</main></body></html>"
    )


def _contents(calls: Iterable[tuple[str, str, Json]]) -> str:
    rows = (
        (f'<a href="#{_anchor(call)}"><code>{method} {escape(path)}</code></a>', escape(call["summary"]))
        for method, path, call in calls
    )
    return _table(("Call", "What it does"), rows)


def _call(method: str, path: str, call: Json) -> str:
    parts = [
        f'<section id="{_anchor(call)}"><h2><code>{method} {escape(path)}</code></h2>',
        _text(call["summary"]),
    ]
    if "description" in call:
        parts.append(_text(call["description"]))
    if "security" in call:
        parts.append(_text(f"Needs a key with the scope `{call['security'][0]['key'][0]}`."))
    if call["parameters"]:
        parts.append(_table(("Parameter", "Type", "Meaning"), map(_parameter, call["parameters"])))
    if "requestBody" in call:
        parts.append(_table(("Body", "Schema"), _contents_of(call["requestBody"])))
    answers = (
        (status, _content(answer), _ticks(answer["description"]))
        for status, answer in call["responses"].items()
    )
    parts.append(_table(("Status", "Answer", "Meaning"), answers))
    return "".join(parts) + "</section>"


def _parameter(parameter: Json) -> tuple[str, str, str]:
    name = f"<code>{escape(parameter['name'])}</code> in {parameter['in']}"
    return name, _type(parameter["schema"]), _ticks(parameter.get("description", ""))


def _schema(name: str, schema: Json) -> str:
    rows = (
        (f"<code>{escape(field)}</code>", _type(kind), _ticks(kind.get("description", "")))
        for field, kind in schema.get("properties", {}).items()
    )
    text = _text(schema.get("description", ""))
    table = (
        _table(("Member", "Type", "Meaning"), rows) if "properties" in schema else f"<p>{_type(schema)}</p>"
    )
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3>{text}{table}</section>'


def _code(code: Code) -> tuple[str, str, str]:
    return f'<code id="{code}">{code}</code>', str(STATUS[code].value), _ADVICE[code.recovery]


def _type(schema: Json) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    limits = (
        ("minimum", "from"),
        ("maximum", "to"),
        ("maxLength", "characters up to"),
        ("default", "default"),
    )
    words = [str(schema.get("format", schema.get("type", "anything")))]
    words += [f"{word} {schema[key]}" for key, word in limits if key in schema]
    return escape(", ".join(words))


def _content(answer: Json) -> str:
    return "<br>".join(" ".join(pair) for pair in _contents_of(answer))


def _contents_of(described: Json) -> list[tuple[str, str]]:
    return [
        (f"<code>{escape(media_type)}</code>", _type(content["schema"]) if content["schema"] else "")
        for media_type, content in described.get("content", {}).items()
    ]


def _anchor(call: Json) -> str:
    return escape(call["operationId"])


def _text(text: str) -> str:
    return f"<p>{_ticks(text)}</p>" if text else ""


def _ticks(text: str) -> str:
    """`code` in backticks, as the descriptions have it."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if place % 2 else piece for place, piece in enumerate(pieces))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
