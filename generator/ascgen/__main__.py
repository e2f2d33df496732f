"""Run the command line with `python -m ascgen`."""

from ascgen.cli import main

main()
