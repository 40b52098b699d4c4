"""The rules, as data: what is looked for, how it is said, whether it denies or warns."""

from regions.changes.data_kept import DATA_OF
from regions.changes.differing import Verb
from regions.policies import looks
from regions.policies.checks import Outcome, Rule
from regions.policies.looks import any_of, differs_from, missing, moves, verbs, where, without
from regions.spec import Environment

TO_TRY = {Environment.DEVELOPMENT: Outcome.WARNING, Environment.STAGING: Outcome.WARNING}
"""Where nothing is lasting, a person may choose it."""
PRODUCTION = frozenset({Environment.PRODUCTION})
WARNS = Outcome.WARNING

RULES: tuple[Rule, ...] = (
    Rule(
        "endpoint-open",
        "No Kubernetes endpoint is open to the world",
        "the Kubernetes endpoint would be open to the world",
        looks.open_endpoint,
        "Name the ranges that may reach it.",
    ),
    Rule(
        "port-open",
        "The world reaches ports 80 and 443 alone",
        "a port would be open to the world",
        looks.open_port,
        "Name the ranges that may reach it.",
    ),
    Rule(
        "database-public",
        "No database has a public address",
        "a database would have a public address",
        where("Instance", "publiclyAccessible", bool, "{title} would be reachable from the internet."),
        "Keep it inside the VPC.",
    ),
    Rule(
        "bucket-public",
        "No bucket can be made public",
        "a bucket could be made public",
        without("Bucket", "BucketPublicAccessBlock", "bucketRef", "{title} has no block of public access."),
        "Block public access to it.",
    ),
    Rule(
        "store-unencrypted",
        "Every store is encrypted",
        "a store would not be encrypted",
        any_of(
            where("Instance", "storageEncrypted", missing, "{title} would keep its data in clear."),
            where("Cluster", "encryptionConfig.provider", missing, "{title} would keep its secrets in clear."),
            without(
                "Bucket",
                "BucketServerSideEncryptionConfiguration",
                "bucketRef",
                "{title} would not use the region's key.",
            ),
        ),
        "Encrypt it with the region's key.",
    ),
    Rule(
        "connection-plain",
        "Every connection to the database uses TLS",
        "the database would accept connections without TLS",
        looks.plain_connections,
        "Keep rds.force_ssl at 1.",
    ),
    Rule(
        "data-deleted",
        "No data is deleted",
        "data would be deleted",
        verbs(Verb.DELETE, DATA_OF, "{title} goes, and with it {data}."),
        "Export it first, or take the deletion out of the plan.",
        relaxed=TO_TRY,
    ),
    Rule(
        "data-replaced",
        "No store of data is made anew",
        "a store of data would be made anew, empty",
        verbs(Verb.REPLACE, DATA_OF, "{title} is deleted and made anew, without {data}."),
        "Keep the fields that cannot change in place, or move the data to a second region.",
        relaxed=TO_TRY,
    ),
    Rule(
        "hold-broken",
        "No retention hold is broken",
        "a retention hold would be broken",
        looks.held_data,
        "An owner lifts the hold with a reason, or the data stays.",
    ),
    Rule(
        "foundation-replaced",
        "Nothing is made anew that others stand on",
        "something that others stand on would be made anew",
        looks.stood_upon,
        "Set up a second region with the new plan, move to it, then deprovision this one.",
    ),
    Rule(
        "storage-shrinks",
        "No storage shrinks",
        "storage would shrink",
        moves(
            "Instance", "allocatedStorage", looks.shrinks, "{title} has {before} GiB, the plan says {after} GiB."
        ),
        "RDS storage only grows: ask for what there is, or more.",
    ),
    Rule(
        "version-back",
        "No version goes back",
        "a version would go back",
        any_of(
            moves("Cluster", "version", looks.goes_back, "{title} runs {before}, the plan says {after}."),
            moves("NodeGroup", "version", looks.goes_back, "{title} runs {before}, the plan says {after}."),
            moves("Instance", "engineVersion", looks.goes_back, "{title} runs {before}, the plan says {after}."),
        ),
        "AWS takes no version back: keep the one that runs, or a newer one.",
    ),
    Rule(
        "version-skipped",
        "Kubernetes goes one minor version at a time",
        "a minor version of Kubernetes would be left out",
        moves("Cluster", "version", looks.skips, "{title} runs {before}, the plan says {after}."),
        "EKS takes one minor version at a time: go through each of them.",
    ),
    Rule(
        "database-in-one-zone",
        "The database survives the loss of a zone",
        "the database would stand in one zone",
        where("Instance", "multiAz", missing, "{title} has no standby."),
        "A production database has a standby in a second zone.",
        only=PRODUCTION,
    ),
    Rule(
        "backups-off",
        "The database can be restored to any moment",
        "the database could not be restored",
        where("Instance", "backupRetentionPeriod", missing, "{title} would keep no backups."),
        "Keep backups for a day or more.",
        relaxed=TO_TRY,
    ),
    Rule(
        "deletion-unprotected",
        "The database is protected from deletion",
        "the database would not be protected from deletion",
        where("Instance", "deletionProtection", missing, "{title} could be deleted by one call."),
        "Keep its deletion protection on.",
        only=PRODUCTION,
    ),
    Rule(
        "retention-shortened",
        "Nothing is kept for a shorter time than before",
        "something would be kept for a shorter time",
        any_of(
            moves("Group", "retentionInDays", looks.shrinks, "{title}: {after} days instead of {before}."),
            moves("Instance", "backupRetentionPeriod", looks.shrinks, "Backups: {after} days, not {before}."),
        ),
        "What is older is deleted at once.",
        WARNS,
    ),
    Rule(
        "key-not-rotated",
        "Keys rotate by themselves",
        "a key would not rotate",
        where("Key", "enableKeyRotation", differs_from(True), "{title} would keep one secret for ever."),
        "Let AWS rotate it each year.",
        WARNS,
    ),
    Rule(
        "made-anew",
        "Nothing is made anew",
        "something is deleted and made anew",
        verbs(Verb.REPLACE, looks.EVERY_KIND, "{title} is away in between, unless its new one comes up first."),
        "Choose a quiet hour.",
        WARNS,
    ),
    Rule(
        "over-budget",
        "The nodes' maximum is within the budget",
        "the nodes' maximum is over the budget",
        looks.over_budget,
        "Lower the maximum, or raise the budget in the questionnaire.",
        WARNS,
    ),
    Rule(
        "permission-missing",
        "The deployment role may do all of it",
        "the deployment role may not do all of it",
        looks.unpermitted,
        "Update the connection's stack, then verify the connection.",
    ),
)
