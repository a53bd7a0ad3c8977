"""Reads the expressions of a form: tokens, functions with their arguments, names, and what is not well formed.

The grammar is XPath 1.0's as lxml compiles it; what it complains about without a word is looked for here first, so that
the sentence can say what it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

NAME = r"[^\W\d][\w.-]*"
REFERENCE = re.compile(rf"\$\{{(?P<saved>last-saved#)?(?P<name>{NAME})\}}")
TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<reference>\$\{{(?:last-saved\#)?{NAME}\}})
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<foreign>==|&&|\|\||<>|=<|=>|≠|≥|≤|×|÷|!(?!=)|&|%)
    |(?P<operator><=|>=|!=|[=<>+*|-])
    |(?P<step>\.\.|\.|//?|@|::)
    |(?P<name>(?:{NAME}:)?{NAME})
    |(?P<open>[(\[])
    |(?P<close>[)\]])
    |(?P<comma>,)
    |(?P<semicolon>;)
    |(?P<quote>["'])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
WORDS = ("and", "or", "div", "mod")
INSTEAD_OF = {
    "==": "=", "&&": "and", "||": "or", "<>": "!=", "=<": "<=", "=>": ">=", "≠": "!=", "≥": ">=", "≤": "<=", "×": "*",
    "÷": "div", "!": "not(…)", "&": "concat(…, …)", "%": "mod",
}  # fmt: skip
CLOSING = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Token:
    """A part of an expression: its kind (a group of TOKEN), text and offset."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function that is called: its name, how many arguments, and the tokens of each."""

    name: str
    arguments: tuple[tuple[Token, ...], ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}` in an expression. within: the functions around it, innermost first; in_predicate: inside […]."""

    name: str
    within: tuple[str, ...]
    is_saved: bool
    is_indexed: bool


DEEPEST = 64
"""Brackets within each other that are read; what stands in each is looked at once for every one around it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`${question} = 'text'`, or selected(${question}, 'text')."""

    question: str
    word: str


@dataclass(slots=True)
class Expression:
    """What an expression holds. faults: code and words of each thing that is not well formed."""

    faults: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    uses_self: bool = False


def read(text: str) -> Expression:
    """Read an expression; the first thing that is not well formed is its only fault, as the others follow from it."""
    tokens = [Token(m.lastgroup or "", m[0], m.start()) for m in TOKEN.finditer(text)]
    tokens = [token for token in tokens if token.kind != "space"]
    found = Expression()
    fault = next(_faults(tokens), None)
    if fault is None:
        _walk(tokens, found)
        fault = _grammar(text)
    if fault is not None:
        found.faults.append(fault)
    found.comparisons = list(_comparisons(tokens))
    return found


def _faults(tokens: list[Token]) -> Iterator[tuple[str, dict[str, str]]]:
    """What stands in no expression, and brackets that do not match."""
    depth = 0
    for token in tokens:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.kind == "quote":
            yield "quote_open", {"word": token.text}
        elif token.kind == "foreign":
            yield "operator_foreign", {"word": token.text, "meant": INSTEAD_OF[token.text]}
        elif token.kind == "semicolon":
            yield "separator_semicolon" if depth > 0 else "separator_outside", {}
    yield from _brackets(tokens)


def _brackets(tokens: list[Token]) -> Iterator[tuple[str, dict[str, str]]]:
    opened: list[str] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token.text)
            if len(opened) > DEEPEST:
                yield (
                    "expression",
                    {
                        "near_vi": f" (hơn {DEEPEST} dấu ngoặc lồng nhau)",
                        "near_en": f" (more than {DEEPEST} brackets within each other)",
                    },
                )
                return
        elif token.kind == "close":
            if not opened or CLOSING[opened[-1]] != token.text:
                yield "bracket_closed", {"word": token.text}
                return
            opened.pop()
    if opened:
        yield "bracket_open", {"word": opened[-1], "meant": CLOSING[opened[-1]]}


def _grammar(text: str) -> tuple[str, dict[str, str]] | None:
    """Whether XPath's own grammar takes it, references read as names of elements."""
    try:
        etree.XPath(REFERENCE.sub("/d/q", text))
    except etree.XPathSyntaxError:
        near = _near(text)
        return "expression", {
            "near_vi": f" ở gần “{near}”" if near else "",
            "near_en": f" near “{near}”" if near else "",
        }
    return None


def _near(text: str) -> str:
    """The two parts between which the grammar stops: two values side by side, or an operator without a value."""
    before: Token | None = None
    for match in TOKEN.finditer(text):
        token = Token(match.lastgroup or "", match[0], match.start())
        if token.kind == "space":
            continue
        if before is not None and _is_value(before) and _is_value(token):
            return text[before.at : token.at + len(token.text)]
        if (
            before is not None
            and _is_operator(before)
            and (_is_operator(token) or token.kind in ("close", "comma"))
        ):
            return text[before.at : token.at + len(token.text)]
        before = token
    return before.text if before is not None and _is_operator(before) else ""


def _is_value(token: Token) -> bool:
    is_word = token.kind == "name" and token.text not in WORDS
    return token.kind in ("reference", "text", "number") or is_word


def _is_operator(token: Token) -> bool:
    return (token.kind == "operator" and token.text not in "-*") or (
        token.kind == "name" and token.text in WORDS
    )


@dataclass(slots=True)
class _Open:
    """A bracket that is open: the function it belongs to (None: plain brackets or […]), and its arguments so far."""

    function: str | None
    is_predicate: bool
    arguments: list[list[Token]] = field(default_factory=lambda: [[]])


def _walk(tokens: list[Token], found: Expression) -> None:
    """Collect calls, references, and names that stand by themselves."""
    opened: list[_Open] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "close":
            one = opened.pop()
            if one.function is not None:
                found.calls.append(Call(one.function, _arguments(one)))
        elif token.kind == "comma" and opened and not opened[-1].is_predicate:
            opened[-1].arguments.append([])
            continue
        for one in opened:
            one.arguments[-1].append(token)
        if token.kind == "open":
            is_call = token.text == "(" and before is not None and _names_function(before)
            opened.append(_Open(before.text if is_call and before else None, token.text == "["))
        elif token.kind == "reference":
            found.references.append(_reference(token, opened, after))
        elif (
            token.kind == "name"
            and _stands_alone(token, before, after)
            and not any(one.is_predicate for one in opened)
        ):
            found.names.append(token.text)
        elif token.text == "." and not opened:
            found.uses_self = True


def _names_function(token: Token) -> bool:
    return token.kind == "name" and token.text not in WORDS


def _stands_alone(token: Token, before: Token | None, after: Token | None) -> bool:
    """Whether a name is no function, operator, or step of a path."""
    if token.text in WORDS and before is not None and (_is_value(before) or before.kind in ("close", "step")):
        return False
    is_step = before is not None and before.text in ("/", "//", "@", "::")
    return not is_step and (after is None or after.text not in ("(", "::", "/"))


def _arguments(one: _Open) -> tuple[tuple[Token, ...], ...]:
    if len(one.arguments) == 1 and not one.arguments[0]:
        return ()
    return tuple(tuple(tokens) for tokens in one.arguments)


def _reference(token: Token, opened: list[_Open], after: Token | None) -> Reference:
    match = REFERENCE.fullmatch(token.text)
    assert match is not None
    within = tuple(one.function or "[" for one in reversed(opened) if one.function or one.is_predicate)
    is_indexed = after is not None and after.text in ("[", "/")
    return Reference(match["name"], within, match["saved"] is not None, is_indexed)


def _comparisons(tokens: list[Token]) -> Iterator[Comparison]:
    for left, sign, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        kinds = (left.kind, right.kind)
        if sign.text not in ("=", "!=", ",") or sorted(kinds) != ["reference", "text"]:
            continue
        if sign.text == "," and not _is_selected(tokens, left):
            continue
        name, word = (left, right) if left.kind == "reference" else (right, left)
        match = REFERENCE.fullmatch(name.text)
        if match is not None and match["saved"] is None:
            yield Comparison(match["name"], word.text[1:-1])


def _is_selected(tokens: list[Token], first: Token) -> bool:
    at = tokens.index(first)
    return at >= 2 and tokens[at - 1].text == "(" and tokens[at - 2].text in ("selected", "is-selected")
