"""CloudFormation for the templates a customer runs to connect: IAM resources, parameters, outputs."""

from sandbox.aws.cloudformation import changing, looking

__all__ = ["changing", "looking"]
