"""The map page: one self-contained HTML file that makes no request, made of an event table."""
