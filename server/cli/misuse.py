"""Commands written wrongly, told in Vietnamese first: click itself speaks English only."""

import re

import click

PLACES = {
    "does not exist": "không có “{value}”",
    "is a directory": "“{value}” là thư mục, ở đây cần một tệp",
    "is a file": "“{value}” là tệp, ở đây cần một thư mục",
    "is not readable": "không có quyền đọc “{value}”",
    "is not a valid integer": "“{value}” không phải là số nguyên",
    "does not match the format": "“{value}” không phải là ngày; viết như 2020-12-31 hoặc 31/12/2020",
}
"""What click says of a value: a piece of its sentence, and ours."""
CHOICES = re.compile(r"is not one of (.+?)\.?$")
QUOTED = re.compile(r"'([^']*)'")


def explained(error: click.UsageError) -> tuple[str, str]:
    """What is wrong and where help is, in Vietnamese and in English."""
    command = error.ctx.command_path if error.ctx else "clb"
    return (
        f"{_sentence(error)} Xem cách viết: {command} --help",
        f"{error.format_message()} See: {command} --help",
    )


def _sentence(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"Không có tùy chọn {error.option_name}."
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"Không có lệnh “{error.command_name}”."
    if isinstance(error, click.MissingParameter):
        return f"Câu lệnh thiếu {_name(error)}."
    if isinstance(error, click.BadParameter):
        return f"{_name(error)}: {_value(error.message)}."
    return "Câu lệnh viết chưa đúng."


def _name(error: click.BadParameter) -> str:
    """The option or argument concerned, as `--help` writes it."""
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.get_error_hint(error.ctx).replace("'", "").removesuffix("...")


def _value(said: str) -> str:
    quoted, choices = QUOTED.search(said), CHOICES.search(said)
    if quoted and choices:
        return f"“{quoted[1]}” không dùng được, chỉ nhận: {choices[1].replace(chr(39), '')}"
    for piece, sentence in PLACES.items():
        if piece in said and quoted:
            return sentence.format(value=quoted[1])
    return "giá trị này không dùng được"
