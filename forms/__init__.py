"""Reads and writes what the ODK family speaks: workbooks, XForms, submissions, entity lists.

Text in, dataclasses out. Knows no project, no database and no HTTP.
"""
