"""Which tables follow from the windows of the plan's phases, and the SQL they were built with.

dbt records the SQL of each table, and the relations that SQL reads, in `meta.compiled_models`.
Whoever puts other windows in the place of the plan's phases runs the SQL that counts the windows
and of everything below it anew, and needs every other table that SQL reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Final

from tars_bench.warehouse.files import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROOT: Final = "intermediate.int_window_components"
"""Where the plan's phases become windows of days."""
_OWN_WINDOWS: Final = "dashboard_"
"""What the tables begin with that look at the end of the data, whatever the plan."""


@dataclass(frozen=True)
class CompiledModel:
    """A table of the warehouse: the SQL it was built with, and what that reads."""

    catalog: str
    schema: str
    name: str
    parents: tuple[str, ...]
    sql: str

    @property
    def relation(self) -> str:
        """Its name with its schema, as `parents` has it."""
        return f"{self.schema}.{self.name}"


def window_models(connection: DuckDBPyConnection) -> dict[str, CompiledModel]:
    """Return the model that counts windows and those below it, parents first.

    Without the dashboard's, which has windows of its own. Nothing where the warehouse was built
    before its SQL was recorded.
    """
    return models_below(connection, _ROOT)


def models_below(connection: DuckDBPyConnection, *roots: str) -> dict[str, CompiledModel]:
    """Return the models that read relations, directly or not, and those of them, parents first.

    Nothing where the warehouse was built before its SQL was recorded.
    """
    if not has_table(connection, "meta", "compiled_models"):
        return {}
    found = [CompiledModel(*row) for row in connection.execute(_COMPILED_MODELS).fetchall()]
    kept = [model for model in found if not model.name.startswith(_OWN_WINDOWS)]
    models = {model.relation: model for model in kept}
    return _parents_first({name: models[name] for name in _below(models, roots)})


def above(models: Mapping[str, CompiledModel], wanted: Iterable[str]) -> dict[str, CompiledModel]:
    """Return the models that are needed to build the wanted ones, in the order given."""
    needed: set[str] = set()
    open_ends = [relation for relation in wanted if relation in models]
    while open_ends:
        relation = open_ends.pop()
        if relation not in needed:
            needed.add(relation)
            open_ends.extend(one for one in models[relation].parents if one in models)
    return {relation: model for relation, model in models.items() if relation in needed}


def inputs(models: Mapping[str, CompiledModel]) -> set[str]:
    """Return the relations the models read that are none of them: what must be there."""
    return {one for model in models.values() for one in model.parents} - set(models)


def _below(models: Mapping[str, CompiledModel], roots: Iterable[str]) -> set[str]:
    """Return the models that read relations, directly or not, those of them included."""
    reached, size = set(roots), 0
    while size != len(reached):
        size = len(reached)
        reached |= {relation for relation, model in models.items() if reached & set(model.parents)}
    return reached & set(models)


def _parents_first(models: Mapping[str, CompiledModel]) -> dict[str, CompiledModel]:
    graph = {
        relation: sorted(one for one in model.parents if one in models)
        for relation, model in sorted(models.items())
    }
    return {relation: models[relation] for relation in TopologicalSorter(graph).static_order()}


_COMPILED_MODELS: Final = """
    select
        database_name,
        schema_name,
        model_name,
        read_relations,
        compiled_sql
    from meta.compiled_models
"""
