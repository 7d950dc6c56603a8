"""What people do at the pages of a year, step by step."""

from collections.abc import Callable

from tests.browsing import Seen, Visitor

Visit = Callable[..., Visitor]
NANPING_SECRETARY = "long enough, for 卢山"


def opened(organiser: Visitor) -> Seen:
    form = organiser.get("/assessment/cycles/new")
    return organiser.submit(form, "opening", confirmed="1")


def put_forward(secretary: Visitor) -> Seen:
    """One leader after the other, as the pages lead on."""
    page = secretary.get("/assessment/")
    first = next(link for link in page.links() if link.endswith("/nomination"))
    page = secretary.get(first)
    while "提名" in page.title:
        page = secretary.submit(
            page, "nomination", self_statement="全年按月开展活动。", grade="competent", reasons="认真负责。"
        )
    return page


def reviewed(organiser: Visitor, cycle: str) -> Seen:
    page = organiser.get(f"{cycle}/review")
    ids = [box.get("value") for box in page.root.iter("input") if box.get("name") == "case_ids"]
    return organiser.submit(page, "review", button=("step", "accept"), case_ids=ids)


def to_rating(visit: Visit, settle: Callable[[], None]) -> tuple[Visitor, str]:
    organiser = visit("organiser")
    cycle = opened(organiser).address
    for login, more in (("dongling", {}), ("xihe", {}), ("nanping", {"password": NANPING_SECRETARY})):
        put_forward(visit(login, **more))
    reviewed(organiser, cycle)
    organiser.submit(organiser.get(cycle), "run")
    settle()
    return organiser, cycle


def decided(committee: Visitor, cycle: str) -> Seen:
    page = committee.get(f"{cycle}/board")
    ids = [box.get("value") for box in page.root.iter("input") if box.get("name") == "case_ids"]
    page = committee.submit(page, "follow", case_ids=ids, reason="会议研究同时评为优秀。")
    while waiting := next((link.partition("#")[0] for link in page.links() if "decide=" in link), ""):
        alone = committee.get(f"{cycle}/board{waiting}" if waiting.startswith("?") else waiting)  # equals at the line
        page = committee.submit(alone, "decision", grade="excellent", reason="成绩相同，会议研究同时评为优秀。")
    return page
