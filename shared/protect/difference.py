"""This release beside the last one: what neither gives away, the two together must not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.errors import ProtectionError
from shared.protect.book import exposed_in
from shared.protect.counted import Counted
from shared.protect.joint import Link


def given_away(
    now: Sequence[Counted], before: Sequence[Counted], same: Mapping[str, bool],
    links: Mapping[str, Sequence[Link]] | None = None, *, published: bool = False,
) -> list[str]:  # fmt: skip
    """Return the titles of tables with a figure that both releases together give away.

    now, before  what the two releases print of their tables
    same         source -> whether its file is the same as last time
    published    the organisation has published the figures of both releases itself: a change of a few is known anyway

    Where the data are the same, all tables of both releases count the same people and are attacked together, by
    linear programming. Where they have changed, cells of the same table are compared: a difference that is certain to
    lie between 1 and the threshold, and is known more closely than the policy's width, tells of the few who came or
    left.
    """
    alike = [table for table in before if same.get(table.lineage.source, False) and table not in now]
    found = _together(now, alike, links) if alike else []
    if published:
        return list(dict.fromkeys(found))
    changed = [table for table in before if not same.get(table.lineage.source, False)]
    for table in now:
        for old in changed:
            if (table.lineage, table.by) == (old.lineage, old.by) and _few_apart(table, old):
                found.append(table.title)
    return list(dict.fromkeys(found))


def _together(
    now: Sequence[Counted], alike: Sequence[Counted], links: Mapping[str, Sequence[Link]] | None
) -> list[str]:
    """Attack all tables of both releases; where groups have been defined anew since, each earlier table by itself.

    Tables that contradict one another count other people under the same name: nothing follows from such a pair.
    """
    try:
        return [title for title, _ in exposed_in([*now, *alike], links)]
    except ProtectionError:
        pass
    found = []
    for old in alike:
        try:
            found += [title for title, _ in exposed_in([*now, old], links)]
        except ProtectionError:
            continue
    return found


def _few_apart(table: Counted, old: Counted) -> bool:
    places = {label: n for n, label in enumerate(old.labels)}
    for n, label in enumerate(table.labels):
        m = places.get(label)
        if m is None or table.hidden[n] or old.hidden[m]:
            continue
        for low, high in (
            (table.low[n] - old.high[m], table.high[n] - old.low[m]),
            (old.low[m] - table.high[n], old.high[m] - table.low[n]),
        ):
            if low >= 1 and low < table.threshold and high - low < table.width:
                return True
    return False
