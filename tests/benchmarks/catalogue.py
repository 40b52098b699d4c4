"""Which benchmarks there are, and how a result is said."""

BENCHMARKS = (
    "page_server_time",
    "region_wall_time",
    "step_attempts",
    "waiting_steps",
    "audit_record",
    "audit_verify",
    "audit_pages",
    "rewrap",
    "certificates",
    "region_dashboard",
    "drift_scan",
)


def say(name: str, *, value: float, unit: str, ratio: float, against: str) -> None:
    """Print the one line of a benchmark; plain decimals, no spaces in unit and against."""
    print(f"bench {name} value={value:.3f} unit={unit} ratio={ratio:.3f} against={against}", flush=True)
