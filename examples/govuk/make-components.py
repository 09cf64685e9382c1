#!/usr/bin/env python3
"""Writes components.csv: which application each container of depends.csv belongs to.

A container of govuk-docker is named after the project that it belongs to, with a suffix for its stack or role:
`content-store-app`, `content-store-lite`, `publishing-api-redis`, `whitehall-worker`. So it belongs to the application
with the longest name that is the container's name up to a `-`. Where there is none (`postgres-13`, `nginx-proxy`), the
container belongs to no application and gets no row.

Run it in this folder: python3 make-components.py
"""

import csv


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


applications = {row["application"] for path in ("teams.csv", "alerts.csv", "hosting.csv", "types.csv") for row in rows(path)}
containers = {name for row in rows("depends.csv") for name in (row["application"], row["needs"])}

with open("components.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["component", "application"])
    for container in sorted(containers):
        owners = [name for name in applications if container.startswith(name + "-")]
        if owners:
            writer.writerow([container, max(owners, key=len)])
