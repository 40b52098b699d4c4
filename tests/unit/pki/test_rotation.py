"""A rotation of the root at whose every moment, in whatever order regions act, every pair can talk."""

from dataclasses import dataclass, field
from random import Random

import pytest

from secrets_app.pki import rotation
from secrets_app.pki.rotation import Desired, Party, Phase, Standing, desired, hindrances, silent_pairs
from tests.unit.pki.world import NOW, Authority, intermediate, leaf, root

OLD, NEW = "old root", "new root"
BOTH = frozenset({OLD, NEW})


def standing(region: str, trusts: set[str], presents: set[str]) -> Standing:
    return Standing(region, frozenset(trusts), frozenset(presents))


def test_new_issuing_waits_for_the_last_region_to_trust_the_new_root() -> None:
    ready, late = standing("prod", {OLD, NEW}, {OLD}), standing("dr", {OLD}, {OLD})
    assert hindrances(Phase.SWITCH, [ready, ready], OLD, NEW) == []
    (found,) = hindrances(Phase.SWITCH, [ready, late], OLD, NEW)
    assert (found.region, found.sentence) == ("dr", "dr has not confirmed that it trusts the new root.")


def test_the_old_root_stays_for_as_long_as_one_leaf_of_it_lives() -> None:
    ready, late = standing("prod", {OLD, NEW}, {NEW}), standing("dr", {OLD, NEW}, {OLD, NEW})
    assert hindrances(Phase.NEW, [ready, ready], OLD, NEW) == []
    found = hindrances(Phase.NEW, [ready, late], OLD, NEW)
    assert {each.region for each in found} == {"prod", "dr"}
    assert "Leaves of the old root are still in use" in found[0].sentence


def test_going_back_is_possible_until_the_old_root_is_gone() -> None:
    switched = standing("prod", {OLD, NEW}, {NEW})
    assert hindrances(Phase.BOTH, [switched], OLD, NEW) == []
    assert hindrances(Phase.OLD, [switched], OLD, NEW) != []
    assert hindrances(Phase.OLD, [standing("prod", {OLD, NEW}, {OLD})], OLD, NEW) == []


def test_a_region_that_has_confirmed_nothing_since_is_taken_at_its_worst() -> None:
    """It may have applied the switch, and then going back, without having said either."""
    published = [desired(phase, OLD, NEW) for phase in (Phase.BOTH, Phase.SWITCH, Phase.BOTH)]
    silent = Standing.of("dr", published, [OLD])
    assert (silent.trusts, silent.presents) == (BOTH, BOTH)
    assert hindrances(Phase.OLD, [silent], OLD, NEW) != []
    assert Standing.of("new", [], []).trusts == frozenset()


@dataclass
class Region:
    """What a region does now, and what the console has heard of it."""

    trusts: frozenset[str] = frozenset({OLD})
    issuer: str = OLD
    leaves: set[str] = field(default_factory=lambda: {OLD})
    trust_at: int = 0
    issuer_at: int = 0
    heard_at: int = 0
    heard_leaves: frozenset[str] = frozenset({OLD})


class Plane:
    """Regions apply bundle and issuer apart, report late or never; the console asks the gates alone."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.forward = random.choice((0.4, 0.8))
        self.phase = Phase.OLD
        self.published: list[Desired] = [desired(Phase.OLD, OLD, NEW)]
        self.regions = [Region() for _ in range(random.randint(2, 3))]
        self.visited = {Phase.OLD}

    def heard(self) -> list[Standing]:
        return [
            Standing.of(str(number), self.published[region.heard_at :], region.heard_leaves)
            for number, region in enumerate(self.regions)
        ]

    def standings(self) -> list[Standing]:
        return [
            Standing(str(number), region.trusts, frozenset(region.leaves))
            for number, region in enumerate(self.regions)
        ]

    def ask_for_another_phase(self, _: Region) -> None:
        possible = rotation.neighbours(self.phase)
        to = possible[-1] if self.random.random() < self.forward else possible[0]
        if not hindrances(to, self.heard(), OLD, NEW):
            self.phase = to
            self.visited.add(to)
            self.published.append(desired(to, OLD, NEW))

    def apply_a_bundle(self, region: Region) -> None:
        region.trust_at = self.random.randint(region.trust_at, len(self.published) - 1)
        region.trusts = self.published[region.trust_at].trusts

    def apply_an_issuer(self, region: Region) -> None:
        region.issuer_at = self.random.randint(region.issuer_at, len(self.published) - 1)
        region.issuer = self.published[region.issuer_at].issuer
        region.leaves.add(region.issuer)

    def let_old_leaves_end(self, region: Region) -> None:
        region.leaves = {region.issuer}

    def report(self, region: Region) -> None:
        region.heard_at = min(region.trust_at, region.issuer_at)
        region.heard_leaves = frozenset(region.leaves)

    def step(self) -> None:
        act = self.random.choice(
            (
                self.ask_for_another_phase,
                self.apply_a_bundle,
                self.apply_an_issuer,
                self.let_old_leaves_end,
                self.let_old_leaves_end,
                self.report,
                self.report,
                self.report,
            )
        )
        act(self.random.choice(self.regions))


def test_in_whatever_order_regions_act_every_pair_can_talk_at_every_moment() -> None:
    visited: set[Phase] = set()
    for seed in range(12):
        plane = Plane(Random(seed))
        for _ in range(2_500):
            plane.step()
            assert silent_pairs(plane.standings()) == [], f"seed {seed}"
        visited |= plane.visited
    assert visited == set(Phase), "no walk passed every gate"


@pytest.mark.parametrize("at", [Phase.OLD, Phase.BOTH, Phase.SWITCH])
def test_once_all_have_followed_the_next_gate_opens(at: Phase) -> None:
    aim = desired(at, OLD, NEW)
    everybody = [Standing.of(name, [aim], [aim.issuer]) for name in ("prod", "dr")]
    assert hindrances(rotation.neighbours(at)[-1], everybody, OLD, NEW) == []


@dataclass(frozen=True)
class Certified:
    old: Authority
    new: Authority
    parties: tuple[Party, ...]


@pytest.fixture(scope="module")
def certified() -> Certified:
    old, new = root("root 2024"), root("root 2026")
    return Certified(old, new, tuple(party(name, old, old) for name in ("prod", "dr")))


def party(name: str, above: Authority, *trusted: Authority) -> Party:
    host = f"{name}.byoc.norrland.example"
    app = f"ledger.core.svc.{host}"
    region = intermediate(above, host)
    bundle = tuple(each.certificate for each in trusted)
    return Party(name, app, leaf(region, app).certificate, (region.certificate,), bundle)


def test_real_certificates_agree_with_every_phase(certified: Certified) -> None:
    old, new = certified.old, certified.new
    for first in Phase:
        for second in Phase:
            roots = {OLD: old, NEW: new}
            parties = [
                party(name, roots[wanted.issuer], *(roots[each] for each in sorted(wanted.trusts)))
                for name, wanted in (("prod", desired(first, OLD, NEW)), ("dr", desired(second, OLD, NEW)))
            ]
            told = [
                Standing(name, wanted.trusts, frozenset({wanted.issuer}))
                for name, wanted in (("prod", desired(first, OLD, NEW)), ("dr", desired(second, OLD, NEW)))
            ]
            assert (rotation.refusals(parties, NOW) == []) is (silent_pairs(told) == []), (first, second)


def test_a_refusal_names_both_regions_and_the_end(certified: Certified) -> None:
    stranger = party("dr", certified.new, certified.new)
    found = rotation.refusals([certified.parties[0], stranger], NOW)
    assert len(found) == 4
    assert found[0].sentence.startswith("prod refuses dr as server: No path leads")
