"""The commands about officers: one with a post and a way in, before whom nobody can sign in; and acts on them."""

from pathlib import Path

from deploy.cli.office import office, print_json, print_pairs, print_rows, township_id
from deploy.demo import mark


def set_up(data: Path, *, lost: bool, as_json: bool) -> None:
    """Show the code that opens the set-up page, this once, and where the page stands."""
    mark.adopt(data)
    with office(data) as found:
        from shared import access
        from shared.db import unit
        from shared.settings import settings

        minutes = int(access.SET_UP_VALID.total_seconds()) // 60
        with unit("activities") as session:
            if lost:
                access.end_unused(session)
            code = access.make_set_up_code(session)
        where = settings().public_url or found.url
    if as_json:
        print_json({"code": code, "minutes": minutes, "url": f"{where.rstrip('/')}/setup" if where else None})
        return
    page = f"{where.rstrip('/')}/setup" if where else "先运行 xiaozu up，再打开它打印的网址，后面加 /setup"
    print_pairs(f"设置码只能用一次，{minutes} 分钟内有效", {"设置码": code, "设置页": page})


def take_on(data: Path, name: str, township: str, role: str, login: str, *, as_json: bool) -> None:
    """Enter him, appoint him from today, and show his first password, this once. All of it, or nothing."""
    mark.adopt(data)
    with office(data):
        from services.activities.register.actions import add_person, appoint, make_account
        from shared.access import SYSTEM
        from shared.db import unit
        from shared.roles import Role
        from shared.settings import settings

        where, post = township_id(township), Role(role)
        with unit("activities") as session:
            person = add_person(session, SYSTEM, where, name=name, kind=None)
            appoint(session, SYSTEM, person.id, where, post)
            _, password = make_account(session, SYSTEM, person.id, login)
    if as_json:
        print_json({"name": name, "role": role, "login": login, "first_password": password})
    else:
        said = {"姓名": name, "职务": post.chinese, "账号": login, "初始密码": password}
        print_pairs(f"初始密码 {settings().first_password_hours} 小时内有效，换成自己的密码后作废", said)


def list_acts(data: Path, township: str, *, as_json: bool) -> None:
    """What was asked for on officers' accounts and posts; and the posts that overlap or clash of old."""
    with office(data):
        from services.activities.register import queries
        from services.activities.register.rules.officers import Act, Stage
        from shared.access import SYSTEM
        from shared.db import unit
        from shared.roles import Role

        where = township_id(township)
        with unit("activities") as session:
            found = queries.officer_acts(session, SYSTEM, where)
            rows = [
                [str(row.id), name, Act(row.act).chinese, Role(row.agrees).chinese, Stage(row.stage).chinese]
                for row, name, *_ in found
            ]
            overlaps = [
                [each.name, each.unit_name, Role(each.kind).chinese]
                for each in queries.overlaps(session, SYSTEM, where)
            ]
            clashes = [
                [each.name, *(Role(kind).chinese for kind in each.kinds)]
                for each in queries.clashes(session, SYSTEM, where)
            ]
    if as_json:
        print_json({"acts": rows, "overlaps": overlaps, "clashes": clashes})
        return
    print_rows("工作人员事项", ["编号", "姓名", "事项", "谁决定", "情况"], rows)
    if overlaps:
        print_rows("任期重叠，请免去不再担任的一位", ["姓名", "单位", "职务"], overlaps)
    if clashes:
        print_rows("不能由一人兼任，请免去其中一个", ["姓名", "职务", "职务"], clashes)


def decide(data: Path, number: int, *, why_not: str | None, as_json: bool) -> None:
    """Agree to what the committee would decide, where its post is vacant; or not, for a reason."""
    with office(data):
        from services.activities.register import actions
        from services.activities.register.rules.officers import Stage
        from shared.access import SYSTEM
        from shared.db import unit

        with unit("activities") as session:
            if why_not is None:
                row = actions.agree(session, SYSTEM, number)
            else:
                row = actions.decline(session, SYSTEM, number, reason=why_not)
            said = {"id": row.id, "stage": Stage(row.stage).chinese}
    if as_json:
        print_json(said)
    else:
        print_pairs("工作人员事项", {"编号": said["id"], "情况": said["stage"]})
