"""`tars-bench query`: SQL over the published file."""

from typing import Annotated

import typer

from tars_bench.commands.formats import RowFormat, RowFormatOption, print_rows
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace
from tars_bench.shared.console import narrate

_DEFAULT_LIMITS = {RowFormat.TABLE: 100, RowFormat.MARKDOWN: 100}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Run SQL over the published file.",
        epilog='\b\nExample:\n  tars-bench query "from marts.metrics_daily" --format csv',
    )(query)


def query(
    sql: Annotated[
        str,
        typer.Argument(
            metavar="SQL",
            help="One SELECT in DuckDB's SQL; @FILE reads it from a file, - from the input.",
        ),
    ],
    output_format: RowFormatOption = RowFormat.TABLE,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=0,
            metavar="N",
            help="Write at most N rows, 0 for all. Default: 100 for table and markdown, else all.",
            show_default=False,
        ),
    ] = None,
    formula_guard: Annotated[
        bool,
        typer.Option(
            help="In CSV, put a ' before text that a spreadsheet would take for a formula."
        ),
    ] = True,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Run SQL over the published file, which it can only read; rows go to stdout."""
    from tars_bench.warehouse import query as queries

    most = _DEFAULT_LIMITS.get(output_format, 0) if limit is None else limit
    with queries.run(open_workspace(workspace), queries.read_sql(sql)) as rows:
        shown, is_cut = queries.first(rows, most)
        print_rows(shown, output_format, formula_guard=formula_guard)
    if is_cut:
        narrate(f"only the first {most:,} rows are shown; --limit 0 shows all")
