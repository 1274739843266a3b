"""The same counts as a person would write them, once for polars and once for DuckDB: the floor for ours."""

from __future__ import annotations

from typing import Any

from tests.bench.rows_data import DISTRICTS, EMAIL, ID, NATIONS, NEEDS, PHONE, SEXES

TEXTS = ("id", "sex", "district", "nationality", "need", "email", "phone", "status")
FIGURES = ("age", "opened", "closed", "income", "hours", "visits")
REQUIRED = ("id", "age", "sex", "district", "need", "opened", "status")
MISSING = {"sex": "unknown", "nationality": "unknown"}
DOMAIN = {"sex": SEXES, "district": DISTRICTS, "nationality": NATIONS, "need": NEEDS, "status": ("open", "closed")}


def by_polars(path: str) -> dict[str, Any]:
    """Return the counts of a Parquet file with polars, lazily, with its streaming engine."""
    from datetime import date

    import polars as pl

    col = pl.col
    table = pl.scan_parquet(path)
    has = {name: col(name).str.strip_chars() != "" for name in TEXTS}
    has |= {name: has[name] & (col(name) != code) for name, code in MISSING.items()}
    has = {name: said.fill_null(False) for name, said in has.items()}
    has |= {name: col(name).is_not_null() for name in FIGURES}
    ok = {name: col(name).is_in(list(values)).fill_null(False) for name, values in DOMAIN.items()}
    ok |= {
        name: col(name).str.contains(f"^(?:{pattern})$").fill_null(False)
        for name, pattern in (("id", ID), ("email", EMAIL), ("phone", PHONE))
    }
    ok |= {
        "age": col("age").is_between(0, 110), "income": col("income").is_between(0, 1_000_000),
        "hours": col("hours").is_between(0, 168), "visits": col("visits") >= 1,
        "opened": col("opened").is_between(date(2015, 1, 1), date(2024, 12, 31)), "closed": has["closed"],
    }  # fmt: skip
    ok = {name: said.fill_null(False) for name, said in ok.items()}
    applies = col("status") == "closed"
    judged = {"order": ok["closed"] & ok["opened"], "hours": ok["hours"], "need": ok["age"] & (col("need") == "need A")}
    kept = {"order": col("closed") >= col("opened"), "hours": col("hours") <= 80, "need": col("age") >= 16}
    judged = {name: said.fill_null(False) for name, said in judged.items()}
    kept = {name: (said & judged[name]).fill_null(False) for name, said in kept.items()}
    complete = pl.all_horizontal(*(has[name] for name in REQUIRED), has["closed"] | ~applies)
    sums = table.select(
        pl.len().alias("records"), complete.sum().alias("complete"),
        *(has[name].sum().alias(f"has {name}") for name in has), *(ok[name].sum().alias(f"ok {name}") for name in ok),
        *(judged[name].sum().alias(f"judged {name}") for name in judged),
        *(kept[name].sum().alias(f"kept {name}") for name in kept),
        applies.sum().alias("applies"), pl.any_horizontal(*judged.values()).sum().alias("some"),
        pl.all_horizontal(*(~judged[name] | kept[name] for name in kept)).sum().alias("none"),
        col("id").n_unique().alias("distinct"),
    )  # fmt: skip
    valid = {name: pl.when(ok[name]).then(col(name)) for name in ("district", "sex", "need", "nationality", "age")}
    groups = [
        table.select(valid["district"], valid["sex"]).group_by("district", "sex").len(),
        *(table.select(valid[name]).group_by(name).len() for name in ("need", "nationality", "age")),
    ]
    found, *grouped = pl.collect_all([sums, *groups], engine="streaming")
    return {**found.to_dicts()[0], "groups": [len(group) for group in grouped]}


def by_duckdb(path: str) -> dict[str, Any]:
    """Return the same with DuckDB, the distinct count in a statement of its own."""
    import duckdb

    has = {name: f"coalesce(trim({name}) <> '', false)" for name in TEXTS}
    has |= {name: f"({has[name]} AND {name} <> '{code}')" for name, code in MISSING.items()}
    has |= {name: f"({name} IS NOT NULL)" for name in FIGURES}
    ok = {
        name: f"coalesce(regexp_full_match({name}, '{pattern}'), false)"
        for name, pattern in (("id", ID), ("email", EMAIL), ("phone", PHONE))
    }
    ok |= {
        name: f"coalesce({name} IN ({', '.join(map(repr, values))}), false)"
        for name, values in DOMAIN.items()
        if name != "district"
    }
    ok |= {
        "district": "(d.code IS NOT NULL)",  # a join: IN with 331 words is many times slower
        "age": "coalesce(age BETWEEN 0 AND 110, false)", "income": "coalesce(income BETWEEN 0 AND 1000000, false)",
        "hours": "coalesce(hours BETWEEN 0 AND 168, false)", "visits": "coalesce(visits >= 1, false)",
        "opened": "coalesce(opened BETWEEN DATE '2015-01-01' AND DATE '2024-12-31', false)", "closed": has["closed"],
    }  # fmt: skip
    applies = "(status = 'closed')"
    judged = {
        "order": f"({ok['closed']} AND {ok['opened']})", "hours": ok["hours"],
        "need": f"({ok['age']} AND coalesce(need = 'need A', false))",
    }  # fmt: skip
    kept = {"order": "closed >= opened", "hours": "hours <= 80", "need": "age >= 16"}
    kept = {name: f"coalesce({judged[name]} AND {said}, false)" for name, said in kept.items()}
    complete = " AND ".join([*(has[name] for name in REQUIRED), f"({has['closed']} OR NOT {applies})"])
    counted = {"complete": complete, "applies": applies, "some": " OR ".join(judged.values())}
    counted["none"] = " AND ".join(f"(NOT {judged[name]} OR {kept[name]})" for name in kept)
    for said, conditions in (("has", has), ("ok", ok), ("judged", judged), ("kept", kept)):
        counted |= {f"{said} {name}": condition for name, condition in conditions.items()}
    sums = ", ".join(f'count(*) FILTER (WHERE {condition}) AS "{name}"' for name, condition in counted.items())
    connection = duckdb.connect()
    connection.execute("CREATE TABLE codes AS SELECT unnest($1) AS code", [list(DISTRICTS)])
    table = f"read_parquet('{path}') AS r LEFT JOIN codes AS d ON r.district = d.code"
    row = connection.execute(f"SELECT count(*) AS records, {sums} FROM {table}").fetchdf().iloc[0].to_dict()
    row["distinct"] = connection.execute(f"SELECT count(DISTINCT id) FROM read_parquet('{path}')").fetchone()[0]  # type: ignore[index]
    groups = []
    for names in (("district", "sex"), ("need",), ("nationality",), ("age",)):
        keys = ", ".join(f"CASE WHEN {ok[name]} THEN {name} END AS {name}_" for name in names)
        by = ", ".join(f"{name}_" for name in names)
        query = f"SELECT count(*) FROM (SELECT {by}, count(*) FROM (SELECT {keys} FROM {table}) GROUP BY {by})"
        groups.append(connection.execute(query).fetchone()[0])  # type: ignore[index]
    return {**{name: int(value) for name, value in row.items()}, "groups": groups}
