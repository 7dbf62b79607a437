import struct
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bot.risk.encoder import LONGEST_WINDOW, clean
from bot.risk.labelled import Labelled, read_folder
from bot.risk.pieces import Pieces
from bot.risk.taxonomy import Category, Level
from bot.risk.training.corpus import split
from bot.risk.training.encoder.augment import Augment, without_marks
from bot.risk.training.encoder.batches import Batch, batches, numbers
from bot.risk.training.encoder.package import PackageError, Pretrained, Sizes, read
from bot.risk.training.encoder.vocabulary import kept
from bot.risk.training.encoder.weights import Trained, start

CORPUS = Path(__file__).resolve().parents[2] / "data" / "risk" / "corpus"
NAMES = ("<s>", "<pad>", "</s>", "<unk>", "▁", *"abcdefghijklmnopqrstuvwxyzë", "и", "▁двер", "بيت", "▁po")
PIECES = Pieces(NAMES, [-float(number) for number in range(len(NAMES))])


def block(factor: float, nibbles: bytes) -> bytes:
    return struct.pack("<e", factor) + nibbles


def packed(*, magic: bytes = b"E5S1") -> bytes:
    """Return a file of the package's format: one piece of text, a matrix of four bits and a bias."""
    head = struct.pack("<4sI7ifi", magic, 1, 32, 1, 1, 32, 2, 4, 2, 1e-12, 32)
    text = "<s>двер".encode()
    pieces = struct.pack("<5iQ3I2f", 2, 0, 2, 1, 3, len(text), 0, 3, len(text), 0.0, -7.5) + text
    rules = struct.pack("<iIIBI", 1, 9, 0x41, 1, 0x61)
    parts = {
        "emb.word": (1, block(0.5, bytes([0x98] * 16)) + block(2.0, bytes([0x0F] * 16))),
        "l0.q.b": (0, struct.pack("<32f", *range(32))),
    }
    directory_size = 4 + sum(2 + len(name) + 21 for name in parts)
    place = len(head) + len(pieces) + len(rules) + directory_size
    directory, body = struct.pack("<i", len(parts)), b""
    for name, (kind, content) in parts.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, 0, place + len(body), len(content))
        body += content
    return head + pieces + rules + directory + body


def message(text: str, level: Level = Level.NONE, language: str = "sq") -> Labelled:
    return Labelled(text, language, text, level, frozenset(), frozenset(), text)


def test_blocks_of_four_bits_become_floats(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(packed())
    found = read(path)
    assert found.sizes == Sizes(32, 1, 1, 32, 2, 4) and found.pieces == ("<s>", "двер")
    assert found.scores.tolist() == [0.0, -7.5]
    first, second = found.tensors["emb.word"]
    assert first.tolist() == [0.0] * 16 + [0.5] * 16
    assert second.tolist() == [14.0] * 16 + [-16.0] * 16
    assert found.tensors["l0.q.b"].tolist() == list(range(32))


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(packed(magic=b"E5S2"))
    with pytest.raises(PackageError, match=r"weights\.bin"):
        read(path)


def test_the_vocabulary_keeps_what_is_met_and_single_characters() -> None:
    pieces = ("<s>", "<pad>", "</s>", "<unk>", "▁", *"abdnehimë", "▁ndihmë", "▁ndihm", "▁grua", "и", "蜘")
    scores = np.array([0.0] * 4 + [-3.0] + [-9.0] * 9 + [-5.0] * 5, np.float32)
    sizes = Sizes(1, 1, 1, 1, len(pieces), 1)
    numbers = kept(Pretrained(sizes, 1e-12, pieces, scores, {}), ["Ndihmë!"])
    names = [pieces[number] for number in numbers]
    assert numbers == sorted(numbers)
    assert {"<s>", "<pad>", "</s>", "<unk>", "▁ndihmë", "▁ndihm", "e", "ë", "и"} <= set(names)
    assert "▁grua" not in names and "蜘" not in names


def test_matrices_are_turned_and_embeddings_pruned() -> None:
    sizes = Sizes(2, 1, 1, 3, 4, 2)
    square = {f"l0.{name}.w": np.arange(4, dtype=np.float32) for name in ("q", "k", "v", "ao")}
    others = {
        "emb.word": np.arange(8, dtype=np.float32).reshape(4, 2),
        "emb.pos": np.zeros(4, np.float32),
        "emb.type": np.ones(4, np.float32),
        "emb.ln.w": np.ones(2, np.float32),
        "emb.ln.b": np.zeros(2, np.float32),
        "l0.fi.w": np.arange(6, dtype=np.float32),
        "l0.fo.w": np.arange(6, dtype=np.float32),
    }
    base = start(Pretrained(sizes, 1e-12, (), np.zeros(0, np.float32), square | others), [0, 3])
    assert base.embeddings["word"].tolist() == [[0, 1], [6, 7]]
    assert base.embeddings["place"].tolist() == [[1, 1], [1, 1]]
    assert base.layers[0]["q.w"].tolist() == [[0, 2], [1, 3]]
    assert base.layers[0]["fi.w"].shape == (2, 3) and base.layers[0]["fo.w"].shape == (3, 2)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ndihmë, çaj", "ndihme, caj"),
        ("її під'їзд", "її під'їзд"),
        ("أمي فالدار", "امي فالدار"),
        ("côté", "cote"),
    ],
)
def test_marks_are_left_out_where_people_leave_them_out(text: str, plain: str) -> None:
    assert without_marks(text) == plain


def test_varied_texts_hold_the_message_or_nearly_and_repeat_with_the_seed() -> None:
    augment = Augment(
        [message("jam mirë"), message("dera u mbyll", Level.CRITICAL), message("так", language="uk")]
    )
    grave = message("ai po më ndjek", Level.HIGH)
    first, again, other = (
        [augment.vary(grave, random) for random in [Random(seed)] for _ in range(300)] for seed in (1, 1, 2)
    )
    assert first == again != other
    assert 20 < sum(text == grave.text for text in first) < 200
    joined = [text for text in first if "jam mir" in text]
    assert 30 < len(joined) < 90 and not any("dera" in text or "так" in text for text in first)
    assert all(len(text) > len(grave.text) // 2 for text in first)


def rows_of(batch: Batch) -> list[list[int]]:
    return [ids[present].tolist() for ids, present in zip(batch["ids"], batch["present"], strict=True)]


def test_every_message_comes_once_and_whole() -> None:
    messages = split(read_folder(CORPUS)).train[:1500]
    found: list[list[int]] = []
    for done, batch in batches(messages, PIECES, lambda m: m.text, np.random.default_rng(1)):
        assert done == len(found)
        assert len({len(part) for part in batch.values()}) == 1
        assert (batch["ids"][~batch["present"]] == PIECES.padding).all()
        found += rows_of(batch)
    assert sorted(found) == sorted(numbers(PIECES, m.text) for m in messages)


def test_the_order_follows_the_seed() -> None:
    messages = [message("abc " * (1 + number % 10)) for number in range(200)]
    first, again, other = (
        [row for _, b in batches(messages, PIECES, lambda m: m.text, random) for row in rows_of(b)]
        for random in map(np.random.default_rng, (1, 1, 2))
    )
    assert first == again != other


def test_little_is_padded_and_short_ones_do_not_come_first() -> None:
    messages = [message("abc " * (1 + number % 10)) for number in range(640)]
    parts = [
        batch["present"] for _, batch in batches(messages, PIECES, lambda m: m.text, np.random.default_rng(1))
    ]
    assert np.mean([part.mean() for part in parts]) > 0.9
    lengths = [part.shape[1] for part in parts]
    assert lengths != sorted(lengths)


def test_weights_kept_are_read_back(tmp_path: Path) -> None:
    layers = [{"q.w": np.full((2, 2), n, np.float32), "q.b": np.ones(2, np.float32)} for n in range(11)]
    Trained(layers, {"w": np.eye(2, dtype=np.float32)}).save(tmp_path / "epoch1.npz")
    found = Trained.load(tmp_path / "epoch1.npz")
    assert [layer["q.w"][0, 0] for layer in found.layers] == list(range(11))
    assert found.layers[0].keys() == {"q.w", "q.b"} and found.heads["w"].tolist() == [[1, 0], [0, 1]]


def test_what_is_wanted_follows_the_labels() -> None:
    both = frozenset({Category.VIOLENCE}), frozenset({Category.CHILD})
    labelled = Labelled("1", "sq", "abc", Level.HIGH, *both, "s")
    (_, batch) = next(iter(batches([labelled], PIECES, lambda m: m.text, np.random.default_rng(1))))
    assert batch["levels"][0].argmax() == Level.HIGH.rank and batch["levels"][0].sum() == pytest.approx(1)
    assert (batch["steps"][0] > 0.5).tolist() == [True, True, False]
    violence, child = list(Category).index(Category.VIOLENCE), list(Category).index(Category.CHILD)
    assert batch["categories"][0, violence] == 1 and batch["categories"][0, child] == 0.5
    assert batch["category_weights"][0, child] < batch["category_weights"][0, violence]


def test_a_long_message_is_cut_to_one_window() -> None:
    row = numbers(PIECES, "abc " * 200)
    assert len(row) == LONGEST_WINDOW and row[0] == PIECES.start and row[-1] == PIECES.end
    assert row[1:-1] == PIECES.cut(clean("abc " * 200))[: LONGEST_WINDOW - 2]
