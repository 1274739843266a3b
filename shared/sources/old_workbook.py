"""Reads one sheet of an old Excel workbook (.xls) in a process of its own; started by ``shared.sources.workbook``.

The old format is a memory image: one wrong number in it makes any reader ask for more memory than there is, and the
whole process ends. So it is this process that ends, not the notebook. It imports nothing of the project.
In: the bytes. Out: JSON with the sheets and the rows of the one that is wanted (argument; empty for the only one).
"""

import datetime as dt
import io
import json
import sys

MEMORY = 4 << 30


def tagged(cell: object) -> object:
    """Mark what JSON does not have: days, moments, times of day, durations."""
    if isinstance(cell, dt.datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["day", cell.isoformat()]
    if isinstance(cell, dt.time):
        return ["time", cell.isoformat()]
    if isinstance(cell, dt.timedelta):
        return ["duration", cell.total_seconds()]
    return cell


def untagged(cell: object) -> object:
    """Undo ``tagged``."""
    if not isinstance(cell, list):
        return cell
    kind, value = cell
    if kind == "duration":
        return dt.timedelta(seconds=value)
    read = {"moment": dt.datetime.fromisoformat, "day": dt.date.fromisoformat, "time": dt.time.fromisoformat}
    return read[kind](value)


def main() -> None:
    """Read standard input, write standard output; an error is one word on standard error."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system: the process still ends alone
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
        sheets = [
            [one.name, one.visible == python_calamine.SheetVisibleEnum.Visible,
             one.typ == python_calamine.SheetTypeEnum.WorkSheet]
            for one in book.sheets_metadata
        ]  # fmt: skip
        rows = None
        if sys.argv[1:]:
            sheet = book.get_sheet_by_name(sys.argv[1])
            rows = [[tagged(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except python_calamine.PasswordError:
        sys.exit("password")
    except python_calamine.CalamineError:
        sys.exit("damaged")
    json.dump({"sheets": sheets, "rows": rows}, sys.stdout)


if __name__ == "__main__":
    main()
