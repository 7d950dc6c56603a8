"""In which order names might stand on a paper: by the strokes of the surname, as a proposal. The branch types its own.

The table is ours, of common surnames as they are written today; whoever is not in it comes last and is said to.
"""

from collections.abc import Iterable

TABLE = {
    2: "丁卜",
    3: "于马万",
    4: "王方尹孔毛文尤牛韦车邓卞戈",
    5: "石田叶白冯卢史龙申包左甘古司宁厉艾边",
    6: "刘朱许孙任江吕向伍安毕汤闫庄齐乔关邢阮祁成曲邬",
    7: "李吴杨张陈何余苏宋邹汪杜邱沈严陆邵冷辛谷应芦时连佟巫",
    8: "周林郑罗孟武金范易庞郁苗岳季欧单宗尚郎屈房",
    9: "赵胡钟姚姜侯段俞洪施柳柯祝贺费项查娄骆宫闻",
    10: "徐高郭唐袁夏秦钱顾陶耿倪殷聂莫贾翁柴晏凌浦桂班席敖",
    11: "黄梁曹萧章康崔梅盛符常龚鹿戚阎",
    12: "韩彭曾董程傅蒋谢覃温喻鲁舒焦童葛景",
    13: "雷詹赖路靳鲍蓝窦解甄楚裘虞",
    14: "廖熊谭蔡裴管臧翟褚",
    15: "潘黎樊颜滕",
    16: "薛霍穆冀燕",
    17: "戴魏鞠",
    18: "瞿",
}
STROKES = {sign: strokes for strokes, signs in TABLE.items() for sign in signs}
UNKNOWN = 99


def strokes_of(name: str) -> int:
    """Of a name's first sign; UNKNOWN where the table does not have it."""
    return STROKES.get(name[:1], UNKNOWN)


def proposed_order(named: Iterable[tuple[int, str]]) -> list[int]:
    """People by the strokes of their surnames; of as many strokes, as they were given."""
    return [who for who, name in sorted(named, key=lambda each: strokes_of(each[1]))]


def unknown_among(names: Iterable[str]) -> list[str]:
    """Those of whose surname the table does not know the strokes."""
    return [name for name in names if strokes_of(name) == UNKNOWN]
