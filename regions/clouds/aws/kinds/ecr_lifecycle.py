"""Which images of a repository are dropped by themselves."""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.table import DOCUMENT, Call, Change, Field, Kind, Lookup, Wanted

_REPOSITORIES = regional("ecr", "repository/byoc-*")
_REPOSITORY = {"repositoryName": Wanted("repository")}

KIND = Kind(
    name="LifecyclePolicy",
    service="ecr",
    lookup=Lookup("get_lifecycle_policy", _REPOSITORY, "@"),
    id="repositoryName",
    create=Call("put_lifecycle_policy", _REPOSITORY),
    fields=(
        Field(
            "policy",
            "lifecyclePolicyText",
            sent="lifecyclePolicyText",
            change="policy",
            form=DOCUMENT,
        ),
    ),
    changes={"policy": Change("put_lifecycle_policy", _REPOSITORY)},
    delete=(Call("delete_lifecycle_policy", _REPOSITORY),),
    facts=("repositoryName",),
    actions=(
        *on(("ecr:GetLifecyclePolicy",), _REPOSITORIES),
        *on(("ecr:PutLifecyclePolicy", "ecr:DeleteLifecyclePolicy"), _REPOSITORIES, Guard.RESOURCE_TAG),
    ),
)
