"""The verbs of the command line, a file each: its options, its help, and a call into the API."""
