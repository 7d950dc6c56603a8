"""The part of the table about accounts and posts: whoever is touched is told, and whoever keeps offices apart."""

from collections.abc import Callable

from services.notify.messages.rules.telling import Body, Kind, Storey, Telling, himself, said
from shared import events
from shared.events import Fact
from shared.roles import Role

INFORMATION, REMINDER, URGENT = Kind.INFORMATION, Kind.REMINDER, Kind.URGENT
OFFICERS = "/activities/register/officers"
NOT_HE = "如果您不知道这件事，请马上告诉安全管理员和审计员。"


def of_his_account(name: str, title: str, body: str) -> Telling:
    """To whom an account belongs, at once, whoever touched it."""
    more = {"link": "/account", "person": "account_id", "when": said(change=name, told=True)}
    return himself(name, URGENT, title, f"{body}{NOT_HE}", **more)


def to_agree(role: Role) -> Telling:
    """To whoever is to agree to an act on an officer; who stands in for him is told, and may not."""
    return Telling(
        name=f"to_{role}",
        to=role,
        at=Storey.TOWNSHIP,
        kind=REMINDER,
        title="一项工作人员的账号或职务事项待您决定",
        body="{about}有一项乡镇工作人员的账号或职务事项，由您决定。请核实后同意或者不同意，同意以前什么都不会改动。",
        link=OFFICERS,
        asks="activities.agree",
        when=said(agrees=role, stage="asked"),
    )


def of_a_provider(name: str, title: str, body: str, when: Callable[[Body], bool]) -> Telling:
    """To the auditors, as of an act on officers: whoever keeps a provider decides whom it names, and lets in."""
    act = "ended" if name == "ended" else "set"
    return Telling(
        name=f"provider_{name}",
        to=Role.AUDITOR,
        at=Storey.TOWNSHIP,
        kind=REMINDER,
        title=title,
        body=f"{body}。从外部登录进来，用的是那边的帐号，不用本系统的密码。改了什么、为什么，请查看审计记录，核实是否应当。",
        link="/office/audit",
        when=lambda said: said["line"].startswith("provider:") and said["change"] == act and when(said),
    )


OFFICE: dict[type[Fact], tuple[Telling, ...]] = {
    events.AccountChanged: (
        of_his_account(
            "made", "您的账号已开通", "为您开通了登录账号，初始密码当面交给您，登录后请马上改成自己的密码。"
        ),
        of_his_account("renewed", "您的初始密码已重发", "您的账号换了初始密码，原来的密码不能再用，已登录的也已退出。"),
        of_his_account("ended", "您的账号已停用", "您的账号已经停用，不能再登录。"),
        of_his_account("reopened", "您的账号已恢复", "您的账号已经恢复，用原来的密码登录。"),
        of_his_account("code_reset", "您的一次性验证码已重置", "您的一次性验证码已经重置，下次登录时请重新设置。"),
        of_his_account("code_set", "您的一次性验证码已设置", "您的账号设置了一次性验证码。"),
        of_his_account("password", "您的密码已修改", "您的账号换了密码，别处的登录已经退出。"),
        of_his_account("provider_bound", "您的账号绑定了外部登录", "您的账号绑定了外部登录，以后从那里也能登录。"),
        of_his_account("provider_unbound", "您的账号解除了外部登录", "您的账号解除了外部登录，从那里不能再登录。"),
    ),
    events.WayChanged: (
        of_a_provider(
            "set", "新设置了外部登录", "安全管理员为{about}设置了一种外部登录", lambda body: not body["before"]
        ),
        of_a_provider(
            "changed", "外部登录有改动", "安全管理员改动了{about}的外部登录", lambda body: bool(body["before"])
        ),
        of_a_provider("ended", "外部登录已停用", "安全管理员停用了{about}的一种外部登录", said(change="ended")),
    ),
    events.PostChanged: (
        himself(
            "post_changed",
            INFORMATION,
            "您的职务有变动",
            "您在{about}的任职有变动，从哪一天起、任什么职务，请在系统中查看。" + NOT_HE,
            link="/activities/me",
            person="person_id",
            when=said(told=True),
        ),
        Telling(
            name="by_machine",
            to=Role.AUDITOR,
            at=Storey.TOWNSHIP,
            kind=REMINDER,
            title="在系统所在的机器上任免了乡镇职务",
            body="{about}的一个职务不是经页面同意、而是在系统所在的机器上任免的，请查看审计记录，核实是否应当。",
            link="/office/audit",
            when=said(machine=True),
        ),
    ),
    events.StandInChanged: (
        himself(
            "stands_in",
            INFORMATION,
            "请您代行一个职务",
            "{about}的一个职务请您代行，从哪一天到哪一天、代行什么，请在系统中查看；到期自行结束。" + NOT_HE,
            link="/activities/me",
            person="person_id",
            when=said(change="begun"),
        ),
        himself(
            "stands_down",
            INFORMATION,
            "您代行的职务提前结束",
            "您在{about}代行的职务提前结束，从那一天起由任职的人办理。",
            link="/activities/me",
            person="person_id",
            when=said(change="ended"),
        ),
    ),
    events.OfficerActMoved: (
        *map(to_agree, (Role.COMMITTEE, Role.ORGANISER, Role.KEEPER)),
        himself(
            "agreed",
            REMINDER,
            "您提出的工作人员事项已同意",
            "您提出的一项账号或职务事项已经同意。要生成初始密码的，请到系统中办理。",
            link=OFFICERS,
            person="asked_by",
            recipient="提出的人",
            when=said(stage="agreed"),
        ),
        himself(
            "declined",
            REMINDER,
            "您提出的工作人员事项没有同意",
            "您提出的一项账号或职务事项没有得到同意，什么都没有改动，理由请在系统中查看。",
            link=OFFICERS,
            person="asked_by",
            recipient="提出的人",
            when=said(stage="declined"),
        ),
        Telling(
            name="decided_by_machine",
            to=Role.AUDITOR,
            at=Storey.TOWNSHIP,
            kind=REMINDER,
            title="一项工作人员事项在系统所在的机器上作了决定",
            body="{about}的党委职务空缺，一项工作人员的账号或职务事项在系统所在的机器上作了决定，请查看审计记录，核实是否应当。",
            link="/office/audit",
            when=lambda body: body["machine"] and body["stage"] in {"agreed", "declined"},
        ),
    ),
}
