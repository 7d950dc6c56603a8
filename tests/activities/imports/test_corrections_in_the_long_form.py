"""A list of corrections with a row for each thing that is wrong: it changes that alone, and moves nobody."""

from tests.activities.imports.test_as_people_see_it import EAST, LIANG, LUO, ONE, file_of, read
from tests.activities.imports.test_forms_of_the_office import full_register
from tests.activities.register.registers import planned


def test_corrections_in_the_long_form_are_each_of_what_they_name_and_those_of_one_member_are_one():
    heading = ["序号", "党支部", "姓名", "身份证号码", "更正项目", "原内容", "更正后内容"]
    phone = [1, EAST, LUO[2], LUO[4], "手机号码", LUO[8], "19988887777"]
    schooling = [2, EAST, LUO[2], LUO[4], "文化程度", "", "大专"]
    home = [3, EAST, LIANG[2], LIANG[4], "家庭住址", "", "东岭村 12 号"]
    away = [4, EAST, LIANG[2], LIANG[4], "所在党小组", ONE, "第二党小组"]
    blank = [5, EAST, LIANG[2], LIANG[4], "民族", "汉族", ""]
    now = full_register()

    roster = read(file_of(heading, phone, schooling, home, away, blank))
    plan = planned(roster, now)

    ids = {each.name: each.id for each in now.people}
    assert plan.updates == {
        ids["罗长河"]: {"education": "大专", "phone": "19988887777"},
        ids["梁金花"]: {"more": '{"address": "东岭村 12 号"}'},
    }
    assert (plan.moves, plan.endings, plan.new_people, plan.memberships, plan.missing) == ([], [], [], [], [])
    said = {each.cell: each.problem for each in roster.errors}
    assert {"E5", "G6"} == said.keys()
    assert "“所在党小组”不能按更正表改" in said["E5"]
    assert "没有写更正后的内容" in said["G6"]
    assert (roster.rows_total, roster.rows_refused) == (4, 2)
    luo = next(each for each in roster.people if each.name == "罗长河")
    assert (luo.cell("phone"), luo.cell("education")) == ("G2", "G3")  # where somebody finds what is said of it
