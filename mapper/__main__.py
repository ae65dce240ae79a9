"""``python -m mapper``, where the command isn't on the path."""

from mapper.cli import main

main()
