"""Markdown made to do harm: texts from a grammar of nasty pieces, the same for the same number.

`nasty_text(n)` nests and joins what attacks are made of: elements that fetch or run, addresses in
disguise, Markdown that opens and never closes, and characters that parsers disagree about.
"""

from __future__ import annotations

import random

ELSEWHERE = "elsewhere.example"
SCRIPTS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;&#x61;vascript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://elsewhere.example/x",
    "file:///etc/passwd",
    "ftp://elsewhere.example/x",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
)
ADDRESSES = (
    f"https://{ELSEWHERE}/a.png",
    f"//{ELSEWHERE}/a",
    f"http://{ELSEWHERE}\\@veiviser.example",
    f"https:{ELSEWHERE}",
    f"\\\\{ELSEWHERE}\\a",
    f"mailto:a@{ELSEWHERE}?body=<script>",
    "/community/1/a/",
    "#svar-1",
    "?a=1&b=2",
    "https://[::1]:8000/",
    "https://xn--80ak6aa92e.example/",
    "http://a\u202eb.example/",
)
ELEMENTS = (
    "script", "style", "img", "svg", "math", "iframe", "object", "embed", "link", "meta", "base",
    "form", "input", "button", "video", "audio", "source", "picture", "template", "noscript",
    "textarea", "title", "xmp", "plaintext", "body", "html", "frameset", "marquee", "isindex",
    "a", "p", "table", "td", "select", "details", "foreignObject", "annotation-xml", "mglyph",
    "animate", "set", "use", "portal", "slot", "custom-element",
)  # fmt: skip
ATTRIBUTES = (
    "onerror=alert(1)", "onload='alert(1)'", 'onclick="alert(1)"', "/onmouseover=alert(1)",
    "onfocus=alert(1) autofocus", "ontoggle=alert(1) open", "style=background:url(//x.example)",
    "srcset='https://x.example 1x'", "src=https://x.example", "href=javascript:alert(1)",
    "xlink:href=data:x", "action=https://x.example", "formaction=javascript:1", "srcdoc=<script>",
    "http-equiv=refresh content='0;url=https://x.example'", "rel=stylesheet href=//x.example",
    "background=//x.example", "poster=//x.example", "ping=//x.example", "id=x name=x", "class=x",
    "is=x", "slot=x", "data-x=1", "hx-get=/", "hx-on:click=alert(1)", "target=_blank", "rel=opener",
)  # fmt: skip
ODD = (
    "\x00", "\x08", "\x0b", "\x0c", "\u2028", "\u202e", "\ufeff", "\ufffe", "\ufffd", "\U0001f600",
    "&#0;", "&#x0;", "&#12;", "&#xD800;", "&#x110000;", "&lt;script&gt;", "&nbsp", "&amp;lt;", "&",
    "<", ">", "</", "<!", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "?>", "\\<", "\\", "ſ",
)  # fmt: skip
MARKS = (
    "*", "**", "_", "__", "`", "``", "```", "~~", "[", "]", "](", ")", "![", "[^", "|", "#", "> ",
    "- ", "1. ", "* ", "+ ", "    ", "\t", "---\n", "===\n", "\n", "\n\n", "  \n", ":", "@ola", "!",
)  # fmt: skip


def nasty_text(number: int) -> str:
    """The text of this number: between one piece and a few hundred."""
    chance = random.Random(number)
    return "".join(_piece(chance, depth=chance.randrange(5)) for _ in range(chance.randint(1, 12)))


def _piece(chance: random.Random, depth: int) -> str:
    make = chance.choice(_MAKERS if depth > 0 else _LEAVES)
    return make(chance, depth - 1)


def _inside(chance: random.Random, depth: int) -> str:
    return "".join(_piece(chance, depth) for _ in range(chance.randint(1, 3)))


def _one_of(*groups):
    return lambda chance, _depth: chance.choice(chance.choice(groups))


def _element(chance: random.Random, depth: int) -> str:
    name = chance.choice(ELEMENTS)
    name = name.upper() if chance.random() < 0.2 else name
    gap = chance.choice((" ", "/", "\n", "\t", " \x0c"))
    attributes = gap.join(chance.sample(ATTRIBUTES, chance.randrange(3)))
    opening = f"<{name}{gap}{attributes}{chance.choice(('>', '/>', '', '>>'))}"
    closing = chance.choice((f"</{name}>", "", f"</{name} x>", "</"))
    return opening + _inside(chance, depth) + closing


def _address(chance: random.Random) -> str:
    return chance.choice(chance.choice((SCRIPTS, ADDRESSES)))


def _link(chance: random.Random, depth: int) -> str:
    mark = chance.choice(("", "!"))
    title = chance.choice(("", ' "a"', f' "{_inside(chance, 0)}"', " 'x\" onclick=alert(1)'"))
    address = _address(chance)
    address = f"<{address}>" if chance.random() < 0.3 else address
    return f"{mark}[{_inside(chance, depth)}]({address}{title})"


def _reference(chance: random.Random, depth: int) -> str:
    name = chance.choice(("a", "b", "<script>", "[x]"))
    return f"\n\n[{name}]: {_address(chance)} '{_inside(chance, 0)}'\n\n![{name}] [x][{name}]"


def _bare(chance: random.Random, depth: int) -> str:
    address = _address(chance)
    return chance.choice(
        (address, f"<{address}>", f"{address}{chance.choice(ODD)}", f"({address})")
    )


def _code(chance: random.Random, depth: int) -> str:
    fence = chance.choice(("```", "~~~", "````"))
    language = chance.choice(("json", "html onclick=alert(1)", '"><script>', "language-x", "ſ<"))
    return f"\n{fence}{language}\n{_inside(chance, depth)}\n{chance.choice((fence, ''))}\n"


def _block(chance: random.Random, depth: int) -> str:
    mark = chance.choice(("> ", "- ", "1. ", "999999999. ", "# ", "###### ", "    ", "* [ ] "))
    return "\n" + "\n".join(mark + line for line in _inside(chance, depth).split("\n")) + "\n"


def _table(chance: random.Random, depth: int) -> str:
    cells = [_inside(chance, 0).replace("\n", " ") for _ in range(4)]
    return f"\n| {cells[0]} | {cells[1]} |\n|:-|-:|\n| {cells[2]} | {cells[3]} |\n"


def _wrapped(chance: random.Random, depth: int) -> str:
    mark = chance.choice(("*", "**", "_", "~~", "`", "``", '"', "'", "(", "&"))
    return mark + _inside(chance, depth) + chance.choice((mark, "", mark[::-1]))


def _repeated(chance: random.Random, depth: int) -> str:
    return _piece(chance, 0) * chance.randint(2, 30)


def _letters(chance: random.Random, _depth: int) -> str:
    return "".join(chr(chance.choice((chance.randrange(32, 127), chance.randrange(0x3000))))
                   for _ in range(chance.randint(1, 8)))  # fmt: skip


_LEAVES = (_one_of(ODD), _one_of(MARKS), _one_of(SCRIPTS, ADDRESSES), _one_of(ATTRIBUTES), _letters)
_MAKERS = (
    *_LEAVES, _element, _element, _link, _link, _reference, _bare, _code, _block, _table, _wrapped,
    _repeated,
)  # fmt: skip
