"""A published table passes on all rows of a model that it stacks, unchanged, or none of them."""

import tempfile
from pathlib import Path

import pytest

from tests.python.fingerprint.compiled_models import manifest
from trustmetrics.fingerprint.project import CompiledProject

SALES = "select cast('sales' as varchar) as metric, state as slice_value, amount from raw.orders"
HIDDEN = "select id as metric from raw.customers"
STACK = "with stack as (select * from main.sales union all select * from main.sales) "
ANTI = (
    STACK + "select stack.* from stack left join main.hidden as hidden"
    " on stack.metric = hidden.metric where hidden.metric is null"
)


def _passes_on(published: str) -> bool:
    models = {"sales": SALES, "hidden": HIDDEN, "published": published}
    with tempfile.TemporaryDirectory() as folder:
        content = manifest(models)
        project = CompiledProject(content, Path(folder), ())
        nodes = content["nodes"]
        return project.passes_on(nodes["model.shop.published"], nodes["model.shop.sales"])


@pytest.mark.parametrize(
    "published",
    [STACK + "select * from stack", STACK + "select * from stack where metric <> 'rent'", ANTI],
    ids=["all", "by its name", "not in a list of names"],
)
def test_whole_models_are_passed_on_or_left_out(published):
    assert _passes_on(published)


@pytest.mark.parametrize(
    "published",
    [
        STACK + "select * from stack where amount > 0",
        STACK + "select metric, slice_value, amount * 2 as amount from stack",
        STACK + "select metric, amount as slice_value, slice_value as amount from stack",
        ANTI + " and stack.slice_value <> 'x'",
        ANTI.replace(
            "stack.metric = hidden.metric",
            "stack.metric = hidden.metric and stack.slice_value = hidden.metric",
        ),
        ANTI.replace("hidden.metric is null", "hidden.metric is not null"),
        ANTI.replace("where hidden.metric is null", ""),
    ],
    ids=[
        "rows by a value",
        "a value changed",
        "columns swapped",
        "rows of a slice",
        "a join by a slice",
        "rows multiplied by matches",
        "rows multiplied",
    ],
)
def test_a_part_of_a_model_is_not_left_out_changed_or_multiplied(published):
    assert not _passes_on(published)
