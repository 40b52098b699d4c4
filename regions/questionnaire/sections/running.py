"""What is promised once the region runs."""

from regions.questionnaire.questions import Choice, Kind, Question, Section

DAYS = (
    Choice("mon", "Monday"),
    Choice("tue", "Tuesday"),
    Choice("wed", "Wednesday"),
    Choice("thu", "Thursday"),
    Choice("fri", "Friday"),
    Choice("sat", "Saturday"),
    Choice("sun", "Sunday"),
)

RECOVERY = Section(
    "recovery",
    "Recovery and maintenance",
    "What a failure may cost, and when we may change things.",
    (
        Question(
            "data_rpo_minutes",
            "Data: at most lost",
            Kind.INTEGER,
            hint="RPO. Transaction logs leave the database every 5 minutes; less takes an infrastructure "
            "upgrade, which your solution architect plans with you.",
            default="5",
            unit="minutes",
            low=5,
            high=1_440,
        ),
        Question(
            "data_rto_hours",
            "Data: back within",
            Kind.INTEGER,
            hint="RTO.",
            default="24",
            unit="hours",
            low=1,
            high=168,
        ),
        Question(
            "kubernetes_rpo_hours",
            "Kubernetes: at most lost",
            Kind.INTEGER,
            hint="RPO.",
            default="1",
            unit="hours",
            low=1,
            high=24,
        ),
        Question(
            "kubernetes_rto_hours",
            "Kubernetes: back within",
            Kind.INTEGER,
            hint="RTO.",
            default="1",
            unit="hours",
            low=1,
            high=24,
        ),
        Question(
            "backup_days",
            "Backups are kept",
            Kind.INTEGER,
            hint="The database can be restored to any moment of these days.",
            default="8",
            unit="days",
            low=1,
            high=35,
        ),
        Question(
            "maintenance_day",
            "Maintenance day",
            Kind.CHOICE,
            default="tue",
            choices=DAYS,
        ),
        Question(
            "maintenance_start",
            "Maintenance begins",
            Kind.TIME,
            hint="UTC.",
            default="02:00",
        ),
        Question(
            "maintenance_hours",
            "Maintenance lasts at most",
            Kind.INTEGER,
            default="4",
            unit="hours",
            low=1,
            high=6,
        ),
    ),
)

COMPLIANCE = Section(
    "compliance",
    "Compliance and contract",
    "Rules that bind the data, and what you pay AWS.",
    (
        Question(
            "compliance",
            "Rules that apply",
            Kind.CHOICES,
            hint="Becomes the tag compliance on every resource, for your own reports.",
            default=(),
            choices=(
                Choice("gdpr", "GDPR"),
                Choice("hipaa", "HIPAA"),
                Choice("pci-dss", "PCI DSS"),
                Choice("soc-2", "SOC 2"),
                Choice("iso-27001", "ISO 27001"),
            ),
            required=False,
        ),
        Question(
            "discount_percent",
            "Discount of your contract with AWS",
            Kind.INTEGER,
            hint="Taken off the list prices of the estimate.",
            default="0",
            unit="percent",
            high=80,
        ),
        Question(
            "monthly_budget",
            "Budget of the region",
            Kind.INTEGER,
            hint="A plan whose resources, with all nodes it allows, cost more is warned of. 0: none is set.",
            default="0",
            unit="USD a month",
            high=10_000_000,
        ),
    ),
)
