"""Where every page stands, who goes there, and at which address of it there is something to see.

A page whose address names things is listed with a question (SQL) for one of each, asked of the named world after its
two years; the columns are the words in braces, in their order. A new page is listed here, or a test says so.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page: its route, people who see something there (the first one's page is looked at most closely), a question."""

    route: str
    people: tuple[str, ...]
    question: str = ""
    closely: int = 1  # at so many of its addresses it is looked at most closely


# Without a signed-in person.
OPEN = (
    "/sign-in",
    "/privacy",
    "/setup",
    "/assessment/count-slip",
)  # the last leads to the first where somebody can sign in

YEARS = (
    "select c.id from assessment.cycle c join office.unit u on u.id = c.township_id where u.name = '清溪镇'"
    " order by c.id desc"
)
OWN_CASES = (
    "select c.id from assessment.leader_case c join office.person p on p.id = c.person_id where p.name = '冯实'"
    " order by c.id desc"
)
OPENINGS = (
    "select o.id from assessment.opening o join office.unit u on u.id = o.township_id where u.name = '清溪镇'"
    " order by o.id desc"
)
CASES = (
    "select c.id from assessment.leader_case c join office.unit u on u.id = c.branch_id"
    " where u.name = '西河村党支部' order by c.person_id, c.id"
)

MESSAGES = (
    "select max(m.id) from notify.message m join office.account a on a.person_id = m.person_id"
    " where a.login = 'dongling' group by m.fact order by 1 desc"
)
NOTICES = (
    "select max(m.id) from notify.message m join office.unit u on u.id = m.township_id"
    " where u.name = '清溪镇' and m.wants_acknowledgement group by m.fact order by 1 desc"
)
LETTERS = (
    "select max(d.id) from notify.delivery d join notify.message m on m.id = d.message_id"
    " join office.unit u on u.id = m.township_id where u.name = '清溪镇' and d.channel = 'mail' group by d.channel"
)
CORRECTED = (
    "select r.id from assessment.rectification r join office.unit u on u.id = r.branch_id"
    " where u.name = '东岭村党支部' order by r.id desc"
)
CHOOSINGS = (
    "select c.id from assessment.choosing c join office.unit u on u.id = c.branch_id"
    " where u.name = '东岭村党支部' order by c.id"
)
CONCERNS = "select c.id from activities.concern c join office.unit u on u.id = c.unit_id where u.name = '第一党小组' order by c.id"
CELLS = "select id from activities.cell order by ends_on nulls first, level, id"
DRAFTS = "select distinct branch_id from assessment.choosing where stage = 'draft' order by 1"
REPLACED = "select id from assessment.replacement order by id"
BALLOTS = "select id from assessment.ballot order by id"
FILES = "select e.id from assessment.attachment e order by id"
HANDED = "select id from activities.handed_in order by id"
GROUPS = (
    "select g.id from office.unit g join office.unit b on b.id = g.branch_id"
    " where b.name = '东岭村党支部' order by g.id"
)
RECORDS = (
    "select a.id from activities.activity a join office.unit b on b.id = a.branch_id"
    " where b.name = '东岭村党支部' order by a.revision desc, a.id"
)
OPEN_RECORDS = (
    "select a.id from activities.activity a join office.unit b on b.id = a.branch_id"
    " where b.name = '东岭村党支部' and a.stage <> 'discarded' order by a.revision desc, a.id"
)
BOOKS = f"select x.id, 2024, 1 from ({GROUPS}) as x"
BRANCH_BOOKS = "select id, 2024 from office.unit where name = '东岭村党支部'"
TEMPLATES = "select id from office.paper_template where paper = '{service}' order by id"
ATTACHMENTS = "select t.id from activities.attachment t order by t.id"

CIRCULARS = "select id from notify.circular where stage = '{stage}' order by id"
CIRCULAR_FILES = "select id from notify.attachment order by id"

OFFICE: tuple[Place, ...] = (
    # the door and one's own account
    Place("/password", ("organiser", "diligent")),
    Place("/account", ("keeper", "diligent", "member", "outsider")),
    Place("/account/code", ("organiser", "member")),
    Place("/account/passkeys", ("organiser",)),
    Place("/account/providers", ("organiser", "member")),
    Place("/guide", ("organiser", "diligent", "member")),
    Place("/guide/{name}", ("dongling", "organiser"), "select unnest(array['todos', 'records', 'case'])"),
    Place("/guide/words", ("diligent", "organiser")),
    Place("/guide/cards/{role}", ("diligent", "dongling"), "select unnest(array['leader', 'secretary'])", 2),
    # the office itself
    Place("/office/machine", ("keeper",)),
    Place("/office/settings", ("keeper", "organiser")),
    Place("/office/workdays", ("keeper", "organiser")),
    Place("/office/codes", ("keeper",)),
    Place("/office/providers", ("keeper",)),
    Place("/office/papers", ("organiser", "keeper", "committee")),
    Place("/office/rules", ("organiser", "auditor", "diligent", "outsider")),
    Place("/office/rules/new", ("organiser",)),
    Place("/office/audit", ("auditor", "keeper")),
    Place("/office/audit/seal", ("auditor", "keeper")),
    Place("/office/audit/head", ("auditor", "keeper")),
    Place(
        "/office/audit/lines/{happening_id}",
        ("auditor",),
        "select max(h.id) from office.happening h join office.unit u on u.id = h.unit_id"
        " where u.township_id = (select id from office.unit where name = '清溪镇')"
        " and h.fact in ('ActivityCorrected', 'CaseDecided', 'PostChanged') group by h.fact order by 1",
    ),
)
ACTIVITIES: tuple[Place, ...] = (
    # activities: a leader's month, a secretary's morning, the ledger and its books
    Place(
        "/activities/todos",
        ("diligent", "dongling", "steady", "organiser", "committee", "keeper", "auditor", "member", "outsider"),
    ),
    Place("/activities/systems", ("diligent", "organiser")),
    Place("/activities/groups/{group_id}", ("diligent", "dongling", "organiser"), GROUPS),
    Place("/activities/records", ("dongling", "diligent", "organiser", "committee")),
    Place("/activities/records/waiting", ("dongling", "organiser")),
    Place("/activities/records/new", ("diligent", "dongling")),
    Place("/activities/records/{activity_id}", ("dongling", "diligent", "organiser"), RECORDS),
    Place("/activities/records/{activity_id}/correct", ("diligent", "dongling"), OPEN_RECORDS),
    Place("/activities/books", ("dongling", "diligent", "organiser")),
    Place("/activities/groups/{group_id}/books/{year}/{quarter}", ("diligent", "dongling", "organiser"), BOOKS),
    Place("/activities/prints", ("organiser", "dongling", "diligent")),
    Place("/activities/papers/{paper}", ("organiser", "keeper"), "values ('ledger'), ('book'), ('record')"),
    # the register
    Place("/activities/register", ("organiser", "dongling", "keeper")),
    Place(
        "/activities/register/units/{unit_id}",
        ("organiser", "dongling"),
        "select id from office.unit where name in ('东岭村党支部', '第一党小组') order by id",
    ),
    Place(
        "/activities/register/units/{unit_id}/regroupings/{sort}",
        ("organiser",),
        "select id, case kind when 'branch' then 'merge' else 'split' end from office.unit"
        " where name in ('东岭村党支部', '第一党小组') order by id",
    ),
    Place(
        "/activities/register/units/{unit_id}/dissolution",
        ("organiser",),
        "select id from office.unit where name in ('东岭村党支部', '南坪村党支部') order by id",
    ),
    Place(
        "/activities/register/units/{unit_id}/people/new",
        ("organiser",),
        "select id from office.unit where name = '东岭村党支部'",
    ),
    Place("/activities/register/people", ("organiser", "dongling", "keeper")),
    Place(
        "/activities/register/people/{person_id}",
        ("organiser", "dongling", "keeper"),
        "select id from office.person where name = '许安'",
    ),
    Place(
        "/activities/people/{person_id}/disagreements",
        ("organiser",),
        "select id from office.person where name = '许安'",
    ),
    Place(
        "/activities/register/townships/{township_id}/rule-set",
        ("organiser",),
        "select id from office.unit where name = '清溪镇'",
    ),
    Place(
        "/activities/register/units/{unit_id}/people",
        ("organiser", "dongling"),
        "select id from office.unit where name in ('清溪镇', '东岭村党支部') order by kind",
    ),
    Place(
        "/activities/units/{unit_id}/disagreements",
        ("organiser", "dongling"),
        "select id from office.unit where name = '东岭村党支部'",
    ),
    Place(
        "/activities/register/units/{unit_id}/committee",
        ("organiser",),
        "select id from office.unit where name = '东岭村党支部'",
    ),
    Place(
        "/activities/register/units/{unit_id}/check",
        ("organiser", "dongling"),
        "select id from office.unit where name in ('清溪镇', '东岭村党支部') order by kind",
    ),
    Place(
        "/activities/register/units/{unit_id}/roll",
        ("organiser", "dongling"),
        "select id from office.unit where name in ('清溪镇', '东岭村党支部') order by kind",
    ),
    Place("/activities/register/corrections", ("organiser",)),
    Place("/activities/register/transfers", ("organiser",)),
    Place(
        "/activities/register/units/{unit_id}/care",
        ("organiser", "dongling", "committee"),
        "select id from office.unit where name = '东岭村党支部'",
    ),
    Place("/activities/register/care/{care_id}", ("organiser", "dongling"), "select min(id) from activities.care"),
    Place("/activities/register/accounts", ("keeper", "organiser")),
    Place("/activities/register/accounts/new", ("keeper", "organiser")),
    Place("/activities/register/officers", ("keeper", "organiser", "committee")),
    # files of the office
    Place("/activities/imports", ("organiser", "villager")),
    Place("/activities/imports/{handed_id}", ("organiser",), HANDED, closely=3),
    Place("/activities/imports/{handed_id}/undo", ("organiser",), HANDED),
    # one's own record
    Place("/activities/me", ("member", "diligent", "organiser")),
    # what falls due
    Place("/activities/concerns", ("diligent", "dongling", "organiser", "committee", "outsider")),
    Place("/activities/concerns/year", ("organiser", "dongling")),
    Place("/activities/concerns/new", ("diligent", "dongling")),
    Place("/activities/concerns/usual-answers", ("organiser", "dongling")),
    Place("/activities/concerns/{concern_id}", ("dongling", "diligent"), CONCERNS, 2),
    # the grid
    Place("/activities/cells", ("diligent", "dongling", "organiser", "outsider")),
    Place("/activities/cells/new", ("organiser",)),
    Place("/activities/cells/gaps", ("organiser", "dongling", "diligent")),
    Place("/activities/cells/links", ("dongling", "organiser")),
    Place("/activities/cells/links/{cell_link_id}", ("dongling", "diligent"), "select id from activities.cell_link", 2),
    Place("/activities/cells/mine", ("member", "diligent")),
    Place("/activities/cells/{cell_id}", ("organiser", "dongling", "diligent"), CELLS, 2),
    Place("/activities/cells/{cell_id}/splits", ("organiser",), CELLS),
    Place("/activities/duties", ("organiser", "committee", "dongling", "diligent")),
    Place(
        "/activities/duties/units/{unit_id}",
        ("organiser", "dongling"),
        "select id from office.unit where kind <> 'township' and name in ('东岭村党支部', '第一党小组') order by id",
    ),
)
ASSESSMENT: tuple[Place, ...] = (
    # the year: one finished, 清溪镇's second
    Place("/assessment/", ("organiser", "committee", "dongling", "diligent", "outsider")),
    Place("/assessment/cases/{case_id}/statement", ("steady",), OWN_CASES),
    Place("/assessment/choosings", ("organiser", "dongling", "committee", "outsider")),
    Place("/assessment/choosings/new", ("organiser", "dongling")),
    Place("/assessment/choosings/renewals", ("organiser", "dongling")),
    Place("/assessment/choosings/review", ("organiser", "committee")),
    Place("/assessment/choosings/signing", ("organiser", "committee")),
    Place("/assessment/choosings/bars", ("organiser", "committee")),
    Place("/assessment/choosings/asked", ("member", "outsider")),
    Place("/assessment/choosings/branches/{branch_id}", ("dongling",), DRAFTS),
    Place("/assessment/choosings/branches/{branch_id}/elections", ("dongling",), DRAFTS),
    Place("/assessment/choosings/{choosing_id}", ("dongling", "organiser"), CHOOSINGS, 2),
    Place("/assessment/cycles/new", ("organiser", "committee")),
    Place("/assessment/openings/{opening_id}", ("organiser", "committee"), OPENINGS),
    Place("/assessment/cycles/{cycle_id}", ("organiser", "committee", "dongling"), YEARS),
    Place("/assessment/cycles/{cycle_id}/verification", ("organiser", "committee"), YEARS),
    Place("/assessment/cycles/{cycle_id}/review", ("organiser", "villager"), YEARS),
    Place("/assessment/cycles/{cycle_id}/register", ("organiser", "committee"), YEARS),
    Place("/assessment/cycles/{cycle_id}/roster", ("organiser", "committee"), YEARS),
    Place("/assessment/cycles/{cycle_id}/marks", ("organiser", "dongling"), YEARS),
    Place("/assessment/cases/{case_id}/marks", ("xihe", "organiser"), CASES),
    Place("/assessment/cycles/{cycle_id}/board", ("committee", "organiser"), YEARS),
    Place("/assessment/cycles/{cycle_id}/notice", ("organiser", "dongling", "xihe"), YEARS),
    Place("/assessment/cases/{case_id}", ("committee", "organiser", "xihe", "steady"), CASES),
    Place("/assessment/cases/{case_id}/nomination", ("xihe",), CASES),
    # what follows, and what it is judged by
    Place("/assessment/rectifications", ("organiser", "dongling", "committee", "outsider")),
    Place(
        "/assessment/rectifications/{rectification_id}", ("dongling", "organiser", "negligent", "committee"), CORRECTED
    ),
    Place("/assessment/replacements/{replacement_id}", ("committee", "organiser", "dongling"), REPLACED),
    Place("/assessment/ballots", ("dongling", "organiser", "diligent", "member", "outsider")),
    Place("/assessment/ballots/new", ("dongling", "diligent", "organiser")),
    Place("/assessment/ballots/{ballot_id}", ("dongling", "organiser", "committee", "diligent"), BALLOTS),
    Place("/assessment/ballots/{ballot_id}/opening", ("dongling",), BALLOTS),
    Place("/assessment/ballots/{ballot_id}/count", ("diligent", "villager"), BALLOTS),
    Place("/assessment/schemes", ("organiser", "committee", "dongling", "outsider")),
    Place("/assessment/schemes/new", ("organiser", "committee")),
    Place("/assessment/schemes/new/text", ("organiser",)),
    Place("/assessment/schemes/{scheme_id}", ("organiser", "diligent", "outsider"), "select id from assessment.scheme"),
    Place("/assessment/papers/{paper}", ("organiser", "keeper", "committee"), "values ('opinion'), ('results')"),
    Place("/assessment/cycles/{cycle_id}/trial", ("organiser", "committee"), YEARS),
)
NOTIFY: tuple[Place, ...] = (
    # messages, and how they leave the building
    Place("/notify/", ("dongling", "organiser", "diligent", "outsider")),
    Place("/notify/messages/{message_id}", ("dongling", "organiser"), MESSAGES),
    Place("/notify/circulars", ("organiser", "dongling", "outsider")),
    Place("/notify/circulars/new", ("organiser", "dongling")),
    Place("/notify/circulars/{circular_id}", ("organiser", "dongling", "diligent"), CIRCULARS.format(stage="sent")),
    Place("/notify/circulars/{circular_id}/edit", ("organiser",), CIRCULARS.format(stage="draft")),
    Place("/notify/reaching", ("diligent", "organiser", "member")),
    Place("/notify/reaching/posts", ("organiser", "committee")),
    Place("/notify/sent", ("organiser", "committee")),
    Place("/notify/receipts", ("organiser", "committee")),
    Place("/notify/receipts/{message_id}", ("organiser",), NOTICES),
    Place("/notify/book", ("organiser", "dongling", "member")),
    Place("/notify/wordings/{fact}/{telling}", ("organiser", "committee"), "values ('CycleOpened', 'opened')"),
    Place("/notify/deliveries", ("organiser", "committee")),
    Place("/notify/deliveries/{delivery_id}", ("organiser", "committee"), LETTERS),
    Place("/notify/dead-letters", ("organiser", "keeper")),
    Place("/notify/dead-jobs", ("keeper",)),
    Place("/activities/dead-jobs", ("keeper",)),
    Place("/assessment/dead-jobs", ("keeper",)),
    Place("/notify/channels", ("organiser", "keeper")),
    Place("/notify/ways", ("organiser", "keeper")),
    Place("/notify/calls", ("organiser", "committee")),
    Place("/notify/papers/{paper}", ("organiser", "keeper"), "values ('circular_slip'), ('circular_receipts')"),
)
PLACES = (*OFFICE, *ACTIVITIES, *ASSESSMENT, *NOTIFY)

# What is fetched but is no page: files, progress, places that only lead on.
NOT_PAGES: dict[str, str] = {
    "/": "",
    "/code": "",
    "/shown/{key}": "",  # what a form led to, under its token
    "/activities/shown/{key}": "",
    "/assessment/shown/{key}": "",
    "/notify/shown/{key}": "",
    "/unsent/{key}": "",  # what was sent when the sitting was over, under its form's token
    "/activities/unsent/{key}": "",
    "/assessment/unsent/{key}": "",
    "/notify/unsent/{key}": "",
    "/sign-in/with/{provider_id:int}": "",  # out to a provider and back, walked in shared/test_arrivals
    "/sign-in/with/back/{by}": "",
    "/account/providers/{provider_id:int}": "",
    "/account/providers/confirmation": "",
    "/sign-in/with/{provider_id:int}/by-slip": "",
    "/sign-in/with/confirmation": "",
    "/office/": "",
    "/office/audit.xlsx": "",
    "/activities/": "",
    "/activities/desk": "",
    "/assessment/cycles/{cycle_id}/progress": YEARS,
    "/assessment/cycles/{cycle_id}/results.xlsx": YEARS,
    "/assessment/cycles/{cycle_id}/marks.xlsx": YEARS,
    "/assessment/cases/{case_id}/opinion.docx": CASES,
    "/assessment/cases/{case_id}/opinion.pdf": CASES,
    "/assessment/evidence-files/{file_id}": FILES,
    "/assessment/ballots/{ballot_id}/papers/{printed}": "select id, 'vote_report' from assessment.ballot",
    "/assessment/choosings/signing/list": "",
    "/assessment/rectifications/{rectification_id}/papers/{rectification_paper}": "select id, 'rectification_record'"
    " from assessment.rectification",
    "/assessment/replacements/{replacement_id}/notice": REPLACED,
    "/assessment/choosings/register": "",
    "/assessment/choosings/{choosing_id}/papers/{printed}": "select id, 'choosing_nomination' from assessment.choosing",
    "/notify/circular-files/{circular_file_id}": CIRCULAR_FILES,
    "/notify/circulars/{circular_id}/receipts.xlsx": CIRCULARS.format(stage="sent"),
    "/notify/circulars/{circular_id}/slips.pdf": CIRCULARS.format(stage="sent"),
    "/notify/circulars/{circular_id}/slips.docx": CIRCULARS.format(stage="sent"),
    "/notify/circulars/{circular_id}/receipts-paper": CIRCULARS.format(stage="sent"),
    "/notify/papers/{paper}/present": "values ('circular_slip')",
    "/notify/papers/{paper}/shipped": "values ('circular_slip')",
    "/notify/papers/{paper}/trial": "values ('circular_slip')",
    "/notify/paper-templates/{template_id}/sample": TEMPLATES.format(service="circular_slip"),
    "/activities/imports/{handed_id}/errors.xlsx": HANDED,
    "/activities/imports/{handed_id}/progress": HANDED,
    "/activities/attachments/{attachment_id}": ATTACHMENTS,
    "/activities/concerns/papers/{paper}": "values ('ledger'), ('figures')",
    "/activities/concerns/{concern_id}/handing.pdf": CONCERNS,
    "/activities/concerns/photos/{photo_id}": ATTACHMENTS,
    "/activities/concerns/{concern_id}/handing.docx": CONCERNS,
    "/activities/cells/ledger.xlsx": "",
    "/activities/cells/{cell_id}/card.pdf": CELLS,
    "/activities/register/act-papers/{act_paper_id}": ATTACHMENTS,
    "/activities/groups/{group_id}/books/{year}/{quarter}/pdf": BOOKS,
    "/assessment/cycles/{cycle_id}/results.pdf": YEARS,
    "/assessment/cycles/{cycle_id}/notice.pdf": YEARS,
    "/assessment/cycles/{cycle_id}/notice.docx": YEARS,
    "/assessment/cycles/{cycle_id}/results": YEARS,
    "/assessment/cycles/{cycle_id}/opinions.pdf": YEARS,
    "/assessment/cycles/{cycle_id}/opinions.docx": YEARS,
    "/assessment/papers/{paper}/present": "values ('opinion')",
    "/assessment/papers/{paper}/shipped": "values ('opinion')",
    "/assessment/papers/{paper}/trial": "values ('opinion')",
    "/assessment/paper-templates/{template_id}/sample": TEMPLATES.format(service="opinion"),
    "/activities/papers/{paper}/present": "values ('ledger')",
    "/activities/papers/{paper}/shipped": "values ('ledger')",
    "/activities/papers/{paper}/trial": "values ('ledger')",
    "/activities/paper-templates/{template_id}/sample": TEMPLATES.format(service="ledger"),
    "/activities/units/{unit_id}/prints/{listing}": "select id, 'ledger' from office.unit where name = '清溪镇'",
    "/activities/prints/{paper_id}": "select id from activities.ordered_paper where made_at is not null",
    "/activities/blanks/{blank}": "values ('roster'), ('ledger'), ('groups'), ('mobile'), ('mobile_in'), ('in_need'), ('corrections')",
    "/activities/records/{activity_id}/paper.pdf": RECORDS,
    "/activities/records/{activity_id}/paper": RECORDS,
    "/activities/branches/{branch_id}/books/{year}/books.pdf": BRANCH_BOOKS,
}
