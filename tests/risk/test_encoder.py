import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.risk import encoder as reader
from bot.risk.encoder import LONGEST_TEXT, LONGEST_WINDOW, Encoder, Shares, clean, load, windows_of
from bot.risk.model import CATEGORIES, LEVELS
from bot.risk.pieces import Pieces
from bot.risk.taxonomy import Level
from bot.risk.training.encoder.export import MODEL, VOCABULARY, export
from bot.risk.training.encoder.package import Sizes
from bot.risk.training.encoder.weights import Start, Trained, new_heads

LETTERS = (
    "abcdefghijklmnopqrstuvwxyzëçабвгдеєжзиіїйклмнопрстуфхцчшщьюя"
    "أابتثجحخدذرزسشصضطظعغفقكلمنهويةىء'.!?0123456789"
)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS, "▁po", "▁jo", "▁так", "▁لا", "ndihme", "двер"]
SCORES = [0.0] * 4 + [-3.0] + [-9.0] * len(LETTERS) + [-4.0] * 6
WIDTH, INNER, LAYERS, HEADS = 24, 48, 2, 2
HOSTILE = [
    "",
    " ",
    "\0",
    "po\0jo",
    "\ud800",
    "a\udfffb",
    "\ufdfa" * 8,
    "e" + "\u0301" * 5_000,
    "\u202eab\u202c",
    "👩‍👩‍👧" * 50,
]


def tiny() -> tuple[Start, Trained]:
    random = np.random.default_rng(3)

    def some(*shape: int) -> np.ndarray:
        return random.normal(0, 0.3, shape).astype(np.float32)

    def layer() -> dict[str, np.ndarray]:
        square = {f"{name}.w": some(WIDTH, WIDTH) for name in ("q", "k", "v", "ao")}
        biases = {f"{name}.b": some(WIDTH) for name in ("q", "k", "v", "ao", "fo", "aln", "oln")}
        factors = {f"{name}.w": np.ones(WIDTH, np.float32) for name in ("aln", "oln")}
        inner = {"fi.w": some(WIDTH, INNER), "fi.b": some(INNER), "fo.w": some(INNER, WIDTH)}
        return square | biases | factors | inner

    embeddings = {
        "word": some(len(PIECES), WIDTH),
        "place": some(LONGEST_WINDOW, WIDTH),
        "factor": np.ones(WIDTH, np.float32),
        "shift": some(WIDTH),
    }
    layers = [layer() for _ in range(LAYERS)]
    heads = new_heads(WIDTH, seed=1)
    heads["w"] *= 30
    sizes = Sizes(WIDTH, LAYERS, HEADS, INNER, len(PIECES), LONGEST_WINDOW)
    return Start(sizes, 1e-12, embeddings, layers), Trained(layers, heads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data") / "encoder"
    export(made, *tiny(), PIECES, SCORES)
    return made


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return Encoder((folder / MODEL).read_bytes(), (folder / VOCABULARY).read_bytes())


@pytest.fixture
def fresh() -> Iterator[None]:
    load.cache_clear()
    yield
    load.cache_clear()


def expected(text: str) -> np.ndarray:
    """Return the scores of a one-window text by the formulas of the network, in floats."""
    start, trained = tiny()
    parts = start.embeddings
    ids = windows_of(Pieces(PIECES, SCORES), text)[0]
    vectors = normal(parts["word"][ids] + parts["place"][: len(ids)], parts["factor"], parts["shift"])
    for layer in trained.layers:
        q, k, v = (
            (vectors @ layer[f"{n}.w"] + layer[f"{n}.b"]).reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
            for n in "qkv"
        )
        alike = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(WIDTH / HEADS))
        seen = (alike / alike.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), WIDTH)
        vectors = normal(vectors + seen @ layer["ao.w"] + layer["ao.b"], layer["aln.w"], layer["aln.b"])
        inner = vectors @ layer["fi.w"] + layer["fi.b"]
        inner = 0.5 * inner * (1 + np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner**3)))
        vectors = normal(vectors + inner @ layer["fo.w"] + layer["fo.b"], layer["oln.w"], layer["oln.b"])
    return np.asarray(vectors.mean(0) @ trained.heads["w"] + trained.heads["b"])


def normal(vectors: np.ndarray, factor: np.ndarray, shift: np.ndarray) -> np.ndarray:
    centred = vectors - vectors.mean(-1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * factor + shift)


@pytest.mark.parametrize("text", ["po", "ndihmë, dera u mbyll", "він стоїть під дверима", "سد عليا الباب"])
def test_what_is_read_back_is_the_network_that_was_written(encoder: Encoder, text: str) -> None:
    wanted, told = reader.shares(expected(text)[None]), encoder.read([text])
    assert np.allclose(told.levels, wanted.levels, atol=0.06)
    assert np.allclose(told.categories, wanted.categories, atol=0.12)


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_shares(encoder: Encoder, text: str) -> None:
    assert_shares(encoder.read([text]), 1)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_get_shares(encoder: Encoder, text: str) -> None:
    assert_shares(encoder.read([text, text * 3]), 2)


def assert_shares(told: Shares, count: int) -> None:
    assert told.levels.shape == (count, len(LEVELS))
    assert told.categories.shape == (count, len(CATEGORIES))
    assert np.allclose(told.levels.sum(axis=1), 1, atol=1e-4)
    assert (told.levels >= -1e-6).all() and (told.categories >= 0).all() and (told.categories <= 1).all()


def test_no_texts_get_no_rows(encoder: Encoder) -> None:
    assert_shares(encoder.read([]), 0)


def test_a_text_is_read_the_same_whatever_stands_beside_it(encoder: Encoder) -> None:
    texts = ["po", "він стоїть під дверима " * 9, "لا", *HOSTILE]
    together = encoder.read(texts)
    for row, text in enumerate(texts):
        alone = encoder.read([text])
        assert np.array_equal(alone.levels[0], together.levels[row])
        assert np.array_equal(alone.categories[0], together.categories[row])


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("NDIHMË", "ndihmë"),
        ("ndihmeeeeeee", "ndihme"),
        ("він б’є", "він б'є"),
        ("він   б'є\n\n", "він б'є"),
        ("لَاااا", "لا"),
        ("بـــاب", "باب"),
        ("п\u0301о\u0301", "по"),
        ("so\u200bt", "sot"),
        ("ＰＯ", "po"),
        ("po!!!!!!!", "po!!!"),
        ("10000 lek", "10000 lek"),
    ],
)
def test_ways_to_type_the_same_are_read_the_same(typed: str, plain: str) -> None:
    assert clean(typed) == clean(plain) == plain


@given(st.text(st.characters()))
@example("İ" * 2_000)
@example("\ufdfa" * 2_000)
@settings(deadline=None)
def test_what_is_cleaned_is_short_and_holds_nothing_hidden(text: str) -> None:
    read = clean(text)
    assert len(read) <= 2 * LONGEST_TEXT
    assert read.isprintable() and read == " ".join(read.split())


@given(st.text("abcdë двер ?لا", max_size=900))
def test_windows_overlap_and_miss_nothing(text: str) -> None:
    pieces = Pieces(PIECES, SCORES)
    whole = pieces.cut(clean(text))
    windows = windows_of(pieces, text)
    assert all(len(window) <= LONGEST_WINDOW for window in windows)
    assert all(window[0] == pieces.start and window[-1] == pieces.end for window in windows)
    joined = windows[0][1:-1]
    for window in windows[1:]:
        assert joined[-16:] == window[1:17]
        joined += window[17:-1]
    assert joined == whole


def test_a_long_text_is_as_grave_as_its_gravest_window(encoder: Encoder) -> None:
    text = "sot piva kafe me shoqet dhe bleva molle ne treg. " * 12
    pieces = Pieces(PIECES, SCORES)
    windows = windows_of(pieces, text)
    danger = [float(reader.shares(encoder._scores(w)).levels[0, Level.HIGH.rank :].sum()) for w in windows]
    assert len(windows) > 3 and max(danger) > min(danger)
    assert encoder.read([text]).levels[0, Level.HIGH.rank :].sum() == pytest.approx(max(danger))


def test_steps_that_disagree_still_make_shares() -> None:
    scores = np.zeros((1, 2 * len(LEVELS) - 1 + len(CATEGORIES)), np.float32)
    scores[0, len(LEVELS) : 2 * len(LEVELS) - 1] = [-4, 4, 4]
    assert_shares(reader.shares(scores), 1)


def test_two_threads_read_as_one_does(encoder: Encoder) -> None:
    texts = ["po", "він стоїть під дверима", "لا لا لا", "ndihme"] * 5
    wanted = encoder.read(texts).levels
    found: dict[int, np.ndarray] = {}

    def work(number: int) -> None:
        found[number] = encoder.read(texts).levels

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[number], wanted) for number in range(3))


def test_without_its_files_there_is_no_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    monkeypatch.setattr(reader, "data_folder", lambda: tmp_path)
    assert load() is None


def test_with_its_files_it_is_loaded_once(folder: Path, monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    monkeypatch.setattr(reader, "data_folder", lambda: folder.parent)
    loaded = load()
    assert loaded is not None and loaded is load()
    assert_shares(loaded.read(["po"]), 1)


def test_the_written_network_is_small_and_in_eight_bits(folder: Path) -> None:
    import onnx

    graph = onnx.load(folder / MODEL).graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("MatMulInteger") == 6 * LAYERS + 1
    floats = [i.name for i in graph.initializer if len(i.dims) == 2 and i.data_type == onnx.TensorProto.FLOAT]
    assert floats == ["place"]
