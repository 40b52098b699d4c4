"""Events as sentences: who did what to which thing."""

from console.audit.models import AuditEvent

SAID: dict[str, str] = {
    "authenticator:enrolled": "enrolled an authenticator",
    "authenticator:reset": "reset the authenticator of {target}",
    "authority:issuing": "has {target} issue from now on",
    "authority:key-destroyed": "destroyed the private key of {target}",
    "authority:rotation-requested": "asked to rotate {target}",
    "authority:source-changed": "changed who issues the intermediate of region {target}",
    "authority:trusted": "added {target} to the trusted roots",
    "bundle:confirmed": "heard that region {target} trusts the newest bundle",
    "bundle:published": "published {target} of trusted roots",
    "certificate:listed": "learned of certificate {target}",
    "certificate:renewal-asked": "asked for the renewal of {target}",
    "code:shown": "showed a code of the authenticator",
    "connection:drafted": "drafted connection {target}",
    "connection:refused": "found that connection {target} does not work",
    "connection:revoked": "revoked connection {target}",
    "connection:verification-started": "had connection {target} verified",
    "connection:verified": "verified connection {target}",
    "database-password:rotated": "rotated the master password of the database of {target}",
    "database-password:rotation-requested": "asked to rotate the master password of the database of {target}",
    "engagement:granted": "granted {target}",
    "engagement:revoked": "revoked {target}",
    "invitation:created": "invited {target}",
    "invitation:revoked": "withdrew the invitation of {target}",
    "key:activated": "activated the new version of the key: {target}",
    "key:created": "made the first key-encryption key",
    "key:destroyed": "destroyed an old version of {target}",
    "key:move-requested": "asked to move {target} under another root",
    "key:moved": "moved {target} under another root",
    "key:pace-changed": "changed how fast rotations go of {target}",
    "key:revocation-rehearsed": "rehearsed the revocation of the root: {target}",
    "key:rotated": "has rotated the key: {target}",
    "key:rotation-started": "started to rotate {target}",
    "key:schedule-changed": "changed the schedule of {target}",
    "key:unavailable": "could not use {target}",
    "key:verified": "verified that nothing is under an old version of {target}",
    "member:joined": "joined the organization",
    "member:removed": "removed {target} from the organization",
    "member:role-changed": "changed the role of {target}",
    "onboarding:answered": "answered questions of onboarding {target}",
    "onboarding:started": "started onboarding {target}",
    "operation:approval-asked": "asks to approve a step of operation {target}",
    "operation:approval-expired": "heard nobody approve a step of operation {target} in time",
    "operation:cancel-requested": "asked to cancel operation {target}",
    "operation:cancelled": "cancelled operation {target}",
    "operation:failed": "reports that operation {target} failed",
    "operation:paused": "paused operation {target}",
    "operation:resumed": "resumed operation {target}",
    "operation:retried": "tried operation {target} again",
    "operation:retried-from": "had a part of operation {target} run again",
    "operation:started": "started operation {target}",
    "operation:step-approved": "approved a step of operation {target}",
    "operation:step-denied": "denied a step of operation {target}",
    "operation:step-skipped": "skipped a step of operation {target}",
    "operation:succeeded": "finished operation {target}",
    "organization:created": "created the organization {target}",
    "organization:renamed": "renamed the organization",
    "permission:refused": "was refused",
    "finding:accepted": "accepted {target} as it is",
    "finding:cleared": "saw {target} as wanted again",
    "finding:left-to-people": "left drift of {target} for people to decide",
    "finding:not-reverted": "could not revert {target}",
    "finding:opened": "found drift of {target}",
    "finding:revert-requested": "asked to revert {target}",
    "finding:reverted": "reverted {target}",
    "finding:snoozed": "snoozed drift of {target}",
    "finding:woken": "opened drift of {target} again",
    "person:signed-in": "signed in",
    "person:signed-out": "signed out",
    "plan:compiled": "compiled {target}",
    "plan:signed": "signed {target}",
    "public-certificate:seen": "saw the public certificate of {target} change",
    "recipient:dismissed": "ended publishing to region {target}",
    "recipient:joined": "learned the public key of region {target}",
    "recipient:key-accepted": "accepted the new key of region {target}",
    "recipient:key-offered": "heard that region {target} offers another key",
    "recipient:offer-withdrawn": "heard that region {target} offers no other key any more",
    "recipient:welcomed": "began to publish to region {target}",
    "resource:paused": "left {target} alone",
    "resource:resumed": "watches {target} again",
    "region:approved": "approved region {target}",
    "region:attached": "attached region {target}",
    "region:drift-policy-changed": "changed how region {target} is watched for drift",
    "region:deprovision-requested": "asked to deprovision region {target}",
    "region:deprovisioned": "deprovisioned region {target}",
    "region:failed": "reports that region {target} failed",
    "region:health-changed": "found the health of region {target} changed",
    "region:reconcile-requested": "had region {target} read from the cloud",
    "region:requested": "requested region {target}",
    "retention:changed": "changed how long the trail is kept",
    "revocation-list:not-issued": "could not issue the revocation list of {target}",
    "secret:look-requested": "asked to check the access to secret {target}",
    "secret:looked-at": "checked the access to secret {target}",
    "secret:referred": "referred to secret {target}, whose value stays elsewhere",
    "secret:revealed": "revealed the value of secret {target}",
    "secret:rolled-back": "rolled secret {target} back",
    "secret:scheduled": "changed the schedule of secret {target}",
    "secret:version-ended": "ended a version of secret {target}",
    "token:issued": "issued API token {target}",
    "token:revoked": "revoked API token {target}",
    "trail:checkpointed": "signed a checkpoint of the trail",
    "trail:exported": "exported the trail",
    "trail:purged": "purged old events of the trail",
    "trail:verified": "verified the trail",
    "value:unreadable": "could not read {target}",
}
"""What comes after the actor's name; `{target}` stands where the thing is named, with its link."""


def predicate(event: AuditEvent) -> tuple[str, str]:
    """Return what is said before the target's name, and after it; without a target all of it is before."""
    said = SAID.get(event.event) or _plain(event)
    if not event.target_label:
        return said.replace("{target}", "").strip(), ""
    before, _, after = said.partition("{target}")
    return before.rstrip(), after


def _plain(event: AuditEvent) -> str:
    """`secret:value-revealed` is said "revealed the value of secret payments-db"."""
    noun, _, verb = event.event.partition(":")
    *part, act = verb.replace(":", " ").replace("-", " ").split(" ")
    kind = noun.replace("-", " ").replace(".", " ")
    named = event.target_label.lower().startswith(kind)
    thing = "{target}" if named else f"{kind} {{target}}" if event.target_label else kind
    if not act.endswith("ed"):
        words = " ".join([*part, act])
        return f"{words} {thing}" if words.split(" ")[0].endswith("ed") else f"{words}: {thing}"
    return f"{act} the {' '.join(part)} of {thing}" if part else f"{act} {thing}"
