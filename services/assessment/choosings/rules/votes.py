"""Whether the branch's committee has resolved: its own quorum and its own base, no general majority. Pure."""


def passes(expected: int, present: int, in_favour: int) -> str:
    """Why the figures of a resolution cannot stand, as a sentence; empty where it was passed.

    A branch committee meets with at least half of its members, and more than half of those present are in favour
    (支部工作条例 12; the majority is a default of ours, L). Exactly half is not more than half.
    """
    if present > expected:
        return f"到会{present}人多于支部委员（或者应到会）{expected}人，请核对。"
    if in_favour > present:
        return f"同意{in_favour}人多于到会{present}人，请核对。"
    if present * 2 < expected:
        return f"应到{expected}人，到会{present}人，不到半数，会议不能作出决议；请另行开会后再提名。"
    if in_favour * 2 <= present:
        return f"到会{present}人，同意{in_favour}人，没有超过半数，提名没有通过；请另行研究人选。"
    return ""
