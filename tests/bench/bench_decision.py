"""One decision (`fire` of a key as it stands) and one explanation, on the state at the end of each history."""

from measure import AREAS, catalogue, histories, say, seconds

from rules.engine import judge
from rules.engine.decide import Engine
from rules.engine.explain import explain, known_keys
from rules.engine.frame import Frame
from rules.engine.run import Run
from rules.engine.state import RuleState, State

RULE, TIMES = "area-single-carrier", 20


def main() -> None:
    program = catalogue()
    plan = program.rules[RULE]
    for name, events in histories():
        state = State.new("main")
        engine = Engine(state, program)
        engine.decide([AREAS, *events])
        at, own, run = events[-1].at, state.rule(RULE), Run.of(state, program)
        keys = known_keys(state, program, RULE)
        frames = [Frame(state.facts, None, at).asking({}, key, own.tallies) for key in keys]

        def decide(frames: list[Frame] = frames, run: Run = run, own: RuleState = own) -> None:
            for frame in frames * TIMES:
                judge.fires(run, plan, own, frame)

        def tell(keys: list[tuple[str, ...]] = keys, state: State = state, at: int = at) -> None:
            for key in keys:
                explain(state, program, RULE, key, at)

        n = len(keys)
        say(f"one decision, {name}", 1e6 * seconds(decide) / n / TIMES, "us", at_least=2)
        say(f"one explanation, {name}", 1e6 * seconds(tell) / n, "us", at_least=150)


main()
