"""Writes the export of an invented company, Kleinkram, a marketplace for used goods.

Its tables have another shape than the raw contract: other names and spellings, whole numbers as
ids, times of Berlin without a zone, the country of a ticket in another table. No row describes a
person.

    python examples/own_tables/make_export.py --out data/export
    python examples/own_tables/make_export.py --out data/export.sqlite

The same rows each time: chance is a seeded generator of whole numbers.
"""

import argparse
import csv
import gzip
import json
import random
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
FIRST_DAY = datetime(2025, 9, 1, tzinfo=UTC)
DAYS = 240
# No row is later: the moment of the export.
EXTRACTED = datetime(2026, 4, 30, 22, tzinfo=UTC)
MEMBERS, TICKETS = 300, 900
AREAS = ("Listings", "Chat", "Profiles")
RULES = ("FRAUD", "COUNTERFEIT", "BANNED GOODS", "HARASSMENT", "SPAM")
NAMES = (
    "members",
    "complaints",
    "tickets",
    "ticket_log",
    "verdicts",
    "sanctions",
    "objections",
    "scanner_hits",
    "traffic",
    "newsletters",
)
# Repeated by how often they come.
PRIORITIES = ("P1", "P2", "P2", "P3", "P3", "P3", "P3", "P4", "P4", "P4")
SOURCES = ("Member",) * 16 + ("Trusted partner", "Trusted partner", "Police", "Staff")
MEASURES = ("Item removed",) * 5 + ("Item hidden", "Warning", "Warning", "Selling blocked",
    "Account blocked", "Account closed")  # fmt: skip
DAY = 24 * 60 * 60

Row = dict[str, object]
Tables = dict[str, list[Row]]


def local(instant: datetime | None) -> str:
    """An instant as Kleinkram's tools write it: the wall clock in Berlin, without a zone."""
    return instant.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M:%S") if instant else ""


def rows() -> Tables:
    """Every table of the export."""
    chance = random.Random(2026)
    tables: Tables = {name: [] for name in NAMES}
    for number in range(1, MEMBERS + 1):
        joined = FIRST_DAY - timedelta(seconds=chance.randrange(900 * DAY))
        tables["members"].append(
            {
                "member_no": 1000 + number,
                "joined": local(joined),
                "kind": "Trader" if chance.randrange(5) == 0 else "Private",
                "country": chance.choice(("DE", "DE", "DE", "AT")),
            }
        )
    opened = sorted(
        FIRST_DAY + timedelta(seconds=chance.randrange(DAYS * DAY)) for _ in range(TICKETS)
    )
    for number, instant in enumerate([*NIGHTS, *opened], 1):
        _ticket(tables, chance, number, instant)
    _unanswered_hits(tables, chance)
    _traffic(tables, chance)
    tables["newsletters"] = [
        {"mailing": f"M{number}", "sent": local(FIRST_DAY + timedelta(days=30 * number)),
         "opened": chance.randrange(200)}
        for number in range(8)
    ]  # fmt: skip
    return tables


# Tickets in the nights on which the clocks change: the wall clock and the instant part there.
NIGHTS = (
    datetime(2025, 10, 26, 1, 30, tzinfo=UTC),  # 02:30 in Berlin, for the second time
    datetime(2026, 3, 28, 22, 0, tzinfo=UTC),  # 23:00 in Berlin; closed after the change
)


def _ticket(tables: Tables, chance: random.Random, number: int, opened: datetime) -> None:
    """A ticket with its complaints, hit, verdict, sanction, objection and log."""
    seller, item = 1001 + chance.randrange(MEMBERS), 50_000 + number
    area, rule = AREAS[(0, 0, 0, 1, 2)[chance.randrange(5)]], RULES[chance.randrange(5)]
    about = {"item_no": "" if area == "Profiles" else item, "seller_no": seller, "area": area,
             "rule": rule}  # fmt: skip
    tables["tickets"].append(
        {
            "ticket_no": number,
            "created": local(opened),
            "team": "Escalations" if chance.randrange(8) == 0 else "Standard desk",
            "priority": chance.choice(PRIORITIES),
            **about,
        }
    )
    if chance.randrange(3):
        for _ in range(1 + chance.randrange(2)):
            _complaint(tables, chance, opened, about, number)
    else:
        _hit(tables, chance, opened, about, number)
    minutes = chance.randrange(20, 60 * (6 if chance.randrange(4) else 90))
    ruled = opened + timedelta(minutes=minutes)
    agent = 1 + chance.randrange(12)
    _log(tables, number, "Assigned", opened + timedelta(minutes=minutes // 2), agent)
    if ruled > EXTRACTED or (number > 2 and chance.randrange(30) == 0):
        return  # still open
    finding = ("Violation", "Violation", "No violation", "Not enough info")[
        (0, 0, 0, 0, 1, 2, 2, 2, 3)[chance.randrange(9)]
    ]
    bot = number > 2 and chance.randrange(6) == 0
    tables["verdicts"].append(
        {
            "verdict_no": 7000 + number,
            "ticket_no": number,
            "ruled": local(ruled),
            "finding": finding,
            "rule": rule if chance.randrange(10) else chance.choice(RULES),
            "ruled_by": "Bot" if bot else "Agent",
            "agent_no": "" if bot else agent,
        }
    )
    if finding == "Violation":
        _sanction(tables, chance, number, ruled, about, bot)
    closed = opened + timedelta(hours=5) if number == 2 else ruled + timedelta(minutes=30)
    _log(tables, number, "Closed", closed, agent)
    if chance.randrange(14) == 0:
        cause = chance.choice(("Our mistake", "New evidence", "Objection", ""))
        _log(tables, number, "Re-opened", closed + timedelta(days=2), agent, cause)
        _log(tables, number, "Closed", closed + timedelta(days=3), agent)


def _complaint(
    tables: Tables, chance: random.Random, opened: datetime, about: Row, ticket: int
) -> None:
    tables["complaints"].append(
        {
            "nr": 20_000 + len(tables["complaints"]),
            "created": local(opened - timedelta(minutes=chance.randrange(1, 300))),
            "source": chance.choice(SOURCES),
            "filed_by": 1001 + chance.randrange(MEMBERS) if chance.randrange(4) else "",
            **about,
            "ticket_no": ticket,
        }
    )


def _hit(
    tables: Tables, chance: random.Random, at: datetime, about: Row, ticket: int | None
) -> None:
    """A scanner's hit. Scores of 80 or more all go to a ticket, of the others one in four."""
    score = chance.randrange(55, 80) if ticket is None else chance.randrange(55, 100)
    instant = at - timedelta(minutes=2)
    tables["scanner_hits"].append(
        {
            "hit_no": 90_000 + len(tables["scanner_hits"]),
            "detected_ms": int(instant.timestamp()) * 1000,
            "scanner": "fakes" if about["rule"] == "COUNTERFEIT" else "texts",
            "scanner_version": "2" if instant.year == 2026 else "1",
            **{name: value if value != "" else None for name, value in about.items()},
            "score": score / 100,
            "threshold": 0.55,
            "sampling_rate": 1.0 if score >= 80 else 0.25,
            "ticket_no": ticket,
        }
    )


def _unanswered_hits(tables: Tables, chance: random.Random) -> None:
    for number in range(400):
        at = FIRST_DAY + timedelta(seconds=chance.randrange(DAYS * DAY))
        about = {"item_no": 80_000 + number, "seller_no": 1001 + chance.randrange(MEMBERS),
                 "area": "Listings", "rule": RULES[chance.randrange(5)]}  # fmt: skip
        _hit(tables, chance, at, about, None)


def _sanction(
    tables: Tables, chance: random.Random, number: int, ruled: datetime, about: Row, bot: bool
) -> None:
    measure = chance.choice(MEASURES)
    imposed = ruled + timedelta(minutes=chance.randrange(1, 20))
    until = imposed + timedelta(days=14) if measure.endswith("blocked") else None
    tables["sanctions"].append(
        {
            "sanction_no": 8000 + number,
            "verdict_no": 7000 + number,
            "imposed": local(imposed),
            "lifted": local(until),
            "measure": measure,
            "item_no": about["item_no"] if measure.startswith("Item") else "",
            "bot": int(bot),
            "ground": "Law" if about["rule"] in ("COUNTERFEIT", "BANNED GOODS") else "House rules",
        }
    )
    received = imposed + timedelta(hours=chance.randrange(1, 200))
    if chance.randrange(9) == 0 and received < EXTRACTED:
        answered = received + timedelta(hours=chance.randrange(10, 150))
        result = ("Stands", "Stands", "Reversed", "Partly reversed", "Withdrawn")
        is_open = answered > EXTRACTED
        tables["objections"].append(
            {
                "objection_no": 300 + len(tables["objections"]),
                "verdict_no": 7000 + number,
                "received": local(received),
                "answered": "" if is_open else local(answered),
                "result": "" if is_open else chance.choice(result),
                "route": "In-house" if chance.randrange(10) else "Arbitration",
                "raised_by": "Seller" if chance.randrange(6) else "Complainant",
            }
        )


def _log(tables: Tables, ticket: int, step: str, at: datetime, agent: int, cause: str = "") -> None:
    if at > EXTRACTED:
        return
    tables["ticket_log"].append(
        {
            "log_no": 40_000 + len(tables["ticket_log"]),
            "ticket_no": ticket,
            "step": step,
            "logged": local(at),
            "agent_no": agent,
            "cause": cause,
        }
    )


def _traffic(tables: Tables, chance: random.Random) -> None:
    for day in range(DAYS):
        date = (FIRST_DAY + timedelta(days=day)).strftime("%d.%m.%Y")
        for area in AREAS:
            for country in ("DE", "AT"):
                many = 3 if country == "DE" else 1
                views = chance.randrange(4000, 6000) * many
                tables["traffic"].append(
                    {
                        "day": date,
                        "area": area,
                        "country": country,
                        "views": views,
                        "messages": views // 9 if area == "Chat" else 0,
                        "orders": views // 70 if area == "Listings" else 0,
                        "signups": chance.randrange(4) if area == "Profiles" else 0,
                        "links": views // 300,
                        "disputes": chance.randrange(3) if area == "Listings" else 0,
                    }
                )


def write(tables: Tables, out: Path) -> None:
    """Write the tables as a folder of files, or as one SQLite file by its ending."""
    if out.suffix == ".sqlite":
        out.parent.mkdir(parents=True, exist_ok=True)
        out.unlink(missing_ok=True)
        _write_database(tables, sqlite3.connect(out))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if name == "scanner_hits":
            lines = "".join(json.dumps(row) + "\n" for row in table)
            (out / f"{name}.ndjson").write_text(lines, encoding="utf-8")
        elif name == "ticket_log":
            (out / name).mkdir(exist_ok=True)
            for year in ("2025", "2026"):
                part = [row for row in table if year in str(row["logged"])]
                with gzip.open(out / name / f"{year}.csv.gz", "wt", encoding="utf-8") as file:
                    _write_csv(part, file)
        else:
            with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                _write_csv(table, file)


def _write_csv(table: list[Row], file) -> None:
    writer = csv.DictWriter(file, list(table[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)


def _write_database(tables: Tables, database: sqlite3.Connection) -> None:
    for name, table in tables.items():
        kinds = [
            next((type(row[column]) for row in table if row[column] not in ("", None)), str)
            for column in table[0]
        ]
        types = [{int: "bigint", float: "double", str: "text"}[kind] for kind in kinds]
        columns = ", ".join(map(" ".join, zip(table[0], types, strict=True)))
        database.execute(f"create table {name} ({columns})")
        holes = ", ".join("?" * len(kinds))
        cells = [[None if value == "" else value for value in row.values()] for row in table]
        database.executemany(f"insert into {name} values ({holes})", cells)
    database.commit()
    database.close()


def main() -> None:
    """Read the command line and write the export."""
    parser = argparse.ArgumentParser(description="Write the export of an invented company.")
    parser.add_argument("--out", type=Path, required=True, help="folder, or .sqlite file")
    out = parser.parse_args().out
    tables = rows()
    write(tables, out)
    print(f"{sum(map(len, tables.values())):,} rows in {len(tables)} tables in {out}")


if __name__ == "__main__":
    main()
