"""The faults: what can be changed in a piece of SQL, one change at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

DIALECT = "duckdb"
BOUNDARY = {exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT}
OPPOSITE = {exp.LT: exp.GTE, exp.LTE: exp.GT, exp.GT: exp.LTE, exp.GTE: exp.LT}
ARITHMETIC = {exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Div, exp.Div: exp.Mul}
AGGREGATES = {
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Sum: exp.Max,
    exp.Least: exp.Greatest,
    exp.Greatest: exp.Least,
}
TRUNCATIONS = {
    "DAY": "WEEK",
    "WEEK": "MONTH",
    "MONTH": "QUARTER",
    "QUARTER": "MONTH",
    "YEAR": "QUARTER",
}


@dataclass(frozen=True)
class Edit:
    """A change: the node, what takes its place, how to show both, and the part that it is about."""

    kind: str
    node: exp.Expression
    replacement: exp.Expression
    before: str
    after: str
    part: exp.Expression


def sql_of(node: exp.Expression) -> str:
    """A node as SQL, in lower case but for its comments, which are left out."""
    return node.sql(dialect=DIALECT, comments=False).lower()


def edits_of(tree: exp.Expression) -> Iterator[Edit]:
    """Every edit of every node of a tree."""
    for node in tree.walk():
        for make in (_comparison, _constant, _connector, _filter, _aggregate, _order, _default):
            yield from make(node)
        yield from _branch(node)
        yield from _arithmetic(node)
        yield from _join(node)


def _edit(kind: str, node: exp.Expression, replacement: exp.Expression) -> Edit:
    return Edit(kind, node, replacement, sql_of(node), sql_of(replacement), node)


def _comparison(node: exp.Expression) -> Iterator[Edit]:
    kind = type(node)
    if kind in BOUNDARY:
        sides = {"this": node.this.copy(), "expression": node.expression.copy()}
        yield _edit("boundary", node, BOUNDARY[kind](**sides))
        yield _edit("comparison", node, OPPOSITE[kind](**sides))
    elif isinstance(node, exp.EQ | exp.NEQ) and not _is_join_key(node):
        other = exp.NEQ if kind is exp.EQ else exp.EQ
        sides = {"this": node.this.copy(), "expression": node.expression.copy()}
        yield _edit("comparison", node, other(**sides))
    elif isinstance(node, exp.Not):
        yield _edit("comparison", node, node.this.copy())
    elif isinstance(node, exp.Is | exp.In) and not isinstance(node.parent, exp.Not):
        yield _edit("comparison", node, exp.Not(this=node.copy()))


def _is_join_key(node: exp.Expression) -> bool:
    """Whether a comparison pairs the columns of a join: dropping it is the fault that counts."""
    join = node.find_ancestor(exp.Join, exp.Select)
    columns = isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column)
    return columns and isinstance(join, exp.Join)


def _constant(node: exp.Expression) -> Iterator[Edit]:
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        unit = node.args["unit"].name.upper()
        other = node.copy()
        other.set("unit", exp.Var(this=TRUNCATIONS[unit]))
        yield _edit("constant", node, other)
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for at in range(len(node.expressions)):
            other = node.copy()
            other.expressions[at].pop()
            yield _edit("constant", node, other)
    elif isinstance(node, exp.Literal) and not _stands_for_itself(node):
        yield _edit("constant", node, _changed(node))


def _stands_for_itself(node: exp.Literal) -> bool:
    """Literals that other edits change, or that only say a position or the end of time."""
    parent = node.parent
    in_list = isinstance(parent, exp.In) and len(parent.expressions) > 1 and node.arg_key != "this"
    simple_case = isinstance(parent, exp.If) and node.arg_key == "this"
    dated = isinstance(parent, exp.Cast) and node.is_string and parent.is_type("date")
    divisor = isinstance(parent, exp.Nullif) and _is_number(parent.this)
    truncated = isinstance(parent, exp.TimestampTrunc | exp.DateTrunc)
    return in_list or simple_case or dated or divisor or truncated or isinstance(parent, exp.Group)


def _changed(node: exp.Literal) -> exp.Literal:
    numeric = not node.is_string or isinstance(node.parent, exp.Interval)
    if not numeric:
        return exp.Literal.string(f"not {node.name}")
    if node.name.isdigit():
        text = str(int(node.name) + 1)
    else:
        number = float(node.name)
        text = f"{number * (1.01 if number >= 0.001 else 10):.15g}"
    return exp.Literal.string(text) if node.is_string else exp.Literal.number(text)


def _connector(node: exp.Expression) -> Iterator[Edit]:
    """Whole chains of and, or of or: each operand dropped, and the last connector swapped."""
    kind = type(node)
    if kind not in (exp.And, exp.Or) or isinstance(node.parent, kind):
        return
    operands = list(node.flatten(unnest=False))
    if kind is exp.And:
        for at, operand in enumerate(operands):
            rest = exp.and_(*(o.copy() for i, o in enumerate(operands) if i != at), wrap=False)
            yield Edit("conjunct", node, rest, sql_of(operand), "", operand)
    other = exp.Or if kind is exp.And else exp.And
    *first, last = (operand.copy() for operand in operands)
    chain = exp.and_ if kind is exp.And else exp.or_
    swapped = exp.Paren(this=other(this=exp.paren(chain(*first, wrap=False)), expression=last))
    yield _edit("and/or", node, swapped)


def _filter(node: exp.Expression) -> Iterator[Edit]:
    """A condition that is not a chain, dropped whole."""
    if isinstance(node, exp.Filter):
        if not isinstance(node.expression.this, exp.And):
            condition = node.expression
            yield Edit("filter", node, node.this.copy(), sql_of(condition), "", condition)
    elif isinstance(node, exp.Select):
        for clause in ("where", "having", "qualify"):
            found = node.args.get(clause)
            if found and not isinstance(found.this, exp.And):
                rest = node.copy()
                rest.set(clause, None)
                yield Edit("filter", node, rest, sql_of(found), "", found)
        if node.args.get("distinct"):
            rest = node.copy()
            rest.set("distinct", None)
            yield Edit("distinct", node, rest, "select distinct", "select", node)
    elif isinstance(node, exp.Join) and node.args.get("on"):
        key = node.args["on"]
        if not isinstance(key, exp.And):
            rest = node.copy()
            rest.set("on", exp.true())
            yield Edit("conjunct", node, rest, sql_of(key), "", key)


def _aggregate(node: exp.Expression) -> Iterator[Edit]:
    if type(node) in AGGREGATES:
        parts = {
            key: [part.copy() for part in value] if isinstance(value, list) else value
            for key, value in node.args.items()
        }
        parts["this"] = node.this.copy()
        yield _edit("aggregate", node, AGGREGATES[type(node)](**parts))
    elif isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        counted = node.this.expressions[0].copy()
        yield _edit("aggregate", node, exp.Count(this=counted, big_int=True))


def _order(node: exp.Expression) -> Iterator[Edit]:
    """The direction of an ordering, and the partitions of a window."""
    if isinstance(node, exp.Ordered):
        other = exp.Ordered(this=node.this.copy(), desc=not node.args.get("desc"))
        yield _edit("order", node, other)
    elif isinstance(node, exp.Window):
        for at, part in enumerate(node.args.get("partition_by") or []):
            other = node.copy()
            other.args["partition_by"][at].pop()
            yield Edit("partition", node, other, f"partition by {sql_of(part)}", "", part)


def _default(node: exp.Expression) -> Iterator[Edit]:
    if isinstance(node, exp.Coalesce | exp.Nullif) and not _is_number(node.this):
        yield _edit("default", node, node.this.copy())


def _is_number(node: exp.Expression) -> bool:
    """Whether an expression is a number as written, which is never what nullif looks for."""
    return isinstance(node.this if isinstance(node, exp.Cast) else node, exp.Literal)


def _branch(node: exp.Expression) -> Iterator[Edit]:
    if not isinstance(node, exp.Case):
        return
    branches = node.args["ifs"]
    for at, branch in enumerate(branches):
        if len(branches) == 1:
            other = node.args["default"].copy() if node.args.get("default") else exp.null()
        else:
            other = node.copy()
            other.args["ifs"][at].pop()
        shown = f"when {sql_of(branch.this)} then {sql_of(branch.args['true'])}"
        yield Edit("branch", node, other, shown, "", branch)
    if node.args.get("default"):
        default = node.args["default"]
        other = node.copy()
        other.set("default", None)
        yield Edit("branch", node, other, f"else {sql_of(default)}", "", default)


def _arithmetic(node: exp.Expression) -> Iterator[Edit]:
    if type(node) in ARITHMETIC:
        sides = {"this": node.this.copy(), "expression": node.expression.copy()}
        yield _edit("arithmetic", node, ARITHMETIC[type(node)](**sides))
    elif isinstance(node, exp.Neg):
        yield _edit("arithmetic", node, node.this.copy())


def _join(node: exp.Expression) -> Iterator[Edit]:
    if not isinstance(node, exp.Join) or not node.args.get("on"):
        return
    left = node.side == "LEFT"
    other = node.copy()
    other.set("side", None if left else "LEFT")
    other.set("kind", "INNER" if left else None)
    names = ("left join", "inner join") if left else ("inner join", "left join")
    table = node.this.alias_or_name
    yield Edit("join", node, other, f"{names[0]} {table}", f"{names[1]} {table}", node)
