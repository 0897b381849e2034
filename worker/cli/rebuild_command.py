"""`sparekey rules rebuild`: everything decided anew from the journal. Owns its words."""

from pathlib import Path

import click

from rules.speech.amounts import count
from worker.cli import documents, options
from worker.cli.folder import to_type
from worker.cli.operate import operate


@click.command("rebuild")
@options.folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def rebuild_command(folder: Path, as_json: bool) -> None:
    """Decides the whole journal anew with the rules as they are. Nothing about the past is sent: what stands at its end
    and was not told becomes a draft, what is no longer found is withdrawn.

    An edit of what a rule means does this by itself, while the service runs; so does the night for events that came too
    late. This is for whoever does not want to wait, or does not trust what stands there.

    \b
    sparekey rules rebuild

    Exit codes: 0 fine; 2 the workspace cannot be opened.
    """
    found = operate(folder, "rebuild", {})
    if as_json:
        click.echo(documents.dump(found))
        return
    new, withdrawn = int(str(found["findings_new"])), int(str(found["findings_withdrawn"]))
    click.echo(f"{count(int(str(found['events'])), 'event')} decided anew: {new} new, {withdrawn} withdrawn.")
    click.echo(f"Next: {to_type(folder, 'findings')}   what stands now")
