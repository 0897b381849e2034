"""What a program means, in one hash: state folded by rules of another meaning is no state of this program.

Owns the hash. Texts, modes and recipients are not in it: editing them keeps what the rules remember.
"""

from hashlib import blake2b

from rules.engine.codec import CODEC
from rules.engine.plans import Program


def meanings(program: Program) -> dict[str, str]:
    return {rule: plan.rule.meaning for rule, plan in program.rules.items()}


def rules_hash(program: Program) -> str:
    said = "\x1f".join(f"{rule}={meaning}" for rule, meaning in sorted(meanings(program).items()))
    return blake2b(f"{CODEC}\x1e{said}".encode(), digest_size=8).hexdigest()
