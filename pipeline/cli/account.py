"""The command that tells one account's story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HomeOption, JsonOption, open_home
from pipeline.cli.progress import say
from pipeline.errors import UsageError

_HERE = Path()
_CANDIDATES = 20


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: ticketscout account A-1001 --page account.html")(account)


def account(
    words: Annotated[str, typer.Argument(metavar="ID", help="The account's id, or a name or domain that fits one.")],
    page: Annotated[Path | None, typer.Option("--page", metavar="OUT.html", help="Write it as a page instead.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = _HERE,
) -> None:
    """Tells one account's story.

    For support and sales alike, before they answer: what to know first, who they are, leads, signals, pain points,
    tickets, lost sales and what was handed over, as of the last night. Contacts have no names here.
    """
    from pipeline.steps.account.find import find_accounts
    from pipeline.steps.account.story import account_story
    from pipeline.steps.last_night import last_night

    place, settings = open_home(home)
    with last_night(place) as (con, as_of):
        found = find_accounts(con, words)
        if len(found) != 1:
            for candidate in found[:_CANDIDATES]:
                print(f"{candidate.account_id}  {candidate.name}  {candidate.domains}".rstrip())
            raise UsageError(_which(len(found)))
        story = account_story(con, settings, found[0].account_id, as_of)
    if page:
        from pipeline.digest.story_page import write_story
        from pipeline.steps.auditing.written import KIND_OF, note

        note(place, KIND_OF["account", "--page"], {"accounts": 1})
        write_story(story, page)
        say(f"wrote {page}")
    if as_json:
        import json
        from dataclasses import asdict

        print(json.dumps(asdict(story), indent=2, ensure_ascii=False, default=str))
    elif not page:
        from pipeline.digest.story import story_lines

        for line in story_lines(story):
            print(line)


def _which(count: int) -> str:
    """Without the words themselves: they may be a customer's address."""
    if not count:
        return "that fits no account here: give an id, a name or a domain as the CRM has it."
    shown = f"the first {_CANDIDATES} are" if count > _CANDIDATES else "they are"
    return f"that fits {count} accounts, {shown} listed above: give the id of one."
