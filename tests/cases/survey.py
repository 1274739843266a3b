"""A hand-made XLSForm in two languages, with groups, a repeat, choices, conditions and constraints."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import openpyxl

HEADINGS = ["type", "name", "label::English (en)", "label::Kiswahili (sw)", "required", "relevant", "constraint"]
SURVEY: list[list[str]] = [
    ["start", "start"],
    ["end", "end"],
    ["today", "today"],
    ["username", "username"],
    ["select_one yes_no", "consent", "Do you **agree**?", "Unakubali?", "yes"],
    ["begin_group", "home", "Your home", "Nyumba yako", "", "${consent} = 'y'"],
    ["integer", "age", "Age in years", "Umri", "yes", "", ". >= 18 and . <= 110"],
    ["select_one water", "water", "Where is your water?", "Maji yako wapi?", "yes"],
    ["integer", "minutes", "Minutes to the water", "Dakika", "yes", "${water} = 'well' or ${water} = 'river'", ". > 0"],
    ["select_multiple needs", "needs", "What do you need?", "Unahitaji nini?"],
    ["text", "need_other", "What else?", "Nini kingine?", "", "selected(${needs}, 'other')"],
    ["integer", "members", "People in the household", "Watu", "yes", "", ". > 0"],
    ["integer", "children", "Children", "Watoto", "", "", ". >= 0 and . <= ${members}"],
    ["end_group"],
    ["begin_repeat", "child", "Each child", "Kila mtoto"],
    ["integer", "child_age", "Age of the child", "Umri wa mtoto"],
    ["text", "child_school", "School", "Shule"],
    ["end_repeat"],
    ["decimal", "income", "Income", "Mapato", "", "${age} >= 18", ". > 0"],
    ["date", "moved", "When did you move here?", "Ulihamia lini?", "", "", ". >= date('2000-01-01') and . <= today()"],
    ["text", "ref", "Reference", "Namba", "yes", "", "regex(., '[A-Z]{2}[0-9]{4}')"],
    ["text", "respondent_name", "Your name", "Jina lako"],
    ["geopoint", "place", "Where are we?", "Tuko wapi?"],
    ["note", "thanks", "Thank you", "Asante"],
]  # fmt: skip
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Kiswahili (sw)"],
    ["yes_no", "y", "Yes", "Ndiyo"],
    ["yes_no", "n", "No", "Hapana"],
    ["water", "tap", "A tap", "Bomba"],
    ["water", "well", "A well", "Kisima"],
    ["water", "river", "A river", "Mto"],
    ["needs", "food", "Food", "Chakula"],
    ["needs", "school", "School fees", "Karo"],
    ["needs", "other", "Something else", "Kingine"],
]


def form(survey: Iterable[list[str]] = SURVEY, choices: Iterable[list[str]] = CHOICES, **settings: str) -> bytes:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "survey"
    page.append(HEADINGS)
    for row in survey:
        page.append(row)
    listed: Any = book.create_sheet("choices")
    for row in choices:
        listed.append(row)
    said: Any = book.create_sheet("settings")
    settings = {"form_title": "Water survey", "version": "3", "default_language": "English (en)"} | settings
    said.append(list(settings))
    said.append(list(settings.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
