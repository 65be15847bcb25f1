"""How pages show the state of a need, and what its history calls each act."""

from __future__ import annotations

from shared.vocabulary.commune_year import NeedState
from shared.vocabulary.year_labels import NEED_STATE_LABELS

_SIGNS = {
    NeedState.RAISED: ("warn", "clock"),
    NeedState.APPRAISED: ("warn", "warn"),
    NeedState.REFUSED: ("grey", "na"),
    NeedState.FUNDED: ("blue", "check"),
    NeedState.UNDER_WAY: ("blue", "pen"),
    NeedState.HANDED_OVER: ("ok", "yes"),
    NeedState.WITHDRAWN: ("grey", "x"),
}
NEED_MARKS = {
    state.value: (css, sign, "Chờ thẩm định" if state is NeedState.RAISED else NEED_STATE_LABELS[state])
    for state, (css, sign) in _SIGNS.items()
}
"""State → colour, sign, words: an appraised need waits for money, and one that was raised for an appraisal."""

ACT_NAMES = {
    "need-raised": "Trường nêu",
    "need-changed": "Trường sửa, phải thẩm định lại",
    "need-withdrawn": "Rút nhu cầu",
    "need-appraised": "Thẩm định",
    "need-funded": "Bố trí vốn",
    "work-started": "Bắt đầu thực hiện",
    "work-checked": "Kiểm tra tiến độ",
    "work-photographed": "Gửi ảnh",
    "need-handed-over": "Bàn giao cho trường",
}
