"""`python -m deploy.cli` is `xiaozu`."""

from deploy.cli import main

main()
