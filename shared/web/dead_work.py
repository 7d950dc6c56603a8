"""The doors of a service's dead work (shared/dead.py): the same for each, for programs and for people."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Response
from pydantic import Field, StringConstraints

from shared.dead import DeadWork
from shared.hands import hands_on
from shared.shapes import Id, Shape
from shared.troubles import trouble_said
from shared.web.door import Door, Signed, Unit
from shared.web.forms import Sent
from shared.web.pages import Html, Pages, Viewed
from shared.web.sections import SERVICES_SAID
from shared.web.shapes import Page, Paged, UrlId

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class DeadJob(Shape):
    """Work that failed for good. Its payload holds ids only and stays where it is."""

    id: int
    task: str
    key: str
    attempts: int
    last_error: str | None
    trouble: str | None
    created_at: datetime

    @classmethod
    def of(cls, job: object) -> Self:
        """From its row."""
        return cls.model_validate(job, from_attributes=True, extra="ignore")


class Why(Shape):
    """Why somebody takes work up again, or drops it."""

    reason: Reason


class SeveralJobs(Why):
    """Several pieces of dead work, and one reason."""

    job_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]


class Done(Shape):
    """The work that was redriven or discarded."""

    ids: list[int]


def door_of(work: DeadWork) -> Door:
    """For programs."""
    door = Door(tags=["dead work"])

    @door.get("/dead-jobs")
    def dead_jobs(actor: Signed, session: Unit, page: Paged) -> Page[DeadJob]:
        """Work that failed for good."""
        rows = work.seen_by(session, actor, after=page.after, limit=page.limit)
        return Page(rows=[DeadJob.of(row) for row in rows], next=rows[-1].id if len(rows) == page.limit else None)

    @door.post("/dead-jobs/{job_id}/redrives")
    def redrive_job(job_id: UrlId, asked: Why, actor: Signed, session: Unit) -> Done:
        """Give it another chance."""
        return Done(ids=work.redrive(session, actor, [job_id], reason=asked.reason))

    @door.post("/dead-jobs/{job_id}/discards")
    def discard_job(job_id: UrlId, asked: Why, actor: Signed, session: Unit) -> Done:
        """Drop it, for a reason."""
        return Done(ids=work.discard(session, actor, [job_id], reason=asked.reason))

    @door.post("/job-redrives")
    def redrive_jobs(asked: SeveralJobs, actor: Signed, session: Unit) -> Done:
        """Give several another chance: all of them, or none."""
        return Done(ids=work.redrive(session, actor, asked.job_ids, reason=asked.reason))

    @door.post("/job-discards")
    def discard_jobs(asked: SeveralJobs, actor: Signed, session: Unit) -> Done:
        """Drop several, for a reason: all of them, or none."""
        return Done(ids=work.discard(session, actor, asked.job_ids, reason=asked.reason))

    return door


def pages_of(work: DeadWork) -> Pages:
    """For people."""
    pages = Pages()
    here = f"/{work.service}/dead-jobs"

    @pages.get("/dead-jobs")
    def dead_jobs(view: Viewed, actor: Signed, session: Unit, page: Paged) -> Html:
        """Work that failed for good."""
        rows = work.seen_by(session, actor, after=page.after, limit=page.limit)
        hands = hands_on(session, [f"{work.service}:{row.id}" for row in rows])
        following = rows[-1].id if len(rows) == page.limit else None
        return view.show(
            "dead_jobs.html",
            rows=[(row, hands.get(f"{work.service}:{row.id}", ())) for row in rows],
            next=following,
            names=work.names,
            said=trouble_said,
            here=here,
            service=SERVICES_SAID[work.service],
        )

    @pages.post("/dead-jobs")
    def settle_jobs(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
        """Another chance for what is ticked, or dropped, for one reason."""
        again = form.text("step") == "redrive"
        asked = form.read(SeveralJobs)
        act = work.redrive if again else work.discard
        done = len(act(session, actor, asked.job_ids, reason=asked.reason))
        return view.to(here, said=f"{done}项任务{'已重新排队' if again else '已放弃，原因已记下'}。")

    return pages
