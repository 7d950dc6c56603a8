"""The end of a span in words: its last day, and from when it holds no more. Pure."""

from datetime import date, timedelta

from services.activities.register.rules.regrouping import day_said


def end_said(starts_on: date, ends_on: date, no_more: str) -> str:
    """最后一天是11月30日，从12月1日起不再担任; `ends_on` is the first day no longer."""
    if ends_on <= starts_on:
        return f"从{day_said(ends_on)}起{no_more}，没有任何一天算数。"
    return f"最后一天是{day_said(ends_on - timedelta(days=1))}，从{day_said(ends_on)}起{no_more}。"
