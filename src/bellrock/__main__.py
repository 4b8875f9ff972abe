"""`python -m bellrock` is the command `bellrock`."""

from bellrock.cli import main

main()
