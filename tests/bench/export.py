"""An export as large as wanted, made of the project's own labelled conversations, each message with a reference of
its own, so that remembering texts does not pay."""

from __future__ import annotations

import csv
import json
import random
from datetime import datetime, timedelta
from pathlib import Path

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels"
NIGHT = datetime(2026, 11, 20)


def write_export(folder: Path, tickets: int, seed: int = 7) -> None:
    """Writes tickets, users, organizations and accounts.csv into `folder`."""
    rng = random.Random(seed)
    rows = [json.loads(line) for line in (LABELS / "churn_risk.jsonl").read_text(encoding="utf-8").splitlines()]
    accounts = max(10, tickets // 5)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "accounts.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow("account_id name domain plan seats arr owner_email cs_owner_email renewal_date region".split())
        for i in range(accounts):
            writer.writerow(
                [
                    f"A{i:05d}",
                    f"Org {i}",
                    f"org{i}.example",
                    rng.choice(["basic", "team"]),
                    rng.randint(1, 400),
                    rng.randint(1, 500) * 1000,
                    f"owner{i % 20}@vendor.example",
                    f"cs{i % 9}@vendor.example",
                    (NIGHT + timedelta(days=rng.randint(5, 360))).date(),
                    rng.choice(["EMEA", "AMER"]),
                ]
            )
    with open(folder / "organizations.ndjson", "w", encoding="utf-8") as stream:
        for i in range(accounts):
            stream.write(
                json.dumps(
                    {
                        "id": 9000 + i,
                        "name": f"Org {i}",
                        "domain_names": [f"org{i}.example"],
                        "external_id": f"A{i:05d}",
                    }
                )
                + "\n"
            )
    with open(folder / "users.ndjson", "w", encoding="utf-8") as stream:
        for i in range(20):
            stream.write(
                json.dumps({"id": i, "name": f"Agent Number{i}", "email": f"agent{i}@vendor.example", "role": "agent"})
                + "\n"
            )
        for i in range(accounts):
            stream.write(
                json.dumps(
                    {
                        "id": 1000 + i,
                        "name": f"Person Number{i}",
                        "email": f"p{i}@org{i}.example",
                        "role": "end-user",
                        "organization_id": 9000 + i,
                    }
                )
                + "\n"
            )
    with open(folder / "tickets.ndjson", "w", encoding="utf-8") as stream:
        for k in range(tickets):
            stream.write(json.dumps(_ticket(k, rows[k % len(rows)], accounts, rng), ensure_ascii=False) + "\n")


def _ticket(k: int, row: dict[str, object], accounts: int, rng: random.Random) -> dict[str, object]:
    turns = row.get("turns") or [{"role": "customer", "text": row["text"]}]
    account = rng.randrange(accounts)
    opened = NIGHT - timedelta(minutes=rng.randint(60, 60 * 24 * 19))
    comments = [
        {
            "id": k * 100 + j,
            "author_id": k % 20 if turn["role"] == "agent" else 1000 + account,
            "public": True,
            "plain_body": f"{turn['text']} [ref {k}-{j}]",
            "created_at": f"{opened + timedelta(minutes=7 * j):%Y-%m-%dT%H:%M:%SZ}",
        }
        for j, turn in enumerate(turns)  # type: ignore[arg-type]
    ]
    return {
        "id": k,
        "url": f"https://vendor.example/api/v2/tickets/{k}.json",
        "subject": "",
        "status": rng.choice(["solved", "closed", "open"]),
        "priority": "normal",
        "created_at": comments[0]["created_at"],
        "updated_at": comments[-1]["created_at"],
        "requester_id": 1000 + account,
        "assignee_id": k % 20,
        "organization_id": 9000 + account,
        "group_id": 1,
        "comments": comments,
    }
