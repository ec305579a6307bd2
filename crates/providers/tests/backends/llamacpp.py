"""Serves a model of a few kilobytes with llama.cpp's own server, out of the package `xllamacpp`.

The model is a chain of words: whatever it is asked, it begins with the first and says one after the other. Its attention
does nothing; the token that came last alone decides. The server around it is the real one: templates, tokenizer, grammar,
context, streaming.

    python llamacpp.py FOLDER [KEY]

It prints the address when it listens, and ends when its input does.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
import xllamacpp

SAYS = ["Once", "▁upon", "▁a", "▁time", "▁there", "▁was", "▁one", "▁small", "▁model", "."]
WIDTH, CONTEXT = 64, 256
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"


def write(path):
    special = ["<unk>", "<s>", "</s>"]
    tokens = special + [f"<0x{byte:02X}>" for byte in range(256)] + SAYS
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * len(SAYS)
    chance = np.random.default_rng(7)
    meaning = chance.choice([-1.0, 1.0], (len(tokens), WIDTH)).astype(np.float32)
    meaning[:, 0] = 1.0
    # What follows a token is what its meaning points at. The first dimension is the same for all: with it the first word
    # follows whatever has no successor, and nothing else comes of itself.
    follows = np.zeros_like(meaning)
    follows[:, 0] = -30.0
    first = len(tokens) - len(SAYS)
    follows[first, 0] = 30.0
    for token in range(first, len(tokens)):
        after = token + 1 if token + 1 < len(tokens) else tokens.index("</s>")
        follows[after] = meaning[token]
        follows[after, 0] = 0.0

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("chain")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(WIDTH)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // 2)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)
    ones, zeros = np.ones(WIDTH, np.float32), np.zeros((WIDTH, WIDTH), np.float32)
    writer.add_tensor("token_embd.weight", meaning)
    writer.add_tensor("output.weight", follows)
    writer.add_tensor("output_norm.weight", ones)
    for name in ["attn_norm", "ffn_norm"]:
        writer.add_tensor(f"blk.0.{name}.weight", ones)
    for name in ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]:
        writer.add_tensor(f"blk.0.{name}.weight", zeros)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    path = Path(sys.argv[1]) / "chain.gguf"
    write(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {"chain"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.warmup = False
    params.cpuparams.n_threads = 1
    params.api_keys = sys.argv[2:]
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


main()
