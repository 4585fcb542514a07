"""A comment, wherever it stands: in its ticket, apart, in an audit or event. The same comment is the same message.

Field names: Zendesk's support API reference, "Ticket Comments" and "Ticket Audit events reference" (Comment event,
Voice comment event); singer-io/tap-zendesk `schemas/ticket_comments.json`, `ticket_audits.json`. `metadata` holds
IP addresses and locations and is not read.
"""

from __future__ import annotations

PERSON = '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR","role":"VARCHAR","organization_id":"VARCHAR"}'
# Keys of a comment, to be put between braces with what else a layout has.
FIELDS = (
    f'"id":"VARCHAR","author_id":"VARCHAR","author":{PERSON},"public":"BOOLEAN","created_at":"VARCHAR",'
    '"body":"VARCHAR","html_body":"VARCHAR","plain_body":"VARCHAR","via":{"channel":"VARCHAR"},'
    '"data":{"transcription_text":"VARCHAR"}'
)


def author(c: str) -> str:
    """SQL: who wrote it, by the name `c` of its columns."""
    return f"coalesce({c}.author_id, {c}.author.id)"


def role_hint(author_id: str, channel: str) -> str:
    """SQL: merges, rules and the like are the system's; who else wrote it, the helpdesk says by the author alone."""
    return f"CASE WHEN {author_id} = '-1' OR {channel} = 'system' THEN 'system' END"


def role(said: str) -> str:
    """SQL: one of Zendesk's three roles, NULL for anything else."""
    return f"CASE WHEN lower({said}) IN ('agent', 'admin', 'end-user') THEN lower({said}) END"


def body(c: str) -> str:
    """SQL: its text, with what was said on the phone after it; NULL where the helpdesk sent none."""
    plain = f"coalesce(nullif({c}.plain_body, ''), {c}.body)"
    return f"""CASE
        WHEN {_spoken(c)} IS NULL THEN coalesce(nullif({c}.html_body, ''), {plain})
        WHEN contains(coalesce({plain}, ''), {_spoken(c)}) THEN {plain}
        ELSE concat_ws(chr(10) || chr(10), present({plain}), {_spoken(c)}) END"""


def is_html(c: str) -> str:
    """SQL: whether `body` is HTML."""
    return f"({_spoken(c)} IS NULL AND nullif({c}.html_body, '') IS NOT NULL)"


def _spoken(c: str) -> str:
    return f"present({c}.data.transcription_text)"


def message_id(ticket_id: str, own: str, place: str, is_again: str) -> str:
    """SQL: `<ticket>:<comment>`; not every helpdesk counts comments over all tickets, so the ticket's id goes before
    theirs. One that has no id, or comes twice in a record (`is_again`), is told apart by its place."""
    own = f"present({own})"
    return f"""{ticket_id} || ':' || coalesce({own}, '')
        || CASE WHEN {own} IS NULL OR {is_again} THEN '#' || {place} ELSE '' END"""


def is_again(own: str, record: str, place: str) -> str:
    """SQL: whether a comment of this id comes before it in its record, of the rows of the query."""
    return f"row_number() OVER (PARTITION BY {record}, present({own}) ORDER BY {place}) > 1"
