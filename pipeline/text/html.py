"""HTML to plain text: what a reader of the mail saw, with quoted replies as "> " lines.

Parsing follows the HTML Living Standard (through selectolax's lexbor engine), so that unclosed, nested and
broken markup reads as in a browser. Quote containers become "> " lines (RFC 3676, section 4.5), which is the
one form of quotation that `marks` then has to know.
"""

import html as entities
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.text.word_lists import word_set

_DROPPED = word_set("head script style title meta link noscript template svg math iframe object audio video")
_BLOCKS = word_set(
    "address article aside blockquote body center dd div dl dt fieldset figure figcaption footer form h1 h2"
    " h3 h4 h5 h6"
    " header hr li main nav ol p pre section table tbody tfoot thead tr ul"
)
_PARAGRAPHS = word_set("p h1 h2 h3 h4 h5 h6 hr ul ol table blockquote pre")
_CELLS = frozenset(("td", "th"))

# Containers in which a mail client puts the message that is being answered, or the line above it. Gmail's `gmail_quote`
# is not among them: it holds the quoting blockquotes and, between them, what the customer answered inline.
_QUOTE_CLASSES = re.compile(
    r"(?<![\w-])(?:yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-email-quote|moz-cite-prefix|freshdesk_quote"
    r"|ms-outlook-mobile-reference-message)(?![\w-])"
)
_QUOTE_IDS = frozenset(("OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container", "yahoo_quoted"))
_ATTRIBUTION_CLASS = "gmail_attr"  # in a forward its text is the forward's heading, which `marks` has to see
# Outlook's header of the answered message: everything after it in the document is that message.
_QUOTE_FROM_HERE = frozenset(("divRplyFwdMsg", "x_divRplyFwdMsg"))

_SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")
_KNOWN_TAG = re.compile(
    r"<(?:!doctype html|/?(?:html|head|body|div|span|p|br|a|b|i|u|em|strong|ul|ol|li|table|tbody|tr|td|th"
    r"|img|font"
    r"|blockquote|pre|hr|h[1-6]|style|script|center)(?:\s[^<>]{0,2000})?/?)>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{0,2000}>")
_UNNESTED = word_set("br hr img input meta link col wbr p li td th tr dd dt option area base source")
_SURROGATES = re.compile("[\ud800-\udfff]")

# lexbor's time grows with the square of the depth (20,000 levels: 0.4 s, 200,000: 90 s); no mail nests like
# this.
_MAX_DEPTH = 3000


def looks_like_html(text: str) -> bool:
    """Whether the text holds a tag that mail and chat use; `a < b` and `<url>` are not HTML."""
    return "<" in text and _KNOWN_TAG.search(text) is not None


def html_to_text(html: str) -> str:
    """The text a reader of this HTML sees: one line a block, list items as "- ", quotes as "> ".

    Never raises: markup nested too deeply to parse in reasonable time has its tags taken out instead.
    """
    html = _SURROGATES.sub("\ufffd", html).replace("\0", "")
    if _is_nested_too_deeply(html):
        return entities.unescape(_TAG.sub("\n", html)).strip()
    body = LexborHTMLParser(html).body
    if body is None:
        return ""
    page = _Page()
    _walk(body, page)
    return page.text()


def _is_nested_too_deeply(html: str) -> bool:
    if html.count("<") < _MAX_DEPTH:
        return False
    depth = 0
    for slash, name in _TAG.findall(html):
        if name.lower() not in _UNNESTED:
            depth += -1 if slash else 1
            if depth > _MAX_DEPTH:
                return True
    return False


@dataclass
class _Page:
    """Lines under construction: words of the open line, and how deep in quotes it stands."""

    lines: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    quote_depth: int = 0
    pre_depth: int = 0
    pending_bullet: bool = False

    def add(self, text: str) -> None:
        if self.pending_bullet and text.strip():
            self.open.append("- ")
            self.pending_bullet = False
        self.open.append(text)

    def break_line(self) -> None:
        """End the open line if anything stands on it."""
        if self.open:
            self.end_line()

    def end_line(self) -> None:
        text = "".join(self.open)
        self.open.clear()
        if not self.pre_depth:
            text = _SPACES.sub(" ", text).strip()
        prefix = ">" * self.quote_depth
        if self.quote_depth:
            prefix += " "
        self.lines.append((prefix + text).rstrip() if prefix else text)

    def blank_line(self) -> None:
        self.break_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line()

    def text(self) -> str:
        self.break_line()
        while self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        return "\n".join(self.lines).strip("\n ")


def _walk(body: LexborNode, page: _Page) -> None:
    """Depth first without recursion: a mail may nest deeper than Python's stack."""
    node: LexborNode | None = body
    while node is not None:
        child = _enter(node, page)
        if child is not None:
            node = child
            continue
        while node is not None:
            _leave(node, page)
            if node.mem_id == body.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent


def _enter(node: LexborNode, page: _Page) -> LexborNode | None:
    """Write what stands at the beginning of the node; its first child, if its content is to be read."""
    tag = node.tag or ""
    if tag == "-text":
        text = node.text_content or ""
        if page.pre_depth and "\n" in text:
            *whole, rest = text.split("\n")
            for line in whole:
                page.add(line)
                page.end_line()
            page.add(rest)
        else:
            page.add(text)
        return None
    if tag == "br":
        page.end_line()
        return None
    if tag in _DROPPED or tag.startswith(("-", "!")):
        return None
    if tag in _BLOCKS:
        page.break_line()
        if tag in _PARAGRAPHS:
            page.blank_line()
        page.pre_depth += tag == "pre"
        page.pending_bullet = page.pending_bullet or tag == "li"
        page.quote_depth += _is_quote(node, tag)
    elif tag == "a":
        _add_bare_link(node, page)
    return node.child


def _leave(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag in _CELLS:
        page.add(" ")
    elif tag in _BLOCKS:
        page.break_line()
        page.pending_bullet = page.pending_bullet and tag != "li"
        page.pre_depth -= tag == "pre"
        page.quote_depth -= _is_quote(node, tag)
        if tag in _PARAGRAPHS:
            page.blank_line()
        if _attribute(node, "id") in _QUOTE_FROM_HERE:
            page.quote_depth += 1


def _is_quote(node: LexborNode, tag: str) -> bool:
    if tag == "blockquote":
        return True
    if tag != "div":
        return False
    if _attribute(node, "id") in _QUOTE_IDS or _attribute(node, "id") in _QUOTE_FROM_HERE:
        return True
    classes = _attribute(node, "class")
    if _ATTRIBUTION_CLASS in classes.split():
        return "---" not in (node.text() or "")
    return _QUOTE_CLASSES.search(classes) is not None


def _add_bare_link(node: LexborNode, page: _Page) -> None:
    """A link without words of its own is read as its address; an empty in-page anchor as nothing."""
    address = _attribute(node, "href")
    if address.startswith(("http://", "https://", "mailto:", "tel:")) and not (node.text() or "").strip():
        page.add(address)


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
