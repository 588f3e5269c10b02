"""Writes statements of reasons from the enforcement actions of a built database."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from trustmetrics.built import opened
from trustmetrics.dsa_sor.part import ADAPTER
from trustmetrics.dsa_sor.rules import BATCH, EEA, EU, faults_of
from trustmetrics.errors import UserError

QUERY = Path(__file__).with_name("export.sql")
FETCHED = 10_000
SHORTEST_KEY = 32
SOURCES = {
    "user": "SOURCE_ARTICLE_16",
    "trusted_flagger": "SOURCE_TRUSTED_FLAGGER",
    "authority": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "internal": "SOURCE_VOLUNTARY",
}
END_DATES = {
    "DECISION_VISIBILITY": "end_date_visibility_restriction",
    "DECISION_MONETARY": "end_date_monetary_restriction",
    "DECISION_PROVISION": "end_date_service_restriction",
    "DECISION_ACCOUNT": "end_date_account_restriction",
}
SCOPES = {"EU": EU, "EEA": EEA}
PUIDS, UNWRITTEN = "puids.csv", "not_written.csv"


@dataclass
class Exported:
    """What an export wrote.

    Attributes:
        actions: the enforcement actions of the days asked for.
        written: the statements.
        batches: the files that they are in.
        reasons: how many actions were not written, by reason.
    """

    actions: int = 0
    written: int = 0
    batches: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """The days of the actions, both included; None: from the first, to the last."""

    since: date | None = None
    until: date | None = None


def read_key(path: Path) -> bytes:
    """Read the key that puids are made with.

    Raises:
        UserError: it is missing, or so short that the puids could be traced back.
    """
    if not path.is_file():
        raise UserError(
            f"'{path}' does not exist. Make a key once, and keep it: openssl rand -hex 32 > {path}"
        )
    key = path.read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise UserError(
            f"'{path}' holds {len(key)} bytes; a key has {SHORTEST_KEY} at least. Make one: "
            "openssl rand -hex 32"
        )
    return key


def puid_of(action_id: str, key: bytes) -> str:
    """The name of a statement for the database: the same for the same action and key, for ever.

    A keyed hash (HMAC-SHA-256, RFC 2104), since an action's id may name an account.
    """
    return "sor-" + hmac.new(key, action_id.encode(), hashlib.sha256).hexdigest()


def export_statements(
    database: Path,
    out: Path,
    filer: dict[str, Any],
    key: bytes,
    span: Span,
    on_batch: Callable[[int, int, str], None] = lambda *_: None,
) -> Exported:
    """Write one statement per enforcement action, in batches, into a new folder: all, or nothing.

    What cannot be written is in not_written.csv with its reasons; which puid is which action's, in
    puids.csv.

    Raises:
        UserError: the folder is there and not empty, or the database cannot be read.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"'{out}' is there already and not empty. Name a new folder")
    draft = out.with_name(f".{out.name}.export")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        exported = _write(database, draft, filer, key, span, on_batch)
        draft.rename(out)
    except OSError as error:
        raise UserError(
            f"'{out}' cannot be written ({(error.strerror or '').lower()}). Name another folder"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return exported


def _write(
    database: Path,
    draft: Path,
    filer: dict[str, Any],
    key: bytes,
    span: Span,
    on_batch: Callable[[int, int, str], None],
) -> Exported:
    exported, batch = Exported(), []
    kinds = _kinds(filer)
    with (
        (draft / PUIDS).open("w", encoding="utf-8", newline="") as puids,
        (draft / UNWRITTEN).open("w", encoding="utf-8", newline="") as unwritten,
        opened(database) as connection,
    ):
        names, faults = csv.writer(puids), csv.writer(unwritten)
        names.writerow(("action_id", "puid"))
        faults.writerow(("action_id", "reason"))
        days = {"since": span.since, "until": span.until}
        total = connection.execute(
            f"select count(*) from ({QUERY.read_text(encoding='utf-8')})", days
        ).fetchone() or (0,)
        for action in _actions(connection, days):
            exported.actions += 1
            statement, reasons = statement_of(action, filer, kinds, key)
            if not reasons:
                reasons = [str(fault) for fault in faults_of(statement)]
            if reasons:
                faults.writerow((action["action_id"], "; ".join(reasons)))
                exported.reasons[reasons[0]] = exported.reasons.get(reasons[0], 0) + 1
                continue
            names.writerow((action["action_id"], statement["puid"]))
            batch.append(statement)
            if len(batch) == BATCH:
                _flush(draft, batch, exported)
                on_batch(exported.actions, total[0], "statements")
        _flush(draft, batch, exported)
    return exported


def _actions(connection: Any, days: dict[str, date | None]) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(QUERY.read_text(encoding="utf-8"), days)
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(FETCHED):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _flush(draft: Path, batch: list[dict[str, Any]], exported: Exported) -> None:
    if not batch:
        return
    exported.batches += 1
    exported.written += len(batch)
    text = json.dumps({"statements": batch}, ensure_ascii=False, indent=1)
    (draft / f"statements-{exported.batches:06}.json").write_text(text + "\n", encoding="utf-8")
    batch.clear()


def _kinds(filer: dict[str, Any]) -> dict[str, str]:
    """The database's restriction by the contract's kind of action."""
    kinds: dict[str, str] = {}
    with (ADAPTER / "restrictions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            restriction = row["restriction"]
            is_service = restriction.startswith("DECISION_PROVISION")
            if is_service and f"_{filer.get('service')}_" not in restriction:
                continue
            if row["action_type"]:
                kinds[row["action_type"]] = restriction
    return kinds


def statement_of(
    action: dict[str, Any], filer: dict[str, Any], kinds: dict[str, str], key: bytes
) -> tuple[dict[str, Any], list[str]]:
    """The statement of an action, and why there is none; one of the two is empty.

    Args:
        action: a row of export.sql.
        filer: what the filer says.
        kinds: the database's restriction by kind of action.
        key: of the puids.
    """
    reasons = _missing(action, filer, kinds)
    if reasons:
        return {}, reasons
    policy = filer["policies"][action["policy_code"]]
    content_on = action["occurred_on"] or action["opened_on"]
    restriction = kinds[action["action_type"]]
    group = "_".join(restriction.split("_")[:2])
    decision = group.lower()
    source = _source(action, filer)
    automated = _automated(action, filer)
    statement: dict[str, Any] = {
        "puid": puid_of(action["action_id"], key),
        decision: [restriction] if group == "DECISION_VISIBILITY" else restriction,
        **_ground(action["legal_ground"], policy),
        "category": policy.get("category") or action["dsa_category"],
        "content_type": filer.get("content_type_by_surface", {}).get(
            action["surface"], filer["content_type"]
        ),
        "content_date": str(content_on),
        "application_date": str(action["applied_on"]),
        "decision_facts": policy.get("facts", filer["facts"]).format(
            action=action["action_type"].replace("_", " "),
            surface=action["surface"],
            policy=action["policy_code"],
            applied_on=action["applied_on"],
            content_on=content_on,
            found="by automated means" if action["is_detected"] else "without automated means",
            decided="by automated means" if action["automated"] else "by a person",
        ),
        "source_type": source,
        "automated_detection": "Yes" if action["is_detected"] else "No",
        "automated_decision": automated,
    }
    if action["ended_on"]:
        statement[END_DATES[group]] = str(action["ended_on"])
    scope = filer.get("territorial_scope_by_region", {}).get(
        action["region"], filer.get("territorial_scope")
    )
    optional = {
        "decision_ground_reference_url": policy.get("reference_url"),
        "territorial_scope": list(SCOPES[scope]) if isinstance(scope, str) else scope,
        **{name: filer.get(name) for name in ("account_type", "content_language")},
        **{
            name: policy.get(name)
            for name in (
                "category_addition",
                "category_specification",
                "category_specification_other",
            )
        },
    }
    if "CONTENT_TYPE_OTHER" in statement["content_type"]:
        optional["content_type_other"] = filer.get("content_type_other")
    return statement | {name: value for name, value in optional.items() if value}, []


def _missing(action: dict[str, Any], filer: dict[str, Any], kinds: dict[str, str]) -> list[str]:
    """What an action lacks to be a statement."""
    kind, code = action["action_type"], action["policy_code"]
    if not action["has_case"]:
        return ["its case is not in the database, so the content is not known"]
    if kind == "warning":
        return ["a warning restricts nothing, and needs no statement"]
    if kind not in kinds:
        return [f"{kind}: the file of the filer does not say whether 'service' is PARTIAL or TOTAL"]
    if code not in filer["policies"]:
        return [f"policy {code}: the file of the filer does not have it under 'policies'"]
    policy = filer["policies"][code]
    if action["legal_ground"] not in policy:
        return [f"policy {code}: the file of the filer does not say its {action['legal_ground']}"]
    if not policy.get("category") and not action["dsa_category"]:
        return [f"policy {code}: neither the file of the filer nor policy_taxonomy has a category"]
    if not action["occurred_on"] and filer.get("content_date_where_unknown") != "opened_on":
        return ["the date of the content is not known: its case has no occurred_at"]
    return []


def _ground(legal_ground: str, policy: dict[str, Any]) -> dict[str, Any]:
    text = policy[legal_ground]
    if legal_ground == "illegal_content":
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": text["legal_ground"],
            "illegal_content_explanation": text["explanation"],
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": text["ground"],
        "incompatible_content_explanation": text["explanation"],
        **({"incompatible_content_illegal": text["illegal"]} if "illegal" in text else {}),
    }


def _source(action: dict[str, Any], filer: dict[str, Any]) -> str:
    if action["reporter_type"] is None:
        return "SOURCE_VOLUNTARY"
    sources = SOURCES | filer.get("source_of_reporter", {})
    return str(sources[action["reporter_type"]])


def _automated(action: dict[str, Any], filer: dict[str, Any]) -> str:
    if action["automated"]:
        return "AUTOMATED_DECISION_FULLY"
    if action["is_detected"]:
        return str(
            filer.get("decided_by_people_after_a_detection", "AUTOMATED_DECISION_NOT_AUTOMATED")
        )
    return "AUTOMATED_DECISION_NOT_AUTOMATED"
