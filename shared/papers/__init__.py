"""Papers that a school, a commune or a department signs: one typed model, printed as .docx, .xlsx and PDF.

Owns what a paper is made of (`model`), how it looks (`nd30.yaml`, after Nghị định 30/2020/NĐ-CP), and what is printed at
its foot so that a signed paper can be recognised when it comes home. Promises: the same paper gives the same bytes of .docx
and .xlsx on every machine and day; what users wrote comes out as text; nothing is fetched from anywhere. Knows no service
and no clock: who prints gives the paper, the people and the documents. Printing takes from tens of milliseconds to seconds
of processor time: in a process whose threads are green (`shared.bus`), call it in a thread of the operating system or a
process of its own.
"""

from __future__ import annotations
