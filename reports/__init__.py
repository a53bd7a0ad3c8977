"""Facts in, HTML and PDF out: no Flask, no database, no forms; all that is printed is computed from reports.facts."""
