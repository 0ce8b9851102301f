"""`python -m stylekit`."""

from stylekit.cli.main import main

main()
