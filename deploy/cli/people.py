"""The command `officer`: somebody of the township's office with a post and a way in; before him, nobody can sign in."""

from pathlib import Path

from deploy.cli.office import office, print_json, print_pairs, township_id
from deploy.demo import mark


def take_on(data: Path, name: str, township: str, role: str, login: str, *, as_json: bool) -> None:
    """Enter him, appoint him from today, and show his first password, this once. All of it, or nothing."""
    mark.adopt(data)
    with office(data):
        from services.activities.register.actions import add_person, appoint, make_account
        from shared.access import SYSTEM
        from shared.db import unit
        from shared.roles import Role

        where, post = township_id(township), Role(role)
        with unit("activities") as session:
            person = add_person(session, SYSTEM, where, name=name, kind=None)
            appoint(session, SYSTEM, person.id, where, post)
            _, password = make_account(session, SYSTEM, person.id, login)
    if as_json:
        print_json({"name": name, "role": role, "login": login, "first_password": password})
    else:
        said = {"姓名": name, "职务": post.chinese, "账号": login, "初始密码": password}
        print_pairs("初始密码只能用一次", said)
