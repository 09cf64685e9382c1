"""Counts with DuckDB: `database.py FOLDER QUERY`, with one view for each table of the folder. Needs duckdb from PyPI."""

import pathlib
import sys

import duckdb

folder, query = pathlib.Path(sys.argv[1]), sys.argv[2]
database = duckdb.connect()
database.execute("set threads = 1")
for table in folder.glob("*.tsv"):
    # Names are texts here as there; the table is in memory before the question begins.
    read = f"read_csv('{table}', delim = '\t', header = true, quote = '', escape = '')"
    database.execute(f"create table {table.stem} as select * from {read}")
print(database.execute(query).fetchone()[0])
