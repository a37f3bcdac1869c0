"""What holds for every test."""

from hypothesis import HealthCheck, settings

# The same examples every time, however slow the machine: a red test is red for everybody. `--hypothesis-profile=wild`
# looks for new ones.
settings.register_profile("feedd", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("wild", deadline=None, max_examples=1000)
settings.load_profile("feedd")
