"""The catalogue: every fact that one service may tell another, its fields and version, and who hears it.

A fact carries ids and plain figures, never a name, a number or a text about a person. Besides facts, three pieces of
work cross from one service to another, as rows in the other's job table:

    assessment.schedule_opening  a township was founded: {township_id}
    activities.collect_tallies   asked for by assessment: {cycle_id, run, chunk, year, groups: [id…]}
    assessment.score_chunk       the answer, one row a chunk, keyed cycle:7:run:1:chunk:0:
                                 {cycle_id, run, chunk, tallies: [{g: group, done_study: …, ids: {study: […]}}…]}
"""

from shared.events.activities import (
    ActivityConfirmed,
    ActivityCorrected,
    ActivityDiscarded,
    ActivityRecorded,
    ActivityReturned,
    ActivitySubmitted,
    AttachmentAdded,
    AttachmentRemoved,
    DutiesDue,
    LedgerImported,
    PostChanged,
    RosterImported,
)
from shared.events.assessment import (
    CaseDecided,
    CaseMoved,
    CaseNominated,
    CaseReturned,
    CycleClosed,
    CycleMoved,
    CycleOpened,
    CycleScored,
    NominationsOverdue,
    NoticeOpened,
    ObjectionActedOn,
    ObjectionAnswered,
    ObjectionRaised,
    OpinionTaken,
    RatingsOverdue,
    RectificationMoved,
    RectificationOrdered,
    RectificationOverdue,
    ReplacementDecided,
    ReplacementProposed,
    ResultsTaken,
    ReviewsOverdue,
    SchemeStored,
)
from shared.events.fact import CATALOGUE, Fact, revive
from shared.events.office import AccountChanged, MessageRead, SettingChanged, SignedIn, WorkRedriven

__all__ = [
    "CATALOGUE",
    "AccountChanged",
    "ActivityConfirmed",
    "ActivityCorrected",
    "ActivityDiscarded",
    "ActivityRecorded",
    "ActivityReturned",
    "ActivitySubmitted",
    "AttachmentAdded",
    "AttachmentRemoved",
    "CaseDecided",
    "CaseMoved",
    "CaseNominated",
    "CaseReturned",
    "CycleClosed",
    "CycleMoved",
    "CycleOpened",
    "CycleScored",
    "DutiesDue",
    "Fact",
    "LedgerImported",
    "MessageRead",
    "NominationsOverdue",
    "NoticeOpened",
    "ObjectionActedOn",
    "ObjectionAnswered",
    "ObjectionRaised",
    "OpinionTaken",
    "PostChanged",
    "RatingsOverdue",
    "RectificationMoved",
    "RectificationOrdered",
    "RectificationOverdue",
    "ReplacementDecided",
    "ReplacementProposed",
    "ResultsTaken",
    "ReviewsOverdue",
    "RosterImported",
    "SchemeStored",
    "SettingChanged",
    "SignedIn",
    "WorkRedriven",
    "revive",
]
