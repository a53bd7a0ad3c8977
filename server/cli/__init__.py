"""The command `clb`: everything an administrator does at the machine itself.

Words come in Vietnamese, then English. A command is an edge: it opens the transaction, calls one service, prints.
"""

import click

from server.cli import (
    app_user,
    app_user_scope,  # noqa: F401 - it adds commands to app_user
    audit_log,
    check,
    data,
    demo,
    document,  # noqa: F401 - it adds commands to report
    encryption,
    enrol,  # noqa: F401 - it adds commands to app_user
    entity,
    entity_list,
    export,
    form,
    form_check,  # noqa: F401 - it adds commands to form
    form_draft,  # noqa: F401 - it adds commands to form
    form_life,  # noqa: F401 - it adds commands to form
    issuing,
    nation,
    paper,  # noqa: F401 - it adds commands to report
    people,
    project,
    quarantine,
    receipt,  # noqa: F401 - it adds a command to app_user
    report_all,  # noqa: F401 - it adds a command to report
    schedule,
    serve,
    submission,
    verify,
    worker,
)
from server.cli.shell import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """CLB: thu thập số liệu bằng biểu mẫu cho Câu lạc bộ Liên thế hệ tự giúp nhau.

    CLB: form-based field data collection for intergenerational self-help clubs.
    """


for command in (
    serve.serve,
    serve.migrate,
    people.user,
    app_user.app_user,
    project.project,
    form.form,
    submission.submission,
    quarantine.quarantine,
    entity.entity,
    entity_list.entity_list,
    data.plan,
    data.unit,
    demo.demo,
    data.report,
    verify.verify,
    issuing.issuing_body,
    schedule.schedule,
    worker.worker,
    nation.rollup,
    data.rebuild,
    export.export,
    encryption.encryption,
    audit_log.audit_log,
    check.check,
):
    main.add_command(command)
