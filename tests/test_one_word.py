"""One word for each thing: what people read of it is the same in every page, paper, rule and example."""

from pathlib import Path

import pytest

from services import activities, assessment, notify
from services.activities.ledger.rules.stages import KINDS_SAID
from services.assessment.schemes.rules import EXAMPLES, read_scheme
from shared.evidence import KINDS
from shared.papers.kinds import Filled, words_for
from shared.papers.of_the_year import OPINION

ROOT = Path(__file__).parent.parent
HOUSES = [Path(house.__path__[0]) for house in (activities, assessment, notify)]
SAID = {".html", ".yaml", ".typ", ".py"}
# What was said as well, and the one word for it.
INSTEAD = {
    "支部意见": "支部建议",
    "个人述职": "本人总结",
    "自我总结": "本人总结",
    "本年度不评定": "不予评定",
    "建议评定": "建议等次",
    "拟调整": "调整建议",
    "手工打分": "测评评分",
    "民主测评分": "测评评分",
}


def sources() -> list[Path]:
    """Whatever people read comes from: templates, rules, pages, papers, examples; what was migrated is the past."""
    roots = [*HOUSES, ROOT / "shared", ROOT / "deploy" / "demo"]
    found = [file for root in roots for file in root.rglob("*") if file.suffix in SAID]
    return [file for file in found if "migrations" not in file.parts]


@pytest.mark.parametrize("other", INSTEAD)
def test_nothing_is_called_by_another_word(other: str):
    lines = [
        f"{file.relative_to(ROOT)}: {line.strip()[:80]}"
        for file in sources()
        for line in file.read_text(encoding="utf-8").splitlines()
        if other in line and "former=" not in line  # what a paper's blank was called before
    ]

    assert lines == [], f"say {INSTEAD[other]}"


def test_a_kind_is_called_the_same_in_the_ledger_in_evidence_and_in_the_examples():
    for kind, known in KINDS.items():
        assert known.title == KINDS_SAID.get(kind, known.title), kind
    for name in EXAMPLES:
        scheme = read_scheme((HOUSES[1] / "schemes" / "examples" / f"{name}.yaml").read_text(encoding="utf-8"))
        for each in scheme.base:
            if each.measure == "share" and len(each.kinds) == 1:
                assert each.name == KINDS[each.kinds[0]].title


def test_a_paper_that_was_made_with_the_former_words_is_filled_as_ever():
    words = words_for(OPINION, Filled({"self_statement": "全年学习十二次。", "branch_reasons": "认真负责。"}))

    assert words["个人述职"] == words["本人总结"] == "全年学习十二次。"
    assert words["支部意见"] == words["支部建议理由"] == "认真负责。"
