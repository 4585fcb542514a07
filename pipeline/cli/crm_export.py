"""What a night says of the CRM files: what an administrator still has to map."""

from __future__ import annotations

from typing import Any

from pipeline.cli.progress import say


def say_crm_export(reports: dict[str, dict[str, Any]]) -> None:
    """A line for each kind of thing that is not mapped, by vendor."""
    for name, report in reports.items():
        if report["owners_not_mapped"]:
            owners = ", ".join(report["owners_not_mapped"])
            say(f"{name}: no owner of the CRM is known for {owners}: map them under [crm_export.{name}.owners]")
        for file, counted in report.items():
            if isinstance(counted, dict) and counted.get("without_account_id"):
                say(
                    f"{name}/{file}: {counted['without_account_id']} rows without the CRM's id of the account: "
                    f"set account_external_id under [crm_export.{name}]"
                )
