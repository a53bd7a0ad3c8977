"""python -m server.cli: the same as the command clb."""

from server.cli import main

main(prog_name="clb")
