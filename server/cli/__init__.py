"""The command `clb`: everything an administrator does at the machine itself.

Words come in Vietnamese, then English. A command is an edge: it opens the transaction, calls one service, prints.
"""

from importlib import import_module

import click

from server.cli.shell import Commands

MODULES = {
    "serve": ("serve",),
    "migrate": ("serve",),
    "user": ("people",),
    "app-user": ("app_user", "app_user_scope", "enrol", "receipt"),
    "project": ("project",),
    "form": ("form", "form_check", "form_draft", "form_life"),
    "submission": ("submission",),
    "quarantine": ("quarantine",),
    "entity": ("entity",),
    "entity-list": ("entity_list",),
    "plan": ("data",),
    "unit": ("data",),
    "demo": ("demo",),
    "report": ("data", "document", "nation", "paper", "report_all"),
    "verify": ("verify",),
    "issuing-body": ("issuing",),
    "schedule": ("schedule",),
    "worker": ("worker",),
    "rollup": ("nation",),
    "rebuild": ("data",),
    "export": ("export",),
    "encryption": ("encryption",),
    "audit-log": ("audit_log",),
    "check": ("check",),
}
"""Command → modules of this package that make it: the first defines it, the others add commands to it."""


class Programme(Commands):
    """Every command by its name. What one needs is loaded when it is called, so that no other waits for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        first, *_ = [import_module(f"{__name__}.{module}") for module in MODULES[cmd_name]]
        command: click.Command = getattr(first, cmd_name.replace("-", "_"))
        return command


@click.group(
    cls=Programme, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
def main() -> None:
    """CLB: thu thập số liệu bằng biểu mẫu cho Câu lạc bộ Liên thế hệ tự giúp nhau.

    CLB: form-based field data collection for intergenerational self-help clubs.
    """
