"""The product in the trial: notices that want a receipt, by the API, to the secretaries of all branches, by mail."""

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import insert

from bench import waiting
from bench.chaos import programs
from bench.chaos.faults import Stack
from bench.seed import GROUPS_A_BRANCH, YEAR, Town, seed, set_noon
from deploy.embedded.children import kept_port

REST_SECONDS = 240
# Formal, as a receipt is wanted: such a letter goes by itself, and once of unknown fate waits for a person.
NOTICE = {"body": "请按时报送。", "posts": ["secretary"], "wants_receipt": True, "due_on": f"{YEAR + 1}-02-20"}
OPEN = """
    select (select count(*) from notify.delivery where state in ('ready', 'sending'))
      + (select count(*) from notify.job where state = 'ready' and due_at <= office.now())
      + (select count(*) from notify.trial where due_at > office.now())"""
# Each letter that should have come, by the notice's title and whom it is for, with what became of it.
LETTERS = """
    select c.title, m.person_id, m.happening_id || '.' || m.id || '.' || d.id, d.state
    from notify.circular c join notify.message m on m.happening_id = c.happening_id
    join notify.delivery d on d.message_id = m.id and d.channel = 'mail'"""
DEADLINES = """
    select t.id, count(e.trial_id), coalesce(bool_or(e.at < t.due_at), false)
    from notify.trial t left join notify.trial_effect e on e.trial_id = t.id group by t.id"""
DEAD = "select task, last_error from notify.job where state = 'dead'"


class Ours(Stack):
    """Web, worker, beat and sweep, each a program of its own."""

    name = "xiaozu"

    def __init__(self, box, branches):
        super().__init__(box)
        self.port, self.branches = kept_port(box.folder / "web.port"), branches
        module = "bench.chaos.programs"
        self.commands = {
            "web": (module, "web", "--port", str(self.port)),
            "worker": (module, "worker", "--concurrency", "2", "--no-beat"),
            "beat": (module, "beat"),
            "sweep": (module, "sweep"),
        }
        self.town = Town(branches * GROUPS_A_BRANCH)
        self.headers = {"Authorization": f"Bearer {self._settle()}"}

    def _settle(self):
        """A township with its secretaries, and an organiser who is signed in: his token."""
        with self.box.connect() as connection:
            set_noon(connection)
            seed(connection, self.town)
            connection.execute(programs.TABLES)
        from shared import clock
        from shared.access import sittings
        from shared.db import unit
        from shared.people import Account, Person, Post
        from shared.roles import Role

        with unit("activities") as session:
            person = Person(unit_id=self.town.id, name="周岚", pinyin="zhoulan")
            session.add(person)
            session.flush()
            post = {"unit_id": self.town.id, "kind": Role.ORGANISER, "starts_on": date(2021, 1, 1)}
            session.execute(insert(Post).values(person_id=person.id, **post))
            account = Account(person_id=person.id, login="organiser", password_hash="", first_password=False)
            session.add(account)
            session.flush()
            now = clock.now(session)
            return sittings.open_sitting(session, account.id, awaits=None, device="bench", proved_at=now, strong=True)

    def set_deadline(self, load, number):
        """In a second to half a minute."""
        load.ask(f"/trials/{number}?seconds={1 + number * 7 % 30}", None, f"deadline-{number}")

    def send_notice(self, load, number):
        """Written and sent; whether it was taken."""
        asked = NOTICE | {"title": f"第{number}号通知", "units": self.town.branch_ids}
        written = load.ask("/api/notify/circulars", asked, f"write-{number}")
        if written is None:
            return False
        path = f"/api/notify/circulars/{written['id']}/sendings"
        return load.ask(path, {"recipients": self.branches}, f"send-{number}") is not None

    def rest(self):
        """Wait until nothing is open."""
        with self.box.connect() as connection:

            def rests():
                self.supervise()
                return connection.execute(OPEN).fetchone()[0] == 0

            what = lambda: f"{connection.execute(OPEN).fetchone()} {connection.execute(DEAD).fetchall()}"  # noqa: E731
            waiting.until(rests, seconds=REST_SECONDS, what=what, pause=0.2)

    def letters(self, came):
        """{(number of the notice, whom for): the moments at which it came}, and which of them are of unknown fate."""
        found, unknown = defaultdict(list), Counter()
        with self.box.connect() as connection:
            for title, person, number, state in connection.execute(LETTERS):
                key = int(title[1:-3]), person
                found[key] += came.pop(f"xiaozu.{number}", [])
                unknown[key] += state == "unknown"
        return found, {key for key, times in unknown.items() if times}

    def deadlines(self):
        """Of each that was set: its number, how often it fired, whether ever early."""
        with self.box.connect() as connection:
            return connection.execute(DEADLINES).fetchall()

    def held(self):
        """What waits in the broker and nowhere else: nothing does."""
        return 0
