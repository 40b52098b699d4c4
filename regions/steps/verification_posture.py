"""What the account does for its own security: observed and shown, never changed, never decisive."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from regions.clouds.inspection import Inspector, Trail
from regions.models import CheckGroup
from regions.permissions.identity import RoleIdentity
from regions.states import Verdict
from regions.steps.verification_checks import Check, fragment, looked
from regions.steps.verification_target import Target


@dataclass(frozen=True, slots=True)
class Guard:
    name: str
    title: str
    method: str
    look: Callable[[Inspector], str]
    """What is wrong, in a sentence; empty where it is as it should be."""
    remedy: str
    """A command, or a sentence: how its owner turns it on."""


def _detector(inspector: Inspector) -> str:
    if inspector.threats_watched():
        return ""
    return "Nobody looks for intruders: GuardDuty has no enabled detector in this region."


def _recorder(inspector: Inspector) -> str:
    if inspector.changes_recorded():
        return ""
    return "AWS Config records no changes of resources in this region."


def _trails(inspector: Inspector) -> str:
    trails = inspector.trails()
    if any(one.logging and one.everywhere for one in trails):
        return ""
    return _of_trails(trails)


def _of_trails(trails: tuple[Trail, ...]) -> str:
    if not trails:
        return "No trail keeps who called AWS; CloudTrail's own history ends after 90 days."
    silent = [one.name for one in trails if not one.logging]
    if len(silent) == len(trails):
        return f"No trail is logging: {', '.join(silent)} {'is' if len(silent) == 1 else 'are'} switched off."
    return "Trails log, but none of them covers all regions."


def _volumes(inspector: Inspector) -> str:
    if inspector.volumes_encrypted():
        return ""
    return "New volumes are encrypted only where that is asked for. Those of our regions always are."


GUARDS = (
    Guard(
        "guardduty",
        "GuardDuty watches for threats",
        "read, guardduty:GetDetector",
        _detector,
        "aws guardduty create-detector --region {region} --enable",
    ),
    Guard(
        "config",
        "AWS Config records changes",
        "read, config:DescribeConfigurationRecorderStatus",
        _recorder,
        "Set up AWS Config in {region}: it wants a role and a bucket of your own.",
    ),
    Guard(
        "cloudtrail",
        "CloudTrail keeps who did what, in all regions",
        "read, cloudtrail:GetTrailStatus",
        _trails,
        "aws cloudtrail create-trail --region {region} --name account \\\n"
        "  --s3-bucket-name BUCKET --is-multi-region-trail",
    ),
    Guard(
        "volumes",
        "Volumes are encrypted by default",
        "read, ec2:GetEbsEncryptionByDefault",
        _volumes,
        "aws ec2 enable-ebs-encryption-by-default --region {region}",
    ),
)


def posture_checks(inspector: Inspector, identity: RoleIdentity, target: Target) -> Iterator[Check]:
    for guard in GUARDS:
        check = Check(CheckGroup.POSTURE, f"posture:{guard.name}", guard.title, Verdict.PASS, guard.method)
        found = looked(check, partial(_judged, guard, check, inspector, target))
        if found.verdict is Verdict.CANNOT_TELL:
            found = replace(found, fix=fragment(guard.method.removeprefix("read, "), identity))
        yield found


def _judged(guard: Guard, check: Check, inspector: Inspector, target: Target) -> Check:
    wrong = guard.look(inspector)
    facts = {"region": target.cloud_region}
    if not wrong:
        return replace(check, facts=facts)
    fix = guard.remedy.format(region=target.cloud_region)
    return replace(check, verdict=Verdict.WARNING, message=wrong, fix=fix, facts=facts)
