"""EKS, whole: moto's own keeps too little of what is sent to it."""

from sandbox.aws.eks import access, addons, clusters, nodegroups, pods, tagging, updates, versions

__all__ = ["access", "addons", "clusters", "nodegroups", "pods", "tagging", "updates", "versions"]
