"""Looks at whole regions: many resources with few calls, one resource closely, and what puts it back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from regions.clouds.aws import additions, lost_marks, trail
from regions.clouds.aws.batched import Batched, BatchedAccount, CountedAccount
from regions.clouds.aws.batched_rules import RULES
from regions.clouds.aws.call_names import PREFIXES
from regions.clouds.aws.client import observation_of, with_references
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.session import Session
from regions.clouds.aws.subject import Account, Subject
from regions.clouds.ports import Manifest, Observation
from regions.clouds.surveys import Manifests, Trail

SIGNED_AS = {"elbv2": "elasticloadbalancing", **PREFIXES}
READ_WITH_OTHERS = frozenset(
    {
        "Alias", "EIP", "Group", "Instance", "InternetGateway", "LBTargetGroup", "NATGateway", "Policy",
        "Repository", "Role", "RolePolicyAttachment", "Route", "RouteTable", "RouteTableAssociation",
        "SecurityGroup", "SecurityGroupEgressRule", "SecurityGroupIngressRule", "Subnet", "SubnetGroup",
        "TransitGatewayVPCAttachment", "VPCEndpointService",
    }
)  # fmt: skip
"""Kinds that the rules of `batched_rules` answer altogether; of the others AWS describes one a call."""


class AwsSurvey:
    """Survey of regions in one cloud account and AWS region; every answer is kept, so it lives for one look."""

    def __init__(self, session: Session, account_id: str, region: str, region_ids: Sequence[str]) -> None:
        self.counted: Counter[str] = Counter()
        self._session, self._account_id, self._region = session, account_id, region
        self._batched = Batched(self._account({}), region_ids, RULES)
        self._accounts: dict[str, BatchedAccount] = {}

    @property
    def calls(self) -> int:
        return self.counted.total()

    def look(self, manifest: Manifest, region: Manifests, known_id: str) -> Observation:
        key = manifest.region_id
        if key not in self._accounts:
            self._accounts[key] = BatchedAccount(
                self._session, self._account_id, self._region, region.__getitem__, KINDS, batched=self._batched
            )
        return examine(Subject(self._accounts[key], KINDS[manifest.kind], manifest), region, known_id)

    def look_closely(self, manifest: Manifest, region: Manifests, known_id: str) -> Observation:
        return examine(Subject(self._account(region), KINDS[manifest.kind], manifest), region, known_id)

    def is_read_with_others(self, kind: str) -> bool:
        return kind in READ_WITH_OTHERS

    def service_of(self, kind: str) -> str:
        service = KINDS[kind].service
        return SIGNED_AS.get(service, service)

    def trail(self, *, since: datetime, until: datetime) -> Trail:
        return trail.read(self._batched, since=since, until=until)

    def _account(self, region: Manifests) -> CountedAccount:
        return CountedAccount(
            self._session, self._account_id, self._region, region.__getitem__, KINDS, counted=self.counted
        )


class AwsMender:
    """Mender for one cloud account and AWS region; reads everything anew."""

    def __init__(self, session: Session, account_id: str, region: str) -> None:
        self._session, self._account_id, self._region = session, account_id, region

    def look_closely(self, manifest: Manifest, region: Manifests, known_id: str) -> Observation:
        return examine(self._subject(manifest, region), region, known_id)

    def mark_again(self, manifest: Manifest, known_id: str) -> None:
        subject = self._subject(manifest, {})
        if subject.kind.tagging is not None and subject.kind.tagging.change is not None:
            subject.created_id = known_id
            subject.call(subject.kind.tagging.change)

    def remove_additions(self, manifest: Manifest, region: Manifests) -> None:
        subject = self._subject(manifest, region)
        if subject.find() is not None:
            with_references(lambda: additions.remove(subject, region))

    def _subject(self, manifest: Manifest, region: Manifests) -> Subject:
        account = Account(self._session, self._account_id, self._region, region.__getitem__, KINDS)
        return Subject(account, KINDS[manifest.kind], manifest)


def examine(subject: Subject, region: Manifests, known_id: str) -> Observation:
    """As the cloud describes it, with what others added; one that lost its tags is there, and differs in them."""
    if subject.find() is None:
        lost = lost_marks.find(subject, known_id)
        if lost is None:
            return Observation(exists=False)
        subject.with_reads(lost)
    seen = observation_of(subject)
    more = () if seen.deleting else tuple(additions.differences(subject, region))
    return replace(seen, differences=(*seen.differences, *more), up_to_date=False) if more else seen
