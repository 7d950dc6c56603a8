"""Every change of the register: units, people, posts, accounts, and what a roster brings in."""

from services.activities.register.actions.accounts import MAKES_ACCOUNTS, end_account, make_account, renew_password
from services.activities.register.actions.act_papers import attach_paper, remove_paper, take_act_paper
from services.activities.register.actions.beginning import Beginning, begin_installation
from services.activities.register.actions.care import (
    end_care,
    keep_contacts,
    look_after,
    look_after_guest,
    meet,
    show_guest_number,
)
from services.activities.register.actions.committees import commit_committees, preview_committees
from services.activities.register.actions.correcting import (
    agree_correction,
    correct_own,
    correct_person,
    decline_correction,
)
from services.activities.register.actions.dissolving import dissolve_branch, hindrance
from services.activities.register.actions.imports import (
    agreed,
    commit_roster,
    founding_day,
    may_bring_in,
    preview_roster,
    refuse_days,
)
from services.activities.register.actions.looking_over import look_over
from services.activities.register.actions.membership import (
    carry_out_turn,
    register_person,
    turn,
    undo_turn,
    withdraw_turn,
)
from services.activities.register.actions.officers import agree, ask, decline, make_password, withdraw_act
from services.activities.register.actions.people import (
    add_person,
    end_circumstance,
    move_person,
    seal_fields,
    set_circumstance,
    show_number,
)
from services.activities.register.actions.planning import arrange, carry_out, rename_unit, withdraw
from services.activities.register.actions.posts import (
    APPOINTS,
    WHERE,
    appoint,
    end_post,
    follow_replacement,
    follow_undoing,
)
from services.activities.register.actions.regrouping import preview_regrouping, regroup
from services.activities.register.actions.seating import seat_chosen
from services.activities.register.actions.seeking import find_by_number
from services.activities.register.actions.slips import login_flaws, make_accounts, renew_sheet, suggest
from services.activities.register.actions.standing_down import cut_standing_in
from services.activities.register.actions.standing_in import stand_down, stand_in
from services.activities.register.actions.succession import call_off, hand_over
from services.activities.register.actions.taking_back import refuse_resting, take_roster_back
from services.activities.register.actions.taking_over import TAKEN_OVER_ASKED, plan_takes_over, take_over
from services.activities.register.actions.terms import begin_term, correct_term, seat_committee
from services.activities.register.actions.ticked import Ticked, take_ticked_back
from services.activities.register.actions.townships import begin_again, begin_earlier, choose_rule_set
from services.activities.register.actions.transfers import send, send_back, take, undo_transfer, withdraw_transfer
from services.activities.register.actions.turns import standing
from services.activities.register.actions.units import (
    KEEPS_REGISTER,
    found_branch,
    found_group,
    found_township,
    require,
)
from services.activities.register.rules.slips import Slip

__all__ = [
    "APPOINTS",
    "KEEPS_REGISTER",
    "MAKES_ACCOUNTS",
    "TAKEN_OVER_ASKED",
    "WHERE",
    "Beginning",
    "Slip",
    "Ticked",
    "add_person",
    "agree",
    "agree_correction",
    "agreed",
    "appoint",
    "arrange",
    "ask",
    "attach_paper",
    "begin_again",
    "begin_earlier",
    "begin_installation",
    "begin_term",
    "call_off",
    "carry_out",
    "carry_out_turn",
    "choose_rule_set",
    "commit_committees",
    "commit_roster",
    "correct_own",
    "correct_person",
    "correct_term",
    "cut_standing_in",
    "decline",
    "decline_correction",
    "dissolve_branch",
    "end_account",
    "end_care",
    "end_circumstance",
    "end_post",
    "find_by_number",
    "follow_replacement",
    "follow_undoing",
    "found_branch",
    "found_group",
    "found_township",
    "founding_day",
    "hand_over",
    "hindrance",
    "keep_contacts",
    "login_flaws",
    "look_after",
    "look_after_guest",
    "look_over",
    "make_account",
    "make_accounts",
    "make_password",
    "may_bring_in",
    "meet",
    "move_person",
    "plan_takes_over",
    "preview_committees",
    "preview_regrouping",
    "preview_roster",
    "refuse_days",
    "refuse_resting",
    "register_person",
    "regroup",
    "remove_paper",
    "rename_unit",
    "renew_password",
    "renew_sheet",
    "require",
    "seal_fields",
    "seat_chosen",
    "seat_committee",
    "send",
    "send_back",
    "set_circumstance",
    "show_guest_number",
    "show_number",
    "stand_down",
    "stand_in",
    "standing",
    "suggest",
    "take",
    "take_act_paper",
    "take_over",
    "take_roster_back",
    "take_ticked_back",
    "turn",
    "undo_transfer",
    "undo_turn",
    "withdraw",
    "withdraw_act",
    "withdraw_transfer",
    "withdraw_turn",
]
