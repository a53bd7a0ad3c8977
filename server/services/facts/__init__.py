"""The facts of reports, read from the club tables within a scope: no report is made or printed here."""
