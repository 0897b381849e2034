"""What people write when knowledge was missing, and when a sentence blames. Literal tables, made from real reports.

Owns the dictionaries. The sources of the reports and the hand check are in docs/connectors.md.
"""

import re

GAPS: dict[str, re.Pattern[str]] = {
    "no documentation": re.compile(
        r"\b(no|lack of|missing|insufficient|outdated|without|little|not (?:well )?) ?(?:up.to.date |proper |clear |good |enough |"
        r"sufficient )?(documentation|documented|docs|runbook|playbook|notes|instructions|written procedure)\b|"
        r"\b(documentation|runbook|docs) (?:was|were|is|are) (?:not|missing|outdated|out of date|incomplete|lacking)\b|"
        r"\b(?:isn't|wasn't|weren't|not) (?:properly |well |fully )?documented\b|\bundocumented\b",
        re.IGNORECASE,
    ),
    "one person": re.compile(
        r"\b[Oo]nly (?:one|a single|1) (?:person|engineer|developer|team member|member)\b|\b[Oo]nly [A-Z][a-z]+ (?:knew|knows|had access|has "
        r"access|could)\b|\b(?:single|sole) (?:person|engineer) (?:who|with|knew)\b|\bbus factor\b|\bkey person\b",
    ),
    "not known": re.compile(
        r"\b(?:did not|didn't|do not|don't|nobody|no one|none of us) (?:really |fully )?(?:know|knew|understand|understood|realise|"
        r"realize|remember)\b|\black of (?:knowledge|understanding|familiarity|awareness|experience)\b|\bunfamiliar with\b|"
        r"\b(?:we|they|nobody|the team|engineers?) (?:was|were|are) (?:not aware|unaware|not familiar)\b",
        re.IGNORECASE,
    ),
    "waited for somebody": re.compile(
        r"\bwait(?:ed|ing)? (?:for|on) (?:somebody|someone|a person|an engineer|the person|access|approval|[A-Z][a-z]+ to)\b|"
        r"\bno[- ]?one (?:was )?(?:available|around|online)\b|\bonly \w+ (?:person |engineer )?available\b|"
        r"\bdid ?n[o']t have (?:the )?(?:access|permission|credentials)\b",
    ),
}
"""Tag → how it is worded. The tag is kept, the sentence is not."""

BLAME = re.compile(
    r"\b(fault|careless(?:ly)?|forgot|blame[ds]?|negligent|negligence|should have known|human error|screwed up|messed up|"
    r"incompetent|sloppy|failed to|neglected|stupid(?:ly)?)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"@[A-Za-z][\w-]{1,38}\b|\b[A-Z][a-z]{2,15} [A-Z][a-z]{2,20}\b")

CAUSES: dict[str, re.Pattern[str]] = {
    "deploy": re.compile(r"\b(deploy(?:ed|ment|ing)?|roll(?:ed)? ?out|release[ds]?|merged)\b", re.IGNORECASE),
    "upgrade": re.compile(r"\b(upgrad\w+|version bump|migrat\w+)\b", re.IGNORECASE),
    "capacity": re.compile(
        r"\b(capacity|out of (?:memory|disk|space)|disk ?space|exhaust\w*|starvation|quota|limit reached|OOM)\b",
        re.IGNORECASE,
    ),
    "certificate": re.compile(r"\b(certificate|TLS|SSL|cert-manager)\b", re.IGNORECASE),
    "configuration": re.compile(r"\b(misconfigur\w+|configuration|config change|typo)\b", re.IGNORECASE),
    "dns": re.compile(r"\b(DNS|route ?53|name resolution)\b", re.IGNORECASE),
    "network": re.compile(r"\b(network\w*|subnet|firewall|IP address\w*)\b", re.IGNORECASE),
    "access": re.compile(r"\b(permission|credential|IAM|KIAM|token|secret)s?\b", re.IGNORECASE),
}

LEARNING = re.compile(
    r"\b(document|write (?:down|up|a)|runbook|playbook|training|teach|learn|knowledge|share|explain|wiki|readme|guide|"
    r"onboard|pair with|shadow|exercise|game ?day|responsibilit)\w*",
    re.IGNORECASE,
)
"""An action after which somebody knows more, or something is written down."""
