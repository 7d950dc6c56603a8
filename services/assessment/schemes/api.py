"""The door to the schemes."""

from services.assessment.schemes import actions, queries
from services.assessment.schemes.schemas import SchemeSeen, SchemeText, SchemeWhole
from shared.web import Door, Page, Paged, Signed, Unit, UrlId

door = Door(prefix="/schemes", tags=["schemes"])


@door.get("")
def schemes(session: Unit, actor: Signed, paging: Paged) -> Page[SchemeSeen]:
    """The schemes that are open to all, and those of one's own township."""
    rows = queries.schemes_page(session, actor, after=paging.after, limit=paging.limit)
    seen = [SchemeSeen.model_validate(row) for row in rows]
    return Page(rows=seen, next=seen[-1].id if len(seen) == paging.limit else None)


@door.get("/{scheme_id}")
def scheme(session: Unit, actor: Signed, scheme_id: UrlId) -> SchemeWhole:
    """One scheme with its indicators."""
    return SchemeWhole.model_validate(queries.scheme_seen(session, actor, scheme_id))


@door.post("")
def store_scheme(session: Unit, actor: Signed, asked: SchemeText) -> SchemeSeen:
    """Store a township's scheme from its YAML."""
    stored = actions.store_scheme(session, actor, asked.yaml, township_id=asked.township_id)
    return SchemeSeen.model_validate(stored)
