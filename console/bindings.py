"""The one place where ports meet adapters."""

from django.conf import settings

from console import celery
from console.encryption import roots, unreadable
from regions.actions.kms_keys import ConnectedKmsKeys
from regions.clouds.aws.accounts import AwsAccounts
from regions.clouds.aws.inspection import AwsDoors, AwsTemplates
from regions.clouds.aws.root_keys import AwsKmsRoot
from regions.clouds.aws.session import AwsConfig
from regions.clouds.aws.signing_keys import AwsKmsSigning
from regions.clouds.dns import DnsResolver
from regions.spec import Cloud
from regions.steps import clouds, doors, stores, surveys
from regions.steps.external_secrets import ExternalSecrets
from regions.steps.region_bucket import RegionBuckets
from secrets_app import ports, public_apis, root_places, signing_keys
from secrets_app.actions.unreadable_values import Trail
from secrets_app.public_apis import PublicApis

TEMPLATES_REGION = "us-east-1"


def bind() -> None:
    """Declare every adapter; called once when the process starts."""
    celery.app.set_default()
    doors.bind(Cloud.AWS, aws_way())
    accounts = AwsAccounts(aws_config())
    clouds.bind(Cloud.AWS, accounts)
    stores.bind(Cloud.AWS, accounts)
    surveys.bind(Cloud.AWS, accounts)
    ports.bind(bucket=RegionBuckets(), references=ExternalSecrets())
    roots.bind(roots.AWS_KMS, AwsKmsRoot(aws_config()))
    unreadable.bind(Trail())
    root_places.bind(ConnectedKmsKeys())
    signing_keys.bind(places=ConnectedKmsKeys(), keys=AwsKmsSigning(aws_config()))
    public_apis.bind(PublicApis(settings.MANAGEMENT_API, settings.EXECUTION_API, trusted=settings.PUBLIC_TRUST))
    clouds.bind_resolver(DnsResolver(tuple(settings.DNS_RESOLVERS)))


def aws_config() -> AwsConfig:
    return AwsConfig(settings.AWS_ENDPOINT_URL, settings.AWS_ACCESS_KEY_ID, settings.AWS_SECRET_ACCESS_KEY)


def aws_way() -> doors.Way:
    bucket = settings.TEMPLATE_BUCKET
    templates = AwsTemplates(aws_config(), bucket, TEMPLATES_REGION) if bucket else None
    return doors.Way(AwsDoors(aws_config()), settings.CONTROL_PLANE_PRINCIPAL_ARN, templates)
