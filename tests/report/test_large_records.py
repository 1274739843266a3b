"""A case study whose records are only counted gives, figure by figure, the report that it gives when they are read."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
import yaml

from shared.cases.project import Project
from shared.measures import case, counting, foresight
from shared.protect import find_policy
from shared.report.result import result
from shared.report.study import Study, open_case
from shared.sources import open_large
from shared.sources.large import LargeRecords
from shared.sources.locate import digest
from tests.release.canary import SAMPLES, copied
from tests.report.test_study import SECTIONS


def as_parquet(project: Project, slug: str) -> None:
    """Put the records into Parquet with the types that an exporting database would give them."""
    definition = project.casestudies / slug / "case.yaml"
    text = definition.read_text(encoding="utf-8")
    source = yaml.safe_load(text)["sources"]["records"]
    path = project.root / source["path"]
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    columns = {}
    for name in frame:
        values = pl.Series(str(name), [None if pd.isna(v) else v for v in frame[name]], dtype=pl.String)
        for dtype in (pl.Int64, pl.Float64, pl.Date):
            cast = values.str.to_date(strict=False) if dtype == pl.Date else values.cast(dtype, strict=False)
            same = cast.cast(pl.String) == values
            if cast.null_count() == values.null_count() and bool(same.all()):
                values = cast
                break
        columns[str(name)] = values
    written = path.with_suffix(".parquet")
    pl.DataFrame(columns).write_parquet(written, row_group_size=100)
    text = text.replace(source["path"], str(written.relative_to(project.root))).replace(
        source["sha256"], digest(written)
    )
    definition.write_text(
        text.replace("    format: csv\n    licence: MIT", "    format: parquet\n    licence: MIT", 1), "utf-8"
    )
    assert yaml.safe_load(definition.read_text(encoding="utf-8"))["sources"]["records"]["format"] == "parquet"


def opened(project: Project, slug: str, least: int, **more: str) -> Study:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_large, "LARGE", dict.fromkeys(open_large.LARGE, least))
        return open_case(slug, draws=100, project=project, **more)


@pytest.fixture(scope="module", params=[(slug, kind) for slug in SAMPLES for kind in ("csv", "parquet")], ids="-".join)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Study]:
    """The same case study with its records in memory, and only counted."""
    slug, kind = request.param
    project = copied(tmp_path_factory.mktemp("large"), slug)
    if kind == "parquet":
        as_parquet(project, slug)
    held, counted = opened(project, slug, 10**12), opened(project, slug, 0)
    assert isinstance(held.rows("records"), pd.DataFrame)
    assert isinstance(counted.rows("records"), LargeRecords)
    return held, counted


def test_every_measurement_loss_and_note_is_the_same(both: tuple[Study, Study]) -> None:
    held, counted = both
    assert counted.exact == held.exact
    assert counted.prepared.losses == held.prepared.losses
    assert counted.prepared.consent == held.prepared.consent
    assert counted.prepared.provenance == held.prepared.provenance


def test_every_section_and_what_is_known_of_every_table_is_the_same(both: tuple[Study, Study]) -> None:
    held, counted = both
    for name in SECTIONS:
        assert getattr(counted, name)().outputs() == getattr(held, name)().outputs(), name
    for study in both:
        study.protected()
    assert [table.as_json() for table in counted.book.tables] == [table.as_json() for table in held.book.tables]
    assert result(counted) == result(held)


def test_tables_of_chosen_rows_and_by_cell_keys_are_the_same(tmp_path: Path) -> None:
    slug = "traveller-survey"
    project = copied(tmp_path, slug)
    definition = project.casestudies / slug / "case.yaml"
    defined = yaml.safe_load(definition.read_text(encoding="utf-8"))
    path = project.root / defined["sources"]["records"]["path"]
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    frame["rkey"] = [str(n * 37 % 256) for n in range(len(frame))]
    frame.to_csv(path, index=False)
    source = defined["sources"]["records"] | {"sha256": digest(path)}
    source["columns"] |= {"rkey": {"role": "other", "type": "integer", "label": "Record key"}}
    defined["sources"]["records"] = source
    defined["disclosure"]["record_key"] = {"records": "rkey"}
    definition.write_text(yaml.safe_dump(defined, sort_keys=False), encoding="utf-8")
    studies = [opened(project, slug, least, policy="cell-key") for least in (10**12, 0)]
    publish = [c for c in defined["disclosure"]["publish"]["records"] if c in source["columns"]][:3]
    first, second, *_ = publish
    groups = studies[0].rows("records")[first].dropna().unique()
    for by, where in ((first, None), ([first, second], None), (second, {first: str(groups[0])})):
        held, counted = (study.table("records", by, title="A table", where=where) for study in studies)
        pd.testing.assert_frame_equal(counted.frame, held.frame)
        assert counted.ledger == held.ledger
    assert find_policy("cell-key").method == "cell-key"


@pytest.mark.parametrize("slug", SAMPLES)
def test_all_counts_of_a_report_come_from_one_pass(slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the passes over single columns by which the records are prepared."""
    passes: list[str] = []
    read, foreseen, count_all = LargeRecords.being_read, case.foresee, foresight.count_all

    def noted(rows: LargeRecords) -> AbstractContextManager[pl.LazyFrame]:
        passes.append("small")
        return read(rows)

    def all_at_once(*given: Any, **more: Any) -> Any:
        passes[-1] = "all"
        return count_all(*given, **more)

    def foresee(*given: Any) -> None:
        foreseen(*given)
        passes.append("foreseen")

    monkeypatch.setattr(LargeRecords, "being_read", noted)
    monkeypatch.setattr(foresight, "count_all", all_at_once)
    monkeypatch.setattr(case, "foresee", foresee)
    study = opened(copied(tmp_path, slug), slug, 0)
    for name in set(SECTIONS) - {"data"}:  # what a survey tool recorded is read from some of the records
        getattr(study, name)()
    assert passes.count("all") == 1
    # of the combinations of key variables no table is made: what is asked of them is a pass of its own
    assert passes[passes.index("foreseen") + 1 :] in ([], ["small"])


def test_different_keys_can_be_estimated_with_their_error_stated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = "refugee-casework"
    project = copied(tmp_path, slug)
    definition = project.casestudies / slug / "case.yaml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(
        text.replace("    key: [record_ref]\n", "    key: [record_ref]\n    distinct_keys: estimated\n")
    )
    monkeypatch.setattr(counting, "KEPT_KEYS", 2000)
    held, counted = ({m.indicator: m for m in opened(project, slug, least).exact} for least in (10**12, 0))
    exact, estimated = held["DAT-4"], counted["DAT-4"]
    assert exact.note == ""
    found = re.search(r"relative standard error ([\d.]+)%", estimated.note)
    assert found is not None
    # one key in ten is looked at: the error of a binomial count of some 2,000 is about two per cent
    assert 1 < float(found[1]) < 3
    assert estimated.numerator is not None
    assert exact.numerator is not None
    assert abs(estimated.numerator / exact.numerator - 1) < 5 * float(found[1]) / 100
    assert {name: m for name, m in counted.items() if name != "DAT-4"} == {
        name: m for name, m in held.items() if name != "DAT-4"
    }
