"""A SELECT of a map, and the source's tables that it reads."""

import re
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp, parse
from sqlglot.errors import ParseError, TokenError

from trustmetrics.errors import UserError
from trustmetrics.texts import read_text


@dataclass(frozen=True)
class Query:
    """A file with one SELECT.

    Attributes:
        file: where it stands.
        text: its SQL, as it stands there but for a last semicolon.
        tables: the tables that it reads, `table` or `schema.table`.
    """

    file: Path
    text: str
    tables: tuple[str, ...]

    def line_of(self, name: str, before: str = "") -> int:
        """The first line on which a name stands as a whole word, 1 where there is none.

        Args:
            name: the name.
            before: a word that stands before it, such as `as`.
        """
        ahead = rf"\b{before}\s+" if before else r"(?<!\w)"
        wanted = re.compile(rf'{ahead}"?{re.escape(name)}"?(?!\w)', re.IGNORECASE)
        for number, line in enumerate(self.text.splitlines(), 1):
            if not line.lstrip().startswith("--") and wanted.search(line):
                return number
        return 1


def read_query(file: Path) -> Query:
    """Read a file of a map.

    Raises:
        UserError: it is not one SELECT; the message names the line where the SQL is not valid.
    """
    text = read_text(file).rstrip()
    try:
        statements = [one for one in parse(text, dialect="duckdb") if one is not None]
    except (ParseError, TokenError) as error:
        found = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
        place = f":{found['line']}" if found.get("line") else ""
        reason = found.get("description") or str(error).splitlines()[0]
        raise UserError(f"{file}{place}: this is not valid SQL ({reason.rstrip('.')}).") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise UserError(f"{file}:1: a file of a map is one SELECT. Write one, and nothing else")
    tree = statements[0]
    named = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    tables = dict.fromkeys(
        f"{table.db}.{table.name}" if table.db else table.name
        for table in tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier) and (table.db or table.name.lower() not in named)
    )
    return Query(file, text.removesuffix(";"), tuple(tables))
