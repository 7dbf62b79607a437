"""How fast texts are read for danger: ``python bench/risk.py`` prints load time, memory and rate by kind."""

from __future__ import annotations

import resource
from time import perf_counter

from bot.risk import assess

KINDS = {
    "plain answer": ("po, jam mirë, faleminderit", "sq"),
    "Albanian, 80 characters": (
        "sot takova shoqen ne treg dhe biseduam gjate per shkollen e femijeve tona te dy",
        "sq",
    ),
    "Arabic, 80 characters": (
        "اليوم مشيت السوق مع ختي وشرينا الخضرة والحوت ورجعنا للدار على رجلينا حيت الجو زوين",
        "ar",
    ),
    "Arabizi, 80 characters": (
        "lyoum mchit l souk m3a khti w chrina lkhodra w l7out w rje3na l dar 3la rejlina",
        "ar",
    ),
    "Ukrainian, 80 characters": (
        "сьогодні ходили з донькою на ринок купили овочі та рибу і повернулись додому пішки",
        "uk",
    ),
    "translit, 80 characters": (
        "sohodni hodyly z donkoju na rynok kupyly ovochi ta rybu i povernulys dodomu pishky",
        "uk",
    ),
    "language not told": (
        "sot takova shoqen ne treg dhe biseduam gjate per shkollen e femijeve tona te dy",
        None,
    ),
    "grave": ("më ka zënë për fyti dhe thotë do të të mbys, ka dalë pak jashtë. jam e kyçur", "sq"),
    "1,600 characters": ("sot takova shoqen ne treg. " * 60, "sq"),
    "10,000 combining marks": ("a" + "\u0301" * 10_000, None),
    "ﷺ a thousand times": ("ﷺ" * 1_000, None),
    "10,000 short sentences": ("a. " * 10_000, None),
}
SECONDS = 1.0


def memory() -> float:
    """Return the greatest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    before, start = memory(), perf_counter()
    assess("nuk e di", language="sq")
    print(f"load {perf_counter() - start:.3f} s, {memory() - before:.0f} MB more")
    for name, (text, language) in KINDS.items():
        assess(text, language=language)
        count, start = 0, perf_counter()
        while perf_counter() - start < SECONDS:
            assess(text, language=language)
            count += 1
        each = (perf_counter() - start) / count
        print(f"{name:26} {1 / each:10,.0f} a second {each * 1000:9.3f} ms each")


if __name__ == "__main__":
    main()
