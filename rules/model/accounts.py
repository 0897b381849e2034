"""Who did something, as a source names them, and the person ids that stand for them.

Owns the shapes. Mapping an account to a person is `worker/people`'s business; names never travel further than that.
"""

import msgspec

OTHER = "other"
"""The person id of everybody who may not or cannot be told apart: unresolved accounts and people who objected.

Counted (dropping them would inflate everybody else's share), never a key, a recipient or the top of a count.
"""


class Account(msgspec.Struct, frozen=True):
    """One identity at one source, e.g. source 'git', id 'ada@example.org', name 'Ada'.

    `id` is '' when the source gives only a bare name: such an account is not resolved.
    """

    source: str
    id: str
    name: str = ""
    bot: bool = False
