"""CloudFormation for the templates a customer runs to connect: IAM resources, parameters, outputs."""

from sandbox.aws.cloudformation import looking, stacks

__all__ = ["looking", "stacks"]
