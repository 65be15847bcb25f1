"""Pages as communes and schools print, sign and scan them, drawn from a seed, each with what stands on it; and the measure.

Everything is invented here: schools, communes, people, sentences. A page is drawn clean (`kinds`), worn as paper and cheap
scanners wear it (`wear`), and scored by what a reader made of it (`score`). Seeds for tuning and for judging never mix.

    python -m tests.scanned FOLDER --seed 1 --count 60
"""
