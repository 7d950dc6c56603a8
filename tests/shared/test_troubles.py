"""Of what kind a failure of work was is known by its class, and said in words to whoever looks after the machine."""

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.notify.channels.outside import Unreachable
from shared.errors import Invalid, NotUnderstood, OutOfReach, Permanent, Transient
from shared.troubles import SENTENCES, Trouble, trouble_of, trouble_said


def of_the_database(kind: type[DBAPIError], own: type[psycopg.Error]) -> DBAPIError:
    return kind("select 1", {}, own("said by the server"))


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (of_the_database(OperationalError, psycopg.OperationalError), Trouble.DATABASE),
        (of_the_database(OperationalError, errors.AdminShutdown), Trouble.DATABASE),
        (of_the_database(InterfaceError, psycopg.InterfaceError), Trouble.DATABASE),
        (PoolTimeout("no connection is free"), Trouble.DATABASE),
        (of_the_database(OperationalError, errors.QueryCanceled), Trouble.SLOW),
        (of_the_database(OperationalError, errors.LockNotAvailable), Trouble.SLOW),
        (of_the_database(OperationalError, errors.DiskFull), Trouble.FULL),
        (MemoryError(), Trouble.FULL),
        (of_the_database(IntegrityError, errors.UniqueViolation), Trouble.CLASH),
        (of_the_database(ProgrammingError, errors.UndefinedColumn), Trouble.FAULT),
        (NotUnderstood("FactOfTomorrow version 2"), Trouble.NEWER),
        (Transient("not now"), Trouble.AWAY),
        (Unreachable("no server", None), Trouble.AWAY),
        (Permanent("never"), Trouble.DECLINED),
        (OutOfReach(), Trouble.REFUSED),
        (Invalid("请填写理由。"), Trouble.REFUSED),
        (FileNotFoundError("typst"), Trouble.MACHINE),
        (KeyError("x"), Trouble.FAULT),
    ],
    ids=lambda each: str(getattr(each, "value", type(getattr(each, "orig", each)).__name__)),
)
def test_the_kind_of_a_failure_is_known_by_its_class(error: Exception, trouble: Trouble):
    assert trouble_of(error) is trouble


@pytest.mark.parametrize("trouble", Trouble)
def test_every_kind_is_said_in_chinese_with_what_to_do(trouble: Trouble):
    assert SENTENCES.keys() == set(Trouble)
    assert "请" in trouble_said(trouble)
    assert trouble_said(trouble).endswith("。")


def test_a_failure_of_which_nothing_is_kept_says_so():
    assert trouble_said(None).startswith("没有记下是哪一类问题")
