"""Verification's reads in an AWS account."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from botocore.exceptions import ClientError

from regions.clouds.aws import network_inside
from regions.clouds.aws.call_names import call_name
from regions.clouds.aws.calls import call as _call
from regions.clouds.aws.errors import NO_ANSWER, from_client_error, from_no_answer
from regions.clouds.aws.requests import tags_of
from regions.clouds.aws.session import AwsConfig, Session, open_session, own_session
from regions.clouds.inspection import (
    Answer,
    Ask,
    Context,
    Inspector,
    Named,
    Network,
    NetworkInside,
    RoleRead,
    Tagged,
    Trail,
)

ACTIONS_A_CALL = 50  # keeps one simulated answer below a page
GONE = frozenset({"deleted", "deleting", "failed"})


@dataclass(frozen=True, slots=True)
class AwsDoors:
    config: AwsConfig

    def enter(
        self,
        *,
        role_arn: str,
        external_id: str,
        region: str,
        session_name: str,
        source_identity: str,
        tags: Mapping[str, str],
    ) -> Inspector:
        session = open_session(
            self.config,
            role_arn=role_arn,
            external_id=external_id,
            region=region,
            session_name=session_name,
            source_identity=source_identity,
            tags=tags,
        )
        return AwsInspector(session)


@dataclass(frozen=True, slots=True)
class AwsTemplates:
    """Templates in a bucket of the vendor's own account."""

    config: AwsConfig
    bucket: str
    region: str

    def publish(self, key: str, body: str) -> str:
        session = own_session(self.config, self.region)
        _call(
            session,
            "s3",
            "put_object",
            {"Bucket": self.bucket, "Key": key, "Body": body.encode(), "ContentType": "application/yaml"},
        )
        return f"https://{self.bucket}.s3.{self.region}.amazonaws.com/{key}"


@dataclass(frozen=True, slots=True)
class AwsInspector:
    session: Session

    # -- identity

    def account_id(self) -> str:
        return str(self._ask("sts", "get_caller_identity", {})["Account"])

    def role(self, name: str) -> RoleRead:
        role = self._ask("iam", "get_role", {"RoleName": name})["Role"]
        document = role["AssumeRolePolicyDocument"]
        trust = json.loads(unquote(document)) if isinstance(document, str) else document
        return RoleRead(trust, tags_of(role.get("Tags")))

    def simulate_role(self, role_arn: str, asks: Sequence[Ask]) -> Mapping[Ask, Answer]:
        return self._simulated("simulate_principal_policy", {"PolicySourceArn": role_arn}, asks)

    def simulate_policies(
        self, policies: Sequence[str], boundary: str, asks: Sequence[Ask]
    ) -> Mapping[Ask, Answer]:
        request = {"PolicyInputList": list(policies), "PermissionsBoundaryPolicyInputList": [boundary]}
        return self._simulated("simulate_custom_policy", request, asks)

    def _simulated(self, method: str, request: Mapping[str, Any], asks: Sequence[Ask]) -> Mapping[Ask, Answer]:
        answers: dict[Ask, Answer] = {}
        for batch in _batches(asks):
            asked = {
                **request,
                "ActionNames": batch.actions,
                "ResourceArns": batch.resources,
                "ContextEntries": _entries(batch.context),
            }
            for page in self._pages("iam", method, asked):
                for result in page["EvaluationResults"]:
                    name = _spelled(result["EvalActionName"], batch.actions)
                    answers[Ask(name, result["EvalResourceName"], batch.context)] = _answer(result)
        return answers

    # -- quotas and what is in use

    def quota(self, service: str, code: str) -> float:
        request = {"ServiceCode": service, "QuotaCode": code}
        return float(self._ask("service-quotas", "get_service_quota", request)["Quota"]["Value"])

    def addresses(self) -> int:
        return len(self._ask("ec2", "describe_addresses", {})["Addresses"])

    def nat_gateways(self) -> Mapping[str, int]:
        zones = {
            subnet["SubnetId"]: subnet["AvailabilityZone"]
            for page in self._pages("ec2", "describe_subnets", {})
            for subnet in page["Subnets"]
        }
        found = (one for page in self._pages("ec2", "describe_nat_gateways", {}) for one in page["NatGateways"])
        return Counter(zones.get(one["SubnetId"], "") for one in found if one.get("State") not in GONE)

    def internet_gateways(self) -> int:
        pages = self._pages("ec2", "describe_internet_gateways", {})
        return sum(len(page["InternetGateways"]) for page in pages)

    def network_load_balancers(self) -> int:
        pages = self._pages("elbv2", "describe_load_balancers", {})
        return sum(one.get("Type") == "network" for page in pages for one in page["LoadBalancers"])

    def clusters(self) -> tuple[Named, ...]:
        pages = self._pages("eks", "list_clusters", {})
        return tuple(Named("EKS cluster", name, {}) for page in pages for name in page["clusters"])

    def databases(self) -> tuple[Named, ...]:
        return tuple(
            Named("RDS database", one["DBInstanceIdentifier"], tags_of(one.get("TagList")))
            for page in self._pages("rds", "describe_db_instances", {})
            for one in page["DBInstances"]
        )

    def machines(self) -> tuple[Named, ...]:
        running = {"Filters": [{"Name": "instance-state-name", "Values": ["pending", "running"]}]}
        return tuple(
            Named(one["InstanceType"], one["InstanceId"], tags_of(one.get("Tags")))
            for page in self._pages("ec2", "describe_instances", running)
            for reservation in page["Reservations"]
            for one in reservation["Instances"]
        )

    # -- the place

    def zones(self) -> tuple[str, ...]:
        found = self._ask("ec2", "describe_availability_zones", {})["AvailabilityZones"]
        usual = (one for one in found if one.get("ZoneType", "availability-zone") == "availability-zone")
        return tuple(sorted(one["ZoneName"] for one in usual if one.get("State") == "available"))

    def zones_offering(self, instance_type: str) -> frozenset[str]:
        request = {
            "LocationType": "availability-zone",
            "Filters": [{"Name": "instance-type", "Values": [instance_type]}],
        }
        pages = self._pages("ec2", "describe_instance_type_offerings", request)
        return frozenset(one["Location"] for page in pages for one in page["InstanceTypeOfferings"])

    def zones_ordering(self, instance_class: str, engine_version: str) -> frozenset[str]:
        request = {"Engine": "postgres", "EngineVersion": engine_version, "DBInstanceClass": instance_class}
        pages = self._pages("rds", "describe_orderable_db_instance_options", request)
        options = (one for page in pages for one in page["OrderableDBInstanceOptions"])
        return frozenset(zone["Name"] for one in options for zone in one["AvailabilityZones"])

    def vcpus(self, instance_types: Sequence[str]) -> Mapping[str, int]:
        request = {"InstanceTypes": sorted(set(instance_types))}
        pages = self._pages("ec2", "describe_instance_types", request)
        found = (one for page in pages for one in page["InstanceTypes"])
        return {one["InstanceType"]: int(one["VCpuInfo"]["DefaultVCpus"]) for one in found}

    def networks(self) -> tuple[Network, ...]:
        return tuple(
            Network(one["VpcId"], _cidrs(one), tags_of(one.get("Tags")), bool(one.get("IsDefault")))
            for page in self._pages("ec2", "describe_vpcs", {})
            for one in page["Vpcs"]
        )

    def inside(self, network_id: str) -> NetworkInside:
        return network_inside.read(self._ask, network_id)

    def tagged(self, key: str) -> tuple[Tagged, ...]:
        request = {"TagFilters": [{"Key": key}]}
        return tuple(
            Tagged(one["ResourceARN"], tags_of(one.get("Tags")))
            for page in self._pages("resourcegroupstaggingapi", "get_resources", request)
            for one in page["ResourceTagMappingList"]
        )

    def unnamed_keys(self) -> Mapping[str, Mapping[str, str]]:
        named = {
            one.get("TargetKeyId") for page in self._pages("kms", "list_aliases", {}) for one in page["Aliases"]
        }
        listed = (one["KeyId"] for page in self._pages("kms", "list_keys", {}) for one in page["Keys"])
        return {key: self._key_tags(key) for key in listed if key not in named and self._is_plain(key)}

    def _is_plain(self, key: str) -> bool:
        found = self._ask("kms", "describe_key", {"KeyId": key})["KeyMetadata"]
        wanted = {
            "KeyManager": "CUSTOMER",
            "KeyState": "Enabled",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "Origin": "AWS_KMS",
        }
        return {name: found.get(name) for name in wanted} == wanted and not found.get("MultiRegion")

    def _key_tags(self, key: str) -> dict[str, str]:
        tags = self._ask("kms", "list_resource_tags", {"KeyId": key})["Tags"]
        return {one["TagKey"]: one["TagValue"] for one in tags}

    # -- what the account does for its security

    def threats_watched(self) -> bool:
        detectors = (one for page in self._pages("guardduty", "list_detectors", {}) for one in page["DetectorIds"])
        return any(
            self._ask("guardduty", "get_detector", {"DetectorId": one})["Status"] == "ENABLED" for one in detectors
        )

    def changes_recorded(self) -> bool:
        answer = self._ask("config", "describe_configuration_recorder_status", {})
        return any(one.get("recording") for one in answer.get("ConfigurationRecordersStatus", ()))

    def trails(self) -> tuple[Trail, ...]:
        found = self._ask("cloudtrail", "describe_trails", {})["trailList"]
        return tuple(
            Trail(
                one["Name"],
                bool(one.get("IsMultiRegionTrail")),
                bool(self._ask("cloudtrail", "get_trail_status", {"Name": one["TrailARN"]}).get("IsLogging")),
            )
            for one in found
        )

    def volumes_encrypted(self) -> bool:
        return bool(self._ask("ec2", "get_ebs_encryption_by_default", {}).get("EbsEncryptionByDefault"))

    # -- calls

    def _ask(self, service: str, method: str, request: Mapping[str, Any]) -> dict[str, Any]:
        return _call(self.session, service, method, request)

    def _pages(self, service: str, method: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        client = self.session.client(service)
        paginator = client.get_paginator(method)
        try:
            yield from paginator.paginate(**request)
        except ClientError as error:
            raise from_client_error(error, call_name(client, method)) from error
        except NO_ANSWER as error:
            raise from_no_answer(error, call_name(client, method)) from error


class _Batch(NamedTuple):
    context: Context
    actions: list[str]
    resources: list[str]


def _batches(asks: Sequence[Ask]) -> Iterator[_Batch]:
    """Actions asked about the same resources in the same context go in one call: nothing is asked in vain."""
    resources: dict[tuple[Context, str], list[str]] = defaultdict(list)
    for ask in sorted(set(asks)):
        resources[ask.context, ask.action].append(ask.resource)
    together: dict[tuple[Context, tuple[str, ...]], list[str]] = defaultdict(list)
    for (context, action), found in resources.items():
        together[context, tuple(found)].append(action)
    for (context, shared), actions in together.items():
        for start in range(0, len(actions), ACTIONS_A_CALL):
            yield _Batch(context, actions[start : start + ACTIONS_A_CALL], list(shared))


def _entries(context: Context) -> list[dict[str, Any]]:
    return [
        {"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": list(values)}
        for key, kind, values in context
    ]


def _spelled(name: str, asked: Sequence[str]) -> str:
    """IAM may answer in lower case what was asked in its own spelling."""
    return next((one for one in asked if one.lower() == name.lower()), name)


def _answer(result: Mapping[str, Any]) -> Answer:
    within = result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True)
    return Answer(str(result["EvalDecision"]), bool(within))


def _cidrs(network: Mapping[str, Any]) -> tuple[str, ...]:
    associated = network.get("CidrBlockAssociationSet") or [{"CidrBlock": network["CidrBlock"]}]
    return tuple(one["CidrBlock"] for one in associated)
