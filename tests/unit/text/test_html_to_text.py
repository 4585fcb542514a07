"""HTML as mail clients and helpdesks write it. All messages are made up."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.text.html import html_to_text, looks_like_html
from pipeline.text.marks import mark, own_words

ROWS = [
    ("paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo"),
    ("breaks", "a<br>b<br/>c", "a\nb\nc"),
    ("divs", "<div>a</div><div>b</div>", "a\nb"),
    ("list", "<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
    ("list, unclosed", "<ul><li>one<li>two</ul>", "- one\n- two"),
    ("paragraph in item", "<ul><li><p>one</p></li></ul>", "- one"),
    ("entities", "Tom &amp; Co &lt;3&nbsp;ok &eacute;", "Tom & Co <3 ok é"),
    ("white space", "<p>a\n   b\t c</p>", "a b c"),
    ("pre", "<pre>a  b\n  c</pre>", "a  b\n  c"),
    ("script and style", "<style>p{}</style><script>x()</script>ok<head><title>t</title></head>", "ok"),
    ("image", 'a <img alt="logo" src="x"> b', "a b"),
    ("link", '<a href="https://acme.example/x">our plan</a>', "our plan"),
    ("link without words", '<a href="https://acme.example/x"></a>', "https://acme.example/x"),
    ("anchor", '<a href="#top"></a>x', "x"),
    ("table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ("quote", "<p>yes</p><blockquote>old<br>older</blockquote>", "yes\n\n> old\n> older"),
    ("nested quote", "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n>> b"),
    ("comment", "a<!-- hidden -->b", "ab"),
    ("plain text", "a < b and c > d", "a < b and c > d"),
    ("empty", "", ""),
    ("NUL", "a\0b", "ab"),
]

GMAIL = (
    '<div dir="ltr">Ten seats.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 5,'
    ' 2026 at 3:04 PM Jo &lt;<a href="mailto:jo@acme.example">jo@acme.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">How many?</blockquote></div>'
)
OUTLOOK = (
    '<div>Ten seats.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Jo<br><b>Sent:</b> Monday<br><b>To:</b>'
    " X<br><b>Subject:</b> Seats</div><div>How many?</div>"
)
OUTLOOK_WORD = (
    "<p>Ten seats.</p><div style='border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Jo<br><b>Sent:</b> Monday"
    "<br><b>To:</b> X<br><b>Subject:</b> Seats</p></div><p>How many?</p>"
)
YAHOO = '<div>Ten seats.</div><div class="yahoo_quoted"><div>On Monday, Jo wrote:</div><div>How many?</div></div>'
INLINE = (
    '<div class="gmail_quote"><div>On Mon, Jan 5, 2026 at 3:04 PM Jo wrote:</div>'
    "<blockquote>How many?</blockquote><div>Ten seats.</div><blockquote>Which plan?</blockquote></div>"
)
THUNDERBIRD = (
    '<p>Ten seats.</p><div class="moz-cite-prefix">2026. 01. 05. 15:04 keltezéssel, Jo írta:<br></div>'
    '<blockquote type="cite" cite="mid:x">How many?</blockquote>'
)
GMAIL_UNKNOWN = (
    '<div dir="ltr">Ten seats.</div><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
    'E, 5. jaan 2026 kell 15:04 kirjutas Jo:<br></div><blockquote class="gmail_quote">How many?</blockquote></div>'
)
PROTON = (
    '<div>Ten seats.</div><div class="protonmail_quote">On Monday, January 5th, 2026 at 3:04 PM, Jo wrote:<br>'
    '<blockquote class="protonmail_quote" type="cite">How many?</blockquote></div>'
)
OUTLOOK_PHONE = (
    '<div>Ten seats.</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/x">Outlook for iOS</a>'
    "</div>"
    '<div id="mail-editor-reference-message-container"><div><b>From:</b> Jo</div><div>How many?</div></div>'
)
OUTLOOK_X = (
    '<div>Ten seats.</div><div id="x_appendonsend"></div><hr><div id="x_divRplyFwdMsg" dir="ltr"><b>Von:</b> Jo<br>'
    "<b>Gesendet:</b> Montag<br><b>An:</b> X<br><b>Betreff:</b> Seats</div><div>How many?</div>"
)
FORWARDED = (
    '<div dir="ltr">Ten seats.</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded'
    " message ---------<br>From: <b>Jo</b><br>Date: Monday<br>Subject: Seats<br>To: X<br></div>How many?</div>"
)


@pytest.mark.parametrize(("html", "text"), [pytest.param(h, t, id=c) for c, h, t in ROWS])
def test_html_reads_as_its_reader_saw_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(GMAIL, id="Gmail"),
        pytest.param(OUTLOOK, id="Outlook on the web"),
        pytest.param(OUTLOOK_WORD, id="Outlook, by its headers"),
        pytest.param(YAHOO, id="Yahoo"),
        pytest.param(INLINE, id="Gmail, answered inline"),
        pytest.param(THUNDERBIRD, id="Thunderbird, in a language without words here"),
        pytest.param(GMAIL_UNKNOWN, id="Gmail, in a language without words here"),
        pytest.param(PROTON, id="ProtonMail"),
        pytest.param(OUTLOOK_PHONE, id="Outlook on a telephone"),
        pytest.param(OUTLOOK_X, id="Outlook, answered once more"),
        pytest.param(FORWARDED, id="Gmail, forwarded"),
    ],
)
def test_quotes_of_mail_clients_are_seen_by_marks(html: str) -> None:
    text = html_to_text(html)
    assert own_words(text, mark(text)) == "Ten seats."


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table", "span"])
def test_deep_nesting_ends_in_time(tag: str) -> None:
    assert html_to_text(f"<{tag}>" * 50_000 + "words").endswith("words")


@given(st.text() | st.text(alphabet="<>/abp &;\"'=!-#"))
@example("\ud800<p>")
@example("<")
@example("<p" * 50)
@example("</body></html>x")
def test_never_raises(html: str) -> None:
    assert "\0" not in html_to_text(html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<p>hi</p>", True, id="tag"),
        pytest.param("hi<br>there", True, id="break"),
        pytest.param('<div class="x">', True, id="attributes"),
        pytest.param("a < b and c > d", False, id="comparison"),
        pytest.param("see <url> or <email>", False, id="placeholder"),
        pytest.param("<jo@acme.example>", False, id="address"),
        pytest.param("", False, id="empty"),
    ],
)
def test_looks_like_html(text: str, expected: bool) -> None:
    assert looks_like_html(text) is expected
